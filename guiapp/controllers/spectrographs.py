"""From the chain to the view of spectra over those of another instrument and back."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import SPECTROGRAPH
from engine.compare.spectrograph_ratios import SpectrographComparison, SpectrographParams
from engine.figures.seen import SeenPanel
from engine.model.star_names import shown_star_name
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.spectrograph_step import coarse_spectra, matched, star_sources
from engine.project.spectrograph_tables import range_table
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import InspectorContent, columns_of, origin_of
from guiapp.controllers.visits import VisitsController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.spectrographs import SpectrographView

_COLUMNS = {
    "star": "star",
    "short_ratio": "below",
    "short_error": "± below",
    "long_ratio": "above",
    "long_error": "± above",
}
_COMMON_REASONS = ("background subtraction", "low S/N", "variable", "other aperture")
_SETTINGS = NodeKey(SPECTROGRAPH.name, EVERYTHING)


class SpectrographController(VisitsController):
    """Shows the ratio of every star to a coarser spectrum; x leaves a star out."""

    name = "spectrograph"
    group = "Compare"
    title = "Spectrographs"
    tip = "Spectra over those of a coarser instrument (Law+2025, Sec. 8.4, Fig. 23)"
    words = "spitzer irs iso compare"
    step = SPECTROGRAPH.name
    analysis = SPECTROGRAPH
    nothing = "Open a coarser spectrum of a star to compare its spectrum with, from Spitzer's IRS."
    busy = "Comparing the spectra of {} …"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.ratios = SpectrographView()
        super().__init__(workspace, self.ratios, parent)
        self.stage = "calibrated"
        self.ratios.curve_chosen.connect(self._on_curve)
        self.ratios.exclusion_wanted.connect(self.leave_out)
        self.ratios.split_moved.connect(self._move_split)
        self.ratios.partner_chosen.connect(self._choose_partner)
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        self.ratios.bind_keys(keys)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        plots = self.ratios.group
        return seen_above(plots.ratios, plots.spectra)[:1]

    def refresh(self) -> None:
        session = self.workspace.session
        stars = [one[0].identity.target for one in star_sources(session).values()]
        names = [one.identity.target for one in coarse_spectra(session)]
        chosen = {shown_star_name(star): name for star, name in self._params().partners}
        self.ratios.offer_partners(
            sorted({shown_star_name(one) for one in stars}), sorted(set(names)), chosen
        )
        super().refresh()

    def inspector(self) -> InspectorContent:
        result: SpectrographComparison | None = self.result
        content = self.form()
        if result is None:
            return replace(content, summary="No spectrum is compared with another one yet.")
        table = range_table([(self.stage, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS),
            numbers_title="Means below and above the split",
            summary="\n".join(result.messages),
        )

    def origin_lines(self) -> tuple[str, ...]:
        entries = dict.fromkeys(one.entry.id for *_, one in matched(self.workspace.session))
        return tuple(line for one in entries for line in origin_of(self.workspace, one))

    def selected_rows(self) -> tuple[int, ...] | None:
        """Return the row of the star that is selected: the table has one row a spectrum."""
        segment = self.workspace.segment()
        source = "" if segment is None else segment.identity.source_key
        return tuple(i for i, one in enumerate(self._sources()) if one == source)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the star of a row everywhere; the last row stands for all."""
        sources = self._sources()
        if rows and rows[0] < len(sources):
            self.ratios.select(sources[rows[0]])
            self._on_curve(sources[rows[0]])

    def _sources(self) -> tuple[str, ...]:
        result: SpectrographComparison | None = self.result
        return () if result is None else tuple(one.source for one in result.stars)

    def leave_out(self, star: str) -> None:
        """Ask why a star is to be left out, or bring it back when it is."""
        excluded = dict(self._params().excluded)
        if star in excluded:
            self._decide(star, None)
            return
        dialog = TextDialog(
            f"Leave out {star}?",
            "Its ratio stays in the plot, dotted, but the mean over stars does not rest on it. "
            "Say why; it can be undone.",
            suggestions=tuple(dict.fromkeys((*excluded.values(), *_COMMON_REASONS))),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._decide(star, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _decide(self, star: str, reason: str | None) -> None:
        params = self._params()
        others = tuple(one for one in params.excluded if one[0] != star)
        added = () if reason is None else ((star, reason),)
        after = replace(params, excluded=tuple(sorted((*others, *added))))
        self.workspace.set_params(
            _SETTINGS, after, outcome_text(f"{star} in the comparison of spectra", reason)
        )

    def _move_split(self, wave_um: float) -> None:
        params = replace(self._params(), split_um=round(wave_um, 3))
        text = f"Split the means at {params.split_um:.2f} µm"
        self.workspace.set_params(_SETTINGS, params, text)

    def _choose_partner(self, star: str, name: str) -> None:
        params = self._params()
        others = tuple(one for one in params.partners if one[0] != star)
        added = ((star, name),) if name else ()
        after = replace(params, partners=tuple(sorted((*others, *added))))
        text = f"Compare {star} with {name or 'the spectrum of its name'}"
        self.workspace.set_params(_SETTINGS, after, text)

    def _params(self) -> SpectrographParams:
        params: SpectrographParams = self.workspace.params(_SETTINGS)
        return params

    def _on_curve(self, source: str) -> None:
        segments = self.workspace.session.sources.get(source, ())
        if segments:
            self.workspace.selection.select((segments[0].id,))

    def _on_shown(self) -> None:
        self._mark_selected()
        super()._on_shown()

    def _mark_selected(self) -> None:
        segment = self.workspace.segment()
        if segment is not None and segment.identity.source_key in self._sources():
            self.ratios.select(segment.identity.source_key)
