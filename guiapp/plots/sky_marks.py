"""What stands on an image of the sky: spots, a trail, the compass, the scale."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PyQt6.QtWidgets import QApplication

from engine.arrays import FloatArray
from guiapp.look.fonts import resized
from guiapp.look.tokens import Tokens
from guiapp.plots.aperture_layer import pixels_per_unit
from guiapp.plots.color_maps import MapName, ground_tokens
from guiapp.plots.colors import color_of
from guiapp.plots.field_ruler import BOTTOM, LEFT
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap
from guiapp.plots.shapes import path_through

SpotKind = Literal["diamond", "ring", "square"]

_MARGIN = 8.0
_PAD = 6.0
_PLATE_CORNER = 4.0
_ARROW = 24.0  # length of a compass needle
_SPOT, _RING = 6.0, 3.0  # half sizes of a diamond and a ring
_TEXT_SIZE = 0.9
_LONGEST_BAR = 0.3  # of the width of plot or image
_LARGE_FIELD = 8.0  # heights of a plate: an image over which one may lie
_BARS_ARCSEC = tuple(m * 10.0**p for p in (-2, -1, 0, 1, 2, 3) for m in (1.0, 2.0, 5.0))


class SkyLayer(Layer):
    """A layer that is drawn over an image, in colors that can be seen there."""

    def __init__(self) -> None:
        super().__init__()
        self.map_name: MapName = "magma"

    def set_map(self, map_name: MapName) -> None:
        """Take colors that can be seen on images of this color map."""
        self.map_name = map_name
        self.mark_changed()

    @property
    def tokens(self) -> Tokens:
        """The colors to draw with."""
        return ground_tokens(self.map_name)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the image.

    Attributes
    ----------
    x, y : float
        In data units; NaN: not drawn.
    kind : {"diamond", "ring", "square"}
        A square is one data unit wide; the others keep their size on the screen.
    color : str
        Name of a token.
    name : str
        What it is, for who points at it.
    """

    x: float
    y: float
    kind: SpotKind
    color: str = "text"
    name: str = ""


class SpotsLayer(SkyLayer):
    """Places on the image."""

    def __init__(self) -> None:
        super().__init__()
        self.spots: tuple[Spot, ...] = ()

    def set_spots(self, spots: tuple[Spot, ...]) -> None:
        """Draw ``spots`` in place of what is drawn now."""
        if spots != self.spots:
            self.spots = spots
            self.mark_changed()

    def spot_at(self, mouse: PlotMouse, tolerance: float) -> Spot | None:
        """Return the spot within ``tolerance`` pixels of the mouse, the last one drawn first."""
        pixels = self.pixels
        for spot in reversed(self.spots):
            away = np.hypot(
                pixels.x_pixel(spot.x) - mouse.column, pixels.y_pixel(spot.y) - mouse.row
            )
            if away <= tolerance:
                return spot
        return None

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for spot in self.spots:
            place = QPointF(pixels.x_pixel(spot.x), pixels.y_pixel(spot.y))
            if np.isfinite(place.x()) and np.isfinite(place.y()):
                outline = _outline(spot.kind, place, pixels)
                color = QColor(getattr(self.tokens, spot.color))
                _stroke_cased(painter, outline, color, self.tokens)


class TrailLayer(SkyLayer):
    """A path over the image, with a dot at its points: how a position moves with wavelength."""

    def __init__(self) -> None:
        super().__init__()
        self.xs, self.ys = np.zeros(0), np.zeros(0)

    def set_data(self, x: FloatArray, y: FloatArray) -> None:
        """Draw the path through the points; NaN interrupts it."""
        self.xs, self.ys = x, y
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if not self.xs.size:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, rows = pixels.x_pixels(self.xs), pixels.y_pixels(self.ys)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.strokePath(path_through(columns, rows), QPen(QColor(self.tokens.ok), 1.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.tokens.ok))
        kept = np.isfinite(columns) & np.isfinite(rows)
        for column, row in zip(columns[kept].tolist(), rows[kept].tolist(), strict=True):
            painter.drawEllipse(QPointF(column, row), 1.2, 1.2)


