"""Layers: what a plot draws, in pixels of its inside.

A layer keeps arrays of data and turns them into pixels when it paints. Layers that do not change
while something is dragged over them keep their picture.
"""

from typing import Any

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPixmap
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from guiapp.look import theme
from guiapp.plots.pixels import PixelMap

Bounds = tuple[float, float, float, float]  # x low, x high, y low, y high


class Layer(QGraphicsItem):
    """One thing drawn in a plot. Add it with `ThemedPlot.add_layer`.

    A subclass keeps its data, draws them in `draw`, and calls `mark_changed` when they change.

    Attributes
    ----------
    keeps_picture : bool
        Whether the layer is painted once and shown again until it, the zoom, the size or the theme
        changes: for thousands of points that lie under something that moves.
    """

    keeps_picture = False

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._version = 0
        self._picture: tuple[object, QPixmap] | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        """Draw the data; (0, 0) is the top left corner of the plot's inside."""
        raise NotImplementedError

    def bounds(self) -> Bounds | None:
        """Return what *show all* must show of this layer; `None`: nothing."""
        return None

    def mark_changed(self) -> None:
        """Have the layer painted again."""
        self._version += 1
        self.update()

    def attach(self, plot: Any) -> None:
        """Say which plot the layer is in: for plots only."""
        self._plot = plot

    @property
    def pixels(self) -> PixelMap:
        """How the plot maps data to pixels now."""
        mapping: PixelMap = self._plot.pixels
        return mapping

    def boundingRect(self) -> QRectF:
        parent = self.parentItem()
        return QRectF() if parent is None else QRectF(parent.boundingRect())

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        if painter is None or self._plot is None:
            return
        pixels = self.pixels
        if pixels.width < 1 or pixels.height < 1:
            return
        if self.keeps_picture:
            painter.drawPixmap(0, 0, self._kept_picture(painter, pixels))
        else:
            self.draw(painter, pixels)

    def _kept_picture(self, painter: QPainter, pixels: PixelMap) -> QPixmap:
        device = painter.device()
        ratio = 1.0 if device is None else device.devicePixelRatioF()
        key = (self._version, pixels, ratio, theme.tokens)
        if self._picture is None or self._picture[0] != key:
            picture = QPixmap(round(pixels.width * ratio) + 1, round(pixels.height * ratio) + 1)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setFont(painter.font())
            self.draw(inner, pixels)
            inner.end()
            self._picture = (key, picture)
        return self._picture[1]
