"""From the chain to the view of the static fringe flat."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import FRINGE_FLAT
from engine.figures.seen import SeenPanel
from engine.project.field_tables import fringe_flat_table
from engine.project.keys import NodeKey
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import AnalysisController, InspectorContent, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.fringe_flat import FringeFlatView

_COLUMNS = {"band": "band", "applied": "applied", "share": "share", "share_error": "±"}


class FringeFlatController(AnalysisController):
    """Shows what the header says of the fringe flat, and its pattern over the spectrum."""

    name = "fringe_flat"
    group = "Detector"
    title = "Fringe flat"
    tip = "Whether the static fringe flat was applied, and what of it is left (Law+2025, Sec. 2.1)"
    step = FRINGE_FLAT.name
    analysis = FRINGE_FLAT

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.flat = FringeFlatView()
        super().__init__(workspace, self.flat, parent)
        self._follower = self.follower_for(self.flat)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        self.flat.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.flat.hint

    def key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        has_band = segment is not None and bool(segment.identity.band)
        return NodeKey(FRINGE_FLAT.name, segment.id) if has_band and segment else None

    def export_key(self) -> NodeKey | None:
        return self.key() if self._follower.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return (seen_in(self.flat.plot),)

    def refresh(self) -> None:
        key, segment = self.key(), self.workspace.segment()
        if key is None or segment is None:
            self.say_heading(self.title)
            self._follower.follow(None, reason="Open a cube or a spectrum of one MRS band.")
            self.inspector_changed.emit()
            return
        if key != self._follower.key:
            self.flat.show_subject(segment.identity.band)
        self.say_heading(f"Fringe flat · {segment.title}", "static, from an evenly lit field")
        self._follower.follow(key)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content = self.form()
        result, segment = self._follower.result, self.workspace.segment()
        if result is None or segment is None:
            return content
        table = fringe_flat_table([(segment.identity, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS),
            numbers_title="Share of the flat's pattern",
            summary="\n".join(result.messages),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.flat.plot)
        act(self.flat.flat_plot)
