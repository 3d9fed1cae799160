"""View of footprints: where the fields of channels and tiles lie, over an image (Fig. 1)."""

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import AnyFloatArray
from engine.counting import counted
from engine.mrs.footprints import Footprint, FootprintMap
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.outlines import Outline, OutlinesLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.sky_marks import CompassLayer, ScaleBarLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.views.cube_images import levels_of

_SHOWN = (
    ("all bands", "All bands", "The field of every cube"),
    ("one band a channel", "Channels", "One band a channel: they cover nearly the same field"),
)
_ROOM = 0.25  # of the fields, around them
_SAME_PLACE_ARCSEC = 120.0
_NOTHING = np.zeros((0, 0))


class FootprintsView(QWidget):
    """Draws fields over an image; says which one is picked.

    Signals
    -------
    field_chosen(str)
        Id of the observation whose field was clicked.
    shown_chosen(str)
        Value of `FootprintParams.shown`.
    cursor_changed(str)
        Text below the map.
    """

    field_chosen = pyqtSignal(str)
    shown_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a field to select its cube · wheel zooms · middle-drag moves"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = SegmentBar("Footprints shown", _SHOWN)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = SkyPlot(name="Footprints", x_label="x (pixels)", y_label="y (pixels)")
        self.image = self.plot.add_layer(ImageLayer(), z=1)
        self.outlines = self.plot.add_layer(OutlinesLayer(), z=5)
        self.compass = self.plot.add_layer(CompassLayer(), z=8)
        self.scale_bar = self.plot.add_layer(ScaleBarLayer(), z=8)
        self.result: FootprintMap | None = None
        self._hidden: frozenset[str] = frozenset()
        self._shown_field: Bounds | None = None
        self._is_new = True
        self.plot.all_bounds = lambda: self.plot.with_ruler(self._shown_field)
        self.image.set_look(map_name="gray", stretch="arcsinh")
        self._lay_out()
        self.shown.chosen.connect(self.shown_chosen)
        self.legend.switched.connect(self._on_switched)
        self.plot.add_tool(_PickField(self))
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.shown)
        row.addWidget(self.summary, 1)
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, self.plot)

    def show_result(self, result: FootprintMap) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("")
        self.result = result
        self._draw_outlines(result)
        self._place(self._field())
        north, east = result.north, result.east
        self.compass.set_directions(
            (float(north[0]), float(north[1])), (float(east[0]), float(east[1]))
        )
        self.scale_bar.set_scale(result.arcsec_per_pixel)
        over = f"over {result.image}" if result.image else "no image is open"
        self.summary.set_full_text(f"{counted(len(result.footprints), 'field')}, {over}")
        bands = list(dict.fromkeys(one.band for one in result.footprints))
        self.legend.set_entries(
            tuple(LegendEntry(one, one, "line", f"band {one}") for one in bands)
        )
        if self._is_new:
            self._is_new = False
            self.plot.show_all_afresh()

    def show_image(self, image: AnyFloatArray | None) -> None:
        """Draw the ground; `None`: there is none."""
        values = _NOTHING if image is None else image
        self.image.set_image(values, levels_of(values) if values.size else self.image.levels)
        self._place(self._field())

    def show_stale(self) -> None:
        """Say that the map is being made anew."""
        self.summary.set_full_text("Mapping fields …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no map."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        self.summary.set_full_text(f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self._is_new = True
        self.outlines.set_outlines(())
        self.show_image(None)
        self.legend.set_entries(())
        self.empty.say(reason)

    def choose(self, segment: str) -> None:
        """Mark the field of one cube, and go to where it is."""
        self.outlines.choose(segment)
        field = self._field()
        if field is not None and field != self._shown_field:
            self._place(field)
            self.plot.show_all_afresh()

    def _place(self, field: Bounds | None) -> None:
        self._shown_field = field
        image = self.image.bounds()
        ground = field if image is None or field is None else _union(field, image)
        self.plot.ruler.set_field(ground)  # numbers across an image cannot be read
        self.compass.set_field(field)
        self.scale_bar.set_field(ground)  # nor can a bar across the numbers

    def _field(self) -> Bounds | None:
        """Return the fields around the chosen one, or the first, with room around them."""
        every = () if self.result is None else self.result.footprints
        found = tuple(one for one in every if _is_drawn(one))
        if self.result is None or not found:
            return None
        center = next((one for one in found if one.id == self.outlines.chosen), found[0])
        reach = _SAME_PLACE_ARCSEC / self.result.arcsec_per_pixel
        near = [
            one
            for one in found
            if np.hypot(one.x.mean() - center.x.mean(), one.y.mean() - center.y.mean()) <= reach
        ]
        x, y = np.concatenate([one.x for one in near]), np.concatenate([one.y for one in near])
        low_x, high_x, low_y, high_y = (float(v) for v in (x.min(), x.max(), y.min(), y.max()))
        room = _ROOM * max(high_x - low_x, high_y - low_y)
        return low_x - room, high_x + room, low_y - room, high_y + room

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        self._hidden = self._hidden - {name} if is_on else self._hidden | {name}
        if self.result is not None:
            self._draw_outlines(self.result)

    def _draw_outlines(self, result: FootprintMap) -> None:
        self.outlines.set_outlines(
            tuple(
                Outline(one.id, one.x, one.y, f"band {one.band}")
                for one in result.footprints
                if one.band not in self._hidden and _is_drawn(one)
            )
        )

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        mouse = self.plot.cursor
        found = None if mouse is None else self.outlines.outline_at(mouse)
        name = ""
        if found is not None and self.result is not None:
            one = next(one for one in self.result.footprints if one.id == found.id)
            name = f"{one.title}   {one.area_arcsec2:.1f} arcsec²   "
        self.cursor_changed.emit(f"{name}x {x:.1f}   y {y:.1f}")


def _union(one: Bounds, other: Bounds) -> Bounds:
    return (
        min(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        max(one[3], other[3]),
    )


def _is_drawn(one: Footprint) -> bool:
    return bool(np.isfinite(one.x + one.y).all())


class _PickField(MouseTool):
    """Selects the cube whose field is clicked."""

    def __init__(self, view: FootprintsView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        found = self._view.outlines.outline_at(mouse)
        return Qt.CursorShape.PointingHandCursor if found is not None else None

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.outlines.outline_at(mouse) if mouse.is_left else None
        if found is not None:
            self._view.field_chosen.emit(found.id)
        return found is not None
