"""Symbols of points, drawn once and stamped thousands of times."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from pyqtgraph.Qt import internals

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of

Symbol = Literal["circle", "square", "triangle", "diamond", "cross", "plus", "crossed circle"]
Fill = Literal["filled", "open"]

_FRAGMENT_FIELDS = 10  # x, y, source x, y, width, height, scale x, y, rotation, opacity
_CORNERS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0.0, -1.05), (1.05, 0.85), (-1.05, 0.85)),
    "diamond": ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
}
_STROKES = {
    "cross": ((-0.75, -0.75, 0.75, 0.75), (-0.75, 0.75, 0.75, -0.75)),
    "crossed circle": ((-0.7, -0.7, 0.7, 0.7), (-0.7, 0.7, 0.7, -0.7)),
    "plus": ((-1.0, 0.0, 1.0, 0.0), (0.0, -1.0, 0.0, 1.0)),
}


@dataclass(frozen=True, slots=True)
class PointStyle:
    """How points of one kind look.

    Attributes
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    symbol : str
        ``"circle"``, ``"square"``, ``"triangle"``, ``"diamond"``, ``"cross"``, ``"plus"`` or
        ``"crossed circle"``.
    size : float
        Across. Unit: device-independent pixel.
    fill : {"filled", "open"}
        Whether a closed symbol is filled.
    line : float
        Width of outlines and strokes.
    opacity : float
        0 to 1.
    off_scale : {"hidden", "marked"}
        Whether points above or below the view show as small marks at its edge.
    """

    color: str
    symbol: Symbol = "circle"
    size: float = 3.0
    fill: Fill = "filled"
    line: float = 1.2
    opacity: float = 1.0
    off_scale: Literal["hidden", "marked"] = "hidden"


def symbol_path(symbol: Symbol, size: float) -> QPainterPath:
    """Return the outline, or the strokes, of a symbol around (0, 0)."""
    half = size / 2
    path = QPainterPath()
    if symbol in {"circle", "crossed circle"}:
        path.addEllipse(QPointF(0, 0), half, half)
    if symbol == "circle":
        return path
    if symbol in _STROKES:
        for x0, y0, x1, y1 in _STROKES[symbol]:
            path.moveTo(x0 * half, y0 * half)
            path.lineTo(x1 * half, y1 * half)
    else:
        path.addPolygon(QPolygonF([QPointF(x * half, y * half) for x, y in _CORNERS[symbol]]))
        path.closeSubpath()
    return path


def draw_symbol(painter: QPainter, style: PointStyle, at: QPointF, color: QColor) -> None:
    """Draw one symbol of ``style`` in ``color`` at a place."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    filled = style.fill == "filled" and style.symbol not in _STROKES
    if filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
    else:
        pen = QPen(color, style.line)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(symbol_path(style.symbol, style.size))
    painter.restore()


def stamp_points(
    painter: QPainter, style: PointStyle, columns: FloatArray, rows: FloatArray, opacity: float
) -> None:
    """Draw the symbol of ``style`` at many places at once; NaN: none."""
    kept = np.isfinite(columns) & np.isfinite(rows)
    if not kept.any():
        return
    device = painter.device()
    ratio = 1.0 if device is None else device.devicePixelRatioF()
    color = color_of(style.color, style.opacity * opacity)
    stamp = _stamp(style, color.name(QColor.NameFormat.HexArgb), ratio)
    fragments = internals.PrimitiveArray(QPainter.PixmapFragment, _FRAGMENT_FIELDS)
    fragments.resize(int(np.count_nonzero(kept)))
    table = fragments.ndarray()
    table[:] = (0, 0, 0, 0, stamp.width(), stamp.height(), 1 / ratio, 1 / ratio, 0, 1)
    table[:, 0] = columns[kept]
    table[:, 1] = rows[kept]
    painter.drawPixmapFragments(*fragments.drawargs(), stamp)  # type: ignore[call-arg]


@lru_cache(maxsize=64)
def _stamp(style: PointStyle, color: str, ratio: float) -> QPixmap:
    side = style.size * 1.2 + style.line + 2
    pixels = 2 * round(side * ratio / 2) + 1
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.scale(ratio, ratio)
    center = pixels / ratio / 2
    draw_symbol(painter, style, QPointF(center, center), QColor(color))
    painter.end()
    return pixmap
