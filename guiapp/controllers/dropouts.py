"""From the chain to the view of dropouts and back."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject

from engine.analyses import DROPOUTS
from engine.figures.seen import SeenPanel
from engine.lrs.dropouts import DropoutSearch
from engine.model.table import ResultTable
from engine.project.entries import Segment
from engine.project.lrs_inputs import image_of, spectrum_of
from engine.project.lrs_tables import dropout_table
from guiapp.controllers.lrs_controller import LrsController
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.views.dropouts import DropoutsView

_COLUMNS = {"low_um": "from", "high_um": "to", "lost": "lost", "in_spectrum": "x1d"}
_ROWS = {"first_row": "from", "last_row": "to", "n_pixels": "pixels", "lost": "lost"}


class DropoutsController(LrsController):
    """Shows which rows lack the peak of the trace; fills them when it is wanted."""

    name = "dropouts"
    title = "Dropouts"
    tip = "Rows of an LRS spectrum that lack the peak of the trace (MIRI-LRS03)"
    step = DROPOUTS.name
    analysis = DROPOUTS
    nothing = "Open the two-dimensional spectrum (s2d) of an LRS slit observation."
    numbers_title = "Dropouts"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.dropouts = DropoutsView()
        super().__init__(workspace, self.dropouts, self.dropouts.hint, parent)
        self.dropouts.repair_wanted.connect(
            lambda is_on: self.set_parameter("repair", "profile" if is_on else "off")
        )

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.dropouts.image_plot, self.dropouts.plot)

    def subject_of_selection(self) -> str:
        segment = self.workspace.segment()
        image = None if segment is None else image_of(self.workspace.session, segment)
        return "" if image is None else image.id

    def usable_segment(self) -> Segment | None:
        session = self.workspace.session
        entry = session.entry(self._subject)
        return None if entry is None else spectrum_of(session, entry)

    def table(self, result: DropoutSearch) -> ResultTable | None:
        if not result.dropouts:
            return None
        names = _COLUMNS if self.dropouts.has_wavelengths else _ROWS
        return columns_of(dropout_table([("", result)]), names)

    def select_rows(self, rows: Sequence[int]) -> None:
        if rows:
            self.dropouts.zoom_to(rows[0])
