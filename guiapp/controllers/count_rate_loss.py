"""From the chain to the view of the loss of count rate and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import LOSS
from engine.figures.seen import SeenPanel
from engine.mrs.loss_models import DAY_ZERO_MJD
from engine.project.entries import Segment
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.loss_step import band_of, loss_key
from engine.project.loss_tables import loss_table
from guiapp.controllers.gathered_results import Gathered, GatheredController
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.seen_axes import seen_in, seen_in_each
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    columns_of,
    origin_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.count_rate_loss import CountRateLossView

_COLUMNS = {"band": "band", "last_loss": "left", "last_loss_error": "±", "chi2": "χ²"}
_SCOPE_OWN = "This band"
_SCOPE_ALL = "All bands"
_COMMON_REASONS = ("lamp not warm", "cosmic-ray shower", "other lamp current", "wrong exposure")


class CountRateLossController(GatheredController):
    """Shows the loss of every band; clicks select a date, x leaves it out."""

    name = "loss"
    group = "Corrections"
    title = "Loss"
    tip = "How the count rate falls with time, from lamp spectra (Law+2025, Sec. 3)"
    words = "decline degradation drift sensitivity time throughput"
    step = LOSS.name
    kept: ClassVar = {"page": "pages"}
    job = "Fit the loss of count rate"
    nothing = "Open a table of lamp spectra of several dates to see how the count rate falls."
    busy = "Fitting the loss of count rate …"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.loss = CountRateLossView()
        super().__init__(workspace, self.loss, parent)
        self.loss.band_chosen.connect(lambda _band: self.inspector_changed.emit())
        self.loss.exclusion_wanted.connect(self.leave_out)
        self.loss.cursor_changed.connect(self.cursor_changed)
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        self.loss.bind_keys(keys)
        self.texts["hint"] = self.loss.hint

    def nodes(self) -> tuple[NodeKey, ...]:
        return self.workspace.chain.keys_of(self.workspace.session, LOSS.name)

    def say_what(self, nodes: tuple[NodeKey, ...]) -> None:
        self.say_heading("Loss of count rate", "lamp spectra over the first" if nodes else "")

    def draw(self, gathered: Gathered) -> None:
        problems = tuple((band_of(subject), said) for subject, said in gathered.problems)
        self.loss.show_losses(gathered.results, problems)

    def clear(self, reason: str) -> None:
        self.loss.clear(reason)

    def inspector(self) -> InspectorContent:
        if self.gathered is None:
            return InspectorContent(summary="No loss of count rate is fitted yet.")
        params = self.workspace.params(self._key())
        names = [spec.name for spec in LOSS.fields]
        losses = self.results
        table = loss_table([("", one) for one in losses]) if losses else None
        is_all = self._is_for_all()
        return InspectorContent(
            specs=LOSS.fields,
            defaults={name: LOSS.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            scopes=(_SCOPE_OWN, _SCOPE_ALL) if self.loss.band else (),
            scope=_SCOPE_ALL if is_all else _SCOPE_OWN,
            numbers=None if table is None else columns_of(table, _COLUMNS),
            numbers_title="Left on the last day",
            summary=self._summary(),
            origin=self._origin(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        key = self._key()
        spec = {one.name: one for one in LOSS.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        where = "all bands" if key.subject == EVERYTHING else band_of(key.subject)
        text = f"Set {spec.label.lower()} of the loss of {where} to {shown(value, spec)}"
        self.workspace.set_params(key, params, text)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def export_key(self) -> NodeKey | None:
        bands = [one.band for one in self.results]
        if not bands:
            return None
        return loss_key(self.loss.band if self.loss.band in bands else bands[-1])

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.loss
        if view.page == "wavelength":
            return (seen_in(view.spectra.plot, f"{view.band} wavelength"),)
        return seen_in_each(view.panels.plots, f" {view.page}")

    def leave_out(self, segment_id: str) -> None:
        """Ask why a date is to be left out, or bring it back when it is."""
        segment = next((one for one in self.workspace.session.lamps if one.id == segment_id), None)
        if segment is None:
            return
        if self.workspace.session.exclusion(segment.id) is not None:
            self._exclude(segment, None)
            return
        dialog = TextDialog(
            f"Leave out {_title(segment)}?",
            "The date stays in the plot, crossed, but no fit rests on it. Say why; it can be "
            "undone.",
            suggestions=self._reasons(),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._exclude(segment, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _exclude(self, segment: Segment, reason: str | None) -> None:
        session = self.workspace.session.with_exclusion(segment.id, reason)
        edit(self.workspace.document, session, outcome_text(_title(segment), reason))

    def _reasons(self) -> tuple[str, ...]:
        given = (one.reason for one in self.workspace.session.exclusions)
        return tuple(dict.fromkeys((*given, *_COMMON_REASONS)))

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        if self.loss.page == "wavelength":
            act(self.loss.spectra.plot)
        else:
            self.loss.panels.for_each(act)

    def _is_for_all(self) -> bool:
        return not self.loss.band or self.scope in {SCOPE_ALL, _SCOPE_ALL}

    def _key(self) -> NodeKey:
        return NodeKey(LOSS.name, EVERYTHING) if self._is_for_all() else loss_key(self.loss.band)

    def _summary(self) -> str:
        assert self.gathered is not None
        shown_bands = {self.loss.band} if self.loss.band else set()
        lines = [
            f"{one.band}: {text}"
            for one in self.results
            for text in one.messages
            if not shown_bands or one.band in shown_bands
        ]
        lines += [f"{band_of(subject)}: {text}" for subject, text in self.gathered.problems]
        for one in self.results:
            if one.band == self.loss.band:
                lines += [
                    f"{score.form}: AIC {score.aic:.1f}"
                    for score in one.comparison
                    if score.fit is not None
                ]
        return "\n".join(lines)

    def _origin(self) -> tuple[str, ...]:
        entries = dict.fromkeys(one.entry.id for one in self.workspace.session.lamps)
        return tuple(line for one in list(entries)[:3] for line in origin_of(self.workspace, one))


def _title(segment: Segment) -> str:
    identity = segment.identity
    day = "" if identity.mjd is None else f" of day {identity.mjd - DAY_ZERO_MJD:.0f}"
    return f"the lamp of {identity.band}{day}"
