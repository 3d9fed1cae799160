"""What every view's controller has in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.analyses import Analysis, FieldSpec
from engine.figures.seen import SeenPanel
from engine.model.star_names import shown_source_name, shown_star_name, told_apart
from engine.model.table import Column, ResultTable
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.node_follower import NodeFollower, ResultView
from guiapp.controllers.view_choices import choices_of, take_choices
from guiapp.controllers.workspace import Workspace
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.settings.preferences import Preferences

_NAMES = {"target": shown_star_name, "star": shown_star_name, "source": shown_source_name}
SCOPE_OWN = "This observation"
SCOPE_ALL = "All observations"


@dataclass(frozen=True, eq=False, slots=True)
class InspectorContent:
    """What the inspector shows beside a view.

    Attributes
    ----------
    specs : tuple of FieldSpec
        The form.
    defaults, values : mapping
        By name of the field.
    scopes : tuple of str
        What the parameters can hold for; empty: nothing to choose.
    scope : str
        What they hold for now.
    actions : tuple of str
        Ids of actions that are offered as buttons, the main one first.
    numbers : ResultTable or None
        The table below the form.
    numbers_title, summary : str
        Above and below the table.
    origin : tuple of str
        Where the data come from, a line each.
    """

    specs: tuple[FieldSpec, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    scope: str = ""
    actions: tuple[str, ...] = ()
    numbers: ResultTable | None = None
    numbers_title: str = "Numbers"
    summary: str = ""
    origin: tuple[str, ...] = ()


class ViewController(QObject):
    """Ties one view to the workspace.

    Attributes
    ----------
    name, group, title, tip : str
        Of the view.
    view : QWidget
        What is shown.
    is_active : bool
        Whether the view is seen; only then does its controller compute anything.

    Signals
    -------
    inspector_changed()
        `inspector` has something else to say.
    heading_changed(title, detail), mode_changed(text), cursor_changed(text), hint_changed(text)
        Texts around the view.
    keys_wanted()
        The user asked for the list of keys.
    failed(what, hint)
        There is no result, for a reason that the view does not show itself.
    """

    inspector_changed = pyqtSignal()
    failed = pyqtSignal(str, str)
    heading_changed = pyqtSignal(str, str)
    mode_changed = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()

    name: ClassVar[str] = ""
    group: ClassVar[str] = "MRS"
    title: ClassVar[str] = ""
    tip: ClassVar[str] = ""
    words: ClassVar[str] = ""  #: other words that people look for the view by
    step: ClassVar[str] = ""  #: step of the chain that the view shows
    #: steps without a view of their own that it shows as well
    further_steps: ClassVar[tuple[str, ...]] = ()

    #: what of the view is kept with a session: where its bar or box is, by the name of the choice
    kept: ClassVar[Mapping[str, str]] = {}

    def __init__(self, workspace: Workspace, view: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.view = view
        self.is_active = False
        self.scope = SCOPE_OWN
        self.heading = ("", "")
        self.texts = {"mode": "", "cursor": "", "hint": ""}
        workspace.document.changed.connect(lambda _change: self._refresh_if_active())
        workspace.selection.changed.connect(self._drop_reading)
        workspace.selection.changed.connect(self._refresh_if_active)
        self.inspector_changed.connect(self._read_again)

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        """Start or stop following the workspace."""
        self.is_active = active
        if active:
            self.refresh()

    def refresh(self) -> None:
        """Bring the view up to date: overridden by each controller."""

    def inspector(self) -> InspectorContent:
        """Return what the inspector shows now: overridden by each controller."""
        return InspectorContent()

    def set_parameter(self, name: str, value: Any) -> None:
        """Take over what the user typed in the form: overridden where there is a form."""

    def export_key(self) -> NodeKey | None:
        """Return the node whose figure is "this figure"; `None`: there is none."""
        return None

    def seen(self) -> tuple[NodeKey, ...]:
        """Return the results that the view draws: overridden where they are more than one."""
        key = self.export_key()
        return () if key is None else (key,)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        """Return the axes of the view, for the figure of `export_key`; none: the figure's own."""
        return ()

    def seen_part(self) -> str:
        """Return what of the result the view shows, where it holds more; ``""``: all of it."""
        return ""

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return what actions of the window do while this view is seen, by their ids."""
        return {}

    @property
    def has_errors(self) -> bool:
        """Whether error bars or bands are drawn: overridden where they can be hidden."""
        return False

    def apply_preferences(self, preferences: Preferences) -> None:
        """Take over what the user prefers: overridden where it means something."""

    def choices(self) -> dict[str, str]:
        """Return what is chosen in the view, by name: kept with the layout of the session."""
        return choices_of(self.view, self.kept)

    def take_choices(self, wanted: Mapping[str, str]) -> None:
        """Choose what was chosen when the session was left, as far as it is known here."""
        take_choices(self.view, self.kept, wanted)

    def selected_rows(self) -> tuple[int, ...] | None:
        """Return the rows of the numbers that stand for the selection; `None`: none can."""
        return None

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select what rows of the numbers stand for: overridden where that means something."""

    def copy_table(self) -> ResultTable | None:
        """Return the numbers that "Copy data" copies."""
        return self.inspector().numbers

    def follower_for(self, view: ResultView) -> NodeFollower:
        """Return what shows a node of the chain in ``view``: when it is told to, not by itself."""
        workspace = self.workspace
        found = NodeFollower(workspace.document, workspace.chain, workspace.runner, view, self)
        found.is_active = False
        return found

    def say_heading(self, title: str, detail: str = "") -> None:
        """Write above the view."""
        self.heading = (title, detail)
        self.heading_changed.emit(title, detail)

    def _drop_reading(self) -> None:
        """Say nothing of what was under the cursor: something else will be."""
        if self.is_active:
            self.cursor_changed.emit("")

    def _read_again(self) -> None:
        """Read what lies under the cursor now that something else is drawn."""
        if self.is_active:
            for plot in self.view.findChildren(ThemedPlot):
                if plot.isVisible():
                    plot.read_again()

    def _refresh_if_active(self) -> None:
        if self.is_active:
            self.refresh()


