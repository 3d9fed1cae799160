"""An image of the sky with an aperture to drag: what the views of cubes and of images share."""

from PyQt6.QtCore import QPointF, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import AnyFloatArray
from engine.model.sky import SkyPlane
from guiapp.plots.aperture_layer import ApertureLayer, Part
from guiapp.plots.color_bar import ColorBar
from guiapp.plots.color_maps import MapName
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.sky_marks import CompassLayer, ScaleBarLayer, SpotsLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import Stretch
from guiapp.views.cube_gestures import PICK_TOLERANCE, ApertureTool
from guiapp.views.cube_images import Cone

AXIS = 46  #: pixels of the axis at the left, which what stands below begins after
_ABOVE = 52.0  # pixels between the top of the field and what is said about a part


class AperturePane(QWidget):
    """Draws the aperture over an image, and lets it be dragged.

    A subclass lays its parts out, fills the image, and says what it shows.

    Parameters
    ----------
    plot : SkyPlot
        Where everything is drawn.

    Signals
    -------
    proposed(cone), dropped()
        While the aperture is dragged: what it would be; the drag was taken back.
    committed(cone, part)
        The user let it go: ``"center"``, ``"radius"``, ``"inner"`` or ``"outer"``.
    asked(cone, part)
        A key asks for another aperture; it is drawn once it is taken.
    cursor_changed(text)
        Read-out.
    """

    proposed = pyqtSignal(object)
    dropped = pyqtSignal()
    committed = pyqtSignal(object, str)
    asked = pyqtSignal(object, str)
    cursor_changed = pyqtSignal(str)

    plane = 0  #: that the aperture is drawn for

    def __init__(self, plot: SkyPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cone: Cone | None = None
        self.plot = plot
        self.image = plot.add_layer(ImageLayer(), z=0)
        self.aperture = plot.add_layer(ApertureLayer(), z=6)
        self.spots = plot.add_layer(SpotsLayer(), z=7)
        self.compass = plot.add_layer(CompassLayer(), z=8)
        self.scale_bar = plot.add_layer(ScaleBarLayer(), z=8)
        self.color_bar = ColorBar(left=AXIS, right=5)
        self.tip = PlotMessage(plot, "cursor")
        self.message = PlotMessage(plot, "center")
        self.note = PlotMessage(plot, "top")
        for words in (self.tip, self.note):
            words.keep_clear_of(self.compass.place_in_plot)
        self._truth: Cone | None = None
        plot.add_tool(ApertureTool(self))
        plot.cursor_moved.connect(self._on_cursor)
        plot.cursor_left.connect(self._on_left)

    # What is shown

    def show_cone(self, cone: Cone | None) -> None:
        """Draw the aperture as it is decided."""
        self._truth = cone
        if not self.plot.is_dragging:
            self.cone = cone
            self._draw_aperture()

    def set_look(self, *, stretch: Stretch | None = None, map_name: MapName | None = None) -> None:
        """Change how values become colors."""
        self.image.set_look(stretch=stretch, map_name=map_name)
        if map_name is not None:
            self._set_map(map_name)
        self._draw_scale()

    @property
    def decided(self) -> Cone | None:
        """The aperture as it is decided, whatever the hand does now."""
        return self._truth

    def take(self, cone: Cone) -> None:
        """Draw ``cone`` as decided, e.g. by a key."""
        self.cone = self._truth = cone
        self._draw_aperture()

    # What keys do

    def nudge(self, direction: tuple[int, int], step: float) -> None:
        """Ask for the aperture ``step`` pixels further in ``direction``."""
        cone = self.cone
        if cone is not None and cone.center is not None:
            x, y = (at + step * by for at, by in zip(cone.center, direction, strict=True))
            self._ask(cone.moved_to(*self.inside(x, y)), "center")

    def widen(self, by: float) -> None:
        """Ask for an aperture with a radius that is larger by ``by``."""
        if self.cone is not None:
            self._ask(self.cone.resized("radius", self.cone.radius_fwhm + by), "radius")

    def move_to_cursor(self) -> None:
        """Ask for the aperture with its center under the cursor."""
        mouse = self.plot.cursor
        if self.cone is not None and mouse is not None:
            self._ask(self.cone.moved_to(*self.inside(mouse.x, mouse.y)), "center")

    def _ask(self, cone: Cone, part: Part) -> None:
        is_other = self.cone is not None and not cone.is_same(self.cone)
        if is_other and not self.plot.is_dragging:
            self.asked.emit(cone, part)

    # What gestures need (SkyHost)

    def part_hovered(self, part: Part | None) -> None:
        """Say what can be grabbed here."""
        if part is not None and part != "center" and self.cone is not None:
            self._say_part(self.cone, part)

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """Return the nearest place inside the image."""
        n_y, n_x = self.image.values.shape
        return min(max(x, -0.5), n_x - 0.5), min(max(y, -0.5), n_y - 0.5)

    def propose(self, cone: Cone, part: Part) -> None:
        """Draw what the drag would give."""
        if self.cone is not None and not cone.is_same(self.cone):
            self.cone = cone
            self._draw_aperture()
            self.proposed.emit(cone)
        self._say_part(cone, part)

    def drop_proposal(self) -> None:
        """Draw what is true again."""
        self.cone = self._truth
        self._draw_aperture()
        self.tip.say("", "tip")
        self.dropped.emit()

    def commit(self, cone: Cone, part: Part) -> None:
        """Take ``cone`` as decided and say so."""
        self.take(cone)
        self.tip.say("", "tip")
        self.committed.emit(cone, part)

    def spaxel_clicked(self, x: float, y: float) -> None:
        """Decide nothing: a click alone means nothing, unless a subclass gives it a meaning."""

    # What subclasses say

    def _say_part(self, cone: Cone, part: str) -> None:
        """Say the size of a part of the aperture, or where its center is."""
        raise NotImplementedError

    def _draw_scale(self) -> None:
        """Draw the color bar."""
        raise NotImplementedError

    def _on_cursor(self, x: float, y: float, index: int) -> None:
        """Say what is under the cursor."""
        raise NotImplementedError

    # Parts

    def _set_map(self, map_name: MapName) -> None:
        """Let what lies over the image be seen on these colors."""
        for layer in (self.aperture, self.spots):
            layer.set_map(map_name)

    def _show_sky(self, sky: SkyPlane | None, pixel_arcsec: float) -> None:
        """Say where north and east are, and how large a pixel is."""
        north, east = (None, None) if sky is None else sky.north_east()
        self.compass.set_directions(_pair(north), _pair(east))
        self.scale_bar.set_scale(pixel_arcsec)

    def _draw_aperture(self) -> None:
        cone, truth = self.cone, self._truth
        circles = None if cone is None else cone.circles(self.plane)
        is_moved = cone is not None and truth is not None and not cone.is_same(truth)
        before = truth.circles(self.plane) if is_moved and truth is not None else None
        self.aperture.set_circles(circles, before=before)

    def _say_above(self, text: str) -> None:
        """Write above the field, where it hides no data."""
        field = self.plot.ruler.field
        if field is not None:
            pixels = self.plot.pixels
            corner = QPointF(pixels.x_pixel(field[0]), pixels.y_pixel(field[3]) - _ABOVE)
            self.tip.say(text, "tip", at=QPointF(max(corner.x(), 0.0), max(corner.y(), 0.0)))

    def _name_spot(self) -> None:
        """Name the mark under the cursor, unless a part of the aperture is named."""
        if self.aperture.highlighted in {None, "center"}:
            mouse = self.plot.cursor
            spot = None if mouse is None else self.spots.spot_at(mouse, PICK_TOLERANCE)
            self._say_above("" if spot is None else spot.name)

    def _on_left(self) -> None:
        self.tip.say("", "tip")
        self.cursor_changed.emit("")


def _pair(direction: AnyFloatArray | None) -> tuple[float, float] | None:
    return None if direction is None else (float(direction[0]), float(direction[1]))
