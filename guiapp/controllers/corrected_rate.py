"""Ties the view of the corrected rate to the document and the chain."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import RATE
from engine.figures.seen import SeenPanel
from engine.model.table import ResultTable
from engine.mrs.rate_correction import CorrectedRate
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.rate_tables import rate_table
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS, RATE_PLOT
from guiapp.views.corrected_rate import CorrectedRateView, summary_text

_NOTHING = "Open a spectrum or cube of one MRS band."
_NO_LOSS = "Open lamp spectra of several dates, or a photom reference, to take the loss out."


class CorrectedRateController(AnalysisController):
    """Shows one spectrum with and without the loss; the switch becomes a command."""

    name = "rate"
    group = "Corrections"
    title = "Corrected rate"
    tip = "A spectrum before and after the loss of count rate is taken out (Law+2025, Sec. 3)"
    words = "decline degradation sensitivity time"
    step = RATE.name
    analysis = RATE

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.rate = CorrectedRateView()
        super().__init__(workspace, self.rate, parent)
        view = self.rate
        self._follower = self.follower_for(view)
        self._follower.shown.connect(self._on_shown)
        keys = (spec for spec in PLOT_KEYS if spec.context in {RATE_PLOT, "any plot"})
        view.bind_keys([(spec.id, spec.keys) for spec in keys])
        view.apply_chosen.connect(lambda value: self._choose("apply", value))
        view.source_chosen.connect(lambda value: self._choose("source", value))
        view.band_stepped.connect(workspace.step_band)
        view.star_stepped.connect(workspace.step_star)
        view.cursor_changed.connect(self.cursor_changed)
        view.keys_wanted.connect(self.keys_wanted)
        self.texts["hint"] = view.hint

    def key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        return None if segment is None else NodeKey(RATE.name, segment.id)

    def export_key(self) -> NodeKey | None:
        return self.key() if self._result() is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.rate.plot, self.rate.loss_plot)

    def refresh(self) -> None:
        key, segment = self.key(), self.workspace.segment()
        if key is None or segment is None:
            self.say_heading(self.title)
            self._follower.follow(None, reason=_NOTHING)
            self.inspector_changed.emit()
            return
        self.rate.show_params(self.workspace.params(key))
        if key not in self.workspace.chain.keys(self.workspace.session):
            self.say_heading(f"{self.title} · {segment.title}")
            self._follower.follow(None, reason=self._why_not(segment))
            self.inspector_changed.emit()
            return
        if key != self._follower.key:
            self.rate.show_subject(segment.identity.band)
        self._follower.follow(key)
        self._say_heading(segment)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content = self.form()
        result, segment = self._result(), self.workspace.segment()
        if result is None or segment is None:
            return content
        return replace(content, summary="\n".join((summary_text(result), *result.messages)))

    def copy_table(self) -> ResultTable | None:
        result, segment = self._result(), self.workspace.segment()
        if result is None or segment is None:
            return None
        return rate_table([(segment.identity, result)])

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.rate.plot.show_all_linked,
            "view.zoom_previous": self.rate.plot.previous_zoom,
        }

    # Parts

    def _choose(self, name: str, value: Any) -> None:
        self.set_parameter(name, value)
        key = self.key()
        if key is not None:  # the switch shows what holds, whatever was clicked
            self.rate.show_params(self.workspace.params(key))

    def _why_not(self, segment: Segment) -> str:
        units = segment.entry.units
        unit = units[segment.part] if segment.part < len(units) else ""
        if unit and unit != "DN/s":
            return (
                f"{segment.title} is in {unit}: the loss is taken out of count rates alone, and "
                "the pipeline has done that for calibrated data."
            )
        return _NO_LOSS

    def _result(self) -> CorrectedRate | None:
        result: CorrectedRate | None = self._follower.result
        return result

    def _on_shown(self, _result: CorrectedRate) -> None:
        segment = self.workspace.segment()
        if segment is not None:
            self._say_heading(segment)
        self.inspector_changed.emit()

    def _say_heading(self, segment: Segment) -> None:
        result = self._result()
        detail = {
            None: "",
            "corrected": "everything that follows uses the rate of day zero",
            "left as it is": "what follows uses the rate as it was observed",
        }[None if result is None else result.outcome]
        self.say_heading(f"{self.title} · {segment.title}", detail)
