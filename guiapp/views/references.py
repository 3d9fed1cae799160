"""View of photom references: factors, ratios and loss of all versions of one frame."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.mrs.reference_versions import ReferenceVersions, VersionCurve
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, Tone, column, stacked
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer, Dash
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry, SwatchKind
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot

_DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted")
_MOST = 8  # versions that are drawn
_SIZES = [230, 220, 150]
_PICK_PIXELS = 8.0
_EMPTY = np.zeros(0)


class _Rows:
    """The layers of one version in one band: factor, ratio and loss."""

    def __init__(self, plots: Sequence[ThemedPlot]) -> None:
        self.factor, self.ratio, self.loss = (
            plot.add_layer(CurveLayer("accent", width=1.3), z=4) for plot in plots
        )
        self.scatter = plots[1].add_layer(BandLayer("accent", opacity=0.2), z=2)
        self.curve: VersionCurve | None = None

    def show(self, curve: VersionCurve | None, color: str, dash: Dash) -> None:
        self.curve = curve
        wave = _EMPTY if curve is None else curve.wave_um
        empty = (_EMPTY, _EMPTY, _EMPTY, _EMPTY)
        factor, ratio, loss, scatter = empty if curve is None else _values(curve)
        for layer, values in ((self.factor, factor), (self.ratio, ratio), (self.loss, loss)):
            layer.set_look(color, dash=dash)
            layer.set_data(wave, values)
        self.scatter.set_look(color)
        self.scatter.set_data(wave, ratio - scatter, ratio + scatter)

    def set_visible(self, shown: bool) -> None:  # noqa: FBT001  (the state itself)
        for layer in (self.factor, self.ratio, self.loss, self.scatter):
            layer.setVisible(shown)


class ReferencesView(QWidget):
    """Draws the versions of the reference of one frame.

    Signals
    -------
    frame_chosen(str)
        Name of a frame.
    baseline_chosen(str)
        Id of the version that the others are divided by.
    picked(str)
        Id of the version whose curve was clicked.
    cursor_changed(str)
        Text below the plots.
    """

    frame_chosen = pyqtSignal(str)
    baseline_chosen = pyqtSignal(str)
    picked = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a curve to pick its version · b: make it the baseline · right-drag zooms"

    def __init__(self, frames: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tips = ((one, one, f"Channels {one[0]} and {one[1]}, setting {one[2]}") for one in frames)
        self.frames = SegmentBar("Frame", tuple(tips))
        self.baseline = QComboBox()
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.factor_plot = ThemedPlot(name="Factors", y_label="Factor (MJy/sr)/(DN/s)")
        self.plot = ThemedPlot(name="Ratios", y_label="Ratio to baseline")
        self.loss_plot = ThemedPlot(name="Loss", x_label="Wavelength (µm)", y_label="Loss factor")
        self.plots = (self.factor_plot, self.plot, self.loss_plot)
        self.result: ReferenceVersions | None = None
        self.version = ""  #: id of the version that was clicked
        self._is_new = True
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.loss_plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self._rows: list[_Rows] = []
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.baseline.setAccessibleName("Baseline")
        self.baseline.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.baseline.setToolTip("The version that the others are divided by")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(Label("frame", "dim"))
        row.addWidget(self.frames)
        row.addWidget(Label("baseline", "dim"))
        row.addWidget(self.baseline)
        row.addStretch(1)
        plots = stacked(*self.plots, sizes=_SIZES)
        body, content = QWidget(), QWidget()
        self.empty = EmptyState(body, content)  # the frames above it stay
        whole = column(self, spacing=GRID)
        whole.addLayout(row)
        whole.addWidget(self.summary)
        whole.addWidget(body, 1)
        inner = column(content, spacing=GRID)
        inner.addWidget(self.legend)
        inner.addWidget(plots, 1)

    def _connect(self) -> None:
        self.frames.chosen.connect(self.frame_chosen)
        self.baseline.activated.connect(
            lambda i: self.baseline_chosen.emit(str(self.baseline.itemData(i)))
        )
        self.legend.switched.connect(self._on_switched)
        for plot in self.plots:
            if plot is not self.plot:
                plot.link_x(self.plot)
            plot.add_tool(_PickVersion(self, plot))
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            plot.cursor_moved.connect(lambda x, y, _i: self._on_cursor(x, y))
        self.factor_plot.all_bounds = lambda: self._bounds(0)
        self.plot.all_bounds = lambda: self._bounds(1)
        self.loss_plot.all_bounds = lambda: self._bounds(2)

    # What is shown

    def show_frame(self, frame: str) -> None:
        """Say which frame is drawn next."""
        self.frames.choose(frame)
        self._is_new = True

    def show_result(self, result: ReferenceVersions) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.result = result
        self.empty.say("")
        shown = [one for one, _ in result.versions][-_MOST:]
        curves = [one for one in result.curves if one.version in shown]
        while len(self._rows) < len(curves):
            self._rows.append(_Rows(self.plots))
        for i, rows in enumerate(self._rows):
            curve = curves[i] if i < len(curves) else None
            rows.show(curve, *self._look(curve))
        self._offer_baselines(result)
        self.summary.set_full_text(summary_text(result))
        self._tone("dim")
        self._refresh_legend()
        if self._is_new:
            self._is_new = False
            for plot in self.plots:
                plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self._tone("dim")
        self.summary.set_full_text("Comparing references …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        text = f"{what} {hint}".strip()
        if self.result is None:
            self.empty.say(text)
        self._tone("wrong")
        self.summary.set_full_text(text)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for rows in self._rows:
            rows.show(None, "accent", "solid")
        self.baseline.clear()
        self.legend.set_entries(())
        self.summary.set_full_text("")
        self.empty.say(reason)

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys)."""
        acts = {"references.baseline": self.make_baseline}
        for act, names in keys:
            for name in names if act in acts else ():
                for plot in self.plots:
                    plot.keys.bind(name, acts[act])

    # What the mouse and the keys do

    def make_baseline(self) -> None:
        """Say that the version that was clicked shall be the baseline."""
        if self.version:
            self.baseline_chosen.emit(self.version)

    def pick(self, version: str) -> None:
        """Mark one version."""
        self.version = version
        for rows in self._rows:
            width = 2.4 if rows.curve is not None and rows.curve.version == version else 1.3
            for layer in (rows.factor, rows.ratio, rows.loss):
                layer.set_look(width=width)

    def version_at(self, plot: ThemedPlot, mouse: PlotMouse) -> VersionCurve | None:
        """Return the version whose curve in ``plot`` is under the mouse."""
        place = self.plots.index(plot)
        best: tuple[float, VersionCurve | None] = (_PICK_PIXELS, None)
        for rows in self._rows:
            curve = rows.curve
            if curve is None or not curve.wave_um[0] <= mouse.x <= curve.wave_um[-1]:
                continue
            value = float(np.interp(mouse.x, curve.wave_um, _values(curve)[place]))
            away = abs(plot.pixels.y_pixel(value) - mouse.row)
            if away < best[0]:
                best = (away, curve)
        return best[1]

    def rows_of(self, version: str, band: str) -> _Rows | None:
        """Return the layers of one version and band."""
        return next(
            (
                one
                for one in self._rows
                if one.curve is not None and (one.curve.version, one.curve.band) == (version, band)
            ),
            None,
        )

    # Parts

    def _look(self, curve: VersionCurve | None) -> tuple[str, Dash]:
        result = self.result
        if curve is None or result is None:
            return "accent", "solid"
        if curve.version == result.baseline:
            return "dim", "solid"
        ids = [one for one, _ in result.versions if one != result.baseline]
        return f"band {curve.band}", _DASHES[(len(ids) - 1 - ids.index(curve.version)) % 3]

    def _tone(self, tone: Tone) -> None:
        self.summary.set_tone(tone)

    def _offer_baselines(self, result: ReferenceVersions) -> None:
        self.baseline.clear()
        for one, name in result.versions:
            self.baseline.addItem(name, one)
        ids = [one for one, _ in result.versions]
        self.baseline.setCurrentIndex(ids.index(result.baseline))

    def _refresh_legend(self) -> None:
        result = self.result
        if result is None:
            return
        entries = []
        for one, name in result.versions[-_MOST:]:
            curve = next(c for c in result.curves if c.version == one)
            color, dash = self._look(curve)
            kind: SwatchKind = "line" if dash == "solid" else "dashed"
            said = ", baseline" if one == result.baseline else ""
            entries.append(LegendEntry(one, f"{name}{said}", kind, color))
        self.legend.set_entries(tuple(entries))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        for rows in self._rows:
            if rows.curve is not None and rows.curve.version == name:
                rows.set_visible(is_on)

    def _bounds(self, place: int) -> Bounds | None:
        curves = [] if self.result is None else self.result.curves
        waves = [one.wave_um for one in curves]
        values = [_values(one)[place] for one in curves]
        good = np.concatenate([one[np.isfinite(one)] for one in values]) if values else _EMPTY
        if not good.size:
            return None
        low, high = (float(one) for one in np.percentile(good, (1.0, 99.0)))
        if place:
            low, high = min(low, 1.0), max(high, 1.0)
        room = max(0.15 * (high - low), 0.002 * abs(high))
        ends = np.concatenate(waves)
        return float(ends.min()), float(ends.max()), low - room, high + room

    def _on_cursor(self, x: float, y: float) -> None:
        self.cursor_changed.emit(f"{wave_text(x, 3)}   {number_text(y)}")


