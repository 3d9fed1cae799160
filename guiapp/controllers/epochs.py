"""From the chain to the epochs of NIRCam and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import EPOCHS, IMAGE_SOURCES
from engine.figures.seen import SeenPanel
from engine.nircam.matching import EpochMatches
from engine.project.epoch_tables import epoch_table
from engine.project.keys import NodeKey
from engine.project.nircam_inputs import EPOCHS_KEY, IMAGE_SOURCES_KEY, uses_images
from guiapp.controllers.nircam_leaving_out import leave_sources_out
from guiapp.controllers.nircam_views import (
    CONTEXT,
    NOTHING,
    FieldChoice,
    NircamController,
    keys_named,
)
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.epochs import EpochsView
from guiapp.views.module_plots import messages_of

_COLUMNS = {
    "filter": "filter", "first": "1st", "second": "2nd", "calibration": CONTEXT,
    "n_used": "n",
    "east": "ΔRA", "east_mad": "RA MAD", "north": "ΔDec", "north_mad": "Dec MAD",
}  # fmt: skip


class EpochsController(NircamController):
    """Shows which sources two epochs share, and by how much their positions differ."""

    name = "epochs"
    title = "Epochs"
    tip = "The same sources in two epochs of NIRCam, and the shift between them (Ma+2023, Fig. 3)"
    step = EPOCHS.name
    further_steps = (IMAGE_SOURCES.name,)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.epochs = EpochsView()
        super().__init__(workspace, self.epochs, {EPOCHS_KEY: EPOCHS}, parent)
        self._follower = self.follower_for(self.epochs)
        self._follower.shown.connect(lambda _result: self.mark_shown())
        self.epochs.sources_chosen.connect(workspace.selection.select_points)
        self.epochs.bind_keys(keys_named("modules.exclude_source"))
        self.epochs.pair_chosen.connect(lambda _place: self._on_pair())
        self.epochs.exclusion_wanted.connect(self.leave_out)
        self.epochs.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.epochs.hint

    @property
    def result(self) -> EpochMatches | None:
        """What is shown."""
        result: EpochMatches | None = self._follower.result
        return result

    def refresh(self) -> None:
        keys = self.workspace.chain.keys_of(self.workspace.session, EPOCHS.name)
        images = uses_images(self.workspace.session)
        self.forms = {EPOCHS_KEY: EPOCHS}
        if images:
            self.forms[IMAGE_SOURCES_KEY] = IMAGE_SOURCES
        self.say_heading(
            "Epochs", "sources measured in images" if images else "sources of catalogs"
        )
        self._follower.follow(EPOCHS_KEY if keys else None, reason=NOTHING)
        self.inspector_changed.emit()

    def mark(self, choice: FieldChoice) -> None:
        if choice.filter:
            self.epochs.show_filter(choice.filter, choice.sources)
        self.epochs.select(choice.sources)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content, result = self.form(), self.result
        if result is None:
            return content
        return replace(
            content,
            numbers=self.numbers_of(epoch_table([("", result)]), _COLUMNS),
            numbers_title="Pairs of epochs",
            summary="\n".join(messages_of(result.messages, self.epochs.pair)),
            origin=self.origin_of_inputs(EPOCHS_KEY),
        )

    def export_key(self) -> NodeKey | None:
        return EPOCHS_KEY if self.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        pair = self.epochs.pair
        return () if pair is None else (seen_in(self.epochs.histogram, pair.title),)

    def selected_rows(self) -> tuple[int, ...] | None:
        return None if self.result is None else (self.epochs.pairs.currentIndex(),)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the pair of epochs of the first of these rows of the numbers."""
        if self.result is not None and rows and rows[0] < len(self.result.pairs):
            self.epochs.show_pair(rows[0])

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
            "calibrate.exclude": self.epochs.ask_exclusion,
        }

    def _on_pair(self) -> None:
        """Mark in the pair that the user chose what of it is selected."""
        self.epochs.select(self.workspace.selection.points)
        self.inspector_changed.emit()

    def leave_out(self) -> None:
        """Ask why the selected sources are to be left out, or bring them back."""
        if self.epochs.chosen:
            leave_sources_out(self.workspace, self.epochs.chosen, self.view.window())

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in (self.epochs.histogram, self.epochs.scatter):
            act(plot)
