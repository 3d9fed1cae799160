"""From the chain to the view of stochastic noise and back."""

from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import NOISE
from engine.compare.stochastic_noise import StarNoise
from engine.figures.seen import SeenPanel
from engine.project.visit_tables import noise_table
from guiapp.controllers.seen_axes import seen_in_each
from guiapp.controllers.view_controller import InspectorContent, columns_of
from guiapp.controllers.visits import VisitsController
from guiapp.controllers.workspace import Workspace
from guiapp.views.visit_noise import VisitNoiseView

_COLUMNS = {
    "band": "band",
    "noise": "σr",
    "noise_error": "±",
    "snr": "S/N",
    "err_over_noise": "ERR / σr",
}


class VisitNoiseController(VisitsController):
    """Shows what is left of the differences between visits when their levels are equal."""

    name = "noise"
    title = "Noise"
    tip = "The noise of single visits from repeated ones (Law+2025, Sec. 7, Fig. 17)"
    words = "scatter rms uncertainty error"
    step = NOISE.name
    analysis = NOISE

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.noise = VisitNoiseView()
        super().__init__(workspace, self.noise, parent)
        self.noise.band_clicked.connect(self.select_band)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_in_each(self.noise.panels.plots)

    def refresh(self) -> None:
        super().refresh()
        self._mark_selected()

    def _on_shown(self) -> None:
        self._mark_selected()
        super()._on_shown()

    def _mark_selected(self) -> None:
        segment = self.workspace.segment()
        self.noise.select("" if segment is None else segment.identity.source_key)
        self.noise.panels.mark(self.workspace.selected_bands())

    def inspector(self) -> InspectorContent:
        result: StarNoise | None = self.result
        content = self.form()
        if result is None:
            return replace(content, summary="No star is compared with itself yet.")
        table = noise_table([(self.stage, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS),
            numbers_title=f"Noise of one visit of {result.star}",
            summary="\n".join(result.messages),
        )