class _PickVersion(MouseTool):
    """Picks the version whose curve is clicked, and reads the one under the cursor."""

    def __init__(self, view: ReferencesView, plot: ThemedPlot) -> None:
        self._view = view
        self._plot = plot

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        found = self._view.version_at(self._plot, mouse)
        if found is None:
            return None
        self._view.cursor_changed.emit(curve_text(found, mouse.x))
        return Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.version_at(self._plot, mouse) if mouse.is_left else None
        if found is not None:
            self._view.picked.emit(found.version)
        return found is not None


def summary_text(result: ReferenceVersions) -> str:
    """Return how far the last version is off the baseline, band by band."""
    last, name = result.versions[-1]
    base = dict(result.versions)[result.baseline]
    if last == result.baseline:
        return name
    parts = []
    for curve in result.curves:
        good = curve.ratio[np.isfinite(curve.ratio)]
        if curve.version == last and good.size:
            change = 100.0 * (float(np.median(good)) - 1.0)
            parts.append(f"{curve.band} {fixed_text(change, 2)} %")
    return f"{name} over {base}: {', '.join(parts) or 'nothing in common'}"


def curve_text(curve: VersionCurve, x: float) -> str:
    """Return one version at one wavelength in one line."""
    i = int(np.argmin(np.abs(curve.wave_um - x)))
    loss = float(curve.loss[i])
    said = f"   loss {fixed_text(loss, 4)}" if np.isfinite(loss) else ""
    factor, ratio = float(curve.factor[i]), float(curve.ratio[i])
    return (
        f"{curve.name}   {wave_text(float(curve.wave_um[i]), 3)}   factor "
        f"{number_text(factor)}   ratio {fixed_text(ratio, 4)}{said}"
    )


def _values(curve: VersionCurve) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    return curve.factor, curve.ratio, curve.loss, curve.scatter
