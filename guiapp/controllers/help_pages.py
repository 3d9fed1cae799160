"""Dialogs that need no document: keys, preferences, about."""

from collections.abc import Callable

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QDialog, QWidget

from engine import __version__
from guiapp.dialogs.about import AboutDialog
from guiapp.dialogs.keys import KeyRow, KeysDialog
from guiapp.dialogs.preferences import PreferencesDialog
from guiapp.settings.actions import ACTIONS
from guiapp.settings.logs import log_folder
from guiapp.settings.plot_keys import ANY_PLOT, PLOT_KEYS, VIEWS_WITH, PlotKey
from guiapp.settings.preferences import SETTINGS, Preferences

_THIS_VIEW = "This view"


def _is_never_idle(_action_id: str) -> bool:
    return False


class HelpPages(QObject):
    """Opens the dialogs that show the tables of the program.

    Parameters
    ----------
    window : QWidget
        Above which they open.
    preferences : Preferences
        Shown and changed.
    is_idle : callable, optional
        Tells whether an action, by its id, does nothing: its keys are not listed.
    """

    def __init__(
        self,
        window: QWidget,
        preferences: Preferences,
        is_idle: Callable[[str], bool] = _is_never_idle,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = preferences
        self._is_idle = is_idle

    def show_keys(self) -> None:
        """List every key, those of the view that is seen first."""
        seen = str(getattr(self._window, "current_view", ""))  # any window may show the pages
        _open(KeysDialog(key_rows(self._is_idle, view=seen), self._window))

    def show_about(self) -> None:
        """Say what this program is."""
        places = (
            ("Preferences", str(self._preferences.path)),
            ("Log files", str(log_folder())),
        )
        _open(AboutDialog(__version__, places, self._window))

    def show_preferences(self) -> None:
        """Open the preferences."""
        values = {setting.name: self._preferences.value(setting.name) for setting in SETTINGS}
        dialog = PreferencesDialog(SETTINGS, values, self._window)
        dialog.chosen.connect(self._preferences.set)
        _open(dialog)


def key_rows(
    is_idle: Callable[[str], bool] = _is_never_idle, *, view: str = ""
) -> tuple[KeyRow, ...]:
    """Return every action that does something, and every plot key, as a line of the list.

    The keys of ``view`` come first, then those of every plot and of the window, then the others.
    """
    own = [key for key in PLOT_KEYS if view in VIEWS_WITH.get(key.context, ())]
    general = [key for key in PLOT_KEYS if key.context == ANY_PLOT]
    others = [key for key in PLOT_KEYS if key not in own and key not in general]
    return (
        *(KeyRow(_THIS_VIEW, key.text, key.keys) for key in own),
        *(_plot_row(key) for key in general),
        *_action_rows(is_idle),
        *(_plot_row(key) for key in others),
    )


def _plot_row(key: PlotKey) -> KeyRow:
    return KeyRow(key.context.capitalize(), key.text, key.keys)


def _action_rows(is_idle: Callable[[str], bool]) -> list[KeyRow]:
    return [
        KeyRow(
            spec.menu,
            spec.text.rstrip("…"),
            tuple(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in (spec.shortcut, *spec.more_shortcuts)
                if key
            ),
            spec.reason_without_shortcut,
        )
        for spec in ACTIONS
        if not is_idle(spec.id)
    ]


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
