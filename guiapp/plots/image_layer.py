"""An image of the sky: one square a pixel, gaps hatched, flagged pixels crossed."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPen, QTransform

from engine.arrays import AnyFloatArray, BoolArray
from guiapp.look import theme
from guiapp.plots.color_maps import N_COLORS, MapName, color_table, ground_tokens
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.pixels import PixelMap
from guiapp.plots.stretch import NO_LEVELS, Levels, Stretch, brightness

_NOTHING: AnyFloatArray = np.zeros((0, 0))
_CROSS_INSET = 0.25  # of a pixel
_SMALLEST_CROSSED = 5.0  # device-independent pixels: smaller crosses would be a gray veil


class ImageLayer(Layer):
    """A two-dimensional array; pixel (x, y) is centered on x, y and one unit wide.

    A NaN is no measurement: it is hatched in a neutral color, never drawn as a low value.
    """

    keeps_picture = True

    def __init__(self) -> None:
        super().__init__()
        self.values = _NOTHING
        self.levels = NO_LEVELS
        self.stretch: Stretch = "arcsinh"
        self.map_name: MapName = "magma"
        self.flagged: BoolArray | None = None

    def set_image(
        self, values: AnyFloatArray, levels: Levels, *, flagged: BoolArray | None = None
    ) -> None:
        """Draw ``values``, shape (ny, nx); ``flagged`` ones that are measured get a cross."""
        self.values, self.levels, self.flagged = values, levels, flagged
        self.mark_changed()

    def set_look(self, *, stretch: Stretch | None = None, map_name: MapName | None = None) -> None:
        """Change how values become colors; what is not given stays."""
        self.stretch = self.stretch if stretch is None else stretch
        self.map_name = self.map_name if map_name is None else map_name
        self.mark_changed()

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return column and row of the pixel that holds (x, y); `None` outside."""
        column, row = int(np.floor(x + 0.5)), int(np.floor(y + 0.5))
        n_y, n_x = self.values.shape
        return (column, row) if 0 <= column < n_x and 0 <= row < n_y else None

    def bounds(self) -> Bounds | None:
        n_y, n_x = self.values.shape
        return (-0.5, n_x - 0.5, -0.5, n_y - 0.5) if self.values.size else None

    def colors(self) -> NDArray[np.uint8]:
        """Return the image as red, green, blue and opacity, shape (ny, nx, 4)."""
        share = brightness(self.values, self.levels, self.stretch)
        known = np.isfinite(share)
        index = np.where(known, share * (N_COLORS - 1) + 0.5, 0.0).astype(np.intp)
        colors = np.empty((*share.shape, 4), dtype=np.uint8)
        colors[..., :3] = color_table(self.map_name)[index]
        colors[..., 3] = np.where(known, 255, 0)
        return colors

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if not self.values.size:
            return
        field = self._field(pixels)
        _hatch(painter, field)
        colors = self.colors()
        n_y, n_x = self.values.shape
        upright = np.ascontiguousarray(colors if pixels.y_down else colors[::-1])
        image = QImage(upright.tobytes(), n_x, n_y, 4 * n_x, QImage.Format.Format_RGBA8888)
        painter.drawImage(field, image)
        self._cross_flagged(painter, pixels, field)
        painter.setPen(QPen(color_of("edge"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(field)

    def _field(self, pixels: PixelMap) -> QRectF:
        n_y, n_x = self.values.shape
        corners = [
            QPointF(pixels.x_pixel(x), pixels.y_pixel(y))
            for x, y in ((-0.5, -0.5), (n_x - 0.5, n_y - 0.5))
        ]
        return QRectF(corners[0], corners[1]).normalized()

    def _cross_flagged(self, painter: QPainter, pixels: PixelMap, field: QRectF) -> None:
        side = field.width() / self.values.shape[1]
        if self.flagged is None or side < _SMALLEST_CROSSED:
            return
        crosses = QPainterPath()
        half = side * (0.5 - _CROSS_INSET)
        for row, column in np.argwhere(self.flagged & np.isfinite(self.values)).tolist():
            x, y = pixels.x_pixel(column), pixels.y_pixel(row)
            for slope in (-half, half):
                crosses.moveTo(x - half, y - slope)
                crosses.lineTo(x + half, y + slope)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color_of(ground_tokens(self.map_name).text, 0.7), 1))
        painter.drawPath(crosses)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _hatch(painter: QPainter, field: QRectF) -> None:
    """Fill the field with what says "no measurement"."""
    painter.fillRect(field, color_of("window"))
    brush = QBrush(color_of("edge" if theme.scheme == "light" else "hairline"))
    brush.setStyle(Qt.BrushStyle.BDiagPattern)
    brush.setTransform(QTransform.fromTranslate(field.left(), field.top()))
    painter.fillRect(field, brush)
