"""An image as large as a detector: colors are made once, and only what is seen is painted."""

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter, QPen, qRgb

from guiapp.plots.color_maps import color_table
from guiapp.plots.colors import color_of
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.pixels import PixelMap

_NO_LIGHT = 255  # index of what is transparent


class DetectorLayer(ImageLayer):
    """An `ImageLayer` for a million pixels: a pan or a zoom makes no colors.

    Pixels without light are left out, not hatched: the gaps between slices are no loss of data.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stretch = "linear"
        self.map_name = "viridis"
        self._made: tuple[tuple[object, ...], QImage] | None = None

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if not self.values.size:
            return
        n_y, n_x = self.values.shape
        left = max(floor(min(pixels.x_at(0.0), pixels.x_at(pixels.width)) + 0.5), 0)
        right = min(ceil(max(pixels.x_at(0.0), pixels.x_at(pixels.width)) + 0.5), n_x)
        low = max(floor(min(pixels.y_at(0.0), pixels.y_at(pixels.height)) + 0.5), 0)
        high = min(ceil(max(pixels.y_at(0.0), pixels.y_at(pixels.height)) + 0.5), n_y)
        if right <= left or high <= low:
            return
        target = self._rect(pixels, left, right, low, high)
        top = low if pixels.y_down else n_y - high
        source = QRectF(left, top, right - left, high - low)
        painter.drawImage(target, self._image(y_down=pixels.y_down), source)
        painter.setPen(QPen(color_of("edge"), 1))
        painter.drawRect(self._rect(pixels, 0, n_x, 0, n_y))

    def indices(self) -> NDArray[np.uint8]:
        """Return the place of each pixel in the color table; 255: no light."""
        values = np.asarray(self.values, dtype=np.float32)
        span = np.float32(self.levels.span or 1.0)
        share = (values - np.float32(np.nan_to_num(self.levels.low))) / span
        known = np.isfinite(share)
        share = np.clip(np.where(known, share, 0.0), 0.0, 1.0)
        index = (share * np.float32(_NO_LIGHT - 1) + np.float32(0.5)).astype(np.uint8)
        index[~known] = _NO_LIGHT
        return index

    def _rect(self, pixels: PixelMap, left: int, right: int, low: int, high: int) -> QRectF:
        x0, x1 = pixels.x_pixel(left - 0.5), pixels.x_pixel(right - 0.5)
        y0, y1 = pixels.y_pixel(low - 0.5), pixels.y_pixel(high - 0.5)
        return QRectF(x0, y0, x1 - x0, y1 - y0).normalized()

    def _image(self, *, y_down: bool) -> QImage:
        key = (id(self.values), self.levels, self.stretch, self.map_name, y_down)
        if self._made is None or self._made[0] != key:
            index = self.indices()
            upright = np.ascontiguousarray(index if y_down else index[::-1])
            n_y, n_x = upright.shape
            image = QImage(upright.tobytes(), n_x, n_y, n_x, QImage.Format.Format_Indexed8)
            table = color_table(self.map_name)[:_NO_LIGHT]
            opaque = [qRgb(int(red), int(green), int(blue)) for red, green, blue in table]
            image.setColorTable([*opaque, 0])
            made = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._made = (key, made)
        return self._made[1]
