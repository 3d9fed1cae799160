"""Closed outlines over an image: fields on the sky."""

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QPainter, QPen, QPolygonF

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap

_WIDTH, _CHOSEN_WIDTH = 1.5, 3.0
_VEIL = 0.10


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """One closed outline.

    Attributes
    ----------
    id : str
        Given back when it is picked.
    x, y : ndarray, shape (n,)
        Corners in order.
    color : str
        A name of `guiapp.plots.colors.color_of`.
    """

    id: str
    x: FloatArray
    y: FloatArray
    color: str


class OutlinesLayer(Layer):
    """Outlines with a faint filling; one of them may be marked."""

    def __init__(self) -> None:
        super().__init__()
        self.outlines: tuple[Outline, ...] = ()
        self.chosen = ""

    def set_outlines(self, outlines: tuple[Outline, ...]) -> None:
        """Draw ``outlines`` in place of what is drawn now."""
        self.outlines = outlines
        self.mark_changed()

    def choose(self, outline_id: str) -> None:
        """Mark one outline; ``""``: none."""
        self.chosen = outline_id
        self.mark_changed()

    def outline_at(self, mouse: PlotMouse) -> Outline | None:
        """Return the smallest outline around the mouse."""
        around = [one for one in self.outlines if _holds(one, mouse.x, mouse.y)]
        return min(around, key=_size) if around else None

    def bounds(self) -> Bounds | None:
        if not self.outlines:
            return None
        x = np.concatenate([one.x for one in self.outlines])
        y = np.concatenate([one.y for one in self.outlines])
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in sorted(self.outlines, key=lambda outline: outline.id == self.chosen):
            points = zip(pixels.x_pixels(one.x), pixels.y_pixels(one.y), strict=True)
            polygon = QPolygonF([QPointF(float(x), float(y)) for x, y in points])
            is_chosen = one.id == self.chosen
            pen = QPen(color_of(one.color), _CHOSEN_WIDTH if is_chosen else _WIDTH)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(color_of(one.color, _VEIL) if is_chosen else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(polygon)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _holds(one: Outline, x: float, y: float) -> bool:
    """Tell whether a point lies in an outline: a ray crosses it an odd number of times."""
    x_next, y_next = np.roll(one.x, -1), np.roll(one.y, -1)
    crossing = (one.y > y) != (y_next > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = one.x + (y - one.y) * (x_next - one.x) / (y_next - one.y)
    return bool(np.count_nonzero(crossing & (x < at)) % 2)


def _size(one: Outline) -> float:
    return float(np.ptp(one.x) * np.ptp(one.y))
