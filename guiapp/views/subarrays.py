"""View of the throughputs of subarrays: all ratios, and the adopted values to drag.

The fits are of fluxes relative to SUB256; all that is drawn and said here is relative to FULL.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.counting import counted
from engine.imaging.published_factors import published_bands
from engine.imaging.subarray_results import FULL, REFERENCE, SubarrayRatio, Subarrays, Throughput
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, button, fitted
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

_PAIR = PointStyle("#b0508a", symbol="square", size=8.0, fill="open", line=1.6)
_AVERAGE = PointStyle("dim", symbol="circle", size=6.0)
_FITTED = PointStyle("text", symbol="diamond", size=9.0)
_ADOPTED = PointStyle("accent", symbol="diamond", size=16.0)
_HELD = PointStyle("accent", symbol="circle", size=24.0, fill="open", line=2.0)
_PAIR_KIND, _AVERAGE_KIND = 0, 1
_GRAB_PIXELS = 12.0
_PICK_PIXELS = 9.0
_SPREAD = 0.32  # half of the distance of two subarrays, over which their filters lie
_FIT_OFFSET = 0.42
_STEP = 0.001  # adopted values have three decimals
_NONE = np.zeros(0)


class SubarraysView(QWidget):
    """Draws Fig. 5; says what the user adopted.

    Signals
    -------
    adopted(str, float)
        Subarray, and its throughput relative to SUB256; NaN: that of Table 7 again.
    fitted_wanted()
        All fitted values shall be adopted.
    published_wanted()
        All values of Table 7 shall be adopted again.
    cursor_changed(str)
        Text below the plot.
    """

    adopted = pyqtSignal(str, float)
    fitted_wanted = pyqtSignal()
    published_wanted = pyqtSignal()
    cursor_changed = pyqtSignal(str)

    hint = "drag a diamond to adopt another value · right-click it: as published"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Subarrays | None = None
        self.ratios: tuple[SubarrayRatio, ...] = ()
        self._dragged: tuple[int, float] | None = None
        self.take_fitted = button("Adopt the fit", "quiet", tip="Adopt all values of the fit")
        self.take_published = button(
            "Adopt as published",
            "quiet",
            tip="All throughputs of Gordon+2025, Table 7, again",
        )
        self.legend = LegendBar()
        self.remark = ElidedLabel("", "dim", rows=3)
        self.plot = ThemedPlot(
            name="Subarrays",
            x_label="Subarray, and its throughput D",
            y_label="Flux relative to FULL",
        )
        self._make_layers()
        self._build()
        self._connect()

    def _make_layers(self) -> None:
        plot = self.plot
        self.one = plot.add_layer(LevelsLayer("dim"), z=1)
        self.bars = plot.add_layer(ErrorBarsLayer("dim", opacity=0.7), z=2)
        self.points = plot.add_layer(PointsLayer((_PAIR, _AVERAGE)), z=3)
        self.fit_bars = plot.add_layer(ErrorBarsLayer("text", opacity=0.9), z=4)
        self.fits = plot.add_layer(PointsLayer((_FITTED,)), z=5)
        self.held = plot.add_layer(PointsLayer((_HELD,), counts=()), z=6)
        self.stars = plot.add_layer(PointsLayer((_ADOPTED,)), z=7)
        self.one.set_values((1.0,))

    def _build(self) -> None:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part in (self.take_fitted, self.take_published):
            row.addWidget(part)
        row.addWidget(self.remark, 1)
        self.empty = EmptyState.over(self, SentenceRow(row, self.remark), self.legend, self.plot)
        self.legend.set_entries(_LEGEND)

    def _connect(self) -> None:
        self.take_fitted.clicked.connect(self.fitted_wanted)
        self.take_published.clicked.connect(self.published_wanted)
        self.legend.switched.connect(self._on_switched)
        self.plot.add_tool(_DragAdopted(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.plot.keys.bind("Up", lambda: self.nudge(_STEP))
        self.plot.keys.bind("Down", lambda: self.nudge(-_STEP))
        self.plot.keys.bind("Right", lambda: self.choose(self.chosen + 1))
        self.plot.keys.bind("Left", lambda: self.choose(self.chosen - 1))
        self.chosen = 0

    # What the follower asks

    def show_result(self, result: Subarrays) -> None:
        """Draw ``result``; the zoom stays while the subarrays are the same."""
        names = tuple(one.subarray for one in result.throughputs)
        is_new = self.result is None or names != self._names()
        self.result = result
        self.empty.say("")
        self._draw()
        self.take_fitted.setEnabled(any(np.isfinite(one.fitted) for one in result.throughputs))
        self.take_published.setEnabled(any(one.is_own for one in result.throughputs))
        self.say(" ".join(result.messages))
        if is_new:
            self.plot.show_all_afresh()

    def show_stale(self) -> None:
        """Leave what is drawn: the new result comes at once."""

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result."""
        self.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.empty.say(reason)

    def say(self, text: str, tone: Literal["dim", "wrong"] = "dim") -> None:
        """Write beside the buttons."""
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    def for_each_plot(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot."""
        act(self.plot)

    # What the mouse and the keys do

    def adopted_at(self, mouse: PlotMouse) -> int:
        """Return the subarray whose adopted value is under the mouse; -1: none to be dragged."""
        index = self.stars.point_at(mouse, _GRAB_PIXELS)
        return -1 if index < 0 or self._names()[index] == REFERENCE else index

    def drag(self, index: int, value: float) -> None:
        """Show an adopted value where it is dragged to."""
        self._dragged = (index, round(value, 3))
        self._draw_adopted()
        self.cursor_changed.emit(self._drag_text())

    def drop(self) -> None:
        """Say which value was adopted by the drag."""
        dragged, self._dragged = self._dragged, None
        self._draw_adopted()
        if dragged is not None and self.result is not None:
            one = self.result.throughputs[dragged[0]]
            wanted = round(dragged[1] / self.scale(), 4)
            if abs(wanted - one.adopted_relative) >= 0.5 * _STEP or np.isnan(one.adopted):
                self.adopted.emit(one.subarray, wanted)

    def take_back(self) -> None:
        """Forget the drag."""
        self._dragged = None
        self._draw_adopted()

    def restore(self, index: int) -> None:
        """Say that the value of Table 7 shall be adopted again."""
        self.adopted.emit(self._names()[index], np.nan)

    def choose(self, index: int) -> None:
        """Select the adopted value that the arrow keys move."""
        if self.result is None:
            return
        self.chosen = min(max(index, 0), len(self.result.throughputs) - 1)
        self._draw_adopted()
        self.cursor_changed.emit(throughput_text(self.result.throughputs[self.chosen]))

    def nudge(self, by: float) -> None:
        """Move the selected adopted value by a step."""
        if self.result is None or self._names()[self.chosen] == REFERENCE:
            return
        one = self.result.throughputs[self.chosen]
        before = one.adopted_relative if np.isfinite(one.adopted_relative) else 1.0
        self.adopted.emit(one.subarray, round(before + by, 3))

    def tell(self, mouse: PlotMouse) -> None:
        """Write what is under the cursor below the plot."""
        index = self.stars.point_at(mouse, _GRAB_PIXELS)
        if index >= 0 and self.result is not None:
            self.cursor_changed.emit(throughput_text(self.result.throughputs[index]))
            return
        place = self.points.point_at(mouse, _PICK_PIXELS)
        ratio = "" if place < 0 else ratio_text(self.ratios[place], scale=self.scale())
        self.cursor_changed.emit(ratio)

    def scale(self) -> float:
        """Return SUB256 over the full frame, as adopted: what ratios to SUB256 are drawn with."""
        known = () if self.result is None else self.result.throughputs
        full = next((t.adopted_relative for t in known if t.subarray == FULL), _NAN)
        return 1.0 / full if np.isfinite(full) else 1.0

    def _names(self) -> tuple[str, ...]:
        return () if self.result is None else tuple(t.subarray for t in self.result.throughputs)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name in {"pairs", "averages"}:
            kind = _PAIR_KIND if name == "pairs" else _AVERAGE_KIND
            hidden = self.points.hidden_kinds
            self.points.hide_kinds(hidden - {kind} if is_on else hidden | {kind})
            self._draw_bars()
        elif name == "fit":
            self.fits.setVisible(is_on)
            self.fit_bars.setVisible(is_on)

    def _draw(self) -> None:
        assert self.result is not None
        names = self._names()
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.names = tuple(_axis_name(one) for one in self.result.throughputs)
        axis.picture = None
        axis.update()
        places = _places(self.result.ratios)
        order = np.argsort([names.index(r.subarray) + places[r.filter_name]
                            for r in self.result.ratios], kind="stable")  # fmt: skip
        self.ratios = tuple(self.result.ratios[i] for i in order)
        x = np.array([names.index(r.subarray) + places[r.filter_name] for r in self.ratios])
        y = self.scale() * np.array([r.ratio for r in self.ratios])
        kinds = np.array(
            [_PAIR_KIND if r.kind == "dedicated" else _AVERAGE_KIND for r in self.ratios],
            dtype=np.int64,
        )
        self.points.set_data(x, y, kinds)
        self._draw_bars()
        known = self.result.throughputs
        at = np.arange(len(known), dtype=np.float64) + _FIT_OFFSET
        fits = np.array([_NAN if t.subarray == FULL else t.fitted for t in known])
        self.fits.set_data(at, fits)
        self.fit_bars.set_data(at, fits, np.array([t.fitted_error for t in known]))
        self._draw_adopted()

    def _draw_bars(self) -> None:
        errors = self.scale() * np.array([one.error for one in self.ratios])
        hidden = np.isin(self.points.kinds, list(self.points.hidden_kinds))
        self.bars.set_data(self.points.xs, self.points.ys, np.where(hidden, np.nan, errors))

    def _draw_adopted(self) -> None:
        values = self._adopted_values()
        at = np.arange(values.size, dtype=np.float64)
        self.stars.set_data(at, values)
        index = self.chosen if self._dragged is None else self._dragged[0]
        seen = self._dragged is not None or self.plot.hasFocus()
        chosen = at[index : index + 1] if seen else _NONE
        self.held.set_data(chosen, values[index : index + 1] if seen else _NONE)

    def _adopted_values(self) -> FloatArray:
        if self.result is None:
            return _NONE
        values = np.array([one.adopted_relative for one in self.result.throughputs])
        values = self.scale() * np.where(np.isfinite(values), values, 1.0)
        if self._dragged is not None:
            values[self._dragged[0]] = self._dragged[1]
        return values

    def _drag_text(self) -> str:
        assert self.result is not None
        assert self._dragged is not None
        index, value = self._dragged
        name = self._names()[index]
        if name == FULL:
            return f"{FULL}   all others × {fixed_text(1.0 / value, 3)}"
        return f"{name}   D {fixed_text(value, 3)}"

    def _bounds(self) -> Bounds | None:
        if self.result is None:
            return None
        values = np.concatenate([self.points.ys, self._adopted_values(), self.fits.ys])
        values = values[np.isfinite(values)]
        low, high = float(values.min()), float(values.max())
        room = max(0.1 * (high - low), 0.005)
        return -0.5, len(self._names()) - 0.4, low - room, high + room


class _DragAdopted(MouseTool):
    """Drags an adopted value up and down."""

    def __init__(self, view: SubarraysView) -> None:
        self._view = view
        self._index = -1

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        self._view.tell(mouse)
        found = self._view.adopted_at(mouse)
        return Qt.CursorShape.SizeVerCursor if found >= 0 else None

    def press(self, mouse: PlotMouse) -> bool:
        self._index = self._view.adopted_at(mouse) if mouse.is_left else -1
        return self._index >= 0

    def move(self, mouse: PlotMouse) -> None:
        self._view.drag(self._index, mouse.y)

    def release(self, mouse: PlotMouse) -> None:
        self._view.chosen = self._index
        self._view.drag(self._index, mouse.y)
        self._view.drop()

    def cancel(self) -> None:
        self._view.take_back()

    def click(self, mouse: PlotMouse) -> bool:
        index = self._view.adopted_at(mouse)
        if index >= 0 and mouse.is_right:
            self._view.restore(index)
            return True
        return False


_NAN = float("nan")
_LEGEND = (
    LegendEntry(
        "adopted", "adopted", "points", "accent", _ADOPTED,
        "Drag it; that of FULL moves all others",
    ),
    LegendEntry(
        "fit", "all observations together", "points", "text", _FITTED, "Stars have random offsets"
    ),
    LegendEntry(
        "pairs", "pairs", "points", "#b0508a", _PAIR, "One star, back to back in both subarrays"
    ),
    LegendEntry(
        "averages", "means of all stars", "points", "dim", _AVERAGE,
        "SUB256's mean factor over that of the subarray, one point a filter",
    ),
)  # fmt: skip


def throughput_text(one: Throughput) -> str:
    """Return what is known about one subarray in one line."""
    fitted_text = number_text(one.fitted, one.fitted_error)
    return (
        f"{one.subarray}   D {fixed_text(one.adopted, 3)} "
        f"({'adopted here' if one.is_own else 'as published'})   fit {fitted_text}   "
        f"{counted(one.n_used, 'observation')} of {counted(one.n_stars, 'star')}"
    )


def ratio_text(one: SubarrayRatio, *, scale: float = 1.0) -> str:
    """Return one ratio in one line; ``scale``: SUB256 over the full frame."""
    who = one.star or "all stars"
    return (
        f"{one.subarray}   {one.filter_name}   {who}   "
        f"{number_text(scale * one.ratio, scale * one.error)} of {FULL}   "
        f"{counted(one.n_used, 'observation')}, {one.n_reference} in {REFERENCE}"
    )


def _axis_name(one: Throughput) -> str:
    return f"{one.subarray} {fixed_text(one.adopted, 3)}"


def _places(ratios: tuple[SubarrayRatio, ...]) -> dict[str, float]:
    """Return where the filters lie beside the place of their subarray: by wavelength."""
    bands = published_bands()
    names = sorted(
        {one.filter_name for one in ratios},
        key=lambda name: bands[name].pivot_um if name in bands else 99.0,
    )
    steps = np.linspace(-_SPREAD, _SPREAD, len(names)) if len(names) > 1 else np.zeros(len(names))
    return dict(zip(names, steps.tolist(), strict=True))
