"""From the chain to the table of signal-to-noise ratios and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import BAND_SNR
from engine.figures.seen import SeenPanel
from engine.model.stars import STELLAR_CLASSES
from engine.mrs.model_choice import class_name
from engine.project.band_snr_tables import band_snr_table
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.gathered_results import Gathered, GatheredController
from guiapp.controllers.seen_axes import seen_in, x_seen_in
from guiapp.controllers.view_controller import (
    InspectorContent,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.band_snr import BandSnrView

_COLUMNS = {"band": "band", "snr": "S/N", "snr_error": "±", "published": "Table 1"}
_ALL = NodeKey(BAND_SNR.name, EVERYTHING)


class BandSnrController(GatheredController):
    """Shows the ratios of every source and band, and the spectrum behind each."""

    name = "band_snr"
    group = "Inspect"
    title = "S/N"
    tip = "Signal-to-noise ratio of each star and band (Law+2025, Table 1)"
    words = "snr signal noise signal-to-noise"
    step = BAND_SNR.name
    kept: ClassVar = {"numbers": "quantities"}
    job = "Measure signal-to-noise ratios"
    nothing = "Open a spectrum or a cube of a known band to see its signal-to-noise ratio."
    busy = "Measuring signal-to-noise ratios …"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.ratios = BandSnrView()
        super().__init__(workspace, self.ratios, parent)
        self.ratios.chosen.connect(self._on_chosen)
        self.ratios.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.ratios.hint

    def nodes(self) -> tuple[NodeKey, ...]:
        return ordered_keys(self.workspace.session, self.workspace.chain)

    def say_what(self, nodes: tuple[NodeKey, ...]) -> None:
        self.say_heading("S/N per band · all sources", "about a spline" if nodes else "")

    def draw(self, gathered: Gathered) -> None:
        self.ratios.show_sources(gathered.results)

    def clear(self, reason: str) -> None:
        self.ratios.clear(reason)

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(_ALL)
        names = [spec.name for spec in BAND_SNR.fields]
        found = [one for one in self.results if one.source == self.ratios.source]
        table = band_snr_table([("", one) for one in found]) if found else None
        problems = () if self.gathered is None else self.gathered.sentences
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

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        name, lower = self.ratios.source, self.ratios.scatter_plot
        return x_seen_in(lower, f"{name} ratio"), seen_in(lower, f"{name} scatter")

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the band of a row of the numbers."""
        for source in self.results:
            observed = [one.band for one in source.bands if one.id]
            if source.source == self.ratios.source and rows and rows[0] < len(observed):
                self.ratios.choose(source.source, observed[rows[0]])
                self._on_chosen(source.source, observed[rows[0]])

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.ratios.plot)
        act(self.ratios.scatter_plot)

    def follow_selection(self) -> None:
        """Show the observation that is selected, if its ratio is known."""
        segment = self.workspace.segment()
        if segment is not None and segment.identity.band:
            self.ratios.choose(segment.identity.source_key, segment.identity.band)
        self.inspector_changed.emit()

    def _on_chosen(self, source: str, band: str) -> None:
        """Select the observation of a cell everywhere."""
        for one in self.results:
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
