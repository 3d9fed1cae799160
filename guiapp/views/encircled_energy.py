"""View of encircled energies: filter over filter, with the join radius to drag (Fig. 2)."""

from collections.abc import Mapping

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.imaging.encircled_energy import EncircledEnergies
from engine.imaging.light_model import nominal_wave_um
from engine.model.bands import bands
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.curves import CurveLayer, Dash
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry, SwatchKind
from guiapp.plots.marks import EdgesLayer, LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.plots.wide_bars import WideBarsLayer
from guiapp.views.join_gestures import DragJoin

_SHOWN = (
    ("all", "All filters", "Each filter 0.1 above the one before, as in the paper"),
    ("one", "One filter", "The chosen filter alone"),
)
_OFFSET = 0.1
_SWATCHES: dict[Dash, SwatchKind] = {"solid": "line", "dashed": "dashed", "dotted": "dotted"}
_MOST_CURVES = 40  # of one filter: more say nothing more
_PARTS = PointStyle("text", size=5.0)
_PICK_PIXELS = 9.0
_STEP_PX = 0.25
_LOWEST, _HIGHEST = 5.0, 140.0
_EMPTY = np.zeros(0)


class _Filter:
    """The curves of one filter."""

    def __init__(self, plot: ThemedPlot) -> None:
        self._plot = plot
        self.model = plot.add_layer(CurveLayer("dim", dash="dotted"), z=2)
        self.mean = plot.add_layer(CurveLayer("accent", width=1.8), z=4)
        self.points = plot.add_layer(PointsLayer((_PARTS,)), z=6)
        self.bars = plot.add_layer(WideBarsLayer("text"), z=5)
        self.observed: list[CurveLayer] = []

    def show(
        self, one: EncircledEnergies | None, up: float, *, is_chosen: bool, dash: Dash
    ) -> None:
        """Draw the curves ``up`` higher; `None`: none."""
        if one is None:
            for curve in (self.model, self.mean, *self.observed):
                curve.set_data(_EMPTY, _EMPTY)
            self.points.set_data(_EMPTY, _EMPTY)
            self.bars.set_data(_EMPTY, _EMPTY, _EMPTY)
            return
        color = color_of_filter(one.filter)
        radius = one.radius_px
        self.model.set_data(radius, one.model + up)
        self.mean.set_look(color, width=2.4 if is_chosen else 1.2, dash=dash)
        self.mean.set_data(radius, one.energy + up)
        shown = one.observed[:_MOST_CURVES]
        while len(self.observed) < len(shown):
            self.observed.append(self._plot.add_layer(CurveLayer(color, width=0.8), z=3))
        for place, curve in enumerate(self.observed):
            if place < len(shown):
                curve.set_look(color, dash=dash)
                curve.set_data(radius, shown[place].energy + up)
            else:
                curve.set_data(_EMPTY, _EMPTY)
        self.points.set_data(one.part_radius_px, one.parts + up)
        self.bars.set_data(one.part_radius_px, one.parts + up, one.part_error_px)


