"""From the chain to the view of models and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import MODELS
from engine.errors import EngineError
from engine.figures.seen import OWN, SeenPanel
from engine.mrs.model_choice import ModelComparison
from engine.project.keys import NodeKey
from engine.project.model_sets import model_sets
from engine.project.model_tables import model_star_table
from engine.project.models_step import MODEL_CHOICE
from guiapp.controllers.model_swaps import forget_choices, swap_models, targets_within
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.model_choice import ModelChoiceView

_NOTHING = "Open standard stars and their models to compare models."
_COLUMNS = {"star": "star", "after": "factor", "error": "±", "ratio": "ratio"}


class ModelChoiceController(ViewController):
    """Shows what the present models do against another choice; swaps models."""

    name = "models"
    group = "Inspect"
    title = "Models"
    tip = "Swap the models of a star, a class or all, and see every factor follow (Law+2025, 8.2)"
    words = "calspec stellar model swap"
    step = MODELS.name
    kept: ClassVar = {"page": "pages"}

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.comparison = ModelChoiceView()
        super().__init__(workspace, self.comparison, parent)
        view = self.comparison
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        view.swap_wanted.connect(self.swap)
        view.reset_wanted.connect(self._reset)
        view.baseline_chosen.connect(lambda name: self.set_parameter("baseline", name))
        view.star_clicked.connect(self._select)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)

    def refresh(self) -> None:
        session = self.workspace.session
        exists = MODEL_CHOICE in self.workspace.chain.keys(session)
        params = self.workspace.params(MODEL_CHOICE)
        self.comparison.show_sets([one.name for one in model_sets(session)], params.baseline)
        self._follower.follow(MODEL_CHOICE if exists else None, reason=_NOTHING)
        segment = self.workspace.segment()
        self.comparison.select("" if segment is None else segment.identity.source_key)
        self.say_heading("Models · all stars", f"now, against {params.baseline}" if exists else "")
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(MODEL_CHOICE)
        names = [spec.name for spec in MODELS.fields]
        result: ModelComparison | None = self._follower.result
        content = InspectorContent(
            specs=MODELS.fields,
            defaults={name: MODELS.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
        )
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(model_star_table([("", result)]), _COLUMNS),
            numbers_title="Factors of the stars",
            summary="\n".join((*result.messages, *_models_in_words(result))),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in MODELS.fields}[name]
        params = replace(self.workspace.params(MODEL_CHOICE), **{name: value})
        text = f"Set {spec.label.lower()} of the models to {shown(value, spec)}"
        self.workspace.set_params(MODEL_CHOICE, params, text)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def export_key(self) -> NodeKey | None:
        return MODEL_CHOICE

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        ratios = self.comparison.ratios
        lower = seen_in(ratios.plot) if ratios.page == "vectors" else OWN
        return seen_in(self.comparison.stars.plot), lower

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the star of a row of the numbers."""
        result: ModelComparison | None = self._follower.result
        if result is not None and rows and rows[0] < len(result.stars):
            self._select(result.stars[rows[0]].source)

    def swap(self, name: str, reach: str) -> None:
        """Give the star that is selected, its class, or all stars the models of a set."""
        try:
            lacking = swap_models(self.workspace, name, self._targets(reach))
        except EngineError as error:
            self.comparison.show_problem(error.what, error.hint)
            return
        if lacking:
            self.failed.emit(
                f"{name} has no model of {', '.join(lacking)}.", "They keep the models they had."
            )

    def _reset(self, reach: str) -> None:
        try:
            forget_choices(self.workspace, self._targets(reach))
        except EngineError as error:
            self.comparison.show_problem(error.what, error.hint)

    def _targets(self, reach: str) -> tuple[str, ...]:
        segment = self.workspace.segment()
        target = "" if segment is None else segment.identity.target
        return targets_within(self.workspace.session, target, reach)

    def _select(self, source: str) -> None:
        """Select a star everywhere, in the band of the current selection if it has it."""
        segments = self.workspace.session.sources.get(source, ())
        current = self.workspace.segment()
        band = "" if current is None else current.identity.band
        same = [one for one in segments if one.identity.band == band] or list(segments)
        if same:
            self.workspace.selection.select((same[0].id,))

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.comparison.stars.plot)
        act(self.comparison.ratios.plot)


def _models_in_words(result: ModelComparison) -> tuple[str, ...]:
    return tuple(
        f"{one.star}: {one.model_before} → {one.model_after}"
        for one in result.stars
        if one.is_swapped
    )
