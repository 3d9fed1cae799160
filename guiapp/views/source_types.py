"""View of types of stars: their average factors over those of all (Gordon+2025, Fig. 7)."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import frozen
from engine.imaging.source_types import SourceTypes, TypeRatio
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, column
from guiapp.look.tokens import GRID
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.imaging_groups import TYPE_NAMES

_PICK_PIXELS = 9.0
_SHADES = (
    "band 1A", "band 1B", "band 1C", "band 2A", "band 2B", "band 2C", "band 3A", "band 3B",
    "band 3C", "band 4A", "band 4B", "band 4C",
)  # fmt: skip
_MEAN = PointStyle("text", symbol="diamond", size=11.0)
_ROOM = 0.62  # of the distance of two types, that the filters take
_MEAN_AT = 0.36


class SourceTypesView(QWidget):
    """Draws ratios by type; says which filter is picked.

    Signals
    -------
    filter_chosen(str)
        The filter of a point that was clicked.
    cursor_changed(str)
        Text below the plot.
    """

    filter_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a point: its filter is marked in the numbers"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: SourceTypes | None = None
        self.drawn: tuple[TypeRatio, ...] = ()
        self.has_errors = True
        self.plot = plot = ThemedPlot(self, name="Factor of the type over that of all")
        self.one = plot.add_layer(LevelsLayer("dim"), z=1)
        self.bars = plot.add_layer(ErrorBarsLayer("dim", opacity=0.7), z=3)
        self.points = plot.add_layer(PointsLayer(()), z=4)
        self.mean_bars = plot.add_layer(ErrorBarsLayer("text", opacity=0.9), z=5)
        self.means = plot.add_layer(PointsLayer((_MEAN,)), z=6)
        self.legend = LegendBar()
        self.remark = ElidedLabel("", "dim", rows=3)
        self.one.set_values((1.0,))
        plot.all_bounds = self._bounds
        plot.add_tool(_PickFilter(self))
        plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        frame = QWidget()
        self.empty = EmptyState(self, frame)
        whole = column(frame, spacing=GRID)
        whole.addWidget(self.remark)
        whole.addWidget(self.legend)
        whole.addWidget(plot, 1)

    def show_result(self, result: SourceTypes) -> None:
        """Draw ``result``."""
        before = self.result
        names = [one.star_class for one in result.means]
        is_new = before is None or [one.star_class for one in before.means] != names
        self.result = result
        self.empty.say("")
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.names = tuple(TYPE_NAMES.get(one, one) for one in names)
        self.plot.set_labels("Type of star", "Factor over that of all types (filters ± 1 σ)")
        self._draw_ratios(result)
        self._draw_means(result)
        self.remark.set_tone("dim")
        self.remark.set_full_text(_words(result))
        if is_new:
            self.plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self.remark.set_tone("dim")
        self.remark.set_full_text("Computing …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        if self.result is None:
            self.clear(f"{what} {hint}".strip())
        else:
            self.remark.set_tone("wrong")
            self.remark.set_full_text(f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.empty.say(reason)

    def show_errors(self, wanted: Literal["shown", "hidden"]) -> None:
        """Show or hide the error bars of the filters."""
        self.has_errors = wanted == "shown"
        self.bars.setVisible(wanted == "shown")

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with the plot."""
        act(self.plot)

    def ratio_at(self, mouse: PlotMouse) -> TypeRatio | None:
        """Return the ratio under the mouse, or `None`."""
        index = self.points.point_at(mouse, _PICK_PIXELS)
        return self.drawn[index] if index >= 0 else None

    def tell(self, ratio: TypeRatio | None) -> None:
        """Write what is under the cursor below the plot."""
        if ratio is None:
            self.cursor_changed.emit("")
            return
        name = TYPE_NAMES.get(ratio.star_class, ratio.star_class)
        stars = fixed_text(ratio.average.n_stars, 2)
        value = number_text(ratio.ratio, ratio.error)
        self.cursor_changed.emit(f"{ratio.filter_name}   {name}   {value}   {stars} stars")

    def _draw_ratios(self, result: SourceTypes) -> None:
        names = list(dict.fromkeys(one.filter_name for one in _by_wave(result)))
        shades = {name: _SHADES[_shade(place, len(names))] for place, name in enumerate(names)}
        places, drawn = [], []
        for place, mean in enumerate(result.means):
            own = result.of(mean.star_class)
            steps = np.linspace(-_ROOM, 0.0, max(len(own), 1)) / 2 - 0.02
            places += [place + float(step) for step in steps[: len(own)]]
            drawn += list(own)
        self.drawn = tuple(drawn)
        x = frozen(places)
        y = frozen([one.ratio for one in drawn])
        self.points.set_styles([PointStyle(shades[name], "circle", 8.0) for name in names])
        kinds = np.array([names.index(one.filter_name) for one in drawn], dtype=np.int64)
        self.points.set_data(x, y, kinds)
        self.bars.set_data(x, y, np.array([one.error for one in drawn]))
        entries = [
            LegendEntry(
                name, name, "points", shades[name], PointStyle(shades[name], "circle", 7.0), name
            )
            for name in names
        ]
        title = f"all filters, bars {result.params.bars:g} σ"
        entries.append(LegendEntry("mean", title, "points", "text", _MEAN, "Their mean"))
        self.legend.set_entries(tuple(entries))

    def _draw_means(self, result: SourceTypes) -> None:
        x = frozen(np.arange(len(result.means)) + _MEAN_AT)
        y = frozen([one.ratio for one in result.means])
        self.means.set_data(x, y)
        bars = frozen([result.params.bars * one.error for one in result.means])
        self.mean_bars.set_data(x, y, bars)

    def _bounds(self) -> Bounds | None:
        if self.result is None or not self.drawn:
            return None
        y = [one.ratio + sign * one.error for one in self.drawn for sign in (-1, 1)]
        bars = self.result.params.bars
        y += [one.ratio + sign * bars * one.error for one in self.result.means for sign in (-1, 1)]
        known = np.array(y)[np.isfinite(y)]
        low, high = float(known.min()), float(known.max())
        room = 0.06 * (high - low)
        return -0.5, len(self.result.means) - 0.4, low - room, high + room


def _by_wave(result: SourceTypes) -> list[TypeRatio]:
    return sorted(result.ratios, key=lambda one: np.nan_to_num(one.pivot_um, nan=99.0))


def _shade(place: int, count: int) -> int:
    return round(place * (len(_SHADES) - 1) / max(count - 1, 1))


def _words(result: SourceTypes) -> str:
    if result.messages:
        return " ".join(result.messages)
    return f"No type differs from all by {result.params.bars:g} σ."


class _PickFilter(MouseTool):
    """Chooses the filter of the point that is clicked, and reads the one under the cursor."""

    def __init__(self, view: SourceTypesView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        found = self._view.ratio_at(mouse)
        self._view.tell(found)
        return None if found is None else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.ratio_at(mouse)
        if found is None or not mouse.is_left:
            return False
        self._view.filter_chosen.emit(found.filter_name)
        return True