class EncircledEnergyView(QWidget):
    """Draws the encircled energy of filters; says which is looked at and where to join.

    Signals
    -------
    filter_chosen(str)
        The user clicked on the curve of a filter, or its name.
    join_moved(float)
        Join radius in pixels while it is dragged: what it gives is shown by `show_preview`.
    join_dragged(float, int)
        New join radius in pixels, and the number of the gesture.
    join_cancelled()
        The drag was given up: the join radius is what it was.
    cursor_changed(str)
        Text below the plot.
    """

    filter_chosen = pyqtSignal(str)
    join_moved = pyqtSignal(float)
    join_dragged = pyqtSignal(float, int)
    join_cancelled = pyqtSignal()
    cursor_changed = pyqtSignal(str)

    hint = "click a curve to choose its filter · drag the join radius · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Encircled energy")
        self.shown = SegmentBar("Filters shown", _SHOWN)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(
            name="Encircled energy", x_label="Radius (px)", y_label="Encircled energy"
        )
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.join = self.plot.add_layer(EdgesLayer("accent", style="grip"), z=8)
        self.energies: dict[str, EncircledEnergies] = {}
        self.chosen = ""
        self.join_px = 0.0
        self._preview: EncircledEnergies | None = None
        self._filters: dict[str, _Filter] = {}
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.shown)
        row.addWidget(self.summary, 1)
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, self.plot)
        self.shown.chosen.connect(lambda _name: self._draw(afresh=True))
        self.legend.switched.connect(lambda _name, _is_on: self._draw(afresh=False))
        self.plot.add_tool(
            DragJoin(
                self.join,
                self._on_join_moved,
                self.join_dragged.emit,
                self._on_join_cancelled,
                step=_STEP_PX,
                lowest=_LOWEST,
                highest=_HIGHEST,
                tolerance=_PICK_PIXELS,
            )
        )
        self.plot.add_tool(_PickFilter(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    # What is shown

    def show_energies(self, energies: Mapping[str, EncircledEnergies]) -> None:
        """Draw other curves, from short to long wavelengths."""
        is_new = set(energies) != set(self.energies)
        self._preview = None
        self.energies = dict(energies)
        self.empty.say("")
        if self.chosen not in self.energies:
            self.chosen = next(iter(self.energies), "")
        if is_new:
            self.legend.set_entries(
                tuple(
                    LegendEntry(one, one, _SWATCHES[self.dash_of(one)], color_of_filter(one))
                    for one in energies
                )
            )
        self._draw(afresh=is_new)

    def choose(self, name: str) -> None:
        """Look at one filter."""
        if name in self.energies and name != self.chosen:
            self.chosen = name
            self._draw(afresh=self.shown.current == "one")

    def show_join(self, join_px: float) -> None:
        """Show the join radius that is decided."""
        self.join_px = join_px
        self.join.set_values((join_px,) if join_px > 0 else ())

    def show_preview(self, one: EncircledEnergies | None) -> None:
        """Draw a filter as another join radius would make it; `None`: as it is."""
        self._preview = one
        self._draw(afresh=False)

    def say(self, text: str) -> None:
        """Write beside the choices."""
        self.summary.set_full_text(text)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.show_energies({})
        self.empty.say(reason)

    def offset_of(self, name: str) -> float:
        """Return how much higher the curves of a filter are drawn."""
        if self.shown.current == "one":
            return 0.0
        return _OFFSET * list(self.energies).index(name)

    def dash_of(self, name: str) -> Dash:
        """Return the style of the line of a filter: those whose colors are alike differ in it."""
        if name.endswith("C"):
            return "dotted"
        wide = [one for one in self.energies if not one.endswith("C")]
        return "dashed" if wide.index(name) % 2 else "solid"

    # What the mouse does

    def _on_join_moved(self, radius: float) -> None:
        self.join.set_values((radius,))
        self.join_moved.emit(radius)

    def _on_join_cancelled(self) -> None:
        self.show_join(self.join_px)
        self.join_cancelled.emit()

    def filter_at(self, mouse: PlotMouse) -> str:
        """Return the filter whose curve is under the mouse, or ``""``."""
        pixels = self.plot.pixels
        best = (_PICK_PIXELS, "")
        for name in self._visible():
            one = self.energies[name]
            value = float(np.interp(mouse.x, one.radius_px, one.energy)) + self.offset_of(name)
            if mouse.x <= one.radius_px[-1]:
                best = min(best, (abs(pixels.y_pixel(value) - mouse.row), name))
        return best[1]

    # Parts

    def _visible(self) -> tuple[str, ...]:
        if self.shown.current == "one":
            return (self.chosen,) if self.chosen else ()
        return tuple(one for one in self.energies if self.legend.is_on(one))

    def _draw(self, *, afresh: bool) -> None:
        visible = self._visible()
        for name in self.energies:
            if name not in self._filters:
                self._filters[name] = _Filter(self.plot)
        for name, drawn in self._filters.items():
            one = self._drawn(name) if name in visible else None
            up = self.offset_of(name) if one is not None else 0.0
            dash = self.dash_of(name) if one is not None else "solid"
            drawn.show(one, up, is_chosen=name == self.chosen, dash=dash)
        is_offset = self.shown.current != "one" and len(self.energies) > 1
        label = f"Encircled energy + {_OFFSET:g} a filter" if is_offset else "Encircled energy"
        self.plot.set_labels("Radius (px)", label)
        if afresh:
            self.plot.show_all_afresh()

    def _drawn(self, name: str) -> EncircledEnergies | None:
        """Return what is drawn of a filter: what the join radius gives that is in the hand."""
        is_previewed = self._preview is not None and self._preview.filter == name
        return self._preview if is_previewed else self.energies.get(name)

    def _bounds(self) -> Bounds | None:
        visible = self._visible()
        if not visible:
            return None
        end = max(float(self.energies[one].radius_px[-1]) for one in visible)
        top = max(float(self.energies[one].energy[-1]) + self.offset_of(one) for one in visible)
        return 0.0, min(end, 70.0), 0.0, max(top, 1.0) + 0.06

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        one = self.energies.get(self.chosen)
        if one is None:
            return
        energy = float(np.interp(x, one.radius_px, one.energy))
        model = float(np.interp(x, one.radius_px, one.model))
        self.cursor_changed.emit(
            f"{one.filter}   r {fixed_text(x, 2)} px = {fixed_text(x * one.pixel_arcsec, 3)}″   "
            f"encircled {fixed_text(energy, 4)}   model {fixed_text(model, 4)}"
        )


def color_of_filter(name: str) -> str:
    """Return the color of a filter: that of the MRS band with its wavelength."""
    wave = nominal_wave_um(name)
    listed = bands()
    middle = [0.5 * (one.wave_min_um + one.wave_max_um) for one in listed]
    place = int(np.argmin(np.abs(np.array(middle) - wave))) if np.isfinite(wave) else 0
    return f"band {listed[place].name}"


class _PickFilter(MouseTool):
    """Chooses the filter whose curve is clicked."""

    def __init__(self, view: EncircledEnergyView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.filter_at(mouse) else None

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.filter_at(mouse) if mouse.is_left else ""
        if found:
            self._view.choose(found)
            self._view.filter_chosen.emit(found)
        return bool(found)
