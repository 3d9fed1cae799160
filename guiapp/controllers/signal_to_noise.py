"""From the chain to the view of signal-to-noise ratios and back."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import SIGNAL_TO_NOISE
from engine.compare.signal_to_noise import StarSnr
from engine.figures.seen import SeenPanel
from engine.model.table import ResultTable
from engine.project.snr_tables import snr_table
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import InspectorContent, columns_of
from guiapp.controllers.visits import VisitsController
from guiapp.controllers.workspace import Workspace
from guiapp.views.signal_to_noise import SnrView

_COLUMNS = {
    "band": "band",
    "snr_visits": "visits",
    "snr_visits_error": "± visits",
    "snr_spline": "spline",
    "snr_spline_error": "± spline",
    "snr_stated": "ERR",
    "err_over_noise": "ERR / σ",
}
_WHOLE = {"ERR"}


class SnrController(VisitsController):
    """Shows the visit that is selected, and whether its stated errors are right."""

    name = "signal_to_noise"
    title = "S/N four ways"
    tip = "Repeated visits, a spline, ERR and the calculator (Law+2025, Sec. 7, Fig. 18)"
    words = "snr noise sensitivity calculator etc"
    step = SIGNAL_TO_NOISE.name
    analysis = SIGNAL_TO_NOISE
    nothing = "Open a spectrum or a cube of a known band to see its signal-to-noise ratio."

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.snr = SnrView()
        super().__init__(workspace, self.snr, parent)
        self.snr.visit_chosen.connect(self._on_visit)
        self.snr.band_clicked.connect(self._on_band)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.snr.plots.ratios, self.snr.plots.relative)

    def refresh(self) -> None:
        super().refresh()
        self._mark_selected()

    def inspector(self) -> InspectorContent:
        result: StarSnr | None = self.result
        content = self.form()
        if result is None:
            return replace(content, summary="No signal-to-noise ratio is measured yet.")
        table = snr_table([(self.stage, _only(result, self.snr.source))])
        return replace(
            content,
            numbers=_rounded(columns_of(table, _COLUMNS)),
            numbers_title=f"S/N of {self.snr.source}",
            summary="\n".join(result.messages),
        )

    def selected_rows(self) -> tuple[int, ...] | None:
        chosen = self.workspace.selected_bands()
        return tuple(i for i, (band, _) in enumerate(self.snr.shown()) if band.band in chosen)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the band of a row."""
        shown = self.snr.shown()
        if rows and rows[0] < len(shown):
            self._on_band(shown[rows[0]][0].band)

    def _on_shown(self) -> None:
        self._mark_selected()
        super()._on_shown()

    def _mark_selected(self) -> None:
        segment = self.workspace.segment()
        if segment is not None:
            self.snr.select(segment.identity.source_key, segment.identity.band)

    def _on_visit(self, source: str) -> None:
        """Select another visit, in the band of the selection if it has it."""
        current = self.workspace.segment()
        band = "" if current is None else current.identity.band
        found = self.workspace.session.sources.get(source, ())
        same = [one for one in found if one.identity.band == band] or list(found)
        if same:
            self.workspace.selection.select((same[0].id,))

    def _on_band(self, band: str) -> None:
        visit = next((visit for one, visit in self.snr.shown() if one.band == band), None)
        if visit is not None:
            self.workspace.selection.select((visit.id,))


def _only(result: StarSnr, source: str) -> StarSnr:
    """Return the result with one visit alone."""
    bands = (
        replace(band, visits=tuple(one for one in band.visits if one.source == source))
        for band in result.bands
    )
    return replace(result, bands=tuple(bands))


def _rounded(table: ResultTable) -> ResultTable:
    """Return the table with ratios without an error as whole numbers: more digits say nothing."""
    columns = (
        replace(one, values=np.round(one.values)) if one.name in _WHOLE else one
        for one in table.columns
    )
    return replace(table, columns=tuple(columns))
