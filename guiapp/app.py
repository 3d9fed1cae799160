"""Starts the window."""

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs
from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QWidget

from guiapp.arguments import split_demo
from guiapp.controllers.help_pages import HelpPages
from guiapp.controllers.job_display import JobDisplay
from guiapp.controllers.troubles import Troubles
from guiapp.jobs.garbage import CycleCollector
from guiapp.look import icon, theme
from guiapp.main_window import MainWindow, dress
from guiapp.settings.logs import LogFiles, log_folder
from guiapp.settings.preferences import Preferences, settings_path

_NAME = "Fluxknot"
_TURN_S = 0.0003  # s; how long another thread may keep the interpreter from the window


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; return the exit code when it is closed.

    Parameters
    ----------
    argv : sequence of str, optional
        Name of the program, then ``--demo`` and perhaps which set of it, or files, folders or a
        session to open. By default the command line.
    """
    wanted = tuple(sys.argv if argv is None else argv)[1:]
    application = make_application()
    collector = CycleCollector(application)
    collector.start()
    logs = LogFiles(log_folder())
    preferences = Preferences(settings_path())
    dress(preferences)
    window, troubles = make_window(preferences)
    troubles.install()
    window.show()
    began: list[QObject] = []
    after_first_paint(window, lambda: began.append(begin(window, troubles, wanted)))
    code = application.exec()
    for controller in began:  # before the window that it speaks to
        controller.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    troubles.uninstall()
    collector.stop()
    logs.close()
    return code


def make_application() -> QApplication:
    """Return the application in the look of the program."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication([_NAME])
    application.setApplicationName(_NAME)
    application.setApplicationDisplayName("")
    QGuiApplication.setDesktopFileName("fluxknot")
    sys.setswitchinterval(_TURN_S)
    theme.install(application)
    application.setWindowIcon(icon("fluxknot"))
    return application


def make_window(preferences: Preferences) -> tuple[MainWindow, Troubles]:
    """Return the empty window, with everything that needs no document at work."""
    window = MainWindow(preferences)
    troubles = Troubles(window)
    pages = HelpPages(window, preferences, window.actions_of.is_idle)
    for action_id, what in {
        "edit.preferences": pages.show_preferences,
        "tools.message_log": troubles.show_log,
        "help.keys": pages.show_keys,
        "help.about": pages.show_about,
    }.items():
        window.action(action_id).triggered.connect(lambda _checked, what=what: what())
    return window, troubles


class _FirstPaint(QObject):
    """Waits until a window was painted."""

    def __init__(self, window: QWidget, what: Callable[[], object]) -> None:
        super().__init__(window)
        self._what = what
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and watched is not None:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._what)
            self.deleteLater()
        return False


def after_first_paint(window: QWidget, what: Callable[[], object]) -> None:
    """Call ``what`` once ``window`` was painted: the engine takes its time to be imported."""
    _FirstPaint(window, what)


def begin(window: MainWindow, troubles: Troubles, wanted: tuple[str, ...]) -> QObject:
    """Import the rest of the program, put it to work, and open what was asked for."""
    from guiapp.controllers.main import MainController  # noqa: PLC0415  (the engine is large)

    gc.freeze()  # nor need collections look at it

    controller = MainController(window, window, troubles, state_folder())
    runner, session = controller.workspace.runner, controller.session
    runner.broke.connect(troubles.on_job_broke)
    JobDisplay(runner, window.jobs)
    troubles.save_as = session.save_as

    def autosave() -> str:
        return str(state_folder() / "autosave") if session.autosave() else ""

    troubles.autosave = autosave
    demo, paths = split_demo(wanted)
    controller.start(paths, demo=demo)
    return controller


def state_folder() -> Path:
    """Return where copies of unsaved work and the demo lie."""
    return platformdirs.user_data_path("fluxknot", appauthor=False)
