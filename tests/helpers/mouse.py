"""Mouse and key gestures on a plot, given in data coordinates, as real Qt events."""

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication

LEFT, MIDDLE, RIGHT, NO_BUTTON = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.NoButton,
)
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def pixel_of(plot, xy):
    """Return where the data point ``xy`` lies on the plot's viewport."""
    pixels = plot.pixels
    inside = QPointF(pixels.x_pixel(xy[0]), pixels.y_pixel(xy[1]))
    return QPointF(plot.mapFromScene(plot.getViewBox().mapToScene(inside)))


def hover(plot, xy, *, keys=NO_KEYS):
    """Move the mouse to ``xy`` without a button."""
    _send(plot, QEvent.Type.MouseMove, pixel_of(plot, xy), NO_BUTTON, NO_BUTTON, keys)


def press(plot, xy, *, button=LEFT, keys=NO_KEYS):
    """Press a button at ``xy``."""
    hover(plot, xy, keys=keys)
    _send(plot, QEvent.Type.MouseButtonPress, pixel_of(plot, xy), button, button, keys)


def move(plot, start, end, *, button=LEFT, keys=NO_KEYS, steps=5):
    """Move from ``start`` to ``end`` with the button held."""
    a, b = pixel_of(plot, start), pixel_of(plot, end)
    for i in range(1, steps + 1):
        where = a + (b - a) * (i / steps)
        _send(plot, QEvent.Type.MouseMove, where, NO_BUTTON, button, keys)


def release(plot, xy, *, button=LEFT, keys=NO_KEYS):
    """Let the button go at ``xy``."""
    _send(plot, QEvent.Type.MouseButtonRelease, pixel_of(plot, xy), button, NO_BUTTON, keys)


def drag(plot, start, end, *, button=LEFT, keys=NO_KEYS, steps=5):
    """Press at ``start``, move to ``end`` in ``steps``, release; (x, y) in data units."""
    end_pixel = pixel_of(plot, end)
    press(plot, start, button=button, keys=keys)
    move(plot, start, end, button=button, keys=keys, steps=steps)
    _send(plot, QEvent.Type.MouseButtonRelease, end_pixel, button, NO_BUTTON, keys)


def drag_pixels(plot, start, by, *, button=LEFT, keys=NO_KEYS, steps=5):
    """Press at the data point ``start``, move ``by`` pixels, release; the plot may move under."""
    a = pixel_of(plot, start)
    press(plot, start, button=button, keys=keys)
    for i in range(1, steps + 1):
        where = a + QPointF(*by) * (i / steps)
        _send(plot, QEvent.Type.MouseMove, where, NO_BUTTON, button, keys)
    where = a + QPointF(*by)
    _send(plot, QEvent.Type.MouseButtonRelease, where, button, NO_BUTTON, keys)


def click(plot, xy, *, button=LEFT, keys=NO_KEYS):
    """Press and release a button at ``xy``."""
    press(plot, xy, button=button, keys=keys)
    release(plot, xy, button=button, keys=keys)


def double_click(plot, xy, *, button=LEFT, keys=NO_KEYS):
    """Click twice at ``xy``, as Qt reports it: press, release, double click, release."""
    click(plot, xy, button=button, keys=keys)
    where = pixel_of(plot, xy)
    _send(plot, QEvent.Type.MouseButtonDblClick, where, button, button, keys)
    _send(plot, QEvent.Type.MouseButtonRelease, where, button, NO_BUTTON, keys)


def wheel(plot, xy, notches, *, keys=NO_KEYS):
    """Turn the wheel at ``xy``; up is positive."""
    viewport, where = plot.viewport(), pixel_of(plot, xy)
    event = QWheelEvent(
        where,
        QPointF(viewport.mapToGlobal(where.toPoint())),
        QPoint(),
        QPoint(0, round(120 * notches)),
        NO_BUTTON,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)
    QApplication.processEvents()


def key(widget, code, text="", *, keys=NO_KEYS):
    """Press and release a key."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, code, keys, text))
    QApplication.processEvents()


def type_key(widget, text):
    """Press and release the key that types ``text``."""
    code = ord(text.upper())
    keys = SHIFT if text.isupper() else NO_KEYS
    key(widget, code, text, keys=keys)


def _send(plot, kind, pos, button, buttons, keys):
    viewport = plot.viewport()
    where = QPointF(viewport.mapToGlobal(pos.toPoint()))
    QApplication.sendEvent(viewport, QMouseEvent(kind, pos, where, button, buttons, keys))
    QApplication.processEvents()
