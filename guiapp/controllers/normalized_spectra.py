"""From the chain to the view of normalized spectra and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import NORMALIZE
from engine.errors import EngineError
from engine.model.star_names import star_key
from engine.model.stars import STELLAR_CLASSES
from engine.model.table import Column, ResultTable
from engine.mrs.normalized_spectra import NormalizedSource
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    ViewController,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import NORMALIZED_PLOT, PLOT_KEYS
from guiapp.views.normalized_spectra import NormalizedView
from guiapp.views.normalized_stack import class_of

_NOTHING = "Open spectra or cubes of known bands to see them over their continua."
_ALL = NodeKey(NORMALIZE.name, EVERYTHING)


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The sources over their continua, and why others are not there."""

    sources: tuple[NormalizedSource, ...]
    problems: tuple[str, ...]


class NormalizedController(ViewController):
    """Stacks one observation of each star; jumps from line to line."""

    name = "normalize"
    group = "Inspect"
    title = "Normalized"
    tip = "Spectra and models over their continua, with lines (Law+2025, Figs. 11, 25 to 28)"
    step = NORMALIZE.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.normalized = NormalizedView()
        super().__init__(workspace, self.normalized, parent)
        self.scope = SCOPE_ALL
        self._gathered: Gathered | None = None
        self._gatherer = Gatherer(workspace, "Normalize spectra", self)
        self._gatherer.failed.connect(self.failed)
        view = self.normalized
        view.bind_keys(
            tuple((key.id, key.keys) for key in PLOT_KEYS if key.context == NORMALIZED_PLOT)
        )
        view.star_clicked.connect(self._select)
        view.line_chosen.connect(lambda _name, _wave: self.inspector_changed.emit())
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        keys = stacked_keys(session, chain, self._selected_source())
        self.say_heading("Normalized spectra", "over their continua" if keys else "")
        if not keys:
            self._gatherer.forget()
            self._gathered = None
            self.normalized.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        is_first = self._gathered is None  # later, stars still to come would seem gone
        is_started = self._gatherer.gather(
            keys,
            (keys,),
            lambda progress, deliver: gather_sources(
                session, chain, keys, progress=progress, deliver=deliver if is_first else None
            ),
            self._show,
        )
        if is_started and is_first:
            self.normalized.clear("Normalizing spectra …")
        self.normalized.select(self._selected_source())
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(_ALL)
        names = [spec.name for spec in NORMALIZE.fields]
        found = self._selected()
        table = _widths(found) if found is not None and found.lines else None
        problems = () if self._gathered is None else self._gathered.problems
        said = found.messages if found is not None else ()
        return InspectorContent(
            specs=NORMALIZE.fields,
            defaults={name: NORMALIZE.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            numbers=table,
            numbers_title=f"Lines of {found.star}" if found is not None else "Numbers",
            summary="\n".join((*said, *problems)),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in NORMALIZE.fields}[name]
        params = replace(self.workspace.params(_ALL), **{name: value})
        text = f"Set {spec.label.lower()} of the continua to {shown(value, spec)}"
        self.workspace.set_params(_ALL, params, text)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the line of a row of the numbers."""
        found = self._selected()
        if found is None or not rows or rows[0] >= len(found.lines):
            return
        wanted = found.lines[rows[0]]
        for line in self.normalized.known_lines():
            if line.name == wanted.line and line.wave_um == wanted.wave_um:
                self.normalized.show_line(line)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.normalized.plot.show_all,
            "view.zoom_previous": self.normalized.plot.previous_zoom,
        }

    def export_key(self) -> NodeKey | None:
        found = self._selected()
        return None if found is None else NodeKey(NORMALIZE.name, found.source)

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.sources:
            self.normalized.show_sources(gathered.sources)
            self.normalized.select(self._selected_source())
        else:
            self.normalized.clear(" ".join(dict.fromkeys(gathered.problems)) or _NOTHING)
        self.inspector_changed.emit()

    def _selected_source(self) -> str:
        segment = self.workspace.segment()
        return "" if segment is None else segment.identity.source_key

    def _selected(self) -> NormalizedSource | None:
        sources = () if self._gathered is None else self._gathered.sources
        wanted = self._selected_source()
        return next((one for one in sources if one.source == wanted), next(iter(sources), None))

    def _select(self, source: str) -> None:
        """Select a star everywhere, in the band of the current selection if it has it."""
        segments = self.workspace.session.sources.get(source, ())
        current = self.workspace.segment()
        band = "" if current is None else current.identity.band
        same = [one for one in segments if one.identity.band == band] or list(segments)
        if same:
            self.workspace.selection.select((same[0].id,))


def _widths(source: NormalizedSource) -> ResultTable:
    """Return the lines as they are shown beside the plot: widths in angstrom."""
    lines = source.lines
    widths = 1e4 * np.array([(one.width_um, one.width_error) for one in lines])
    return ResultTable(
        f"Lines of {source.star}",
        (
            Column("line", "", np.array([one.line for one in lines])),
            Column("W (Å)", "", widths[:, 0], "Equivalent width, positive in absorption"),
            Column("±", "", widths[:, 1], "One sigma"),
        ),
    )


def stacked_keys(session: Session, chain: Chain, selected: str) -> tuple[NodeKey, ...]:
    """Return one observation of each star, hot stars first: the selected one, or the fullest.

    Sources that no model predicts are left out, unless they are selected or alone.
    """
    chosen: dict[str, tuple[tuple[bool, int], NodeKey]] = {}
    for key in chain.keys(session):
        if key.step != NORMALIZE.name:
            continue
        segments = session.sources[key.subject]
        star = star_key(segments[0].identity.target) or key.subject
        rank = key.subject == selected, len(segments)
        if star not in chosen or rank > chosen[star][0]:
            chosen[star] = rank, key
    order: dict[str, int] = {name: at for at, name in enumerate(STELLAR_CLASSES)}

    def place(key: NodeKey) -> int:
        target = session.sources[key.subject][0].identity.target
        return order.get(class_of(target), len(order))

    keys = sorted((key for _, key in chosen.values()), key=place)
    stars = [key for key in keys if place(key) < len(order) or key.subject == selected]
    return tuple(stars or keys)


def gather_sources(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Normalize every star; what cannot be had is told."""
    sources: list[NormalizedSource] = []
    problems: list[str] = []
    for done, key in enumerate(keys):
        progress.step(done, len(keys), key.subject)
        try:
            sources.append(chain.evaluate(session, key, Part(progress, done, len(keys))))
        except EngineError as error:
            problems.append(f"{key.subject}: {error.sentence}")
            continue
        if deliver is not None:
            deliver(Gathered(tuple(sources), tuple(problems)))
    return Gathered(tuple(sources), tuple(problems))
