"""The one place that shows errors and catches bugs.

PyQt ends the process when an exception leaves a slot and no hook of ours is set. This one keeps
the process alive, keeps a copy of the work, and says what happened: a fault costs what was being
done, never what was done before.
"""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QWidget

from engine import __version__
from engine.errors import Cancelled, EngineError
from guiapp.dialogs.message_log import MessageLogDialog, MessageStore, StoreHandler
from guiapp.dialogs.troubles import BugDialog, Trouble, TroubleDialog
from guiapp.jobs.runner import Job

log = logging.getLogger(__name__)


class Troubles(QObject):
    """Catches what nobody else does, in every thread.

    Attributes
    ----------
    autosave : callable
        Keeps a copy of the work and returns where, or ``""``; set by who owns the document.
    save_as : callable
        Saves under another name; offered in the dialog.
    store : MessageStore
        Everything that was said.

    Parameters
    ----------
    window : QWidget
        Above which dialogs are shown.
    """

    _happened = pyqtSignal(object)  # an exception, from any thread

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.autosave: Callable[[], str] = lambda: ""
        self.save_as: Callable[[], object] = lambda: None
        self.store = MessageStore(self)
        self.dialog: BugDialog | None = None
        self._log_dialog: MessageLogDialog | None = None
        self._handler = StoreHandler(self.store)
        self._is_busy = False
        self._before: tuple[Any, Any, Any] | None = None
        self._happened.connect(self._show_bug)

    def install(self) -> None:
        """Catch from now on."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_uncaught
        threading.excepthook = lambda args: self._on_uncaught(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        sys.unraisablehook = lambda args: self._on_uncaught(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        logging.getLogger().addHandler(self._handler)
        for ours in ("engine", "guiapp"):
            logging.getLogger(ours).setLevel(logging.INFO)

    def uninstall(self) -> None:
        """Stop catching."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None
        logging.getLogger().removeHandler(self._handler)

    def on_job_broke(self, job: Job) -> None:
        """Take a job that failed by a bug; the runner has logged it."""
        if job.error is not None:
            self._happened.emit(job.error)

    def tell(self, what: str, hint: str = "", *, title: str = "This cannot be done") -> None:
        """Say in a dialog what cannot be done, and what to do."""
        self.tell_all(title, (Trouble(what, hint),))

    def tell_all(self, title: str, troubles: tuple[Trouble, ...]) -> None:
        """Say in one dialog everything that could not be done."""
        for one in troubles:
            self.store.add("wrong", f"{one.what} {one.hint}".strip())
        _open(TroubleDialog(title, troubles, self._window))

    def show_log(self) -> None:
        """Open the message log."""
        if self._log_dialog is None:
            self._log_dialog = MessageLogDialog(self.store, self._window)
        self._log_dialog.show()
        self._log_dialog.raise_()

    def _on_uncaught(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        error = kind() if error is None else error
        if isinstance(error, KeyboardInterrupt):
            QApplication.closeAllWindows()
            return
        if isinstance(error, EngineError | Cancelled):
            log.warning("%s", getattr(error, "sentence", "Cancelled."))
        else:
            log.critical("The program met a fault: %s", error, exc_info=(kind, error, trace))
        self._happened.emit(error.with_traceback(trace))

    def _show_bug(self, error: BaseException) -> None:
        """Keep a copy of the work, then show the dialog when the event loop is free again."""
        if self._is_busy:
            return
        if isinstance(error, EngineError):
            QTimer.singleShot(0, lambda: self.tell(error.what, error.hint))
            return
        if self.dialog is not None:
            self.dialog.count_another()
            return
        self._is_busy = True
        try:
            saved_to = self._kept_copy()
            self.dialog = BugDialog(report_text(error), saved_to, self._window)
            self.dialog.save_wanted.connect(self._on_save_wanted)
            self.dialog.finished.connect(self._forget_dialog)
            QTimer.singleShot(0, self.dialog.open)
        finally:
            self._is_busy = False

    def _kept_copy(self) -> str:
        try:
            return self.autosave()
        except Exception:
            log.exception("No copy of the work could be kept")
            return ""

    def _on_save_wanted(self) -> None:
        self.save_as()

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None


def report_text(error: BaseException) -> str:
    """Return what someone needs to find the fault."""
    lines = traceback.format_exception(error)
    versions = (
        f"Fluxknot {__version__}, Python {platform.python_version()}, Qt {QT_VERSION_STR}, "
        f"PyQt {PYQT_VERSION_STR}, {platform.platform()}"
    )
    return f"{versions}\n\n{''.join(lines)}"


def _open(dialog: TroubleDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