class AnalysisController(ViewController):
    """A controller whose view shows one node of the chain at a time, with a form for it."""

    analysis: Analysis

    def key(self) -> NodeKey | None:
        """Return the node that is shown: overridden by each controller."""
        raise NotImplementedError

    def form(self) -> InspectorContent:
        """Return the form for the node that is shown."""
        key = self.key()
        if key is None:
            return InspectorContent()
        target = self._settings_key(key)
        params = self.workspace.params(target)
        names = [spec.name for spec in self.analysis.fields]
        return InspectorContent(
            specs=self.analysis.fields,
            defaults={name: self.analysis.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            scopes=(SCOPE_OWN, SCOPE_ALL),
            scope=self.scope,
            origin=self.origin_lines(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        key = self.key()
        if key is None:
            return
        target = self._settings_key(key)
        spec = {one.name: one for one in self.analysis.fields}[name]
        params = replace(self.workspace.params(target), **{name: value})
        text = f"Set {spec.label.lower()} of {self.subject_text()} to {shown(value, spec)}"
        self.workspace.set_params(target, params, text)

    def subject_text(self) -> str:
        """Return what the parameters hold for, as the history says it."""
        segment = self.workspace.segment()
        if self.scope == SCOPE_ALL or segment is None:
            return "all observations"
        return f"{shown_star_name(segment.identity.target)} {segment.identity.band}".strip()

    def origin_lines(self) -> tuple[str, ...]:
        """Return where the data of the current segment come from."""
        segment = self.workspace.segment()
        return () if segment is None else origin_of(self.workspace, segment.entry.id)

    def _settings_key(self, key: NodeKey) -> NodeKey:
        return NodeKey(key.step, EVERYTHING) if self.scope == SCOPE_ALL else key


def columns_of(table: ResultTable, names: dict[str, str]) -> ResultTable:
    """Return some columns of ``table`` under short names: what fits beside a plot.

    Stars and sources are named as everywhere in the window, whatever their files call them; where
    a star has several observations, the table says which.
    """
    columns = (replace(_named(table, name), name=short) for name, short in names.items())
    return replace(table, columns=tuple(columns))


def _named(table: ResultTable, name: str) -> Column:
    """Return a column of names with the usual names of stars; any other as it is."""
    column, name_of = table.column(name), _NAMES.get(name)
    if name_of is None or column.values.dtype.kind != "U":
        return column
    shown = [name_of(one) for one in column.values.tolist()]
    keys = _source_keys(table)
    stars = [
        name_of(key.rpartition("/")[0]) if key else one
        for key, one in zip(keys, shown, strict=False)
    ]
    if name != "source" and keys and stars == shown:
        apart = iter(told_apart([key for key in keys if key]))  # no key: a row of all of them
        shown = [next(apart) if key else one for key, one in zip(keys, shown, strict=True)]
    return replace(column, values=np.array(shown))


def _source_keys(table: ResultTable) -> list[str]:
    """Return which observation each row is about, as far as the table says it."""
    known = {column.name: column.values.tolist() for column in table.columns}
    if "source" in known:
        return [str(one) for one in known["source"]]
    if not {"target", "program", "observation"} <= set(known):
        return []
    parts = zip(known["target"], known["program"], known["observation"], strict=True)
    return [f"{target}/{program}-{observation}" for target, program, observation in parts]


def origin_of(workspace: Workspace, entry_id: str) -> tuple[str, ...]:
    """Return file, date, version and references of an entry, a line each."""
    entry = workspace.session.entry(entry_id)
    if entry is None:
        return ()
    lines = [entry.path.rpartition("/")[2]]
    identity = entry.parts[0] if entry.parts else None
    if identity is not None and identity.mjd is not None:
        lines.append(f"{identity.date}  MJD {identity.mjd:.3f}".strip())
    lines.append(f"SHA-256 {entry.sha256[:12]}…")
    return tuple(lines)


def shown(value: Any, spec: FieldSpec) -> str:
    """Return a parameter's value as the history says it."""
    unit = f" {spec.unit}" if spec.unit else ""
    if value is None:
        return "its default"
    if isinstance(value, tuple):
        parts = ("…" if one is None else f"{one:g}" for one in value)
        return "–".join(parts) + unit
    return (f"{value:g}" if isinstance(value, float | int) else str(value)) + unit
