"""From the chain to the vectors of channel 4 and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import CHANNEL4
from engine.figures.seen import SeenPanel
from engine.model.bands import band_named
from engine.mrs.channel4_links import OverlapLimits
from engine.mrs.channel4_vectors import Channel4, Channel4Params
from engine.project.channel4_tables import channel4_level_table
from engine.project.keys import NodeKey
from engine.project.red_roles import CHANNEL4_KEY
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.channel4 import Channel4View

_COLUMNS = {
    "junction": "overlap",
    "level": "level",
    "level_error": "±",
    "level_sys": "± syst.",
    "scale": "asteroid ×",
    "scale_error": "± asteroid",
}
_NOTHING = (
    "Open an asteroid and a red disk, or give observations those roles in the browser, to "
    "calibrate channel 4."
)


class Channel4Controller(ViewController):
    """Shows the chain of channel 4; edges in the plots are its ranges."""

    name = "channel4"
    group = "MRS"
    title = "Channel 4"
    tip = "Vectors of 4A to 4C from an asteroid and a red source (Law+2025, Sec. 6)"
    words = "thermal red source"
    step = CHANNEL4.name
    kept: ClassVar = {"page": "pages"}

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.channel4 = Channel4View()
        super().__init__(workspace, self.channel4, parent)
        view = self.channel4
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self._on_shown())
        view.overlap_dragged.connect(self.set_overlap)
        view.overlap_reset.connect(self.reset_overlap)
        view.correction_dragged.connect(self.set_correction)
        view.assumed_dragged.connect(self.set_assumed)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)

    def refresh(self) -> None:
        exists = CHANNEL4_KEY in self.workspace.chain.keys(self.workspace.session)
        self._follower.follow(CHANNEL4_KEY if exists else None, reason=_NOTHING)
        self._say_heading()
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self._params()
        names = [spec.name for spec in CHANNEL4.fields]
        content = InspectorContent(
            specs=CHANNEL4.fields,
            defaults={name: CHANNEL4.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
        )
        result: Channel4 | None = self._follower.result
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(channel4_level_table([("", result)]), _COLUMNS),
            numbers_title="Levels",
            summary="\n".join(result.messages),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in CHANNEL4.fields}[name]
        text = f"Set {spec.label.lower()} of channel 4 to {shown(value, spec)}"
        self._set(replace(self._params(), **{name: value}), text)

    def set_overlap(self, junction: str, low_um: float, high_um: float) -> None:
        """Compare two bands in another range."""
        limits = OverlapLimits(junction, round(low_um, 4), round(high_um, 4))
        overlaps = (*self._other_overlaps(junction), limits)
        text = f"Compare {junction} at {low_um:.3f}–{high_um:.3f} µm"
        self._set(replace(self._params(), overlaps=overlaps), text)

    def reset_overlap(self, junction: str) -> None:
        """Compare two bands in the usual range."""
        params = replace(self._params(), overlaps=self._other_overlaps(junction))
        self._set(params, f"Compare {junction} in the usual range")

    def set_correction(self, low_um: float, high_um: float) -> None:
        """Correct another range; an end at the end of the band follows the band."""
        params = self._params()
        band = band_named(params.corrected_band)
        assert band is not None
        ends = (
            None if low_um <= band.wave_min_um else round(low_um, 3),
            None if high_um >= band.wave_max_um else round(high_um, 3),
        )
        text = f"Correct {params.corrected_band} at {low_um:.2f}–{high_um:.2f} µm"
        self._set(replace(params, corrected_um=ends), text)

    def set_assumed(self, from_um: float) -> None:
        """Let the assumed part of 4C begin elsewhere."""
        params = replace(self._params(), assumed_from_um=round(from_um, 3))
        self._set(params, f"Assume the vector of 4C from {from_um:.2f} µm on")

    def export_key(self) -> NodeKey | None:
        return CHANNEL4_KEY if self._follower.key is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.channel4
        if view.page == "chain":
            return tuple(seen_in(link.plot, name) for name, link in view.links.items())
        return (seen_in((view.red if view.page == "red" else view.vectors).plot, view.page),)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in self.channel4.shown_plots():
            act(plot)

    def _other_overlaps(self, junction: str) -> tuple[OverlapLimits, ...]:
        return tuple(one for one in self._params().overlaps if one.junction != junction)

    def _params(self) -> Channel4Params:
        params: Channel4Params = self.workspace.params(CHANNEL4_KEY)
        return params

    def _set(self, params: Channel4Params, text: str) -> None:
        self.workspace.set_params(CHANNEL4_KEY, params, text)

    def _on_shown(self) -> None:
        self._say_heading()
        self.inspector_changed.emit()

    def _say_heading(self) -> None:
        result: Channel4 | None = self._follower.result
        detail = "" if result is None else f"{result.asteroid}, level by {result.red_source}"
        self.say_heading("Channel 4", detail)
