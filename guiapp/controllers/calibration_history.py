"""From the chain to the view of C(t) and back."""

from PyQt6.QtCore import QObject

from engine.analyses import HISTORY
from engine.figures.seen import SeenPanel
from engine.project.history_step import ALL_HISTORY
from guiapp.controllers.seen_axes import y_seen_in
from guiapp.controllers.single_node import SingleNodeController
from guiapp.controllers.workspace import Workspace
from guiapp.views.calibration_history import CalibrationHistoryView


class CalibrationHistoryController(SingleNodeController):
    """Shows C(t) of every filter beside what was delivered before."""

    name = "history"
    group = "Imaging"
    title = "History"
    tip = "Calibration factors over time and deliveries (Gordon+2025, Eq. 4, Fig. 9, Table 8)"
    words = "delivery version epoch"
    step = HISTORY.name
    analysis = HISTORY
    node = ALL_HISTORY
    nothing = "Open a table of photometry of stars in images to calibrate filters."
    numbers_title = "Calibration factors"
    columns = (
        ("filter", "filter"),
        ("loss_percent", "−B/A"),
        ("factor_percent", "σ(CF)"),
        ("n_stars", "stars"),
        ("asymptote", "A"),
    )

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.history = CalibrationHistoryView()
        super().__init__(workspace, self.history, parent)
        self.history.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.history.hint

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return tuple(y_seen_in(plot, name) for name, plot in self.history.panels.plots.items())

    def prepare(self) -> None:
        self.history.show_subarray(self.workspace.params(self.node).subarray)
