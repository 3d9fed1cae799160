"""From the chain to gradients and correction of the NIRCam modules and back."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import MODULE_CORRECTION, MODULE_GRADIENTS
from engine.figures.seen import SeenPanel
from engine.nircam.gradient_model import GradientModels
from engine.nircam.module_correction import ModuleCorrection
from engine.nircam.module_offsets import array_subject
from engine.project.keys import NodeKey
from engine.project.module_tables import file_table, gradient_table, gradients_in_order
from engine.project.nircam_inputs import CORRECTION_KEY, GRADIENTS_KEY
from guiapp.controllers.nircam_leaving_out import leave_sources_out
from guiapp.controllers.nircam_views import (
    CONTEXT,
    NOTHING,
    FieldChoice,
    NircamController,
    keys_named,
)
from guiapp.controllers.seen_axes import seen_of_drawn
from guiapp.controllers.view_controller import InspectorContent, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.module_gradients import ModuleGradientsView

_TABLE_2 = {
    "array": "array", "filter": "filter", "delta_ab": "Δ_AB", "delta_ab_error": "±",
    "slope": "k", "slope_error": "k ±", "n_p": "p", "n_q": "q", "first": "1st", "second": "2nd",
    "calibration": CONTEXT, "time": "t", "time_error": "t ±", "scatter": "scatter",
    "n_rejected": "rejected", "remarks": "remarks",
}  # fmt: skip
_FILES = {"file": "file", "array": "array", "factor": "factor", "remarks": "remarks"}


class _CorrectionSide:
    """What a follower tells of the correction: the images of the view."""

    def __init__(self, view: ModuleGradientsView) -> None:
        self._view = view

    def show_result(self, result: ModuleCorrection) -> None:
        self._view.show_correction(result)

    def show_stale(self) -> None:
        self._view.about.set_full_text("Correcting …")

    def show_problem(self, what: str, hint: str) -> None:
        self._view.show_correction(None, f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        self._view.show_correction(None, reason)


class ModuleGradientsController(NircamController):
    """Shows the fit of offset and gradient, and what the correction does to images."""

    name = "module_gradients"
    title = "Gradients"
    tip = (
        "Offset and gradient of the NIRCam modules, and their correction (Ma+2023, Table 2, Fig. 7)"
    )
    words = "slope plane detector flat"
    step = MODULE_GRADIENTS.name
    further_steps = (MODULE_CORRECTION.name,)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.gradients = ModuleGradientsView()
        forms = {GRADIENTS_KEY: MODULE_GRADIENTS, CORRECTION_KEY: MODULE_CORRECTION}
        super().__init__(workspace, self.gradients, forms, parent)
        self._fit = self.follower_for(self.gradients)
        self._correction = self.follower_for(_CorrectionSide(self.gradients))
        self._fit.shown.connect(lambda _result: self._on_fit())
        self._correction.shown.connect(lambda _result: self.inspector_changed.emit())
        select = workspace.selection.select_points
        self.gradients.sources_chosen.connect(select)
        self.gradients.array_chosen.connect(lambda row: select((self._array_of(row),)))
        self.gradients.bind_keys(keys_named("modules.exclude_source"))
        self.gradients.exclusion_wanted.connect(self.leave_out)
        self.gradients.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.gradients.hint

    @property
    def result(self) -> GradientModels | None:
        """The fit that is shown."""
        result: GradientModels | None = self._fit.result
        return result

    @property
    def correction(self) -> ModuleCorrection | None:
        """The correction that is shown."""
        result: ModuleCorrection | None = self._correction.result
        return result

    def refresh(self) -> None:
        chain, session = self.workspace.chain, self.workspace.session
        has_fit = bool(chain.keys_of(session, MODULE_GRADIENTS.name))
        has_files = bool(chain.keys_of(session, MODULE_CORRECTION.name))
        self.say_heading("Gradients", "Δp = k d + Δ_AB + t,  Δq = k d − Δ_AB + t")
        self._fit.follow(GRADIENTS_KEY if has_fit else None, reason=NOTHING)
        self._correction.follow(CORRECTION_KEY if has_files else None, reason=NOTHING)
        self.inspector_changed.emit()

    def mark(self, choice: FieldChoice) -> None:
        self.gradients.show_choice(choice.filter, choice.array, choice.sources)

    def _array_of(self, row: int) -> str:
        one = self.gradients.rows[row]
        return array_subject(one.filter, one.array)

    def inspector(self) -> InspectorContent:
        content, correction = self.form(), self.correction
        if correction is None:
            return content
        return replace(
            content,
            actions=("file.export",),
            numbers=columns_of(file_table([("", correction)]), _FILES),
            numbers_title="Files to be corrected",
            summary="\n".join(
                (*correction.messages, "Export > Corrected images writes copies of the files.")
            ),
            origin=self.origin_of_inputs(CORRECTION_KEY),
        )

    def export_key(self) -> NodeKey | None:
        if self.correction is not None and self.correction.differences:
            return CORRECTION_KEY
        return GRADIENTS_KEY if self.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.gradients
        title = view.differences.currentText()
        images = view.images.items()
        return tuple(seen_of_drawn(image.plot, f"{title} {name}") for name, image in images)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
            "calibrate.exclude": self.gradients.ask_exclusion,
        }

    def leave_out(self) -> None:
        """Ask why the selected sources are to be left out, or bring them back."""
        if self.gradients.chosen:
            leave_sources_out(self.workspace, self.gradients.chosen, self.view.window())

    def _on_fit(self) -> None:
        result = self.result
        if result is not None:
            table = self.numbers_of(gradient_table([("", result)]), _TABLE_2)
            self.gradients.show_table(table, gradients_in_order([result]))
            self.mark_shown()
        self.inspector_changed.emit()

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in self.gradients.plots:
            act(plot)