class SignLayer(Layer):
    """A sign beside the field where there is room, else in a corner over it."""

    def __init__(self) -> None:
        super().__init__()
        self.field: Bounds | None = None

    def set_field(self, field: Bounds | None) -> None:
        """Say where the field is."""
        self.field = field
        self.mark_changed()


class CompassLayer(SignLayer):
    """North and east, above the top right corner."""

    def __init__(self) -> None:
        super().__init__()
        self.north: tuple[float, float] | None = None
        self.east: tuple[float, float] | None = None

    def set_directions(
        self, north: tuple[float, float] | None, east: tuple[float, float] | None
    ) -> None:
        """Draw needles along unit vectors (x, y) of the data; `None`: not known."""
        self.north, self.east = north, east
        self.mark_changed()

    def place_in_plot(self) -> QRectF:
        """Return what it covers of the widget that it is drawn in; empty: nothing."""
        if self.north is None or self.east is None:
            return QRectF()
        metrics = QFontMetricsF(resized(QApplication.font(), _TEXT_SIZE))
        plate, _ = self._place(self.north, self.east, self.pixels, metrics)
        return QRectF(self._plot.mapFromScene(self.mapRectToScene(plate)).boundingRect())

    @staticmethod
    def _letter(metrics: QFontMetricsF) -> float:
        return metrics.height() * 0.6

    def _place(
        self,
        north: tuple[float, float],
        east: tuple[float, float],
        pixels: PixelMap,
        metrics: QFontMetricsF,
    ) -> tuple[QRectF, QPointF]:
        """Return the plate, and where the needles begin."""
        letter = self._letter(metrics)
        tips = [QPointF(x, -y) * (_ARROW + letter) for x, y in (north, east)]
        ends = QRectF(*tips).normalized().united(QRectF(-2, -2, 4, 4))
        ends = ends.adjusted(-letter, -letter, letter, letter)
        plate = QRectF(0, 0, ends.width(), ends.height())
        above = 0.0 if self.field is None else pixels.y_pixel(self.field[3]) - plate.height()
        plate.moveTopRight(QPointF(pixels.width - _MARGIN, max(above, _MARGIN)))
        return plate, plate.topLeft() - ends.topLeft()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if self.north is None or self.east is None:
            return
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        plate, origin = self._place(self.north, self.east, pixels, metrics)
        letter = self._letter(metrics)
        tips = [QPointF(x, -y) for x, y in (self.north, self.east)]
        _draw_plate(painter, plate)
        for name, tip in zip("NE", tips, strict=True):
            painter.drawPath(_arrow(origin, tip))
            room = QRectF(0, 0, 3 * letter, 3 * letter)
            room.moveCenter(origin + tip * (_ARROW + letter))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)


