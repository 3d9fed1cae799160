"""From the chain to the view of error budgets and back."""

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import BUDGET
from engine.compare.error_budget import ErrorBudgets, median_budgets
from engine.figures.seen import SeenPanel
from engine.project.budget_step import IMAGES_BUDGET
from engine.project.keys import NodeKey
from guiapp.controllers.single_node import SingleNodeController
from guiapp.controllers.workspace import Workspace
from guiapp.views.error_budget import ErrorBudgetView


class ErrorBudgetController(SingleNodeController):
    """Shows the errors of images, or of MRS spectra."""

    name = "budget"
    group = "Imaging"
    title = "Error budget"
    tip = "What errors are made of (Gordon+2025, Sec. 3.6; Law+2025, Secs. 5.1, 7)"
    words = "uncertainty systematic accuracy"
    step = BUDGET.name
    analysis = BUDGET
    node = IMAGES_BUDGET
    nothing = "Open a table of photometry of stars in images, or spectra with models."
    numbers_title = "Median observation of each band"
    columns = (
        ("band", "band"),
        ("total_percent", "total"),
        ("pipeline_percent", "pipeline"),
        ("repeat_percent", "repeat"),
        ("factor_percent", "factor"),
    )

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.budget = ErrorBudgetView()
        super().__init__(workspace, self.budget, parent)
        self._subject = ""
        self.budget.subject_chosen.connect(self._on_subject)
        self.budget.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.budget.hint

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        bands, errors = self.budget.plot.seen_axes()  # bars lie in the figure, the first on top
        down = replace(bands.unnamed, low=bands.high, high=bands.low)
        return (SeenPanel(errors.unnamed, down),)

    def key(self) -> NodeKey | None:
        subjects = self._subjects()
        if not subjects:
            return None
        chosen = self._subject if self._subject in subjects else subjects[0]
        return NodeKey(BUDGET.name, chosen)

    def prepare(self) -> None:
        key = self.key()
        self.budget.offer(self._subjects(), "" if key is None else key.subject)

    def heading_of(self) -> str:
        key = self.key()
        is_spectra = key is not None and key.subject == "mrs"
        return f"{self.title} · {'MRS spectra' if is_spectra else 'images'}"

    def tabled(self, result: Any) -> Any:
        return ErrorBudgets(median_budgets(result))

    def _subjects(self) -> tuple[str, ...]:
        found = self.workspace.chain.keys_of(self.workspace.session, BUDGET.name)
        return tuple(one.subject for one in found)

    def _on_subject(self, subject: str) -> None:
        self._subject = subject
        self.refresh()
