"""From the chain to the view of spectra over photometry and back."""

from collections.abc import Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import FILTERS
from engine.compare.filter_photometry import FilterComparison, FilterParams
from engine.figures.seen import SeenPanel
from engine.model.star_names import shown_star_name, star_key
from engine.project.filter_tables import filter_table
from engine.project.filters_step import photometry_entries
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.seen_axes import y_seen_in
from guiapp.controllers.view_controller import InspectorContent, columns_of, origin_of
from guiapp.controllers.visits import VisitsController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.filters import FiltersView

_COLUMNS = {"filter": "filter", "ratio": "ratio", "ratio_error": "±", "rms": "rms", "n_stars": "n"}
_COMMON_REASONS = ("saturated", "no dedicated background", "variable", "blended")


class FiltersController(VisitsController):
    """Shows the ratio of every star in every filter; x leaves a point out."""

    name = "filters"
    group = "Compare"
    title = "Filters"
    tip = "Spectra over the photometry of an imager (Law+2025, Secs. 8.3 and 8.4, Figs. 21, 22)"
    words = "synthetic photometry bandpass imager compare"
    step = FILTERS.name
    analysis = FILTERS
    nothing = "Open a table of photometry of the stars to compare their spectra with it."
    busy = "Comparing the spectra of {} …"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.filters = FiltersView()
        super().__init__(workspace, self.filters, parent)
        self.stage = "calibrated"
        self.filters.point_chosen.connect(self._on_point)
        self.filters.exclusion_wanted.connect(self.leave_out)
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        self.filters.bind_keys(keys)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        [plot] = self.filters.panels.plots.values()
        return (y_seen_in(plot),)

    def refresh(self) -> None:
        super().refresh()
        self._mark_selected()

    def inspector(self) -> InspectorContent:
        result: FilterComparison | None = self.result
        content = self.form()
        if result is None:
            return replace(content, summary="No spectrum is compared with photometry yet.")
        table = filter_table([(self.stage, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS),
            numbers_title="Spectrum over imager",
            summary="\n".join(result.messages),
        )

    def origin_lines(self) -> tuple[str, ...]:
        tables = photometry_entries(self.workspace.session)
        return tuple(line for one in tables for line in origin_of(self.workspace, one.id))

    def selected_rows(self) -> tuple[int, ...] | None:
        """Return nothing: the rows are filters, which nobody selects elsewhere."""
        return None

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the imager of the filter of a row."""
        result: FilterComparison | None = self.result
        if result is not None and rows and rows[0] < len(result.filters):
            self.filters.show_instrument(result.filters[rows[0]].instrument)

    def leave_out(self, point: str) -> None:
        """Ask why a point is to be left out, or bring it back when it is."""
        if point in dict(self._params().excluded):
            self._decide(point, None)
            return
        dialog = TextDialog(
            f"Leave out {_shown(point)}?",
            "The point stays in the plot, crossed, but the mean of its filter does not rest on "
            "it. Say why; it can be undone.",
            suggestions=tuple(
                dict.fromkeys((*dict(self._params().excluded).values(), *_COMMON_REASONS))
            ),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._decide(point, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _decide(self, point: str, reason: str | None) -> None:
        key = self.key()
        if key is None:
            return
        others = tuple(one for one in self._params().excluded if one[0] != point)
        added = () if reason is None else ((point, reason),)
        params = replace(self._params(), excluded=tuple(sorted((*others, *added))))
        self.workspace.set_params(
            self._settings_key(key), params, outcome_text(_shown(point), reason)
        )

    def _params(self) -> FilterParams:
        key = self.key()
        params: FilterParams = (
            FilterParams() if key is None else self.workspace.params(self._settings_key(key))
        )
        return params

    def _on_point(self, point: str) -> None:
        star = star_key(point.rpartition("/")[0])
        found = [
            segment.id
            for segment in self.workspace.session.segments
            if star and star_key(segment.identity.target) == star
        ]
        if found:
            self.workspace.selection.select(tuple(found[:1]))

    def _on_shown(self) -> None:
        self._mark_selected()
        super()._on_shown()

    def _mark_selected(self) -> None:
        """Mark the points of the star that is selected anywhere."""
        segment = self.workspace.segment()
        star = "" if segment is None else shown_star_name(segment.identity.target)
        marked = self.filters.selected()
        point = marked.id if marked is not None and marked.star == star else ""
        self.filters.select(point, star)


def _shown(point: str) -> str:
    star, _, name = point.rpartition("/")
    return f"{shown_star_name(star)} in {name}"
