"""From the chain to the map of footprints and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import FOOTPRINTS
from engine.errors import EngineError
from engine.figures.seen import SeenPanel
from engine.project.field_tables import footprint_table
from engine.project.footprints_step import FOOTPRINTS_KEY, background_image
from engine.project.keys import NodeKey
from guiapp.controllers.seen_axes import seen_of_drawn
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.views.footprints import FootprintsView

_NOTHING = "Open cubes to see where their fields lie on the sky."
_COLUMNS = {"band": "band", "ra": "RA", "dec": "Dec"}


class FootprintsController(ViewController):
    """Shows the fields of all cubes over the image that was opened last."""

    name = "footprints"
    group = "Detector"
    title = "Footprints"
    tip = "Fields of channels and tiles over an image (Law+2025, Fig. 1)"
    words = "field pointing sky map"
    step = FOOTPRINTS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.map = FootprintsView()
        super().__init__(workspace, self.map, parent)
        self._image = ""
        self._follower = self.follower_for(self.map)
        self._follower.shown.connect(lambda _result: self._on_shown())
        self.map.field_chosen.connect(lambda one: workspace.selection.select((one,)))
        self.map.shown_chosen.connect(lambda value: self.set_parameter("shown", value))
        self.map.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.map.hint

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        has_any = any(key == FOOTPRINTS_KEY for key in chain.keys(session))
        self.say_heading("Footprints", "fields of all cubes" if has_any else "")
        self.map.shown.choose(self.workspace.params(FOOTPRINTS_KEY).shown)
        self._follower.follow(FOOTPRINTS_KEY if has_any else None, reason=_NOTHING)
        self.map.choose(self.workspace.selection.current)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(FOOTPRINTS_KEY)
        names = [spec.name for spec in FOOTPRINTS.fields]
        result = self._follower.result
        table = None if result is None else footprint_table([("", result)])
        return InspectorContent(
            specs=FOOTPRINTS.fields,
            defaults={name: FOOTPRINTS.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
            numbers=None if table is None else columns_of(table, _COLUMNS),
            numbers_title="Corners",
            summary="" if result is None else "\n".join(result.messages),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in FOOTPRINTS.fields}[name]
        params = replace(self.workspace.params(FOOTPRINTS_KEY), **{name: value})
        text = f"Show {shown(value, spec)} in the map of footprints"
        self.workspace.set_params(FOOTPRINTS_KEY, params, text)
        self.map.shown.choose(self.workspace.params(FOOTPRINTS_KEY).shown)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.map.plot.show_all,
            "view.zoom_previous": self.map.plot.previous_zoom,
        }

    def export_key(self) -> NodeKey | None:
        return FOOTPRINTS_KEY if self._follower.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return (seen_of_drawn(self.map.plot),)

    def _on_shown(self) -> None:
        """Draw the image whose pixels the map has."""
        found = background_image(self.workspace.session)
        result = self._follower.result
        image = None
        if found is not None and result is not None and result.image:
            try:
                image = self.workspace.chain.library.product(*found).data
            except EngineError as error:
                self.failed.emit(error.what, error.hint)
        self.map.show_image(image)
        self.map.choose(self.workspace.selection.current)
        self.inspector_changed.emit()
