"""The whole program in one process: window, controllers, troubles; driven without a display."""

from PyQt6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication, QDialog

from guiapp import app
from guiapp.dialogs.troubles import TroubleDialog
from tests.helpers.star_files import write_files

_PATIENCE_MS = 30_000


class Program:
    """A window that has begun, and what a person sees of it."""

    def __init__(self, qtbot, preferences, *wanted):
        self.qtbot = qtbot
        self.window, self.troubles = app.make_window(preferences)
        self.controller = app.begin(self.window, self.troubles, wanted)
        self.controller.session.ask_about_changes = lambda: "discard"
        qtbot.addWidget(self.window, before_close_func=lambda _window: self.end())
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.is_over = False

    # Parts

    @property
    def space(self):
        return self.controller.workspace

    @property
    def session(self):
        return self.space.session

    @property
    def stack(self):
        return self.space.document.undo_stack

    @property
    def jobs(self):
        return self.space.runner.jobs

    def view(self, name):
        """Show the view ``name`` and return its controller."""
        self.window.set_view(name)
        self.settle()
        return self.controller.views[name]

    # Doing

    def open(self, folder, *names):
        """Open star files, written into ``folder``; wait until all is shown."""
        self.controller.files.open_paths([str(write_files(folder, *names))])
        self.settle()

    def trigger(self, action_id):
        self.window.action(action_id).trigger()

    def drop(self, widget, *paths):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
        widget.dropEvent(event)
        return event.isAccepted()

    def settle(self):
        """Wait until no job is under way and everything that follows is shown."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: not self.jobs, timeout=_PATIENCE_MS)
            QApplication.processEvents()

    def delete_closed(self):
        """Delete the dialogs that were closed: outside of an event loop Qt never comes to it."""
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def end(self):
        """End the program in order: the controller goes before the window that it speaks to."""
        if self.is_over:
            return
        self.is_over = True
        self.controller.may_close()
        self.window.may_close = lambda: True
        self.controller.deleteLater()
        self.delete_closed()

    # Seeing

    @property
    def title(self):
        return self.window.windowTitle()

    @property
    def notice(self):
        """The sentence above the view; ``""`` when there is none."""
        shown = self.window.view_area.notice
        return shown.text.full_text() if shown.isVisible() else ""

    @property
    def messages(self):
        return [message.text for message in self.troubles.store.messages]

    def dialogs(self, kind=QDialog):
        """Return the open dialogs of a kind."""
        return [
            one
            for one in QApplication.topLevelWidgets()
            if isinstance(one, kind) and one.isVisible() and self._owns(one)
        ]

    def _owns(self, dialog):
        while dialog is not None and dialog is not self.window:
            dialog = dialog.parent()
        return dialog is not None

    def told(self):
        """Return the texts of the open dialogs that say what cannot be done."""
        return [dialog.text() for dialog in self.dialogs(TroubleDialog)]
