"""From the chain to the combination of stars and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import COMBINE
from engine.counting import counted
from engine.figures.seen import SeenPanel
from engine.model.star_names import shown_source_name, star_key
from engine.model.table import ResultTable
from engine.model.vector import FACTOR_UNITS
from engine.mrs.star_combination import CombinationParams, StarCombination, StarWeight
from engine.project.combination_tables import star_table
from engine.project.combine_step import COMBINATION
from engine.project.keys import NodeKey
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.leaving_out import leave_source_out, outcome_text
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.look.numbers import fixed_text
from guiapp.settings.plot_keys import COMBINE_PLOT, PLOT_KEYS
from guiapp.views.star_combination import StarCombinationView

_ROUNDING_PERCENT = 5e-4  # what is less is not told
_LEFT_OUT = {"excluded": "left out"}  # why: where some star is
_COLUMNS = {
    "star": "star",
    "offset_percent": "offset",
    "offset_error": "±",
    "systematic_percent": "± syst.",
    "weight": "weight",
}
_NOTHING = "Open at least two standard stars with their models to combine them."


class StarCombinationController(ViewController):
    """Shows the stars relative to each other; leaves some out, and weighs them."""

    name = "combine"
    group = "MRS"
    title = "Combine"
    tip = "All stars relative to one, their mean, the final vectors (Law+2025, Sec. 5.1, Fig. 9)"
    words = "average mean stack merge stars final vector"
    step = COMBINE.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.combination = StarCombinationView()
        super().__init__(workspace, self.combination, parent)
        view = self.combination
        self._follower = self.follower_for(view)
        self._shown: StarCombination | None = None
        self._change = ""  # of the final vectors by the last edit that reached them
        self.other = OtherResult(workspace, self)
        self.other.changed.connect(lambda: view.show_other(self.other.result, self.other.label))
        self._follower.shown.connect(self._on_shown)
        view.bind_keys(
            tuple((key.id, key.keys) for key in PLOT_KEYS if key.context == COMBINE_PLOT)
        )
        view.star_clicked.connect(self._select)
        view.exclude_wanted.connect(self.leave_out)
        view.weight_wanted.connect(self.ask_weight)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    # What the frame asks

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)

    def refresh(self) -> None:
        session = self.workspace.session
        exists = COMBINATION in self.workspace.chain.keys(session)
        self._follower.follow(COMBINATION if exists else None, reason=_NOTHING)
        self.other.follow(COMBINATION if exists else None)
        segment = self.workspace.segment()
        source = "" if segment is None else segment.identity.source_key
        self.combination.select(source, self.workspace.selected_sources())
        self._say_heading()
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(COMBINATION)
        names = [spec.name for spec in COMBINE.fields]
        result = self._result()
        content = InspectorContent(
            specs=COMBINE.fields,
            defaults={name: COMBINE.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            actions=("calibrate.apply_combined",),
        )
        if result is None:
            return content
        return replace(
            content,
            numbers=_numbers(result),
            numbers_title="Stars",
            summary="\n".join(
                line
                for line in (self._change, *_reasons(result), _in_words(result), *result.messages)
                if line
            ),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in COMBINE.fields}[name]
        params = replace(self.workspace.params(COMBINATION), **{name: value})
        text = f"Set {spec.label.lower()} of the combination to {shown(value, spec)}"
        self.workspace.set_params(COMBINATION, params, text)

    def export_key(self) -> NodeKey | None:
        return COMBINATION

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.combination
        upper, lower = view.plot.seen_panel(), view.residual_plot.seen_panel()
        above, below = view.seen_curves()
        return replace(upper, x=lower.x, curves=above), replace(lower, curves=below)

    def actions(self) -> dict[str, Callable[[], object]]:
        view = self.combination
        return {
            "view.zoom_all": view.plot.show_all_linked,
            "view.zoom_previous": view.plot.previous_zoom,
            "calibrate.exclude": lambda: self.leave_out(view.selected),
            "calibrate.include": lambda: self._set_excluded(view.selected, None),
        }

    def selected_rows(self) -> tuple[int, ...] | None:
        result, chosen = self._result(), self.workspace.selected_sources()
        rows = () if result is None else result.stars
        return tuple(i for i, one in enumerate(rows) if one.source in chosen)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the star of a row of the numbers."""
        result = self._result()
        if result is not None and rows and rows[0] < len(result.stars):
            self._select(result.stars[rows[0]].source)

    # What the user does

    def leave_out(self, source: str) -> None:
        """Ask why a star is to be left out, or bring it back when it is."""
        leave_source_out(self.workspace, source, self.view.window())

    def ask_weight(self, source: str) -> None:
        """Ask for the weight of a star."""
        result = self._result()
        row = next((one for one in result.stars if one.source == source), None) if result else None
        if row is None:
            return
        now = {star_key(one.star): one.weight for one in self._params().weights}
        dialog = TextDialog(
            f"Weight of {row.star}",
            "Relative to the other stars, which have 1 unless you changed them; 0 leaves it out.",
            text=f"{now.get(star_key(row.star), 1.0):g}",
            action="Set",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda text: self.set_weight(row.star, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_weight(self, star: str, text: str) -> None:
        """Give a star the weight that was typed."""
        try:
            weight = float(text.replace("−", "-").replace(",", "."))
        except ValueError:
            weight = -1.0
        if not 0.0 <= weight <= 1e6:
            self.combination.show_problem(f"{text!r} is no weight.", "Type a number from 0 on.")
            return
        others = tuple(
            one for one in self._params().weights if star_key(one.star) != star_key(star)
        )
        own = () if weight == 1.0 else (StarWeight(star, weight),)
        params = replace(self._params(), weights=others + own)
        self.workspace.set_params(COMBINATION, params, f"Set the weight of {star} to {weight:g}")

    def _set_excluded(self, source: str, reason: str | None) -> None:
        session = self.workspace.session
        if (session.exclusion(source) is None) == (reason is None):
            return
        edit(
            self.workspace.document,
            session.with_exclusion(source, reason),
            outcome_text(shown_source_name(source), reason),
        )

    def _select(self, source: str) -> None:
        """Select a star everywhere, in the band of the current selection if it has it."""
        segments = self.workspace.session.sources.get(source, ())
        current = self.workspace.segment()
        band = "" if current is None else current.identity.band
        same = [one for one in segments if one.identity.band == band] or list(segments)
        if same:
            self.workspace.selection.select((same[0].id,))

    # Parts

    def _on_shown(self, result: StarCombination) -> None:
        if result is not self._shown:
            before, self._shown = self._shown, result
            self._change = "" if before is None else change_text(before, result)
        self._say_heading()
        self.inspector_changed.emit()

    def _say_heading(self) -> None:
        result = self._result()
        if result is None:
            self.say_heading("Combine · all stars")
            return
        used = sum(one.weight > 0 for one in result.stars)
        unit = FACTOR_UNITS[result.kind]
        kind = f"{result.kind}s, {unit}" if unit else f"{result.kind}s"
        detail = f"{kind} · {_in_short(self._change)}" if self._change else kind
        self.say_heading(f"Combine · {used} of {len(result.stars)} observations", detail)

    def _params(self) -> CombinationParams:
        params: CombinationParams = self.workspace.params(COMBINATION)
        return params

    def _result(self) -> StarCombination | None:
        result: StarCombination | None = self._follower.result
        return result


def change_text(before: StarCombination, after: StarCombination) -> str:
    """Return what the last change did to the final vectors, band by band; ``""``: nothing known."""
    if before.kind != after.kind:
        return ""
    largest: dict[str, float] = {}
    for band in after.bands:
        same = before.band(band.band)
        if same is not None and np.array_equal(same.wave_um, band.wave_um):
            with np.errstate(divide="ignore", invalid="ignore"):
                moved = 100.0 * (band.vector / same.vector - 1.0)
            known = moved[np.isfinite(moved)]
            largest[band.band] = float(known[np.argmax(np.abs(known))]) if known.size else 0.0
    changed = {name: one for name, one in largest.items() if abs(one) > _ROUNDING_PERCENT}
    if not changed:
        return "The last change left the final vectors as they were, to 0.001 %." if largest else ""
    most = max(changed, key=lambda name: abs(changed[name]))
    moved_by = f"{'+' if changed[most] > 0 else ''}{fixed_text(changed[most], 3)} % ({most})"
    return f"The last change moved {counted(len(changed), 'final vector')}, at most by {moved_by}."


def _in_short(change: str) -> str:
    """Return what the last change did, as it stands in the heading."""
    return change.removeprefix("The ").rstrip(".")


def _reasons(result: StarCombination) -> list[str]:
    """Return why stars are left out, whole: the table has little room for it."""
    return [f"{one.source} is left out: {one.excluded}." for one in result.stars if one.excluded]


def _numbers(result: StarCombination) -> ResultTable:
    """Return the stars; of those that are left out, the name says so and the last column why."""
    if not any(one.excluded for one in result.stars):
        return columns_of(star_table([("", result)]), _COLUMNS)
    table = columns_of(star_table([("", result)]), {**_COLUMNS, **_LEFT_OUT})
    names, *others = table.columns
    marked = [
        f"{name} (out)" if one.excluded else str(name)
        for name, one in zip(names.values, result.stars, strict=True)
    ]
    return replace(table, columns=(replace(names, values=np.array(marked)), *others))


def _in_words(result: StarCombination) -> str:
    chosen = (
        "the F-tests ask for it"
        if result.order == result.suggested_order
        else (f"the F-tests ask for {result.suggested_order}")
    )
    return (
        f"{result.reference} × polynomial of order {result.order} ({chosen}). Bands scatter about "
        f"it by {100 * result.band_scatter:.2f} %."
    )
