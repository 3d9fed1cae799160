"""From the chain to the repeatability view and back."""

from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import REPEATABILITY
from engine.compare.repeatability import StarRepeatability
from engine.figures.seen import SeenPanel
from engine.model.table import ResultTable
from engine.project.visit_tables import repeatability_table
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.seen_axes import seen_in_each
from guiapp.controllers.view_controller import InspectorContent, columns_of
from guiapp.controllers.visits import VisitsController
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.repeatability import RepeatabilityView

_COLUMNS = {
    "band": "band",
    "scatter": "σs",
    "scatter_error": "± σs",
    "trend": "trend",
    "trend_error": "±",
}


class RepeatabilityController(VisitsController):
    """Shows the level of every visit; clicks select a visit, x leaves it out."""

    name = "repeatability"
    title = "Repeatability"
    tip = "The level of one star from visit to visit (Law+2025, Sec. 7, Fig. 16)"
    words = "stability scatter visits reproducibility"
    step = REPEATABILITY.name
    analysis = REPEATABILITY

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.repeatability = RepeatabilityView()
        super().__init__(workspace, self.repeatability, parent)
        self.repeatability.visit_chosen.connect(lambda one: workspace.selection.select((one,)))
        self.repeatability.exclusion_wanted.connect(self.leave_out)
        self.other = OtherResult(workspace, self)
        self.other.changed.connect(
            lambda: self.repeatability.show_other(self.other.result, self.other.label)
        )
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        self.repeatability.bind_keys(keys)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_in_each(self.repeatability.panels.plots)

    def refresh(self) -> None:
        super().refresh()
        self.other.follow(self.key())
        self._mark_selected()

    def inspector(self) -> InspectorContent:
        result: StarRepeatability | None = self.result
        content = self.form()
        if result is None:
            return replace(content, summary="No star is compared with itself yet.")
        table = repeatability_table([(self.stage, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS),
            numbers_title=result.star,
            summary="\n".join(result.messages),
        )

    def copy_table(self) -> ResultTable | None:
        """Return all columns, with their units."""
        result: StarRepeatability | None = self.result
        return None if result is None else repeatability_table([(self.stage, result)])

    def _on_shown(self) -> None:
        self._mark_selected()
        super()._on_shown()

    def _mark_selected(self) -> None:
        segment = self.workspace.segment()
        source = "" if segment is None else segment.identity.source_key
        self.repeatability.select(source, self.workspace.selected_sources())
        self.repeatability.panels.mark(self.workspace.selected_bands())
