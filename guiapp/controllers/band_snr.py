"""From the chain to the table of signal-to-noise ratios and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import BAND_SNR
from engine.errors import EngineError
from engine.model.stars import STELLAR_CLASSES
from engine.mrs.band_snr import SourceSnr
from engine.mrs.model_choice import class_name
from engine.progress import Part, Progress
from engine.project.band_snr_tables import band_snr_table
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.band_snr import BandSnrView

_NOTHING = "Open a spectrum or a cube of a known band to see its signal-to-noise ratio."
_COLUMNS = {"band": "band", "snr": "S/N", "published": "Table 1"}
_ALL = NodeKey(BAND_SNR.name, EVERYTHING)


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The ratios of all sources, and why others have none."""

    sources: tuple[SourceSnr, ...]
    problems: tuple[str, ...]


class BandSnrController(ViewController):
    """Shows the ratios of every source and band, and the spectrum behind each."""

    name = "band_snr"
    group = "Inspect"
    title = "S/N"
    tip = "Signal-to-noise ratio of each star and band (Law+2025, Table 1)"
    step = BAND_SNR.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.ratios = BandSnrView()
        super().__init__(workspace, self.ratios, parent)
        self.scope = SCOPE_ALL
        self._gathered: Gathered | None = None
        self._gatherer = Gatherer(workspace, "Measure signal-to-noise ratios", self)
        self._gatherer.failed.connect(self.failed)
        self.ratios.chosen.connect(self._on_chosen)
        self.ratios.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.ratios.hint

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        keys = ordered_keys(session, chain)
        self.say_heading("S/N per band · all sources", "about a spline" if keys else "")
        if not keys:
            self._gatherer.forget()
            self._gathered = None
            self.ratios.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        is_first = self._gathered is None  # later, sources still to come would seem gone
        is_started = self._gatherer.gather(
            keys,
            (),
            lambda progress, deliver: gather_ratios(
                session, chain, keys, progress=progress, deliver=deliver if is_first else None
            ),
            self._show,
        )
        if is_started and is_first:
            self.ratios.clear("Measuring signal-to-noise ratios …")
        self._follow_selection()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(_ALL)
        names = [spec.name for spec in BAND_SNR.fields]
        sources = () if self._gathered is None else self._gathered.sources
        found = [one for one in sources if one.source == self.ratios.source]
        table = band_snr_table([("", one) for one in found]) if found else None
        problems = () if self._gathered is None else self._gathered.problems
        return InspectorContent(
            specs=BAND_SNR.fields,
            defaults={name: BAND_SNR.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            numbers=None if table is None else columns_of(table, _COLUMNS),
            numbers_title=f"S/N of {found[0].star}" if found else "Numbers",
            summary="\n".join([*(text for one in found for text in one.messages), *problems]),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in BAND_SNR.fields}[name]
        params = replace(self.workspace.params(_ALL), **{name: value})
        text = f"Set {spec.label.lower()} of the S/N of all sources to {shown(value, spec)}"
        self.workspace.set_params(_ALL, params, text)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def export_key(self) -> NodeKey | None:
        return NodeKey(BAND_SNR.name, self.ratios.source) if self.ratios.source else None

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the band of a row of the numbers."""
        sources = () if self._gathered is None else self._gathered.sources
        for source in sources:
            observed = [one.band for one in source.bands if one.id]
            if source.source == self.ratios.source and rows and rows[0] < len(observed):
                self.ratios.choose(source.source, observed[rows[0]])
                self._on_chosen(source.source, observed[rows[0]])

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.ratios.plot)
        act(self.ratios.scatter_plot)

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.sources:
            self.ratios.show_sources(gathered.sources)
            self._follow_selection()
        else:
            self.ratios.clear(" ".join(dict.fromkeys(gathered.problems)) or _NOTHING)
        self.inspector_changed.emit()

    def _follow_selection(self) -> None:
        """Show the observation that is selected, if its ratio is known."""
        segment = self.workspace.segment()
        if segment is not None and segment.identity.band:
            self.ratios.choose(segment.identity.source_key, segment.identity.band)
        self.inspector_changed.emit()

    def _on_chosen(self, source: str, band: str) -> None:
        """Select the observation of a cell everywhere."""
        sources = () if self._gathered is None else self._gathered.sources
        for one in sources:
            found = one.band(band) if one.source == source else None
            if found is not None and found.id:
                self.workspace.selection.select((found.id,))
        self.inspector_changed.emit()


def ordered_keys(session: Session, chain: Chain) -> tuple[NodeKey, ...]:
    """Return all nodes, hot stars first, as in Table 1."""
    order = {name: at for at, name in enumerate((*STELLAR_CLASSES, "other"))}

    def place(key: NodeKey) -> int:
        return order[class_name(session.sources[key.subject][0].identity.target)]

    keys = (key for key in chain.keys(session) if key.step == BAND_SNR.name)
    return tuple(sorted(keys, key=place))


def gather_ratios(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Measure every source; what cannot be had is told."""
    sources: list[SourceSnr] = []
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
