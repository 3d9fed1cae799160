"""A few words in the corner of a small plot: what it shows, and its number."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from engine.arrays import FloatArray
from guiapp.look.fonts import resized
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap

_TEXT_SIZE = 0.92
_PAD = 4.0
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap)
_MARK = 2.0  # pixels: the frame of a panel that is selected


class CaptionLayer(Layer):
    """A name in the top left corner, a number beside it, and a sentence below them.

    Parameters
    ----------
    name : str
        Written in the color of the same name: ``"band 1B"`` shows 1B.
    color : str, optional
        Another color, a name of `guiapp.plots.colors.color_of`.
    """

    def __init__(self, name: str, *, color: str = "") -> None:
        super().__init__()
        self.name = name
        self._color = color or name
        self.text = ""
        self.more = ""
        self.reason = ""
        self.is_marked = False

    def mark(self, is_marked: bool) -> None:  # noqa: FBT001  (the state itself)
        """Draw the name as selected, or not."""
        if is_marked != self.is_marked:
            self.is_marked = is_marked
            self.mark_changed()

    def say(self, text: str, *, more: str = "", reason: str = "") -> None:
        """Write ``text`` beside the name, ``more`` at the right if there is room for it.

        ``reason`` is written below them, in as many lines as it takes.
        """
        self.text, self.more, self.reason = text, more, reason
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        name = self.name.rpartition(" ")[2]
        strong = resized(painter.font(), _TEXT_SIZE, weight=QFont.Weight.DemiBold)
        plain = resized(painter.font(), _TEXT_SIZE)
        metrics, width = QFontMetricsF(plain), QFontMetricsF(strong).horizontalAdvance(name)
        room = QRectF(
            0, 0, width + metrics.horizontalAdvance(self.text) + 4 * _PAD, metrics.height() + _PAD
        )
        painter.fillRect(room, color_of("card", 0.85))
        line = _PAD / 2 + metrics.ascent()
        painter.setFont(strong)
        painter.setPen(color_of(self._color))
        painter.drawText(QPointF(_PAD, line), name)
        if self.is_marked:
            painter.fillRect(QRectF(0, 0, width + 2 * _PAD, _MARK), color_of("accent"))
            painter.setPen(QPen(color_of("accent"), _MARK))
            painter.drawRect(QRectF(0, 0, pixels.width, pixels.height))
        painter.setFont(plain)
        painter.setPen(color_of("text"))
        painter.drawText(QPointF(width + 3 * _PAD, line), self.text)
        right = pixels.width - _PAD - metrics.horizontalAdvance(self.more)
        if right > room.right():
            painter.setPen(color_of("dim"))
            painter.drawText(QPointF(right, line), self.more)
        if self.reason:
            self._draw_reason(painter, metrics, QRectF(
                0.0, room.height(), pixels.width, max(pixels.height - room.height(), 0.0)
            ))  # fmt: skip

    def _draw_reason(self, painter: QPainter, metrics: QFontMetricsF, room: QRectF) -> None:
        """Write why there is nothing, in as many lines as it takes, on a plate of its own."""
        inside = room.adjusted(_PAD, 0.0, -_PAD, 0.0)
        needed = metrics.boundingRect(inside, _WRAPPED, self.reason)
        shown = self.reason
        if needed.height() > inside.height():
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, inside.width())
            needed = metrics.boundingRect(inside, _WRAPPED, shown)
        painter.fillRect(needed.adjusted(-_PAD, 0.0, _PAD, _PAD / 2), color_of("card", 0.9))
        painter.setPen(color_of("dim"))
        painter.drawText(inside, _WRAPPED, shown)


class NoteLayer(Layer):
    """A few words in a corner, at the right unless a curve is there.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.

    Attributes
    ----------
    place : {"above", "below"}
        Which corner it is.
    """

    def __init__(self, color: str = "dim") -> None:
        super().__init__()
        self.color = color
        self.text = ""
        self.place: Literal["above", "below"] = "above"
        self._curves: tuple[tuple[FloatArray, FloatArray], ...] = ()

    def keep_clear_of(self, curves: Iterable[tuple[FloatArray, FloatArray]]) -> None:
        """Take the corner where these curves (x, y) have the fewest points."""
        self._curves = tuple(curves)
        self.mark_changed()

    def say(self, text: str, color: str) -> None:
        """Write ``text`` in ``color``."""
        self.text, self.color = text, color
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if not self.text:
            return
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        room = max(pixels.width - 2 * _PAD, 0.0)
        shown = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shown)
        place = self._corner(width + 2 * _PAD, metrics.height(), pixels)
        painter.fillRect(place, color_of("card", 0.8))
        painter.setPen(color_of(self.color))
        painter.drawText(QPointF(place.left() + _PAD, place.top() + metrics.ascent()), shown)

    def _corner(self, width: float, height: float, pixels: PixelMap) -> QRectF:
        """Return the wanted corner, or the first of the others with fewer points in it."""
        right, bottom = pixels.width - width, pixels.height - height
        tops = (0.0, bottom) if self.place == "above" else (bottom, 0.0)
        corners = [QRectF(left, top, width, height) for left in (right, 0.0) for top in tops]
        return min(corners, key=lambda corner: self._points_in(corner, pixels))

    def _points_in(self, corner: QRectF, pixels: PixelMap) -> int:
        count = 0
        for xs, ys in self._curves:
            columns, rows = pixels.x_pixels(xs), pixels.y_pixels(ys)
            is_in = (columns > corner.left()) & (columns < corner.right())
            is_in &= (rows > corner.top() - _PAD) & (rows < corner.bottom() + _PAD)
            count += int(np.count_nonzero(is_in))
        return count


class NamesLayer(Layer):
    """Names beside the curves they belong to: above, or below where another name is."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[tuple[float, float, str, str], ...] = ()

    def set_names(self, names: tuple[tuple[float, float, str, str], ...]) -> None:
        """Write names (x, y, text, color) from their places on to the right."""
        self.names = names
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        taken: list[QRectF] = []
        for x, y, text, color in sorted(self.names, key=lambda one: -one[1]):
            size = (metrics.horizontalAdvance(text), metrics.height())
            left = max(min(pixels.x_pixel(x), pixels.width - size[0] - _PAD), 0.0)
            middle = pixels.y_pixel(y)
            above = QRectF(left, middle - _PAD - size[1], *size)
            below = QRectF(left, middle + _PAD, *size)
            free = next(
                (one for one in (above, below) if not any(one.intersects(t) for t in taken)), None
            )
            if free is None:  # the legend has it
                continue
            taken.append(free)
            painter.setPen(color_of(color))
            painter.drawText(QPointF(free.left(), free.top() + metrics.ascent()), text)
