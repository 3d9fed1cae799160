"""From the chain to the types of stars and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import SOURCE_TYPES
from engine.figures.seen import SeenPanel
from engine.imaging.source_types import SourceTypes
from engine.project.keys import NodeKey
from engine.project.observation_tables import type_table
from engine.project.observations_step import ALL_OBSERVATIONS, observed_filters
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import InspectorContent, ViewController, columns_of, shown
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.preferences import Preferences
from guiapp.views.source_types import SourceTypesView

_NOTHING = (
    "Open photometry of stars of several types in images, with their models, to compare the "
    "factors of the types."
)
_COLUMNS = {"source_type": "type", "filter": "filter", "ratio": "ratio", "error": "±"}
_KEY = NodeKey(SOURCE_TYPES.name, ALL_OBSERVATIONS)


class SourceTypesController(ViewController):
    """Shows the factors of types of stars over those of all."""

    name = "source_types"
    group = "Imaging"
    title = "Source types"
    tip = (
        "Whether hot stars, A dwarfs and solar analogs give the same factors (Gordon+2025, Fig. 7)"
    )
    words = "class color spectral type"
    step = SOURCE_TYPES.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.types = SourceTypesView()
        super().__init__(workspace, self.types, parent)
        self._follower = self.follower_for(self.types)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        self._filter = ""
        self.types.filter_chosen.connect(self._on_filter)
        self.types.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.types.hint

    def refresh(self) -> None:
        key = self._key()
        self.say_heading("Types of stars", "factor over that of all types" if key else "")
        self._follower.follow(key, reason=_NOTHING)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(_KEY)
        names = [spec.name for spec in SOURCE_TYPES.fields]
        content = InspectorContent(
            specs=SOURCE_TYPES.fields,
            defaults={name: SOURCE_TYPES.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
        )
        result: SourceTypes | None = self._follower.result
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(type_table([("", result)]), _COLUMNS),
            numbers_title="Ratios",
            summary="\n".join(result.messages),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        spec = {one.name: one for one in SOURCE_TYPES.fields}[name]
        params = replace(self.workspace.params(_KEY), **{name: value})
        text = f"Set {spec.label.lower()} of the source types to {shown(value, spec)}"
        self.workspace.set_params(_KEY, params, text)

    def export_key(self) -> NodeKey | None:
        return self._key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return (seen_in(self.types.plot),)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self.types.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self.types.for_each(PlotCanvas.previous_zoom),
            "view.errors": lambda: self.types.show_errors(
                "hidden" if self.types.has_errors else "shown"
            ),
        }

    @property
    def has_errors(self) -> bool:
        return self.types.has_errors

    def apply_preferences(self, preferences: Preferences) -> None:
        self.types.show_errors("shown" if preferences.is_on("show_errors") else "hidden")

    def selected_rows(self) -> tuple[int, ...] | None:
        result: SourceTypes | None = self._follower.result
        if result is None or not self._filter:
            return None
        names = [one.filter_name for one in result.ratios]
        return tuple(row for row, name in enumerate(names) if name == self._filter)

    def _on_filter(self, name: str) -> None:
        """Mark the ratios of the filter in the numbers."""
        self._filter = name
        self.inspector_changed.emit()

    def _key(self) -> NodeKey | None:
        return _KEY if observed_filters(self.workspace.session) else None
