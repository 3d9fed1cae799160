"""The plot that every view draws in: one look, one way to zoom, one way to read the cursor.

Views put layers (`guiapp.plots.layers`) in it and tools (`guiapp.plots.mouse`) on it. The mouse
goes to the tools, not through pyqtgraph's scene: every event counts, and a drag is a drag from
the first pixel.
"""

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from guiapp.look import theme
from guiapp.plots.axes import GridLayer, NumberAxis
from guiapp.plots.coalesce import Coalescer
from guiapp.plots.colors import color_of
from guiapp.plots.keys import KeyTable
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.navigation import BoxZoom, Pan, wheel_factor
from guiapp.plots.pixels import PixelMap, Scale, to_axis
from guiapp.plots.zoom import View, ZoomHistory

LEFT_WIDTH = 72  #: of the left axis in every plot, so that rows line up
_CLICK_SLOP = 4  # pixels
_MARGIN = 0.04  # of the range, around everything
_BURST_MS = 400  # turns of the wheel closer than this are one zoom in the history


class ThemedPlot(pg.PlotWidget):
    """A plot in the colors of the theme.

    The wheel zooms at the cursor (over an axis: that axis alone; Ctrl: x, Shift: y), the right
    button draws a box, the middle button or Space with the left one moves. Backspace or Ctrl+0
    shows all, Ctrl+Left goes back one zoom. New data never change what is shown: call `show_all`
    when the plot begins to show something else.

    Signals
    -------
    cursor_moved(x, y, index)
        In data units, with the index of the nearest sample (see `nearest`), or -1.
    cursor_left()
        The mouse left the plot.
    view_changed()
        The range shown changed.
    """

    cursor_moved = pyqtSignal(float, float, int)
    cursor_left = pyqtSignal()
    view_changed = pyqtSignal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str,
        x_label: str = "",
        y_label: str = "",
        x_scale: Scale = "linear",
        y_scale: Scale = "linear",
    ) -> None:
        self._bottom, self._left = NumberAxis("bottom"), NumberAxis("left")
        axes = {"bottom": self._bottom, "left": self._left}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._box = self.getViewBox()
        self._layers: list[Layer] = []
        self._tools: list[MouseTool] = []
        self._dragging: MouseTool | None = None
        self._dragged_button = Qt.MouseButton.NoButton
        self._pressed: PlotMouse | None = None
        self._last_mouse: PlotMouse | None = None
        self._x_partner: ThemedPlot | None = None
        self._wheel_stamp = -math.inf
        self.space_is_down = False
        self.history = ZoomHistory()
        self.history.add(self)
        self.keys = KeyTable()
        #: Finds the sample that the cursor reads: set by the view.
        self.nearest: Callable[[PlotMouse], int] | None = None
        #: What *show all* shows, when it is not the union of the layers: set by the view.
        self.all_bounds: Callable[[], Bounds | None] | None = None
        self._hovering = Coalescer(self._tell_hover, self)
        self._moving = Coalescer(self._move_drag, self)
        self._dress(name)
        self.set_labels(x_label, y_label)
        self.set_scales(x_scale, y_scale)
        self.add_layer(GridLayer(self._bottom, self._left))
        self._navigation: tuple[MouseTool, ...] = (Pan(self), BoxZoom(self))
        self._bind_keys()
        self._restyle()
        theme.changed.connect(self._restyle)

    # What is drawn

    def add_layer(self, layer: Layer, *, z: float | None = None) -> Layer:
        """Draw ``layer`` from now on; a higher ``z`` is nearer to the eye."""
        if z is not None:
            layer.setZValue(z)
        layer.attach(self)
        layer.setParentItem(self._box)
        self._layers.append(layer)
        return layer

    def remove_layer(self, layer: Layer) -> None:
        """Stop drawing ``layer``."""
        self._layers.remove(layer)
        layer.setParentItem(None)
        scene = layer.scene()
        if scene is not None:
            scene.removeItem(layer)

    def add_tool(self, tool: MouseTool) -> None:
        """Let ``tool`` answer the mouse; the first one added is asked first."""
        self._tools.append(tool)

    def set_labels(self, x_label: str, y_label: str) -> None:
        """Write the axes' names, units included; an empty x label hides the x axis' numbers."""
        self._bottom.setLabel(x_label)
        self._bottom.setStyle(showValues=bool(x_label))
        self._bottom.setHeight(40 if x_label else 8)
        self._left.setLabel(y_label)

    def set_scales(self, x_scale: Scale, y_scale: Scale) -> None:
        """Scale the axes linearly or by the logarithm."""
        self._bottom.scale_kind, self._left.scale_kind = x_scale, y_scale
        for axis in (self._bottom, self._left):
            axis.picture = None
            axis.update()
        self._update_layers()

    # What is shown

    @property
    def pixels(self) -> PixelMap:
        """How data map to pixels now."""
        (x_range, y_range), rect = self.view, self._box.rect()
        return PixelMap(
            x_range,
            y_range,
            rect.width(),
            rect.height(),
            self._bottom.scale_kind,
            self._left.scale_kind,
            y_down=self._box.yInverted(),
        )

    @property
    def view(self) -> View:
        """The range shown, in axis units: log10 on a log axis."""
        (x0, x1), (y0, y1) = self._box.state["viewRange"]
        return (x0, x1), (y0, y1)

    def set_view(self, view: View) -> None:
        """Show exactly ``view``, without an entry in the history."""
        if view != self.view and np.all(np.isfinite(view)):
            self._box.setRange(xRange=view[0], yRange=view[1], padding=0)

    def zoom_to(self, view: View) -> None:
        """Show ``view``; the history goes back to what is shown now."""
        self.history.remember()
        self.set_view(view)

    def show_all(self) -> None:
        """Show everything; pressed again, what the view left out as too far off, too."""
        wanted = self._view_of(self.all_bounds() if self.all_bounds else self._layer_bounds())
        if wanted is not None and _same(wanted, self.view):
            wanted = self._view_of(self._layer_bounds())
        if wanted is not None:
            self.zoom_to(wanted)

    def show_all_afresh(self) -> None:
        """Show everything and forget the history: the plot shows something else now."""
        wanted = self._view_of(self.all_bounds() if self.all_bounds else self._layer_bounds())
        if wanted is not None:
            self.set_view(wanted)
        self.history.clear()

    def previous_zoom(self) -> None:
        """Show what was shown before the last zoom."""
        self.history.back()

    def pan_by(self, columns: float, rows: float) -> None:
        """Move what is shown by pixels, as if the hand had moved it."""
        pixels = self.pixels
        (x0, x1), (y0, y1) = self.view
        dx = -columns * (x1 - x0) / pixels.width
        dy = (-rows if pixels.y_down else rows) * (y1 - y0) / pixels.height
        self.set_view(((x0 + dx, x1 + dx), (y0 + dy, y1 + dy)))

    def scale_by(self, factors: tuple[float, float], mouse: PlotMouse) -> None:
        """Divide the range shown by ``factors``, keeping what is under ``mouse`` in place."""
        pixels = self.pixels
        down = mouse.row / pixels.height
        shares = (mouse.column / pixels.width, down if pixels.y_down else 1 - down)
        ranges = []
        for (low, high), share, factor in zip(self.view, shares, factors, strict=True):
            fixed = low + share * (high - low)
            ranges.append((fixed - (fixed - low) / factor, fixed + (high - fixed) / factor))
        self.set_view((ranges[0], ranges[1]))

    def link_x(self, other: "ThemedPlot") -> None:
        """Show the same x range as ``other`` from now on, with one history for both."""
        self._x_partner, other._x_partner = other, self
        other.history = self.history
        self.history.add(other)
        other.set_view((self.view[0], other.view[1]))

    # Cursor

    @property
    def cursor(self) -> PlotMouse | None:
        """Where the mouse is, or was when it left."""
        return self._last_mouse

    def cancel_gesture(self) -> bool:
        """Take back the drag in progress; return whether there was one."""
        tool, self._dragging = self._dragging, None
        self._pressed = None
        if tool is not None:
            tool.cancel()
        return tool is not None

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()
        if self._dragging is not None:
            return
        mouse = self._mouse(event.position(), event)
        self._pressed = mouse
        if not self._is_inside(mouse):
            return
        for tool in (*self._navigation[:1], *self._tools):
            if tool.press(mouse):
                self._dragging, self._dragged_button = tool, event.button()
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        mouse = self._mouse(event.position(), event)
        self._last_mouse = mouse
        if self._dragging is not None:
            self._moving.request()
        elif self._pressed is not None and self._pressed.distance(mouse) >= _CLICK_SLOP:
            self._begin_box(mouse)
        else:
            self._hovering.request()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        mouse = self._mouse(event.position(), event)
        pressed, self._pressed = self._pressed, None
        if self._dragging is not None:
            if event.button() == self._dragged_button:
                self._moving.drop()
                tool, self._dragging = self._dragging, None
                tool.release(mouse)
                self._hovering.request()
        elif pressed is not None and pressed.distance(mouse) < _CLICK_SLOP:
            self._offer(lambda tool: tool.click(pressed), pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        mouse = self._mouse(event.position(), event)
        if not self._offer(lambda tool: tool.double_click(mouse), mouse):
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if self._is_two_finger(event):
            self.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
            return
        stamp = event.timestamp()
        if stamp - self._wheel_stamp > _BURST_MS:
            self.history.remember()
        self._wheel_stamp = stamp
        mouse = self._mouse(event.position(), event)
        factor = wheel_factor(event.angleDelta().y() or event.angleDelta().x())
        only_x = mouse.ctrl or mouse.row > self.pixels.height
        only_y = mouse.shift or mouse.column < 0
        self.scale_by((1.0 if only_y else factor, 1.0 if only_x else factor), mouse)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                factor = 1.0 + event.value()
                self.scale_by((factor, factor), self._mouse(event.position(), event))
            return True
        return bool(super().viewportEvent(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovering.drop()
        for tool in self._tools:
            tool.leave()
        self.cursor_left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(self.keys.knows(event))
            return event.isAccepted()
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.space_is_down = True
            self._hovering.request()
        elif not self.keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space_is_down = False
            self._hovering.request()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.space_is_down = False
        self._mark_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_layers"):
            self._update_layers()

    # Parts

    def _dress(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.hideButtons()
        self.setMenuEnabled(False)
        self.scene().contextMenu = []
        self.scene().setItemIndexMethod(self.scene().ItemIndexMethod.NoIndex)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self.getPlotItem().setContentsMargins(0, 8, 12, 0)
        self.setMinimumSize(160, 80)
        self._left.setWidth(LEFT_WIDTH)
        self._box.sigRangeChanged.connect(self._on_range_changed)

    def _bind_keys(self) -> None:
        self.keys.bind("Backspace", self.show_all)
        self.keys.bind("Ctrl+0", self.show_all)
        self.keys.bind("Ctrl+Left", self.previous_zoom)
        self.keys.bind("Esc", self.cancel_gesture, when=lambda: self._dragging is not None)

    def _restyle(self) -> None:
        self.setBackground(color_of("card"))
        for axis in (self._bottom, self._left):
            axis.restyle()
        self._mark_focus()
        self._update_layers()

    def _mark_focus(self) -> None:
        color = color_of("accent") if self.hasFocus() else color_of("hairline")
        self._box.setBorder(pg.mkPen(color, width=1))

    def _update_layers(self) -> None:
        for layer in self._layers:
            layer.update()

    def _on_range_changed(self) -> None:
        self._update_layers()
        if self._x_partner is not None:
            self._x_partner.set_view((self.view[0], self._x_partner.view[1]))
        self.view_changed.emit()

    def _mouse(self, position: QPointF, event: object) -> PlotMouse:
        inverse, _ = self.viewportTransform().inverted()
        local = self._box.mapFromScene(inverse.map(position))
        pixels = self.pixels
        button = event.button() if isinstance(event, QMouseEvent) else Qt.MouseButton.NoButton
        return PlotMouse(
            pixels.x_at(local.x()),
            pixels.y_at(local.y()),
            local.x(),
            local.y(),
            button,
            event.modifiers(),  # type: ignore[attr-defined]
        )

    def _is_inside(self, mouse: PlotMouse) -> bool:
        pixels = self.pixels
        return 0 <= mouse.column <= pixels.width and 0 <= mouse.row <= pixels.height

    def _begin_box(self, mouse: PlotMouse) -> None:
        """Draw a box: a press that no tool wanted has become a drag."""
        pressed = self._pressed
        box = self._navigation[1]
        if pressed is not None and self._is_inside(pressed) and box.press(pressed):
            self._dragging, self._dragged_button = box, pressed.button
            box.move(mouse)

    def _move_drag(self) -> None:
        if self._dragging is not None and self._last_mouse is not None:
            self._dragging.move(self._last_mouse)
            self._tell_cursor(self._last_mouse)

    def _offer(self, ask: Callable[[MouseTool], bool], mouse: PlotMouse) -> bool:
        return self._is_inside(mouse) and any(ask(tool) for tool in self._tools)

    def _tell_hover(self) -> None:
        mouse = self._last_mouse
        if mouse is None:
            return
        shape: Qt.CursorShape | None = None
        for tool in (*self._navigation, *self._tools):
            if shape is None and self._is_inside(mouse):
                shape = tool.hover(mouse)
            else:
                tool.leave()
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if shape is None else shape)
        self._tell_cursor(mouse)

    def _tell_cursor(self, mouse: PlotMouse) -> None:
        if self._is_inside(mouse):
            index = self.nearest(mouse) if self.nearest is not None else -1
            self.cursor_moved.emit(mouse.x, mouse.y, index)

    def _is_two_finger(self, event: QWheelEvent) -> bool:
        zooms = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        by_hand = event.phase() in {Qt.ScrollPhase.ScrollUpdate, Qt.ScrollPhase.ScrollBegin}
        return by_hand and not event.pixelDelta().isNull() and not zooms

    def _layer_bounds(self) -> Bounds | None:
        found = [b for layer in self._layers if layer.isVisible() and (b := layer.bounds())]
        if not found:
            return None
        lows, highs = np.min(found, axis=0), np.max(found, axis=0)
        return float(lows[0]), float(highs[1]), float(lows[2]), float(highs[3])

    def _view_of(self, bounds: Bounds | None) -> View | None:
        if bounds is None:
            return None
        x = to_axis(np.array(bounds[:2]), self._bottom.scale_kind)
        y = to_axis(np.array(bounds[2:]), self._left.scale_kind)
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
            return None
        return _widened(float(x[0]), float(x[1])), _widened(float(y[0]), float(y[1]))


def _widened(low: float, high: float) -> tuple[float, float]:
    """Return the range with a margin; a single value gets room around it."""
    margin = _MARGIN * (high - low)
    if margin <= 0:
        margin = abs(low) * 0.1 or 1.0
    return low - margin, high + margin


def _same(one: View, other: View) -> bool:
    return all(
        np.allclose(a, b, rtol=0, atol=1e-6 * abs(a[1] - a[0]))
        for a, b in zip(one, other, strict=True)
    )
