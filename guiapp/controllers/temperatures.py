"""From the chain to the view of brightness temperatures and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import TEMPERATURE
from engine.compare.brightness_temperature import TemperatureMap, TemperatureParams
from engine.figures.seen import OWN, SeenPanel
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.temperature_step import BrightSource, bright_sources
from engine.project.temperature_tables import range_table
from guiapp.controllers.seen_axes import seen_above, seen_in, x_seen_in
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    AnalysisController,
    InspectorContent,
    columns_of,
    origin_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.range_gestures import AddRange, ChangeRange, RangeEdit, RemoveRange
from guiapp.views.temperatures import Offered, TemperaturesView

_NOTHING = (
    "Open a map of surface brightness, or spectra in MJy/sr of an extended source, to see its "
    "temperature."
)
_COLUMNS = {
    "low_um": "from",
    "high_um": "to",
    "difference_k": "ΔT",
    "flux_percent": "flux",
    "temperature_k": "T",
}
_SCOPE_OWN = "This source"
_SCOPE_ALL = "All sources"


class TemperaturesController(AnalysisController):
    """Shows one source at a time; its ranges and its reference can be edited."""

    name = "temperature"
    group = "Compare"
    title = "Temperature"
    tip = "Brightness temperatures of extended sources (Law+2025, Sec. 8.5, Fig. 24)"
    words = "brightness kelvin planet"
    step = TEMPERATURE.name
    kept: ClassVar = {"page": "pages"}
    analysis = TEMPERATURE

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.temperatures = TemperaturesView()
        super().__init__(workspace, self.temperatures, parent)
        self._source = ""
        view = self.temperatures
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        view.source_chosen.connect(self._on_source)
        view.reference_chosen.connect(lambda name: self._set("reference", name))
        view.range_edited.connect(self._edit_range)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def key(self) -> NodeKey | None:
        names = self._names()
        name = self._source if self._source in names else next(iter(names), "")
        return NodeKey(self.analysis.name, name) if name else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.temperatures
        if view.result is not None and not view.result.is_spectrum:
            return (seen_above(view.map, view.profile)[0],) * 2
        curves = {
            "temperature_k": (seen_in(view.profile), OWN),
            "difference_k": (x_seen_in(view.profile), seen_in(view.profile)),
        }
        return curves.get(view.page, (x_seen_in(view.profile), OWN))

    def refresh(self) -> None:
        key = self.key()
        self._source = "" if key is None else key.subject
        self._offer(key)
        self.say_heading(f"Temperature · {self._source}" if key else "Temperature")
        self._follower.follow(key, reason=_NOTHING)
        view = self.temperatures
        if key is not None and view.result is None and not view.empty.reason:
            self.temperatures.clear(f"Measuring the temperatures of {self._source} …")
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        result: TemperatureMap | None = self._follower.result
        scope = _SCOPE_ALL if self.scope in {SCOPE_ALL, _SCOPE_ALL} else _SCOPE_OWN
        content = replace(self.form(), scopes=(_SCOPE_OWN, _SCOPE_ALL), scope=scope)
        if self.key() is None:
            return InspectorContent(summary="There is no extended source yet.")
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(range_table([("", result)]), _COLUMNS),
            numbers_title=f"Over {result.reference}" if result.reference else "Temperatures",
            summary="\n".join(result.messages),
        )

    def subject_text(self) -> str:
        is_all = self.scope in {SCOPE_ALL, _SCOPE_ALL}
        return "all extended sources" if is_all else self._source

    def origin_lines(self) -> tuple[str, ...]:
        source = self._shown_source()
        if source is None:
            return ()
        entries = [source.entry] if source.entry else [one.entry for one in source.segments[:2]]
        return tuple(
            line for one in entries if one is not None
            for line in origin_of(self.workspace, one.id)
        )  # fmt: skip

    def actions(self) -> dict[str, Callable[[], object]]:
        view = self.temperatures
        return {
            "view.zoom_all": lambda: view.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: view.for_each(PlotCanvas.previous_zoom),
        }

    def _settings_key(self, key: NodeKey) -> NodeKey:
        is_all = self.scope in {SCOPE_ALL, _SCOPE_ALL}
        return NodeKey(key.step, EVERYTHING) if is_all else key

    def _names(self) -> tuple[str, ...]:
        keys = self.workspace.chain.keys(self.workspace.session)
        return tuple(key.subject for key in keys if key.step == self.analysis.name)

    def _shown_source(self) -> BrightSource | None:
        found = bright_sources(self.workspace.session)
        return next((one for one in found if one.name == self._source), None)

    def _offer(self, key: NodeKey | None) -> None:
        if key is None:
            self.temperatures.offer(Offered())
            return
        others = tuple(
            one.name for one in bright_sources(self.workspace.session) if one.name != key.subject
        )
        params: TemperatureParams = self.workspace.params(key)
        self.temperatures.offer(Offered(self._names(), key.subject, others, params.reference))

    def _on_source(self, name: str) -> None:
        self._source = name
        self.refresh()

    def _set(self, name: str, value: str) -> None:
        key = self.key()
        if key is None:
            return
        params = replace(self.workspace.params(key), **{name: value})
        said = value or "the one that fits"
        self.workspace.set_params(key, params, f"Compare {key.subject} with {said}")

    def _edit_range(self, edit: RangeEdit) -> None:
        key = self.key()
        if key is None:
            return
        params: TemperatureParams = self.workspace.params(key)
        ranges = list(params.ranges_um)
        match edit:
            case AddRange(low, high):
                ranges.append((round(low, 3), round(high, 3)))
                text = f"Add the range {low:.2f} to {high:.2f} µm"
            case ChangeRange(index, low, high):
                ranges[index] = (round(low, 3), round(high, 3))
                text = f"Change a range to {low:.2f} to {high:.2f} µm"
            case RemoveRange(index):
                low, high = ranges.pop(index)
                text = f"Remove the range {low:.2f} to {high:.2f} µm"
        after = replace(params, ranges_um=tuple(sorted(ranges)))
        self.workspace.set_params(key, after, f"{text} of {key.subject}")
