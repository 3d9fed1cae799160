"""The plot that every view draws in: one look, one way to zoom, one way to read the cursor.

Views put layers (`guiapp.plots.layers`) in it and tools (`guiapp.plots.mouse`) on it. The mouse
goes to the tools, not through pyqtgraph's scene: every event counts, and a drag is a drag from
the first pixel.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.coalesce import Coalescer
from guiapp.plots.keys import KeyTable
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.navigation import BoxZoom, Pan, wheel_factor
from guiapp.plots.pixels import Scale

_CLICK_SLOP = 4  # pixels
_BURST_MS = 400  # turns of the wheel closer than this are one zoom in the history


class ThemedPlot(PlotCanvas):
    """A plot that can be zoomed, read and worked on.

    The wheel zooms at the cursor (over an axis: that axis alone; Ctrl: x, Shift: y), the right
    button draws a box, the middle button or Space with the left one moves. Backspace or Ctrl+0
    shows all, Ctrl+Left goes back one zoom. New data never change what is shown: call
    `show_all_afresh` when the plot begins to show something else.

    Signals
    -------
    cursor_moved(x, y, index)
        In data units, with the index of the nearest sample (see `nearest`), or -1.
    cursor_left()
        The mouse left the plot.
    """

    cursor_moved = pyqtSignal(float, float, int)
    cursor_left = pyqtSignal()

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
        super().__init__(
            parent, name=name, x_label=x_label, y_label=y_label, x_scale=x_scale, y_scale=y_scale
        )
        self._tools: list[MouseTool] = []
        self._dragging: MouseTool | None = None
        self._dragged_button = Qt.MouseButton.NoButton
        self._pressed: PlotMouse | None = None
        self._last_mouse: PlotMouse | None = None
        self._is_over = False
        self._wheel_stamp = -math.inf
        self.space_is_down = False
        self.keys = KeyTable()
        #: Finds the sample that the cursor reads: set by the view.
        self.nearest: Callable[[PlotMouse], int] | None = None
        self._hovering = Coalescer(self._tell_hover, self)
        self._moving = Coalescer(self._move_drag, self)
        self._navigation: tuple[MouseTool, ...] = (
            Pan(self, lambda: self.space_is_down),
            BoxZoom(self),
        )
        self._bind_keys()

    def add_tool(self, tool: MouseTool) -> None:
        """Let ``tool`` answer the mouse; the first one added is asked first."""
        self._tools.append(tool)

    # Cursor

    @property
    def cursor(self) -> PlotMouse | None:
        """Where the mouse is, or was when it left."""
        return self._last_mouse

    def read_again(self) -> None:
        """Tell the cursor once more: what is drawn under it, or where that lies, has changed.

        Where the mouse has left, there is nothing to read.
        """
        mouse, pixels = self._last_mouse, self.pixels
        if mouse is not None and self._is_over and not self.is_dragging:
            x, y = pixels.x_at(mouse.column), pixels.y_at(mouse.row)
            self._last_mouse = replace(mouse, x=x, y=y)
            self._tell_cursor(self._last_mouse)

    @property
    def is_dragging(self) -> bool:
        """Whether a drag is in progress."""
        return self._dragging is not None

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
        self._last_mouse, self._is_over = mouse, True
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
        self._is_over = False
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

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.space_is_down = False

    def _bind_keys(self) -> None:
        self.keys.bind("Backspace", self.show_all_linked)
        self.keys.bind("Ctrl+0", self.show_all_linked)
        self.keys.bind("Ctrl+Left", self.previous_zoom)
        self.keys.bind("Esc", self.cancel_gesture, when=lambda: self.is_dragging)

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
