"""The guided tour of the demo: shows each step, and notices when it is done."""

from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.exports import Written
from guiapp.controllers.ports import Window
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Change
from guiapp.panels.tour import TourCard
from guiapp.settings.tour_steps import TourStep, tour_steps

#: Steps of the chain whose parameters the views of the tour edit.
_EDITED = {"cube": "extract", "response": "response"}


class TourController(QObject):
    """Leads through the demo.

    Signals
    -------
    demo_wanted()
        The demo has to be opened first; `begin` is called again when it is.
    """

    demo_wanted = pyqtSignal()

    def __init__(self, workspace: Workspace, window: Window, card: TourCard) -> None:
        super().__init__(card)
        self._workspace, self._window, self._card = workspace, window, card
        self._place = -1
        self._shown: tuple[str, ...] = ()
        self._is_done = False
        card.show_wanted.connect(self._on_show_wanted)
        card.next_wanted.connect(self._go_on)
        card.ended.connect(self.end)
        workspace.document.changed.connect(self._on_changed)
        workspace.selection.changed.connect(self._on_selected)

    @property
    def step(self) -> TourStep | None:
        """The step that is shown; `None`: there is no tour."""
        return tour_steps()[self._place] if self._place >= 0 else None

    def ask(self) -> None:
        """Begin when the demo is open, and have it opened when it is not."""
        wanted = tour_steps()[0]
        if self._segment_of(wanted):
            self.begin()
        else:
            self.demo_wanted.emit()

    def greet(self) -> None:
        """Begin if the user has not yet ended a tour."""
        if self._window.preferences.is_on("tour"):
            self.begin()

    def begin(self) -> None:
        """Show the first step."""
        self._place = 0
        self._show_card()
        self.show_step()

    def end(self) -> None:
        """End the tour, wherever it is; it does not begin by itself again."""
        self._place = -1
        self._card.hide()
        self._window.preferences.set("tour", value=False)

    def show_step(self) -> None:
        """Open the view of this step with the star that it is about."""
        step = self.step
        if step is None:
            return
        segment = self._segment_of(step)
        if segment:
            self._workspace.selection.select((segment,))
        self._shown = self._workspace.selection.segments
        self._window.set_view(step.view)

    def _on_show_wanted(self) -> None:
        """Open the view, and point at it: it may have been seen before.

        What was chosen in a step that is done is what the step was about: it stays.
        """
        step = self.step
        if step is None:
            return
        if self._is_done and self._workspace.selection.segments:
            self._window.set_view(step.view)
        else:
            self.show_step()
        self._window.point_at_view()

    def on_written(self, written: Written) -> None:
        """Notice that files were written."""
        if written.paths:
            self._note("export")

    def _segment_of(self, step: TourStep) -> str:
        found = (
            one.id
            for one in self._workspace.session.segments
            if (one.identity.target, one.identity.band) == (step.star, step.band)
        )
        return next(found, "")

    def _on_selected(self) -> None:
        step = self.step
        is_new = self._workspace.selection.segments not in {(), self._shown}
        if step is not None and is_new and self._window.current_view == step.view:
            self._note("pick")

    def _on_changed(self, change: Change) -> None:
        step = self.step
        if step is None:
            return
        if not change.after.entries:
            self.end()
            return
        if len(change.after.exclusions) > len(change.before.exclusions):
            self._note("leave out")
        before, after = change.before.params, change.after.params
        edited = {key.step for key in {*before, *after} if before.get(key) != after.get(key)}
        if _EDITED.get(step.view) in edited:
            self._note("edit")

    def _note(self, deed: str) -> None:
        step = self.step
        if step is not None and step.deed == deed and not self._is_done:
            self._is_done = True
            self._card.mark_done(is_last=self._place == len(tour_steps()) - 1)

    def _go_on(self) -> None:
        if self._place + 1 >= len(tour_steps()):
            self.end()
            return
        self._place += 1
        self._show_card()
        self.show_step()

    def _show_card(self) -> None:
        step, self._is_done = tour_steps()[self._place], False
        self._card.show_step(step.title, step.text, self._place + 1, len(tour_steps()))
