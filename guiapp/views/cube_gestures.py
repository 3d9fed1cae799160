"""What the mouse does in the cube view: the aperture, spaxels, planes."""

import math
from typing import Protocol

from PyQt6.QtCore import Qt

from guiapp.plots.aperture_layer import ApertureLayer, Part
from guiapp.plots.marks import EdgesLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.views.cube_images import Cone

PICK_TOLERANCE = 7.0  #: device-independent pixels
_BEGINS = 3.0  # pixels; a press that moves less is a click
_STILL = 1.0  # pixels; a drag that ends nearer to its start than this changes nothing

_CURSORS: dict[Part, Qt.CursorShape] = {
    "center": Qt.CursorShape.SizeAllCursor,
    "radius": Qt.CursorShape.PointingHandCursor,
    "inner": Qt.CursorShape.PointingHandCursor,
    "outer": Qt.CursorShape.PointingHandCursor,
}


class SkyHost(Protocol):
    """What gestures need of the image that they work on."""

    cone: Cone | None
    aperture: ApertureLayer
    plane: int

    def part_hovered(self, part: Part | None) -> None:
        """Say what can be grabbed here."""

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """Return the nearest place inside the field."""

    def propose(self, cone: Cone, part: Part) -> None:
        """Draw what the drag would give."""

    def drop_proposal(self) -> None:
        """Draw what is true again."""

    def commit(self, cone: Cone, part: Part) -> None:
        """Say that the user wants ``cone``."""

    def spaxel_clicked(self, x: float, y: float) -> None:
        """Say that the user picked the spaxel at (x, y)."""


class ApertureTool(MouseTool):
    """Drag inside the aperture moves it, drag an edge resizes it; a click picks a spaxel.

    A double click puts the center where it is.
    """

    def __init__(self, host: SkyHost) -> None:
        self._host = host
        self._part: Part = "center"
        self._start: PlotMouse | None = None
        self._from: Cone | None = None
        self._is_moving = False

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        part = self._host.aperture.part_at(mouse, PICK_TOLERANCE)
        self._host.aperture.highlight(part)
        if part is None:
            return None
        self._host.part_hovered(part)
        return _CURSORS[part]

    def leave(self) -> None:
        self._host.aperture.highlight(None)

    def press(self, mouse: PlotMouse) -> bool:
        part = self._host.aperture.part_at(mouse, PICK_TOLERANCE) if mouse.is_left else None
        if part is None or self._host.cone is None:
            return False
        self._part, self._start, self._from = part, mouse, self._host.cone
        self._is_moving = False
        self._host.aperture.highlight(part)
        return True

    def move(self, mouse: PlotMouse) -> None:
        assert self._start is not None
        self._is_moving = self._is_moving or self._start.distance(mouse) >= _BEGINS
        if not self._is_moving:
            return
        wanted = self._wanted(mouse)
        if wanted is None:
            self._host.drop_proposal()
        else:
            self._host.propose(wanted, self._part)

    def release(self, mouse: PlotMouse) -> None:
        assert self._start is not None
        self.move(mouse)
        wanted = self._wanted(mouse)
        if not self._is_moving:
            self._host.spaxel_clicked(self._start.x, self._start.y)
        elif wanted is None:
            self._host.drop_proposal()
        else:
            self._host.commit(wanted, self._part)

    def cancel(self) -> None:
        self._host.aperture.highlight(None)
        self._host.drop_proposal()

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._host.spaxel_clicked(mouse.x, mouse.y)
        return True

    def double_click(self, mouse: PlotMouse) -> bool:
        cone = self._host.cone
        if cone is None or not mouse.is_left:
            return False
        self._host.commit(cone.moved_to(*self._host.inside(mouse.x, mouse.y)), "center")
        return True

    def _wanted(self, mouse: PlotMouse) -> Cone | None:
        """Return what the drag means now; `None` while everything is where it was."""
        start, cone = self._start, self._from
        assert start is not None
        assert cone is not None
        if cone.center is None or start.distance(mouse) < _STILL:
            return None
        x, y = cone.center
        if self._part == "center":
            place = self._host.inside(x + mouse.x - start.x, y + mouse.y - start.y)
            wanted = cone.moved_to(*place)
        else:
            circles = cone.circles(self._host.plane)
            assert circles is not None
            slip = circles.size_of(self._part) - math.hypot(start.x - x, start.y - y)
            size = math.hypot(mouse.x - x, mouse.y - y) + slip
            fwhm = float(cone.fwhm_pixels[self._host.plane])
            wanted = cone.resized(self._part, size / fwhm)
        return None if wanted.is_same(cone) else wanted


class PlaneHost(Protocol):
    """What choosing a plane in a spectrum needs of its pane."""

    def wave_chosen(self, wave_um: float) -> None:
        """Say that the user wants the plane at a wavelength."""


class PlaneTool(MouseTool):
    """Drag the line to leaf through the planes; a click shows the plane at its wavelength."""

    def __init__(self, host: PlaneHost, line: EdgesLayer) -> None:
        self._host = host
        self._line = line
        self._first = 0.0

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        place = self._line.edge_at(mouse.column, PICK_TOLERANCE)
        self._line.highlight(place)
        return None if place < 0 else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        self._line.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left or self._line.edge_at(mouse.column, PICK_TOLERANCE) < 0:
            return False
        self._first = self._line.values[0]
        return True

    def move(self, mouse: PlotMouse) -> None:
        self._host.wave_chosen(mouse.x)

    def release(self, mouse: PlotMouse) -> None:
        self.move(mouse)

    def cancel(self) -> None:
        self._host.wave_chosen(self._first)

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._host.wave_chosen(mouse.x)
        return True
