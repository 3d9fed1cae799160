"""From the chain to the view of the loss with time of imaging and back."""

from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import TIME_LOSS
from engine.imaging.time_loss_results import TimeLossParams
from engine.model.table import Column
from engine.project.time_loss_step import ALL_TIME_LOSS
from guiapp.controllers.leaving_out import leave_subject_out
from guiapp.controllers.single_node import SingleNodeController
from guiapp.controllers.view_controller import InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.time_loss import TimeLossView, tau_text


class TimeLossController(SingleNodeController):
    """Shows the loss of every filter; clicks select an observation, x leaves it out, k keeps it."""

    name = "time_loss"
    group = "Imaging"
    title = "Time loss"
    tip = "How the response of the imager falls with time (Gordon+2025, Sec. 3.1, Fig. 4)"
    words = "decline degradation drift sensitivity throughput"
    step = TIME_LOSS.name
    analysis = TIME_LOSS
    node = ALL_TIME_LOSS
    nothing = "Open a table of photometry of stars in images to see how the response falls."
    numbers_title = "Loss and repeatability"
    columns = (
        ("filter", "filter"),
        ("loss_percent", "−B/A"),
        ("loss_error_percent", "±"),
        ("tau", "τ"),
        ("repeat_percent", "σ"),
    )

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.loss = TimeLossView()
        super().__init__(workspace, self.loss, parent)
        self.loss.filter_chosen.connect(lambda _name: self.inspector_changed.emit())
        self.loss.exclusion_wanted.connect(self.leave_out)
        self.loss.keeping_wanted.connect(self.keep)
        self.loss.cursor_changed.connect(self.cursor_changed)
        keys = {one.id: one.keys for one in PLOT_KEYS}
        self.loss.bind_keys(keys["time_loss.exclude"], keys["time_loss.keep"])
        self.texts["hint"] = self.loss.hint

    def prepare(self) -> None:
        self.loss.set_kept(self._params().kept)

    def remarks(self, result: Any) -> tuple[str, ...]:
        chosen = self.loss.filter_name
        shown = [one for one in result.filters if chosen in {"", one.filter_name}]
        return (
            *result.messages,
            *(text for one in shown for text in one.messages),
            *(f"{name}: {text}" for name, text in result.problems),
        )

    def inspector(self) -> InspectorContent:
        content, result = super().inspector(), self.follower.result
        if content.numbers is None or result is None:
            return content
        taus = np.array([tau_text(one) for one in result.filters])
        columns = tuple(
            Column("τ (d)", "", taus, one.description) if one.name == "τ" else one
            for one in content.numbers.columns
        )
        return replace(content, numbers=replace(content.numbers, columns=columns))

    def leave_out(self, observation: str) -> None:
        """Ask why an observation is to be left out, or bring it back when it is."""
        leave_subject_out(self.workspace, observation, self._title(observation), self.view.window())

    def keep(self, observation: str) -> None:
        """Let the fits rest on an observation although it deviates, or no longer."""
        kept = self._params().kept
        is_kept = observation in kept
        after = tuple(one for one in kept if one != observation)
        params = replace(self._params(), kept=after if is_kept else (*after, observation))
        verb = "Do not keep" if is_kept else "Keep"
        self.workspace.set_params(self.node, params, f"{verb} {self._title(observation)}")

    def _params(self) -> TimeLossParams:
        params: TimeLossParams = self.workspace.params(self.node)
        return params

    def _title(self, observation: str) -> str:
        for one in () if self.loss.result is None else self.loss.result.filters:
            points = one.points
            if observation in points.ids:
                at = points.ids.index(observation)
                return f"{points.stars[at]} in {one.filter_name} of MJD {points.mjd[at]:.1f}"
        return observation
