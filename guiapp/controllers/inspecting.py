"""The inspector follows the view that is worked in."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

from guiapp.controllers.ports import Window
from guiapp.controllers.view_controller import SCOPE_OWN, InspectorContent, ViewController


class Inspecting(QObject):
    """Fills the inspector from the active view, and sends what is done there back to it.

    The form comes in one turn of the event loop, the numbers in the next: whoever clicks or types
    meanwhile has a turn between the two.

    Parameters
    ----------
    window : Window
        Whose inspector it is.
    """

    def __init__(self, window: Window, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._active: ViewController | None = None
        self._content: InspectorContent | None = None
        self._form = self._when_free(self._show_form)
        self._rest = self._when_free(self._show_rest)
        window.inspector.edited.connect(self._on_edited)
        window.inspector.scope_changed.connect(self._on_scope_changed)
        window.inspector.rows_selected.connect(self._on_rows_selected)

    def _when_free(self, show: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(show)
        return timer

    def follow(self, controller: ViewController | None) -> None:
        """Show what belongs to another view from now on; `None`: leave it as it is."""
        self._active = controller
        self._content = None
        self.refresh(controller)

    def refresh(self, controller: ViewController | None) -> None:
        """Show anew what changed, if it is of the active view: several changes are one."""
        if controller is not None and controller is self._active:
            self._form.start()

    def _show_form(self) -> None:
        if self._active is None:
            return
        content = self._content = self._active.inspector()
        inspector = self._window.inspector
        inspector.show_parameters(content.specs, content.defaults, content.values)
        inspector.show_scope(content.scopes, content.scope)
        inspector.set_actions(tuple(self._window.action(one) for one in content.actions))
        self._rest.start()

    def _show_rest(self) -> None:
        content, controller = self._content, self._active
        if content is None or controller is None:
            return
        inspector = self._window.inspector
        inspector.show_numbers(content.numbers, content.summary, content.numbers_title)
        rows = controller.selected_rows()
        if rows is not None:
            inspector.select_rows(rows)
        inspector.show_origin(content.origin)

    def _on_edited(self, name: str, value: object) -> None:
        if self._active is not None:
            self._active.set_parameter(name, value)

    def _on_rows_selected(self, rows: tuple[int, ...]) -> None:
        if self._active is not None:
            self._active.select_rows(rows)

    def _on_scope_changed(self, scope: str) -> None:
        if self._active is not None:
            self._active.scope = scope or SCOPE_OWN
            self.refresh(self._active)