class ScaleBarLayer(SignLayer):
    """A bar of a round number of arcseconds, below or beside the image where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.arcsec_per_unit = np.nan

    def set_scale(self, arcsec_per_unit: float) -> None:
        """Say how many arcseconds one data unit is; NaN: not known."""
        self.arcsec_per_unit = arcsec_per_unit
        self.mark_changed()

    def length_arcsec(self, pixels: PixelMap) -> float:
        """Return the length of the bar; NaN when none fits. Unit: arcsec."""
        metrics = QFontMetricsF(resized(QApplication.font(), _TEXT_SIZE))
        return self._place(pixels, metrics)[0]

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        arcsec, plate = self._place(pixels, metrics)
        if not np.isfinite(arcsec):
            return
        _draw_plate(painter, plate)
        left, right, row = plate.left() + _PAD, plate.right() - _PAD, plate.bottom() - _PAD
        bar = QPainterPath(QPointF(left, row - 4))
        bar.lineTo(left, row)
        bar.lineTo(right, row)
        bar.lineTo(right, row - 4)
        painter.drawPath(bar)
        room = QRectF(left, plate.top() + _PAD / 2, right - left, metrics.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{arcsec:g}″")

    def _place(self, pixels: PixelMap, metrics: QFontMetricsF) -> tuple[float, QRectF]:
        """Return the length of the bar and where its plate lies; NaN: there is no good place.

        Below the ruler if there is room, else at the right of the image; over the image only where
        that is large.
        """
        height = metrics.height() + 2 * _PAD
        seen = self._seen_field(pixels)
        low = pixels.y_pixel(self.field[2]) if self.field is not None else pixels.height
        if low + BOTTOM + height <= pixels.height:
            wide = _LONGEST_BAR * pixels.width
            return self._plate(wide, QPointF(LEFT - _PAD, low + BOTTOM + height), pixels, metrics)
        beside = pixels.width - seen.right() - _MARGIN - 2 * _PAD
        found = self._plate(
            min(beside, _LONGEST_BAR * pixels.width),
            QPointF(seen.right() + _MARGIN, seen.bottom()),
            pixels,
            metrics,
        )
        if np.isfinite(found[0]):
            return found
        if min(seen.width(), seen.height()) < _LARGE_FIELD * height:
            return np.nan, QRectF()
        corner = QPointF(seen.left() + _MARGIN, seen.bottom() - _MARGIN)
        return self._plate(_LONGEST_BAR * seen.width(), corner, pixels, metrics)

    def _plate(
        self, longest: float, corner: QPointF, pixels: PixelMap, metrics: QFontMetricsF
    ) -> tuple[float, QRectF]:
        """Return the longest round bar that fits, and its plate from its bottom left corner."""
        per_pixel = self.arcsec_per_unit / pixels_per_unit(pixels)
        fitting = [bar for bar in _BARS_ARCSEC if bar <= longest * per_pixel]
        if not fitting or fitting[-1] / per_pixel < metrics.horizontalAdvance(f"{fitting[-1]:g}″"):
            return np.nan, QRectF()
        plate = QRectF(0, 0, fitting[-1] / per_pixel + 2 * _PAD, metrics.height() + 2 * _PAD)
        plate.moveBottomLeft(corner)
        return fitting[-1], plate

    def _seen_field(self, pixels: PixelMap) -> QRectF:
        """Return the part of the image that is seen beside its ruler."""
        if self.field is None:
            return QRectF(LEFT, 0, pixels.width - LEFT, pixels.height - BOTTOM)
        low_x, high_x, low_y, high_y = self.field
        corners = (
            QPointF(max(pixels.x_pixel(low_x), LEFT), max(pixels.y_pixel(high_y), 0.0)),
            QPointF(
                min(pixels.x_pixel(high_x), pixels.width),
                min(pixels.y_pixel(low_y), pixels.height - BOTTOM),
            ),
        )
        return QRectF(*corners).normalized()


def _draw_plate(painter: QPainter, plate: QRectF) -> None:
    """Draw the ground that a sign stands on, and set the pen for it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color_of("card", 0.82))
    painter.drawRoundedRect(plate, _PLATE_CORNER, _PLATE_CORNER)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color_of("text"), 1.3))


def _outline(kind: SpotKind, place: QPointF, pixels: PixelMap) -> QPainterPath:
    outline = QPainterPath()
    if kind == "square":
        side = pixels_per_unit(pixels)
        outline.addRect(QRectF(place.x() - side / 2, place.y() - side / 2, side, side))
    elif kind == "ring":
        outline.addEllipse(place, _RING, _RING)
    else:
        corners = [place + QPointF(x, y) * _SPOT for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        outline.addPolygon(QPolygonF(corners))
        outline.closeSubpath()
    return outline


def _arrow(origin: QPointF, along: QPointF) -> QPainterPath:
    tip = origin + along * _ARROW
    across = QPointF(-along.y(), along.x())
    arrow = QPainterPath(origin)
    arrow.lineTo(tip)
    for side in (-1.0, 1.0):
        arrow.moveTo(tip)
        arrow.lineTo(tip - along * 6.0 + across * (3.0 * side))
    return arrow


def _stroke_cased(painter: QPainter, path: QPainterPath, color: QColor, tokens: Tokens) -> None:
    """Stroke a path so that it is seen on bright and on dark pixels."""
    casing = QColor(tokens.window)
    casing.setAlphaF(0.55)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(casing, 3.4))
    painter.strokePath(path, QPen(color, 1.4))
