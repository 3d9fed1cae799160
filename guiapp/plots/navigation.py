"""Zoom and pan by mouse: box, drag, wheel."""

import math
from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.pixels import PixelMap

_SMALLEST_SIDE = 8  # a box thinner than this zooms the other axis alone
_STEP = 1.2  # one notch of the wheel


class BoxLayer(Layer):
    """The box that is being drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.box: QRectF | None = None
        self.setZValue(1000)

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if self.box is not None:
            painter.setPen(QPen(color_of("accent"), 1))
            painter.setBrush(color_of("accent", 0.10))
            painter.drawRect(self.box)


class BoxZoom(MouseTool):
    """The right button draws the box that is shown next."""

    def __init__(self, plot: PlotCanvas) -> None:
        self._plot = plot
        self._layer = BoxLayer()
        plot.add_layer(self._layer)
        self._start: PlotMouse | None = None

    def press(self, mouse: PlotMouse) -> bool:
        if not mouse.is_right:
            return False
        self._start = mouse
        return True

    def move(self, mouse: PlotMouse) -> None:
        self._show(self._sides(mouse)[0])

    def release(self, mouse: PlotMouse) -> None:
        box, wide, high = self._sides(mouse)
        self._show(None)
        if not (wide or high):
            return
        pixels = self._plot.pixels
        (x0, x1), (y0, y1) = self._plot.view
        if wide:
            scale = (x1 - x0) / pixels.width
            x0, x1 = x0 + box.left() * scale, x0 + box.right() * scale
        if high:
            scale = (y1 - y0) / pixels.height
            low, top = box.top(), box.bottom()
            if not pixels.y_down:
                low, top = pixels.height - top, pixels.height - low
            y0, y1 = y0 + low * scale, y0 + top * scale
        self._plot.zoom_to(((x0, x1), (y0, y1)))

    def cancel(self) -> None:
        self._show(None)

    def _sides(self, mouse: PlotMouse) -> tuple[QRectF, bool, bool]:
        """Return the box, and which sides are long enough to mean something."""
        assert self._start is not None
        inside = QRectF(0, 0, self._plot.pixels.width, self._plot.pixels.height)
        corner = QPointF(
            min(max(mouse.column, 0.0), inside.width()), min(max(mouse.row, 0.0), inside.height())
        )
        box = QRectF(self._start.point, corner).normalized()
        wide, high = box.width() >= _SMALLEST_SIDE, box.height() >= _SMALLEST_SIDE
        if wide and not high:
            box.setTop(0)
            box.setBottom(inside.height())
        elif high and not wide:
            box.setLeft(0)
            box.setRight(inside.width())
        return box, wide, high

    def _show(self, box: QRectF | None) -> None:
        self._layer.box = box
        self._layer.mark_changed()


class Pan(MouseTool):
    """The middle button, or the left one with Space, moves what is shown."""

    def __init__(self, plot: PlotCanvas, space_is_down: Callable[[], bool]) -> None:
        self._plot = plot
        self._space_is_down = space_is_down
        self._moved_to: tuple[float, float] | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.OpenHandCursor if self._space_is_down() else None

    def press(self, mouse: PlotMouse) -> bool:
        middle = mouse.button == Qt.MouseButton.MiddleButton
        if not middle and not (mouse.is_left and self._space_is_down()):
            return False
        self._plot.history.remember()
        self._moved_to = mouse.column, mouse.row
        return True

    def move(self, mouse: PlotMouse) -> None:
        assert self._moved_to is not None
        column, row = self._moved_to
        # Whole pixels: curves that only move are not made again.
        right, down = round(mouse.column - column), round(mouse.row - row)
        self._plot.pan_by(right, down)
        self._moved_to = column + right, row + down

    def release(self, mouse: PlotMouse) -> None:
        self.move(mouse)


def wheel_factor(angle_delta: int) -> float:
    """Return by what a turn of the wheel divides the range shown; 120 is one notch."""
    return math.pow(_STEP, angle_delta / 120.0)
