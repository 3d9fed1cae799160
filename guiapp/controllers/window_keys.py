"""Keys of the window that fields of text would take for their own."""

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

# A field moves to the end of its line with one and deletes up to there with the other, where
# desktops follow Emacs. Here they export and search, wherever the keyboard is.
_OURS = ("Ctrl+E", "Ctrl+K")


class WindowKeys(QObject):
    """Lets the field that has the keyboard leave some keys to the window.

    Parameters
    ----------
    window : QWidget
        Whose fields are meant.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._keys = {QKeySequence(keys)[0].toCombined() for keys in _OURS}
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
            return False
        if event.keyCombination().toCombined() in self._keys or _is_spent(watched, event):
            event.ignore()
            return True
        return False

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if isinstance(old, QLineEdit):
            old.removeEventFilter(self)
        if isinstance(new, QLineEdit) and self._window.isAncestorOf(new):
            new.installEventFilter(self)


def _is_spent(field: QObject | None, event: QKeyEvent) -> bool:
    """Tell whether a key would undo or redo typing in ``field``, and there is none."""
    if not isinstance(field, QLineEdit):
        return False
    if event.matches(QKeySequence.StandardKey.Undo):
        return not field.isUndoAvailable()
    return event.matches(QKeySequence.StandardKey.Redo) and not field.isRedoAvailable()
