"""Icons: line drawings of ``resources/icons``, painted in the color of the theme in use."""

from functools import cache
from typing import Literal

from PyQt6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPolygonF
from PyQt6.QtSvg import QSvgRenderer

from engine.resources import read_text
from guiapp.look.themes import theme

Tint = Literal["text", "dim", "accent", "ok", "care", "wrong", "on_accent"]


class _ThemedIcon(QIconEngine):
    """Paints one drawing in whatever the tint's color is at that moment."""

    def __init__(self, name: str, tint: Tint) -> None:
        super().__init__()
        self._name = name
        self._tint = tint

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        if painter is None:
            return
        color = getattr(theme.tokens, self._tint)
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.45)
        _renderer(self._name, color).render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if pixmap.isNull():  # of a part that is squeezed to nothing
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._name, self._tint)


def icon(name: str, tint: Tint = "text") -> QIcon:
    """Return the icon ``name``; it follows the theme by itself."""
    return QIcon(_ThemedIcon(name, tint))


def paint_icon(painter: QPainter, name: str, rect: QRectF, color: str) -> None:
    """Paint the drawing ``name`` into ``rect``: for delegates."""
    _renderer(name, color).render(painter, rect)


def paint_symbol(painter: QPainter, symbol: str, center: QPointF, size: float, color: str) -> None:
    """Paint the symbol of a class of stars, as wide as ``size``, around ``center``."""
    half = size / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    if symbol == "circle":
        painter.drawEllipse(center, half, half)
    else:
        corners = [center + QPointF(x * half, y * half) for x, y in _CORNERS[symbol]]
        painter.drawPolygon(QPolygonF(corners))
    painter.restore()


_CORNERS = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "triangle": ((0.0, -1.05), (1.05, 0.85), (-1.05, 0.85)),
    "diamond": ((0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)),
}


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    drawing = read_text(f"icons/{name}.svg").replace("currentColor", color)
    return QSvgRenderer(QByteArray(drawing.encode()))
