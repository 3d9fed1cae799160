"""From the chain to the view of the loss of count rate and back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import LOSS
from engine.errors import EngineError
from engine.mrs.count_rate_loss import BandLoss
from engine.mrs.loss_models import DAY_ZERO_MJD
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.loss_step import band_of, loss_key
from engine.project.loss_tables import loss_table
from engine.project.session import Segment, Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
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
from guiapp.views.count_rate_loss import CountRateLossView

_NOTHING = "Open a table of lamp spectra of several dates to see how the count rate falls."
_COLUMNS = {"band": "band", "last_loss": "left", "last_loss_error": "±", "chi2": "χ²"}
_SCOPE_OWN = "This band"
_SCOPE_ALL = "All bands"
_COMMON_REASONS = ("lamp not warm", "cosmic-ray shower", "other lamp current", "wrong exposure")


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The losses of the bands, and why others have none."""

    losses: tuple[BandLoss, ...]
    problems: tuple[tuple[str, str], ...]


class CountRateLossController(ViewController):
    """Shows the loss of every band; clicks select a date, x leaves it out."""

    name = "loss"
    group = "Corrections"
    title = "Loss"
    tip = "How the count rate falls with time, from lamp spectra (Law+2025, Sec. 3)"
    step = LOSS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.loss = CountRateLossView()
        super().__init__(workspace, self.loss, parent)
        self.scope = SCOPE_ALL
        self._gathered: Gathered | None = None
        self._gatherer = Gatherer(workspace, "Fit the loss of count rate", self)
        self._gatherer.failed.connect(self.failed)
        self.loss.band_chosen.connect(lambda _band: self.inspector_changed.emit())
        self.loss.exclusion_wanted.connect(self.leave_out)
        self.loss.cursor_changed.connect(self.cursor_changed)
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        self.loss.bind_keys(keys)
        self.texts["hint"] = self.loss.hint

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        keys = tuple(key for key in chain.keys(session) if key.step == LOSS.name)
        self.say_heading("Loss of count rate", "lamp spectra over the first" if keys else "")
        if not keys:
            self._gatherer.forget()
            self._gathered = None
            self.loss.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        is_first = self._gathered is None  # later, bands still to come would seem gone
        is_started = self._gatherer.gather(
            keys,
            (),
            lambda progress, deliver: gather_losses(
                session, chain, keys, progress=progress, deliver=deliver if is_first else None
            ),
            self._show,
        )
        if is_started and self._gathered is None:
            self.loss.clear("Fitting the loss of count rate …")

    def inspector(self) -> InspectorContent:
        if self._gathered is None:
            return InspectorContent(summary="No loss of count rate is fitted yet.")
        params = self.workspace.params(self._key())
        names = [spec.name for spec in LOSS.fields]
        losses = self._gathered.losses
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
        losses = () if self._gathered is None else self._gathered.losses
        bands = [one.band for one in losses]
        if not bands:
            return None
        return loss_key(self.loss.band if self.loss.band in bands else bands[-1])

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
        dialog.open()

    def _exclude(self, segment: Segment, reason: str | None) -> None:
        session = self.workspace.session.with_exclusion(segment.id, reason)
        verb = "Bring back" if reason is None else "Leave out"
        edit(self.workspace.document, session, f"{verb} {_title(segment)}")

    def _reasons(self) -> tuple[str, ...]:
        given = (one.reason for one in self.workspace.session.exclusions)
        return tuple(dict.fromkeys((*given, *_COMMON_REASONS)))

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.losses:
            self.loss.show_losses(gathered.losses, gathered.problems)
        else:
            self.loss.clear(" ".join(dict.fromkeys(text for _, text in gathered.problems)))
        self.inspector_changed.emit()

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
        assert self._gathered is not None
        shown_bands = {self.loss.band} if self.loss.band else set()
        lines = [
            f"{one.band}: {text}"
            for one in self._gathered.losses
            for text in one.messages
            if not shown_bands or one.band in shown_bands
        ]
        lines += [f"{band}: {text}" for band, text in self._gathered.problems]
        for one in self._gathered.losses:
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


def gather_losses(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Fit the loss of every band; what cannot be had is told."""
    losses: list[BandLoss] = []
    problems: list[tuple[str, str]] = []
    for done, key in enumerate(keys):
        band = band_of(key.subject)
        progress.step(done, len(keys), band)
        try:
            losses.append(chain.evaluate(session, key, Part(progress, done, len(keys))))
        except EngineError as error:
            problems.append((band, error.sentence))
            continue
        if deliver is not None:
            deliver(Gathered(tuple(losses), tuple(problems)))
    return Gathered(tuple(losses), tuple(problems))


def _title(segment: Segment) -> str:
    identity = segment.identity
    day = "" if identity.mjd is None else f" of day {identity.mjd - DAY_ZERO_MJD:.0f}"
    return f"the lamp of {identity.band}{day}"
