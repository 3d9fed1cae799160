"""From the chain to calibration factors of images and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import DEPENDENCIES, FACTORS
from engine.figures.seen import SeenPanel
from engine.imaging.factor_results import FactorParams, FactorStudy
from engine.imaging.panel_sets import PanelSet
from engine.imaging.parameters import parameter_kinds
from engine.imaging.row_edits import RowEdit, with_edit, without_edits
from engine.model.star_names import shown_star_name
from engine.project.factors_step import ALL_FACTORS
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.observations_step import (
    OBSERVATION_TABLE,
    observation_entries,
    observed_filters,
)
from guiapp.controllers.imaging_numbers import (
    average_columns,
    chip_text,
    factor_numbers,
    words_of,
)
from guiapp.controllers.joint_form import joint_form, set_in_joint_form
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    origin_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.imaging_factors import ImagingFactorsView, Reach

_NOTHING = (
    "Open a table of photometry of stars in images (docs: formats), or images of standard stars "
    "with their models, to see the calibration factors."
)
_REASONS = ("debris disk", "deviates in all filters", "saturated", "poor background", "variable")
_FIRST = "F1280W"  #: shown first when it is there: the filter of Figs. 6 and 8

_FORMS = ((FACTORS, ALL_FACTORS), (DEPENDENCIES, NodeKey(DEPENDENCIES.name, EVERYTHING)))


class ImagingFactorsController(ViewController):
    """Shows factors of a filter, or of all; leaves out, keeps and corrects observations."""

    name = "factors"
    group = "Imaging"
    title = "Factors"
    tip = "Calibration factors of images against eight parameters (Gordon+2025, Figs. 6, 8, 10-17)"
    words = "calibration correlation parameter outlier"
    step = FACTORS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.factors = ImagingFactorsView()
        super().__init__(workspace, self.factors, parent)
        view = self.factors
        self._subject = ""
        self._study: FactorStudy | None = None
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self._on_shown())
        keys = {key.id: key.keys for key in PLOT_KEYS}
        view.bind_keys(keys["factors.exclude"], keys["factors.step"])
        view.subject_chosen.connect(self.show_subject)
        view.points_chosen.connect(self._on_points)
        view.exclusion_wanted.connect(self.leave_out)
        view.keeping_wanted.connect(self.keep)
        view.class_wanted.connect(self._set_class)
        view.star_wanted.connect(self._ask_star)
        view.reset_wanted.connect(self._reset)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    # What the frame asks

    def refresh(self) -> None:
        filters = observed_filters(self.workspace.session)
        kinds = parameter_kinds().values()
        subjects = [(one, one) for one in filters]
        if filters:
            subjects += [(one.name, f"All filters · {one.label.lower()}") for one in kinds]
        if self._subject not in [one for one, _ in subjects]:
            self._subject = _FIRST if _FIRST in filters else next(iter(filters), "")
        self.factors.show_subjects(subjects, self._subject)
        self.say_heading("Calibration factors", self._detail())
        self._follower.follow(self._key(), reason=_NOTHING)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content = joint_form(self.workspace, _FORMS)
        if self._study is None:
            return content
        lines = (*(one.words for one in self._study.suspects), *self._study.messages)
        return replace(
            content,
            numbers=average_columns(self._study),
            numbers_title="Averages",
            summary="\n".join(lines),
            origin=self._origin(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        set_in_joint_form(self.workspace, _FORMS, name, value, whose="the factors")

    def export_key(self) -> NodeKey | None:
        return self._key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.factors
        shown = () if view.result is None else view.result.panels
        return tuple(
            seen_in(one.plot, f"{trends.table.title} {parameter.name}")
            for one, (trends, parameter) in zip(view.visible_panels, shown, strict=False)
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        view = self.factors
        return {
            "view.zoom_all": lambda: view.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: view.for_each(PlotCanvas.previous_zoom),
            "view.errors": lambda: view.show_errors("hidden" if view.has_errors else "shown"),
            "calibrate.exclude": view.ask_exclusion,
            "calibrate.include": lambda: self._exclude(view.chosen, self._named(view.chosen), None),
        }

    @property
    def has_errors(self) -> bool:
        return self.factors.has_errors

    def apply_preferences(self, preferences: Preferences) -> None:
        self.factors.show_errors("shown" if preferences.is_on("show_errors") else "hidden")

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the filter of a row of the averages."""
        if self._study is not None and len(rows) == 1 and rows[0] < len(self._study.filters):
            self.show_subject(self._study.filters[rows[0]].name)

    # What the user does

    def show_subject(self, subject: str) -> None:
        """Show a filter, or all filters against a parameter."""
        self._subject = subject
        self.refresh()

    def leave_out(self, reach: Reach) -> None:
        """Ask why what is selected is to be left out; bring it back if all of it is."""
        study = self._study
        if study is None:
            return
        ids = self._reached(study, reach)
        reasons = dict(zip(study.table.ids, study.table.reasons, strict=True))
        name = self._named(ids)
        if not ids:
            return
        if all(reasons[one] for one in ids):
            self._exclude(ids, name, None)
            return
        stars = {star for one, star in zip(study.table.ids, study.table.stars, strict=True)
                 if one in set(ids)}  # fmt: skip
        own = tuple(one.reason for one in study.suspects if one.star in stars)
        given = tuple(one.reason for one in self.workspace.session.exclusions)
        dialog = TextDialog(
            f"Leave out {name}?",
            "It stays in the plots, crossed, but no average and no fit rests on it. Say why; it "
            "can be undone.",
            text=own[0] if own else "",
            suggestions=tuple(dict.fromkeys((*own, *given, *_REASONS))),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._exclude(ids, name, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def keep(self) -> None:
        """Let what is selected take part although it deviates; or no more, if it does."""
        study, chosen = self._study, set(self.factors.chosen)
        if study is None:
            return
        deviating = [
            one for one, off in zip(study.table.ids, study.is_deviant, strict=True)
            if off and one in chosen
        ]  # fmt: skip
        params = self._params()
        is_kept = bool(deviating) and set(deviating) <= set(params.kept)
        others = tuple(one for one in params.kept if one not in deviating)
        kept = others if is_kept else (*others, *deviating)
        if kept != params.kept:
            verb = "Keep no more" if is_kept else "Keep"
            text = f"{verb} {self._named(tuple(deviating))}"
            self.workspace.set_params(ALL_FACTORS, replace(params, kept=kept), text)

    def _exclude(self, ids: Sequence[str], name: str, reason: str | None) -> None:
        if ids:
            session = self.workspace.session.with_exclusions(ids, reason)
            edit(self.workspace.document, session, outcome_text(name, reason))

    def _set_class(self, star_class: str) -> None:
        ids = self.factors.chosen
        params = self.workspace.params(OBSERVATION_TABLE)
        for one in ids:
            params = with_edit(params, RowEdit(one, star_class=star_class))
        text = f"Set the class of {self._named(ids)} to {star_class}"
        self.workspace.set_params(OBSERVATION_TABLE, params, text)

    def _ask_star(self) -> None:
        ids = self.factors.chosen
        dialog = TextDialog(
            f"Which star does {self._named(ids)} show?",
            "Its class is that of the star, if it is one of the calibration. It can be undone.",
            suggestions=() if self._study is None else tuple(sorted(set(self._study.table.stars))),
            action="Set the star",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda star: self._set_star(ids, star))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _set_star(self, ids: tuple[str, ...], star: str) -> None:
        params = self.workspace.params(OBSERVATION_TABLE)
        for one in ids:
            params = with_edit(params, RowEdit(one, star=star))
        text = f"Set the star of {self._named(ids)} to {star}"
        self.workspace.set_params(OBSERVATION_TABLE, params, text)

    def _reset(self) -> None:
        ids = self.factors.chosen
        params = without_edits(self.workspace.params(OBSERVATION_TABLE), ids)
        text = f"Take {self._named(ids)} as the file has it"
        self.workspace.set_params(OBSERVATION_TABLE, params, text)

    # Parts

    @property
    def study(self) -> FactorStudy | None:
        """The factors that are shown."""
        return self._study

    def _key(self) -> NodeKey | None:
        return NodeKey(DEPENDENCIES.name, self._subject) if self._subject else None

    def _params(self) -> FactorParams:
        params: FactorParams = self.workspace.params(ALL_FACTORS)
        return params

    def _detail(self) -> str:
        if not self._subject:
            return ""
        kind = parameter_kinds().get(self._subject)
        params = self._params()
        without = [
            name
            for name, value in (("time", params.time), ("subarray", params.subarrays))
            if value == "none"
        ]
        what = self._subject
        if kind is not None:
            unit = f" ({kind.unit})" if kind.unit else ""
            what = f"all filters against {kind.label.lower()}{unit}"
        state = f", not corrected for {' and '.join(without)}" if without else ""
        return f"{what}, MJy/sr per DN/s{state}"

    def _origin(self) -> tuple[str, ...]:
        entries = observation_entries(self.workspace.session)
        return tuple(line for one in entries for line in origin_of(self.workspace, one.id))

    def _on_shown(self) -> None:
        panels: PanelSet | None = self._follower.result
        study = self.workspace.chain.result(self.workspace.session, ALL_FACTORS)
        if panels is None or study is None:
            return
        before, self._study = self._study, study
        if before is not None and _corrections(before) != _corrections(study):
            self.factors.rescale()
        self.factors.show_numbers(
            factor_numbers(study, panels), words_of(study, panels), chip_text(study, panels)
        )
        self._say_state()
        self.inspector_changed.emit()

    def _on_points(self, ids: tuple[str, ...]) -> None:
        """Select the images that the points stand for everywhere else."""
        self._say_state()
        images = tuple(one for one in ids if "." not in one)
        if images:
            self.workspace.selection.select(images)

    def _say_state(self) -> None:
        study, chosen = self._study, set(self.factors.chosen)
        if study is None:
            return
        rows = [row for row, one in enumerate(study.table.ids) if one in chosen]
        kept = set(self._params().kept)
        deviating = [study.table.ids[row] for row in rows if study.is_deviant[row]]
        self.factors.say_state(
            left_out=bool(rows) and all(study.table.reasons[row] for row in rows),
            deviates=bool(deviating),
            kept=bool(deviating) and set(deviating) <= kept,
        )

    def _reached(self, study: FactorStudy, reach: Reach) -> tuple[str, ...]:
        """Return the observations that an exclusion takes."""
        table, chosen = study.table, set(self.factors.chosen)
        if reach == "observation":
            return tuple(one for one in table.ids if one in chosen)
        rows = [row for row, one in enumerate(table.ids) if one in chosen]
        stars = {table.stars[row] for row in rows}
        filters = {table.filters[row] for row in rows}
        return tuple(
            table.ids[row]
            for row in range(len(table))
            if table.stars[row] in stars
            and (reach == "star in all filters" or table.filters[row] in filters)
        )

    def _named(self, ids: Sequence[str]) -> str:
        """Return what observations are called in a sentence."""
        if self._study is None or not ids:
            return "nothing"
        table, wanted = self._study.table, set(ids)
        rows = [row for row, one in enumerate(table.ids) if one in wanted]
        stars = dict.fromkeys(table.stars[row] for row in rows)
        if len(rows) == 1:
            row = rows[0]
            star = shown_star_name(table.stars[row])
            return f"{star} {table.filters[row]} of MJD {table.mjd[row]:.1f}"
        names = ", ".join(map(shown_star_name, stars)) if len(stars) <= 2 else f"{len(stars)} stars"
        return f"{len(rows)} observations of {names}"


def _corrections(study: FactorStudy) -> tuple[str, str]:
    """Return what factors are corrected for: it moves all of them."""
    return study.params.time, study.params.subarrays
