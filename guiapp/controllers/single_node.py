"""Controllers of views that show the one node of an analysis, whatever is selected."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.project.keys import NodeKey
from engine.project.steps import step_named
from guiapp.controllers.view_controller import (
    AnalysisController,
    InspectorContent,
    columns_of,
    origin_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas


class SingleNodeController(AnalysisController):
    """Follows one node; its table stands beside the plots.

    Attributes
    ----------
    node : NodeKey
        What is shown.
    nothing : str
        Said while there is no such node.
    columns : tuple of (str, str)
        Columns of the first table of the step, and how they are called beside the plots.
    """

    node: NodeKey
    nothing = ""
    numbers_title = "Numbers"
    columns: tuple[tuple[str, str], ...] = ()

    def __init__(self, workspace: Workspace, view: QWidget, parent: QObject | None = None) -> None:
        super().__init__(workspace, view, parent)
        self.follower = self.follower_for(view)  # type: ignore[arg-type]  # each draws results
        self.follower.shown.connect(lambda _result: self.inspector_changed.emit())

    def key(self) -> NodeKey | None:
        found = self.workspace.chain.keys_of(self.workspace.session, self.node.step)
        return self.node if self.node in found else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def refresh(self) -> None:
        key = self.key()
        self.say_heading(self.title if key is None else self.heading_of())
        self.prepare()
        self.follower.follow(key, reason=self.nothing)
        self.inspector_changed.emit()

    def heading_of(self) -> str:
        """Return what stands above the view."""
        return self.title

    def prepare(self) -> None:
        """Tell the view what it needs beside the result: overridden where there is something."""

    def inspector(self) -> InspectorContent:
        if self.key() is None:
            return InspectorContent(summary=self.nothing)
        content = replace(self.form(), scopes=())
        result = self.follower.result
        if result is None:
            return content
        _, build = step_named(self.node.step).tables[0]
        return replace(
            content,
            numbers=columns_of(build([("", self.tabled(result))]), dict(self.columns)),
            numbers_title=self.numbers_title,
            summary="\n".join(self.remarks(result)),
        )

    def tabled(self, result: Any) -> Any:
        """Return what the table beside the plots is made of."""
        return result

    def remarks(self, result: Any) -> tuple[str, ...]:
        """Return the sentences below the numbers."""
        return tuple(result.messages)

    def subject_text(self) -> str:
        return self.analysis.title.lower()

    def origin_lines(self) -> tuple[str, ...]:
        key = self.key()
        if key is None:
            return ()
        entries = self.workspace.chain.inputs(self.workspace.session, key)
        return tuple(line for one in entries[:3] for line in origin_of(self.workspace, one.id))

    def actions(self) -> dict[str, Callable[[], object]]:
        for_each: Callable[[Callable[[Any], object]], object] = getattr(
            self.view, "for_each_plot", lambda _act: None
        )
        return {
            "view.zoom_all": lambda: for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: for_each(PlotCanvas.previous_zoom),
        }

    def _settings_key(self, key: NodeKey) -> NodeKey:
        return key
