"""From the chain to the trends of factors and back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import TRENDS
from engine.compare.factor_table import FactorTable
from engine.compare.subsets import members_of
from engine.compare.trend_results import FactorTrends
from engine.errors import DataError
from engine.figures.seen import SeenPanel
from engine.figures.trends import BY_CLASS
from engine.model.star_names import shown_star_name
from engine.model.table import ResultTable
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from engine.project.trend_tables import factor_table
from engine.project.trends_step import ALL_STARS
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.subset_edits import SubsetEdits
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    origin_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.trend_words import summary_lines
from guiapp.views.trends import Reach, TrendsView

_NOTHING = (
    "Open at least two standard stars with their models, or a table of factors, to see what the "
    "factors depend on."
)
_COLUMNS = {"star": "star", "factor": "C", "factor_error": "±", "left_out": "out"}
_REASONS = ("variable", "debris disk", "poor background", "model in doubt", "saturated")
_STARS_TITLE = "Stars of the spectrograph"


class TrendsController(ViewController):
    """Shows factors by class and over parameters; leaves points, stars and classes out."""

    name = "trends"
    group = "Inspect"
    title = "Trends"
    tip = "What the factors depend on: class, date, flux, well depth (Law+2025, Figs. 19 and 20)"
    words = "correlation parameter class date slope factor"
    step = TRENDS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.trends = TrendsView()
        super().__init__(workspace, self.trends, parent)
        view = self.trends
        self._subject = ""
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self._on_shown())
        self.other = OtherResult(workspace, self)
        self.other.changed.connect(self._show_other)
        self.subsets = SubsetEdits(workspace.document, view, self)
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "trends.exclude"]
        view.bind_keys(keys)
        view.table_chosen.connect(self._on_table)
        view.points_chosen.connect(self._on_points)
        view.exclusion_wanted.connect(self.leave_out)
        view.subset_wanted.connect(lambda kind: self.subsets.ask(kind, view.chosen))
        view.subset_removed.connect(self.subsets.remove)
        view.subset_exclusion_wanted.connect(self._leave_out_subset)
        view.ignored_changed.connect(lambda names: self.set_parameter("ignored", names))
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    # What the frame asks

    def refresh(self) -> None:
        keys = self._keys()
        subjects = [key.subject for key in keys]
        if self._subject not in subjects:
            self._subject = subjects[0] if subjects else ""
        titles = [(one, self._title(one)) for one in subjects]
        self.trends.show_tables(titles, self._subject)
        self._say_heading()
        self._follower.follow(self._key(), reason=_NOTHING)
        self.other.follow(self._key())
        self._show_subsets()
        self._mark_selected()
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(NodeKey(TRENDS.name, EVERYTHING))
        names = [spec.name for spec in TRENDS.fields]
        content = InspectorContent(
            specs=TRENDS.fields,
            defaults={name: TRENDS.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
        )
        result = self.result
        if result is None:
            return content
        return replace(
            content,
            numbers=observations_of(result),
            numbers_title="Observations",
            summary="\n".join((*summary_lines(result, params.chance), *result.messages)),
            origin=self._origin(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        key = NodeKey(TRENDS.name, EVERYTHING)
        spec = {one.name: one for one in TRENDS.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        said = ", ".join(value) or "none" if isinstance(value, tuple) else shown(value, spec)
        text = f"Set {spec.label.lower()} of the trends to {said}"
        self.workspace.set_params(key, params, text)

    def export_key(self) -> NodeKey | None:
        return self._key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return tuple(
            seen_in(one.plot, BY_CLASS if one.parameter is None else one.parameter.name)
            for one in self.trends.visible_panels
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        view = self.trends
        return {
            "view.zoom_all": lambda: view.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: view.for_each(PlotCanvas.previous_zoom),
            "view.errors": lambda: view.show_errors("hidden" if view.has_errors else "shown"),
            "calibrate.exclude": view.ask_exclusion,
            "calibrate.include": self._bring_back,
            "edit.name_subset": lambda: self.subsets.ask("selection", view.chosen),
        }

    @property
    def has_errors(self) -> bool:
        return self.trends.has_errors

    def apply_preferences(self, preferences: Preferences) -> None:
        self.trends.show_errors("shown" if preferences.is_on("show_errors") else "hidden")

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the observations of rows of the numbers."""
        if self.result is not None:
            ids = self.result.table.ids
            self.trends.choose(tuple(ids[row] for row in rows if row < len(ids)))

    def selected_rows(self) -> tuple[int, ...] | None:
        if self.result is None:
            return None
        chosen = set(self.trends.chosen)
        return tuple(row for row, one in enumerate(self.result.table.ids) if one in chosen)

    @property
    def result(self) -> FactorTrends | None:
        """What is shown."""
        result: FactorTrends | None = self._follower.result
        return result

    # What the user does

    def leave_out(self, reach: Reach) -> None:
        """Ask why the selected points, their stars or classes are to be left out, or bring back."""
        result = self.result
        if result is None:
            return
        ids, name = _reached(result.table, self.trends.chosen, reach)
        self._leave_out(result.table, ids, name)

    def _leave_out_subset(self, name: str) -> None:
        result = self.result
        if result is not None:
            members = self._members(result.table, self.workspace.session).get(name, frozenset())
            ids = tuple(one for one in result.table.ids if one in members)
            self._leave_out(result.table, ids, f"the subset {name}")

    def _leave_out(self, table: FactorTable, ids: tuple[str, ...], name: str) -> None:
        if not ids:
            return
        reasons = dict(zip(table.ids, table.reasons, strict=True))
        if all(reasons[one] for one in ids):
            self._exclude(ids, name, None)
            return
        given = tuple(one.reason for one in self.workspace.session.exclusions)
        dialog = TextDialog(
            f"Leave out {name}?",
            "It stays in the plots, crossed, but no mean and no trend rests on it. Say why; it "
            "can be undone.",
            suggestions=tuple(dict.fromkeys((*given, *_REASONS))),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._exclude(ids, name, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _bring_back(self) -> None:
        result = self.result
        if result is not None and self.trends.chosen:
            ids, name = _reached(result.table, self.trends.chosen, "point")
            self._exclude(ids, name, None)

    def _exclude(self, ids: tuple[str, ...], name: str, reason: str | None) -> None:
        session = self.workspace.session.with_exclusions(ids, reason)
        edit(self.workspace.document, session, outcome_text(name, reason))

    # Parts

    def _keys(self) -> tuple[NodeKey, ...]:
        keys = self.workspace.chain.keys(self.workspace.session)
        return tuple(key for key in keys if key.step == TRENDS.name)

    def _key(self) -> NodeKey | None:
        return NodeKey(TRENDS.name, self._subject) if self._subject else None

    def _title(self, subject: str) -> str:
        entry = self.workspace.session.entry(subject)
        return _STARS_TITLE if entry is None else entry.path.rpartition("/")[2]

    def _say_heading(self) -> None:
        if not self._subject:
            self.say_heading("Trends")
            return
        unit = "" if self.result is None else self.result.table.unit
        detail = "relative factor, over the adopted calibration"
        if self._subject != ALL_STARS:
            detail = f"factor in {unit}, as in the table" if unit else "factor, as in the table"
        self.say_heading(f"Factor trends · {self._title(self._subject)}", detail)

    def _origin(self) -> tuple[str, ...]:
        key = self._key()
        entries = self.workspace.chain.inputs(self.workspace.session, key) if key else ()
        tables = [one for one in entries if one.kind in {"factors", "parameters"}]
        return tuple(line for one in tables for line in origin_of(self.workspace, one.id))

    def _on_table(self, subject: str) -> None:
        self._subject = subject
        self.trends.select(())
        self.refresh()

    def _on_points(self, ids: tuple[str, ...]) -> None:
        """Select what the points stand for everywhere, in the band of the current selection."""
        current = self.workspace.segment()
        band = "" if current is None else current.identity.band
        found: list[str] = []
        for one in ids:
            segments = self.workspace.session.sources.get(one, ())
            same = [segment for segment in segments if segment.identity.band == band] or segments
            found += [segment.id for segment in same[:1]]
        if found:
            self.workspace.selection.select(tuple(found))

    def _mark_selected(self) -> None:
        """Ring what is selected elsewhere; rows of a table of a file are selected here alone."""
        if self._subject != ALL_STARS:
            return
        session = self.workspace.session
        segments = (session.segment(one) for one in self.workspace.selection.segments)
        keys = dict.fromkeys(one.identity.source_key for one in segments if one is not None)
        self.trends.select(tuple(keys))

    def _on_shown(self) -> None:
        self._say_heading()
        self._show_subsets()
        self._show_other()
        key = NodeKey(TRENDS.name, EVERYTHING)
        self.trends.show_ignored(self.workspace.params(key).ignored)
        self.inspector_changed.emit()

    def _show_other(self) -> None:
        """Draw the factors of the other version beside these, and say how both compare."""
        result, other = self.result, self.other.result
        if result is None or other is None:
            self.trends.show_other(np.zeros(0), self.other.label)
            return
        known = dict(zip(map(_row_name, other.table.ids), other.table.factor, strict=True))
        factors = np.array([known.get(_row_name(one), np.nan) for one in result.table.ids])
        self.trends.show_other(factors, self.other.label)

    def _show_subsets(self) -> None:
        session, result = self.workspace.session, self.result
        members = {} if result is None else self._members(result.table, session)
        self.trends.show_subsets(members, {one.name: one.text for one in session.subsets})

    def _members(self, table: FactorTable, session: Session) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for one in session.subsets:
            try:
                found[one.name] = frozenset(members_of(one, table))
            except DataError:
                found[one.name] = frozenset()
        return found


def observations_of(trends: FactorTrends) -> ResultTable:
    """Return what stands beside the plots, a row an observation: those of one star differ."""
    table = factor_table([("", trends)])
    names = {"name": "star", "id": "source"}
    columns = (replace(one, name=names.get(one.name, one.name)) for one in table.columns)
    return columns_of(replace(table, columns=tuple(columns)), _COLUMNS)


def _row_name(name: str) -> str:
    """Return what a row is called in any session: files may have other numbers there."""
    entry, dot, row = name.rpartition(".")
    return row if dot and row.isdecimal() and "/" not in entry else name


def _named(stars: Iterable[str]) -> str:
    return ", ".join(map(shown_star_name, stars))


def _reached(
    table: FactorTable, chosen: tuple[str, ...], reach: Reach
) -> tuple[tuple[str, ...], str]:
    """Return the observations that an exclusion reaches, and what they are called."""
    rows = [row for row, name in enumerate(table.ids) if name in set(chosen)]
    if reach == "point":
        ids = tuple(table.ids[row] for row in rows)
        one = (
            " ".join(f"{shown_star_name(table.stars[rows[0]])} {table.notes[rows[0]]}".split())
            if rows
            else ""
        )
        return ids, one if len(ids) == 1 else f"{len(ids)} observations"
    if reach == "star":
        names = tuple(dict.fromkeys(table.stars[row] for row in rows))
        return tuple(i for n in names for i in table.ids_of(star=n)), _named(names)
    names = tuple(dict.fromkeys(table.classes[row] for row in rows if table.classes[row]))
    return tuple(i for n in names for i in table.ids_of(star_class=n)), (
        "class " + ", ".join(names)
    )
