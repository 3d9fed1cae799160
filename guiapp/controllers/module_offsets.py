"""From the chain to the offsets of the NIRCam modules and back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import MODULE_OFFSETS
from engine.figures.seen import SeenPanel
from engine.nircam.module_offsets import ModuleOffsets, array_subject
from engine.project.keys import NodeKey
from engine.project.module_tables import offset_table
from engine.project.nircam_inputs import OFFSETS_KEY
from guiapp.controllers.nircam_leaving_out import leave_array_out, leave_sources_out
from guiapp.controllers.nircam_views import (
    CONTEXT,
    NOTHING,
    FieldChoice,
    NircamController,
    keys_named,
)
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.module_offsets import ModuleOffsetsView, Target
from guiapp.views.module_plots import messages_of

_COLUMNS = {
    "filter": "filter", "array": "array", "first": "1st", "second": "2nd",
    "calibration": CONTEXT, "n_p": "p", "n_q": "q", "delta_ab": "Δ_AB",
    "delta_ab_error": "±", "time": "t", "time_error": "t ±",
}  # fmt: skip


class ModuleOffsetsController(NircamController):
    """Shows by how much the modules differ; leaves arrays and sources out."""

    name = "module_offsets"
    title = "Module offsets"
    tip = "NIRCam module A against B, array by array (Ma+2023, Figs. 5 and 6)"
    words = "jump difference detector zero point"
    step = MODULE_OFFSETS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.offsets = ModuleOffsetsView()
        super().__init__(workspace, self.offsets, {OFFSETS_KEY: MODULE_OFFSETS}, parent)
        self._follower = self.follower_for(self.offsets)
        self._follower.shown.connect(lambda _result: self.mark_shown())
        view = self.offsets
        view.bind_keys(keys_named("modules.exclude_source"), keys_named("modules.exclude_array"))
        view.exclusion_wanted.connect(self.leave_out)
        select = workspace.selection.select_points
        view.array_chosen.connect(lambda *of: select((array_subject(*of),)))
        view.sources_chosen.connect(select)
        view.pairs.activated.connect(lambda _place: self.inspector_changed.emit())
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    @property
    def result(self) -> ModuleOffsets | None:
        """What is shown."""
        result: ModuleOffsets | None = self._follower.result
        return result

    def refresh(self) -> None:
        keys = self.workspace.chain.keys_of(self.workspace.session, MODULE_OFFSETS.name)
        self.say_heading("Module offsets", "Δ = m(second epoch) − m(first), Δ_AB = m_A − m_B")
        self._follower.follow(OFFSETS_KEY if keys else None, reason=NOTHING)
        self.inspector_changed.emit()

    def mark(self, choice: FieldChoice) -> None:
        if choice.filter and choice.array and not choice.sources:
            self.offsets.select_array(choice.filter, choice.array)
        else:
            if choice.filter:
                self.offsets.show_filter(choice.filter, choice.sources)
            self.offsets.select(choice.sources)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content, result = self.form(), self.result
        if result is None:
            return content
        return replace(
            content,
            numbers=self.numbers_of(offset_table([("", result)]), _COLUMNS),
            numbers_title="Arrays",
            summary="\n".join(messages_of(result.messages, self.offsets.pair)),
            origin=self.origin_of_inputs(OFFSETS_KEY),
        )

    def export_key(self) -> NodeKey | None:
        return OFFSETS_KEY if self.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.offsets
        others = (seen_in(view.plane.plot, "patches"), seen_in(view.by_array.plot, "arrays"))
        if view.pair is None:
            return others
        west, north = view.map.plot.seen_axes()
        east = west.times(-1.0)
        return (SeenPanel(east, north.unnamed, of=view.pair.title), *others)

    def selected_rows(self) -> tuple[int, ...] | None:
        if self.result is None:
            return None
        chosen = self.offsets.array
        return tuple(
            i for i, one in enumerate(self.result.arrays) if (one.filter, one.array) == chosen
        )

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the array of the first of these rows of the numbers."""
        if self.result is not None and rows and rows[0] < len(self.result.arrays):
            one = self.result.arrays[rows[0]]
            self.offsets.choose_array(one.filter, one.array)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
            "calibrate.exclude": lambda: self.offsets.ask_exclusion(
                "source" if self.offsets.chosen else "array"
            ),
        }

    def leave_out(self, target: Target) -> None:
        """Ask why the selected sources, or the array, are to be left out, or bring them back."""
        window = self.view.window()
        if target == "array":
            leave_array_out(self.workspace, *self.offsets.array, window)
        else:
            leave_sources_out(self.workspace, self.offsets.chosen, window)

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in self.offsets.plots:
            act(plot)
