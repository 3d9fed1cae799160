"""From the chain to the view of the loss with time of imaging and back."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import TIME_LOSS
from engine.figures.seen import SeenPanel
from engine.imaging.time_loss_results import TimeLoss, TimeLossParams
from engine.model.table import Column, ResultTable
from engine.project.time_loss_step import ALL_TIME_LOSS
from guiapp.controllers.leaving_out import leave_subject_out
from guiapp.controllers.seen_axes import seen_in_each
from guiapp.controllers.single_node import SingleNodeController
from guiapp.controllers.view_controller import InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.look.numbers import NO_VALUE, fixed_text
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.time_loss import TimeLossView


class TimeLossController(SingleNodeController):
    """Shows the loss of every filter; clicks select an observation, x leaves it out, k keeps it."""

    name = "time_loss"
    group = "Imaging"
    title = "Time loss"
    tip = "How the response of the imager falls with time (Gordon+2025, Sec. 3.1, Fig. 4)"
    words = "decline degradation drift sensitivity throughput"
    step = TIME_LOSS.name
    kept: ClassVar = {"page": "pages"}
    analysis = TIME_LOSS
    node = ALL_TIME_LOSS
    nothing = "Open a table of photometry of stars in images to see how the response falls."
    numbers_title = "Loss and repeatability (%), τ (d)"
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

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        end = " residual" if self.loss.page == "residual" else ""
        return seen_in_each(self.loss.panels.plots, end)

    def prepare(self) -> None:
        self.loss.set_kept(self._params().kept)

    def remarks(self, result: Any) -> tuple[str, ...]:
        chosen = self.loss.filter_name
        shown = [one for one in result.filters if chosen in {"", one.filter_name}]
        return (
            *result.messages,
            *(text for one in shown for text in one.messages),
            *(f"{name}: {text}" for name, text in result.problems),
            "* This τ is assumed, or interpolated between filters: not measured.",
        )

    def inspector(self) -> InspectorContent:
        content, result = super().inspector(), self.follower.result
        if content.numbers is None or result is None:
            return content
        return replace(content, numbers=_with_marked_taus(content.numbers, result))

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


def _with_marked_taus(numbers: ResultTable, result: TimeLoss) -> ResultTable:
    """Return the table with a star at each time constant that is not measured, and its error.

    The units stand above the table: it is narrow.
    """
    losses = result.filters
    marked = [f"{fixed_text(one.tau_days, 0)}{'' if one.is_tau_fitted else '*'}" for one in losses]
    errors = [fixed_text(one.tau_error, 0) if one.is_tau_fitted else NO_VALUE for one in losses]
    columns = []
    for one in numbers.columns:
        if one.name != "τ":
            columns.append(one if one.name == "σ" else replace(one, unit=""))
            continue
        columns.append(Column("τ", "", np.array(marked), "Time constant in days; * not measured"))
        columns.append(Column("± τ", "", np.array(errors), "Its error in days"))
    return replace(numbers, columns=tuple(columns))
