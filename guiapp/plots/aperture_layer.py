"""An aperture with its background annulus, drawn over an image; its parts can be found by mouse."""

import math
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen

from guiapp.look.tokens import Tokens
from guiapp.plots.color_maps import MapName, ground_tokens
from guiapp.plots.layers import Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap

Part = Literal["center", "radius", "inner", "outer"]

_CROSS = (5.0, 11.0)  # where the arms of the cross at the center begin and end
_CASING = 3.5  # width of the dark line under a bright one
_SMALL = 14.0  # a circle smaller than this can be grabbed in its inner half only


@dataclass(frozen=True, slots=True)
class Circles:
    """A circle and an annulus around it.

    Attributes
    ----------
    x, y : float
        Center, in data units.
    radius, inner, outer : float
        In data units; NaN: not there.
    """

    x: float
    y: float
    radius: float
    inner: float = math.nan
    outer: float = math.nan

    def size_of(self, part: Part) -> float:
        """Return the radius of one of the circles; 0 for the center."""
        sizes = {"radius": self.radius, "inner": self.inner, "outer": self.outer}
        return sizes.get(part, 0.0)


class ApertureLayer(Layer):
    """The aperture solid, the annulus dashed, and where it was before a drag, faint."""

    def __init__(self) -> None:
        super().__init__()
        self.circles: Circles | None = None
        self.before: Circles | None = None
        self.highlighted: Part | None = None
        self.map_name: MapName = "magma"

    def set_circles(self, circles: Circles | None, *, before: Circles | None = None) -> None:
        """Draw ``circles``; ``before``: where they were."""
        self.circles, self.before = circles, before
        self.mark_changed()

    def set_map(self, map_name: MapName) -> None:
        """Take colors that can be seen on images of this color map."""
        self.map_name = map_name
        self.mark_changed()

    def highlight(self, part: Part | None) -> None:
        """Draw one part stronger; `None`: none."""
        if part != self.highlighted:
            self.highlighted = part
            self.mark_changed()

    def part_at(self, mouse: PlotMouse, tolerance: float) -> Part | None:
        """Return what can be grabbed within ``tolerance`` pixels of the mouse."""
        circles = self.circles
        if circles is None:
            return None
        pixels = self.pixels
        scale = pixels_per_unit(pixels)
        center = _center(circles, pixels)
        away = math.hypot(mouse.column - center.x(), mouse.row - center.y())
        size = circles.radius * scale
        if size < _SMALL and away < size / 2:
            return "center"
        edges: tuple[Part, ...] = ("radius", "inner", "outer")
        near = [
            (abs(away - circles.size_of(part) * scale), place)
            for place, part in enumerate(edges)
            if abs(away - circles.size_of(part) * scale) <= tolerance
        ]
        if near:
            return edges[min(near)[1]]
        return "center" if away < size else None

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tokens = ground_tokens(self.map_name)
        if self.before is not None:
            _draw_faint(painter, self.before, pixels, tokens)
        if self.circles is not None:
            self._draw_annulus(painter, self.circles, pixels, tokens)
            self._draw_aperture(painter, self.circles, pixels, tokens)

    def _draw_annulus(
        self, painter: QPainter, circles: Circles, pixels: PixelMap, tokens: Tokens
    ) -> None:
        if not circles.outer > 0.0:
            return
        ring = QPainterPath()
        center, scale = _center(circles, pixels), pixels_per_unit(pixels)
        for size in (circles.outer, circles.inner):
            ring.addEllipse(center, size * scale, size * scale)
        painter.fillPath(ring, _faint(tokens.text, 0.07))
        for part in ("inner", "outer"):
            strong = self.highlighted == part
            pen = QPen(QColor(tokens.accent if strong else tokens.text), 2.0 if strong else 1.2)
            pen.setDashPattern([4.0, 3.0] if strong else [6.0, 5.0])
            _cased_circle(painter, center, circles.size_of(part) * scale, pen, tokens)

    def _draw_aperture(
        self, painter: QPainter, circles: Circles, pixels: PixelMap, tokens: Tokens
    ) -> None:
        center, scale = _center(circles, pixels), pixels_per_unit(pixels)
        width = 2.6 if self.highlighted == "radius" else 1.8
        pen = QPen(QColor(tokens.accent), width)
        _cased_circle(painter, center, circles.radius * scale, pen, tokens)
        first, last = _CROSS
        cross = QPainterPath()
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            cross.moveTo(center + QPointF(dx, dy) * first)
            cross.lineTo(center + QPointF(dx, dy) * last)
        for color, thickness in (
            (_faint(tokens.window, 0.7), _CASING),
            (QColor(tokens.accent), 2.2 if self.highlighted == "center" else 1.6),
        ):
            painter.strokePath(cross, QPen(color, thickness))


def pixels_per_unit(pixels: PixelMap) -> float:
    """Return how many pixels wide one unit of x is."""
    low, high = pixels.x_range
    return pixels.width / (high - low)


def _center(circles: Circles, pixels: PixelMap) -> QPointF:
    return QPointF(pixels.x_pixel(circles.x), pixels.y_pixel(circles.y))


def _faint(color: str, opacity: float) -> QColor:
    faint = QColor(color)
    faint.setAlphaF(opacity)
    return faint


def _cased_circle(
    painter: QPainter, center: QPointF, size: float, pen: QPen, tokens: Tokens
) -> None:
    """Draw a circle that is seen on bright and on dark pixels."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_faint(tokens.window, 0.55), pen.widthF() + 2.0))
    painter.drawEllipse(center, size, size)
    painter.setPen(pen)
    painter.drawEllipse(center, size, size)


def _draw_faint(painter: QPainter, circles: Circles, pixels: PixelMap, tokens: Tokens) -> None:
    pen = QPen(_faint(tokens.text, 0.6), 1)
    pen.setDashPattern([2.0, 4.0])
    painter.setPen(pen)
    size = circles.radius * pixels_per_unit(pixels)
    painter.drawEllipse(_center(circles, pixels), size, size)
