"""From the chain to the view of model fluxes and back."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import FLUXES
from engine.figures.seen import SeenPanel
from engine.imaging.model_fluxes import ModelFluxes
from engine.model.table import Column, ResultTable
from engine.project.fluxes_step import FLUXES_KEY
from engine.project.keys import NodeKey
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.model_fluxes import ModelFluxesView

_NOTHING = "Open images or a table of stars, and models of the stars, to predict fluxes."


class ModelFluxesController(AnalysisController):
    """Shows model fluxes and zero points of all stars and filters."""

    name = "fluxes"
    group = "Imaging"
    title = "Model fluxes"
    tip = "Fluxes of models in filters, and zero points (Gordon+2025, Secs. 2.3, 2.4, Table 6)"
    step = FLUXES.name
    analysis = FLUXES

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.fluxes = ModelFluxesView()
        super().__init__(workspace, self.fluxes, parent)
        self._follower = self.follower_for(self.fluxes)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        self.fluxes.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.fluxes.hint

    def key(self) -> NodeKey | None:
        found = self.workspace.chain.keys(self.workspace.session)
        return FLUXES_KEY if FLUXES_KEY in found else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        upper, lower = seen_above(self.fluxes.plot, self.fluxes.bands)
        return upper, replace(lower, y=None)

    def refresh(self) -> None:
        key = self.key()
        self.say_heading("Model fluxes", "" if key is None else "and zero points, Sirius–Vega")
        self._follower.follow(key, reason=_NOTHING)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        result = self._follower.result
        if self.key() is None:
            return InspectorContent(summary=_NOTHING)
        content = replace(self.form(), scopes=(), origin=())
        if not isinstance(result, ModelFluxes):
            return content
        return replace(
            content,
            numbers=zero_point_numbers(result),
            numbers_title="Zero points",
            summary="\n\n".join(result.messages),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self.fluxes.for_each_plot(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self.fluxes.for_each_plot(PlotCanvas.previous_zoom),
        }

    def subject_text(self) -> str:
        return "model fluxes"

    def _settings_key(self, key: NodeKey) -> NodeKey:
        return key


def zero_point_numbers(result: ModelFluxes) -> ResultTable:
    """Return our zero points beside those of Table 6, for the inspector."""
    points = result.zero_points
    return ResultTable(
        "Zero points",
        (
            Column("filter", "", np.array([one.filter for one in points], dtype=np.str_)),
            Column("here", "Jy", np.array([one.fnu_jy for one in points]), "Flux of magnitude 0"),
            Column(
                "Table 6",
                "Jy",
                np.array([one.published_fnu_jy for one in points]),
                "Flux of magnitude 0 in Gordon+2025, Table 6",
            ),
        ),
    )
