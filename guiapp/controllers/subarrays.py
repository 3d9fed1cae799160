"""From the chain to the view of the throughputs of subarrays and back."""

from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import SUBARRAYS
from engine.figures.seen import SeenPanel
from engine.imaging.subarray_results import (
    FULL,
    REFERENCE,
    SubarrayParams,
    adopted_relative,
    with_adopted,
)
from engine.project.time_loss_step import ALL_SUBARRAYS
from guiapp.controllers.single_node import SingleNodeController
from guiapp.controllers.workspace import Workspace
from guiapp.views.subarrays import SubarraysView


class SubarraysController(SingleNodeController):
    """Shows the ratios of all subarrays; adopted values can be dragged."""

    name = "subarrays"
    group = "Imaging"
    title = "Subarrays"
    tip = "How much of the light each subarray sees (Gordon+2025, Sec. 3.3, Fig. 5, Table 7)"
    words = "readout size"
    step = SUBARRAYS.name
    analysis = SUBARRAYS
    node = ALL_SUBARRAYS
    nothing = "Open a table of photometry of stars in images to compare subarrays."
    numbers_title = "Throughput D, relative to FULL"
    columns = (
        ("subarray", "subarray"),
        ("D_SA", "adopted"),
        ("D_SA_fitted", "fit"),
        ("D_SA_error", "±"),
        ("n_stars", "stars"),
    )

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.subarrays = SubarraysView()
        super().__init__(workspace, self.subarrays, parent)
        view = self.subarrays
        view.adopted.connect(self.adopt)
        view.fitted_wanted.connect(self.adopt_fitted)
        view.published_wanted.connect(self.adopt_published)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        x, y = self.subarrays.plot.seen_axes()
        return (SeenPanel(x.unnamed, y.times(1.0 / self.subarrays.scale())),)

    def adopt(self, subarray: str, relative: float) -> None:
        """Adopt a throughput relative to SUB256; NaN: that of Table 7."""
        params = self._params()
        if np.isfinite(relative):
            after = with_adopted(params, subarray, float(relative))
            share = relative / adopted_relative(params).get(FULL, 1.0)
            text = (
                f"Adopt another throughput of {FULL}"
                if subarray == FULL
                else f"Adopt {share:.3f} of {FULL} for {subarray}"
            )
        else:
            after = tuple(one for one in params.adopted if one[0] != subarray)
            text = f"Adopt the published throughput of {subarray}"
        self.workspace.set_params(self.node, replace(params, adopted=after), text)

    def adopt_fitted(self) -> None:
        """Adopt what all observations together give, for every subarray."""
        result = self.follower.result
        if result is None:
            return
        after = tuple(
            sorted(
                (one.subarray, round(one.fitted_relative, 4))
                for one in result.throughputs
                if np.isfinite(one.fitted_relative) and one.subarray != REFERENCE
            )
        )
        params = replace(self._params(), adopted=after)
        self.workspace.set_params(self.node, params, "Adopt the fitted throughputs")

    def adopt_published(self) -> None:
        """Adopt Table 7 again."""
        params = replace(self._params(), adopted=())
        self.workspace.set_params(self.node, params, "Adopt the throughputs of Table 7")

    def _params(self) -> SubarrayParams:
        params: SubarrayParams = self.workspace.params(self.node)
        return params
