"""From the chain to the view of normalized spectra and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import NORMALIZE
from engine.figures.normalized_spectra import page_label
from engine.figures.seen import SeenPanel
from engine.model.star_names import star_key
from engine.model.stars import STELLAR_CLASSES
from engine.model.table import Column, ResultTable
from engine.mrs.normalized_spectra import PAGES_UM, NormalizedSource
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.gathered_results import Gathered, GatheredController
from guiapp.controllers.view_controller import (
    InspectorContent,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import NORMALIZED_PLOT, PLOT_KEYS
from guiapp.views.normalized_spectra import NormalizedView
from guiapp.views.normalized_stack import class_of

_SIGN = "W is positive in absorption, negative in emission; “+2”: a blend with two more lines."
_ALL = NodeKey(NORMALIZE.name, EVERYTHING)


class NormalizedController(GatheredController):
    """Stacks one observation of each star; jumps from line to line."""

    name = "normalize"
    group = "Inspect"
    title = "Normalized"
    tip = "Spectra and models over their continua, with lines (Law+2025, Figs. 11, 25 to 28)"
    words = "continuum line equivalent width"
    step = NORMALIZE.name
    kept: ClassVar = {"page": "pages", "spacing": "spacing", "models": "places"}
    job = "Normalize spectra"
    nothing = "Open spectra or cubes of known bands to see them over their continua."
    busy = "Normalizing spectra …"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.normalized = NormalizedView()
        super().__init__(workspace, self.normalized, parent)
        view = self.normalized
        view.bind_keys(
            tuple((key.id, key.keys) for key in PLOT_KEYS if key.context == NORMALIZED_PLOT)
        )
        view.star_clicked.connect(self._select)
        view.line_chosen.connect(lambda _name, _wave: self.inspector_changed.emit())
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def nodes(self) -> tuple[NodeKey, ...]:
        return stacked_keys(self.workspace.session, self.workspace.chain, self._selected_source())

    def say_what(self, nodes: tuple[NodeKey, ...]) -> None:
        self.say_heading("Normalized spectra", "over their continua" if nodes else "")

    def draw(self, gathered: Gathered) -> None:
        self.normalized.show_sources(gathered.results)

    def clear(self, reason: str) -> None:
        self.normalized.clear(reason)

    def follow_selection(self) -> None:
        self.normalized.select(self._selected_source())
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(_ALL)
        names = [spec.name for spec in NORMALIZE.fields]
        found = self._selected()
        table = _widths(found) if found is not None and found.lines else None
        problems = () if self.gathered is None else self.gathered.sentences
        said = (*found.messages, _SIGN) if found is not None else ()
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
            if line.wave_um == wanted.wave_um:
                self.normalized.show_line(line)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.normalized.plot.show_all,
            "view.zoom_previous": self.normalized.plot.previous_zoom,
        }

    def export_key(self) -> NodeKey | None:
        found = self._selected()
        return None if found is None else NodeKey(NORMALIZE.name, found.source)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        x, y = self.normalized.plot.seen_axes()
        page = max(PAGES_UM, key=lambda one: min(one[1], x.high) - max(one[0], x.low))
        return tuple(
            SeenPanel(x.unnamed, y.moved(1.0 - level), of=page_label(one.source, page))
            for one, level in self.normalized.stack.levels()
        )

    def _selected_source(self) -> str:
        segment = self.workspace.segment()
        return "" if segment is None else segment.identity.source_key

    def _selected(self) -> NormalizedSource | None:
        wanted = self._selected_source()
        same = (one for one in self.results if one.source == wanted)
        return next(same, next(iter(self.results), None))

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
            Column("line", "", np.array([_short(one.line) for one in lines]), "Blends: +n more"),
            Column("W", "Angstrom", widths[:, 0], "Equivalent width, positive in absorption"),
            Column("±", "Angstrom", widths[:, 1], "One sigma"),
        ),
    )


def _short(name: str) -> str:
    """Return the name of the strongest line of a blend, and how many more there are."""
    first, *others = name.split(" + ")
    return f"{first} +{len(others)}" if others else first


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
