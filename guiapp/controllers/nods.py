"""From the chain to the view of nods."""

from PyQt6.QtCore import QObject

from engine.analyses import NODS
from engine.errors import DataError
from engine.figures.seen import SeenPanel
from engine.lrs.nods import NodComparison
from engine.model.table import ResultTable
from engine.project.entries import Segment
from engine.project.lrs_tables import error_table, nod_table
from engine.project.nods_step import usable_segment
from guiapp.controllers.lrs_controller import LrsController
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.views.nods import NodsView

_RATIOS = {"nod": "nod", "level": "ratio", "level_error": "±", "verdict": "verdict"}
_ERRORS = {"spectrum": "spectrum", "factor": "ERR/measured", "factor_error": "±"}


class NodsController(LrsController):
    """Shows how nods agree, and how right the stated errors are."""

    name = "nods"
    title = "Nods"
    tip = "Nods against each other, measured errors beside ERR (MIRI-LRS04, MIRI-LRS05)"
    words = "dither difference error"
    step = NODS.name
    analysis = NODS
    nothing = "Open extracted spectra (x1d, x1dints) of the LRS."
    numbers_title = "Nods"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.nods = NodsView()
        super().__init__(workspace, self.nods, self.nods.hint, parent)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.nods.ratio_plot, self.nods.error_plot)

    def subject_of_selection(self) -> str:
        segment = self.workspace.segment()
        return "" if segment is None else segment.identity.source_key

    def usable_segment(self) -> Segment | None:
        try:
            return usable_segment(self.workspace.session, self._subject)
        except DataError:  # nothing is chosen, or it has been closed
            return None

    def table(self, result: NodComparison) -> ResultTable | None:
        if result.ratios:
            return columns_of(nod_table([("", result)]), _RATIOS)
        return columns_of(error_table([("", result)]), _ERRORS) if result.errors else None
