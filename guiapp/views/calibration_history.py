"""View of C(t): what was delivered for each filter, and the factor of one filter over time."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.arrays import FloatArray
from engine.imaging.calibration_curve import DAY_ZERO_MJD, published_curve
from engine.imaging.calibration_history import (
    CalibrationHistory,
    FilterCalibration,
    delivered_factors,
)
from engine.imaging.published_factors import published_bands
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, column, fitted
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import NamedPanels

_START = PointStyle("text", symbol="circle", size=8.0)
_END = PointStyle("text", symbol="circle", size=8.0, fill="open", line=1.6)
_NOW_START = PointStyle("accent", symbol="circle", size=9.0)
_NOW_END = PointStyle("accent", symbol="circle", size=9.0, fill="open", line=1.8)
_STYLES = (_START, _END, _NOW_START, _NOW_END)
_ABOUT = (
    "C in MJy/sr per DN/s, each delivery and then this session: filled on the first day, open "
    "much later; dashed: Gordon+2025"
)
_SMALL = 0.9  # of the size of text
_MOST_DELIVERIES = 4
_COLUMNS = 5
_APART = 0.32  # between the filled and the open symbol of a delivery
_YEARS = 6.0
_HUES = ("#b8860b", "#b0508a", "#3f9a6b", "#7a6fb0")
_NONE = np.zeros(0)


class _Panel:
    """The layers of one filter: one place a delivery, the present one last."""

    def __init__(self, plot: ThemedPlot) -> None:
        self.plot = plot
        self.published = plot.add_layer(LevelsLayer("dim", style="dashed"), z=1)
        self.links = plot.add_layer(CurveLayer("dim", width=1.0, counts="no bounds"), z=2)
        self.points = plot.add_layer(PointsLayer(_STYLES), z=3)
        self.own: FilterCalibration | None = None

    def show(self, own: FilterCalibration | None, names: tuple[str, ...]) -> None:
        """Draw the deliveries ``names`` of one filter, and the present calibration."""
        self.own = own
        if own is None:
            self.published.set_values(())
            self.links.set_data(_NONE, _NONE)
            self.points.set_data(_NONE, _NONE)
            return
        values = [
            (float(names.index(one.id)), one.start, one.end, 0)
            for one in own.delivered
            if one.id in names
        ]
        values.append((float(len(names)), own.curve.start, own.curve.asymptote, 2))
        x, y, kinds, line_x, line_y = [], [], [], [], []
        for place, start, end, kind in values:
            x += [place, place + _APART]
            y += [start, end]
            kinds += [kind, kind + 1]
            line_x += [place, place + _APART, place + _APART]
            line_y += [start, end, np.nan]
        self.points.set_data(np.array(x), np.array(y), np.array(kinds, dtype=np.int64))
        self.links.set_data(np.array(line_x), np.array(line_y))
        self.published.set_values(() if own.published is None else (own.published.asymptote,))

    def bounds(self, count: int) -> Bounds | None:
        """Return what the panel shows: all places, and the values with room for the caption."""
        if self.own is None:
            return None
        level = self.own.published.asymptote if self.own.published is not None else np.nan
        values = np.append(self.points.ys, level)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        half = max(0.5 * (high - low), 0.005 * abs(high))
        middle = 0.5 * (low + high)
        return -0.4, count + 0.75, middle - 1.3 * half, middle + 2.7 * half


class CalibrationHistoryView(QWidget):
    """Draws Fig. 9 and Eq. 4; the filter that is clicked is drawn over time below.

    Signals
    -------
    filter_chosen(str)
        By the user.
    cursor_changed(str)
        Text below the plots.
    """

    filter_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a filter to see its factor over time · [ and ]: filter before, and next"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: CalibrationHistory | None = None
        self.subarray = "FULL"
        names = sorted(published_bands(), key=lambda name: published_bands()[name].pivot_um)
        self.panels = NamedPanels(
            "Deliveries", names, x_label="", x_numbers="lowest row", columns=_COLUMNS
        )
        self.curve = ThemedPlot(
            name="C(t)",
            x_label=f"Days since MJD {DAY_ZERO_MJD:.0f}",
            y_label="C (MJy/sr per DN/s)",
        )
        self.filter = QComboBox()
        self.numbers = Label("", "dim")
        self.remark = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self._panels = {name: _Panel(plot) for name, plot in self.panels.plots.items()}
        self._make_layers()
        self._build()
        self._connect()

    def _make_layers(self) -> None:
        plot = self.curve
        self.asymptote = plot.add_layer(LevelsLayer("dim", style="dashed"), z=1)
        self.published = plot.add_layer(CurveLayer("dim", width=1.2), z=2)
        self.older = [
            plot.add_layer(CurveLayer(_HUES[i], width=1.2), z=3) for i in range(_MOST_DELIVERIES)
        ]
        self.present = plot.add_layer(CurveLayer("accent", width=2.0), z=4)

    def _build(self) -> None:
        self.filter.setAccessibleName("Filter")
        for name in self._panels:
            self.filter.addItem(name)
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.filter)
        row.addWidget(self.numbers)
        row.addWidget(self.remark, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        upper = QWidget()
        above = column(upper, spacing=GRID)
        above.addWidget(self.panels, 1)
        above.addWidget(ElidedLabel(_ABOUT, "dim", size=_SMALL))
        split.addWidget(upper)
        lower = QWidget()
        below = column(lower, spacing=GRID)
        below.addWidget(self.legend)
        below.addWidget(self.curve, 1)
        split.addWidget(lower)
        split.setSizes([310, 260])
        split.setChildrenCollapsible(False)
        self.empty = EmptyState.over(self, SentenceRow(row, self.remark), split)

    def _connect(self) -> None:
        self.filter.activated.connect(lambda i: self.choose(self.filter.itemText(i)))
        self.curve.cursor_moved.connect(self._on_cursor)
        self.curve.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.curve.all_bounds = self._curve_bounds
        self.legend.switched.connect(self._on_switched)
        for name, plot in self.panels.plots.items():
            plot.add_tool(_PickFilter(self, name))
            plot.all_bounds = lambda name=name: self._panels[name].bounds(len(self._delivered()))
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        for plot in (self.curve, *self.panels.plots.values()):
            plot.keys.bind("[", lambda: self.step(-1))
            plot.keys.bind("]", lambda: self.step(1))

    # What the follower asks

    def show_result(self, result: CalibrationHistory) -> None:
        """Draw ``result``; the zoom stays while filters and deliveries are the same."""
        before = self.result
        is_new = before is None or _outline(before) != _outline(result)
        self.result = result
        self.empty.say("")
        names = self._delivered()
        for name, panel in self._panels.items():
            own = result.of(name)
            panel.show(own, names)
            caption = self.panels.captions[name]
            caption.say("", reason="no factor" if own is None else "")
        if result.of(self.filter.currentText()) is None:
            self.filter.setCurrentText(result.filters[-1].filter_name)
        self._draw_curve()
        self.say(" ".join(result.messages))
        if is_new:
            self.panels.for_each(ThemedPlot.show_all_afresh)
            self.curve.show_all_afresh()

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
        """Write above the plots."""
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    def for_each_plot(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot."""
        self.panels.for_each(act)
        act(self.curve)

    def show_subarray(self, subarray: str) -> None:
        """Draw C(t) for another subarray."""
        if subarray != self.subarray:
            self.subarray = subarray
            self._draw_curve()
            self.curve.show_all_afresh()

    # What the user does

    def choose(self, name: str) -> None:
        """Draw the factor of another filter over time."""
        if self.result is None or self.result.of(name) is None:
            return
        self.filter.setCurrentText(name)
        self._draw_curve()
        self.curve.show_all_afresh()
        self.filter_chosen.emit(name)

    def step(self, by: int) -> None:
        """Go to the next filter that has a factor."""
        known = [] if self.result is None else [one.filter_name for one in self.result.filters]
        if self.filter.currentText() in known:
            place = known.index(self.filter.currentText()) + by
            if 0 <= place < len(known):
                self.choose(known[place])

    def tell(self, name: str, mouse: PlotMouse) -> None:
        """Write the delivery under the cursor below the plots."""
        own = self._panels[name].own
        if own is None or self.result is None:
            return
        at = int(np.floor(mouse.x + 0.3))
        names = self._delivered()
        value = next((v for v in own.delivered if at < len(names) and v.id == names[at]), None)
        if value is not None:
            self.cursor_changed.emit(_values_text(name, value.name, value.start, value.end))
        elif at >= len(names):
            curve = own.curve
            text = _values_text(name, "this session", curve.start, curve.asymptote)
            self.cursor_changed.emit(text)
        else:
            self.cursor_changed.emit("")

    def _delivered(self) -> tuple[str, ...]:
        return () if self.result is None else tuple(one.id for one in self.result.deliveries)

    def _own(self) -> FilterCalibration | None:
        return None if self.result is None else self.result.of(self.filter.currentText())

    def _draw_curve(self) -> None:
        own = self._own()
        self.panels.mark({self.filter.currentText()})
        if own is None or self.result is None:
            return
        days = np.linspace(0.0, 365.25 * _YEARS, 240)
        mjd = days + DAY_ZERO_MJD
        scale = 1.0 / own.curve.throughput(self._drawn_subarray(own))
        self.present.set_data(days, own.curve.factor_at(mjd) * scale)
        self.asymptote.set_values((own.curve.asymptote * scale,))
        published: FloatArray = _NONE
        if own.published is not None:
            published = published_curve(own.filter_name).factor_at(mjd) * scale
        self.published.set_data(days[: published.size], published)
        entries = [LegendEntry("present", "this session", "line", "accent")]
        if published.size:
            entries.append(LegendEntry("published", "Gordon+2025, Table 8", "line", "dim"))
        recent = self.result.deliveries[-_MOST_DELIVERIES:]
        for i, layer in enumerate(self.older):
            values = _NONE
            if i < len(recent):
                values = delivered_factors(recent[i], own.filter_name, mjd)
                entries.append(LegendEntry(f"older {i}", recent[i].name, "line", _HUES[i]))
            layer.set_data(days[: values.size], values * scale)
        self.legend.set_entries(tuple(entries))
        self.numbers.setText(_numbers_text(own, self._drawn_subarray(own)))

    def _drawn_subarray(self, own: FilterCalibration) -> str:
        is_mask = own.published is not None and own.published.kind == "coronagraph"
        return "FULL" if is_mask or self.subarray not in own.curve.throughputs else self.subarray

    def _curve_bounds(self) -> Bounds | None:
        layers = (self.present, self.published, *self.older)
        values = np.concatenate([one.ys for one in layers])
        values = values[np.isfinite(values)]
        if not values.size:
            return None
        low, high = float(values.min()), float(values.max())
        room = max(0.08 * (high - low), 0.002 * high)
        return 0.0, 365.25 * _YEARS, low - room, high + room

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers = {"present": self.present, "published": self.published}
        layers |= {f"older {i}": layer for i, layer in enumerate(self.older)}
        layers[name].setVisible(is_on)

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        own = self._own()
        if own is not None:
            subarray = self._drawn_subarray(own)
            value = float(own.curve.factor_at(x + DAY_ZERO_MJD, subarray))
            self.cursor_changed.emit(
                f"{own.filter_name}   {subarray}   MJD {x + DAY_ZERO_MJD:.0f}   "
                f"C {number_text(value)} MJy/sr per DN/s"
            )


class _PickFilter(MouseTool):
    """Chooses the filter that is clicked, and reads the delivery under the cursor."""

    def __init__(self, view: CalibrationHistoryView, name: str) -> None:
        self._view = view
        self._name = name

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        self._view.tell(self._name, mouse)
        return None

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.choose(self._name)
        return True


def _outline(history: CalibrationHistory) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(one.filter_name for one in history.filters),
        tuple(one.id for one in history.deliveries),
    )


def _values_text(name: str, file: str, start: float, end: float) -> str:
    return f"{name}   {file}   start {number_text(start)}   end {number_text(end)}"


def _numbers_text(own: FilterCalibration, subarray: str) -> str:
    parts = [
        f"A {number_text(own.curve.asymptote)}",
        f"B {number_text(own.curve.amplitude)}",
        f"τ {own.curve.tau_days:.0f} d",
        f"D {fixed_text(own.curve.throughput(subarray), 3)} ({subarray})",
    ]
    if np.isfinite(own.error_percent):
        parts.append(f"σ(CF) {own.error_percent:.2f} %")
    if np.isfinite(own.repeat_percent):
        parts.append(f"σ(repeat) {own.repeat_percent:.2f} %")
    return "   ".join(parts)
