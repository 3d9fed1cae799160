"""From the chain to the model of an asteroid and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import ASTEROID
from engine.figures.seen import SeenPanel
from engine.mrs.asteroid_model import AsteroidModel, AsteroidParams
from engine.project.asteroid_tables import asteroid_band_table
from engine.project.keys import NodeKey
from engine.project.red_roles import sources_of_role
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.views.asteroid import AsteroidView

_COLUMNS = {
    "band": "band",
    "scale": "scale",
    "scale_error": "±",
    "scale_sys": "± syst.",
}
_NOTHING = (
    "Open an asteroid in bands 1A to 3C, or give an observation that role in the browser, to "
    "model it beyond 18 µm."
)


class AsteroidController(ViewController):
    """Shows the asteroid that is selected; the edges in the plot are its fit range."""

    name = "asteroid"
    group = "MRS"
    title = "Asteroid"
    tip = "Temperature and band levels of an asteroid (Law+2025, Sec. 6, Fig. 15)"
    words = "thermal blackbody"
    step = ASTEROID.name
    kept: ClassVar = {"level": "levels"}

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.asteroid = AsteroidView()
        super().__init__(workspace, self.asteroid, parent)
        self._follower = self.follower_for(self.asteroid)
        self._follower.shown.connect(lambda _result: self._on_shown())
        self.asteroid.range_dragged.connect(self.set_range)
        self.asteroid.range_reset.connect(lambda: self._set_range((None, None), "all"))
        self.asteroid.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.asteroid.hint

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)

    def refresh(self) -> None:
        self._follower.follow(self.key(), reason=_NOTHING)
        self._say_heading()
        self.inspector_changed.emit()

    def key(self) -> NodeKey | None:
        """Return the node of the asteroid that is selected, else of the first one."""
        sources = sources_of_role(self.workspace.session, ASTEROID.name)
        if not sources:
            return None
        segment = self.workspace.segment()
        chosen = "" if segment is None else segment.identity.source_key
        return NodeKey(ASTEROID.name, chosen if chosen in sources else sources[0])

    def inspector(self) -> InspectorContent:
        key = self.key()
        if key is None:
            return InspectorContent()
        params = self.workspace.params(key)
        names = [spec.name for spec in ASTEROID.fields]
        content = InspectorContent(
            specs=ASTEROID.fields,
            defaults={name: ASTEROID.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
        )
        result: AsteroidModel | None = self._follower.result
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(asteroid_band_table([("", result)]), _COLUMNS),
            numbers_title="Scales",
            summary="\n".join((_in_words(result), *result.messages)),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        key = self.key()
        if key is None:
            return
        spec = {one.name: one for one in ASTEROID.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        text = f"Set {spec.label.lower()} of {key.subject} to {shown(value, spec)}"
        self.workspace.set_params(key, params, text)

    def set_range(self, low_um: float, high_um: float) -> None:
        """Fit this range; an end that was not moved stays as it was decided."""
        key = self.key()
        result: AsteroidModel | None = self._follower.result
        if key is None or result is None:
            return
        before: AsteroidParams = self.workspace.params(key)
        ends = tuple(
            old if new == fitted else round(new, 3)
            for old, new, fitted in zip(
                before.fit_range_um, (low_um, high_um), result.fit_range_um, strict=True
            )
        )
        self._set_range((ends[0], ends[1]), f"{low_um:.2f}–{high_um:.2f} µm")

    def _set_range(self, ends: tuple[float | None, float | None], said: str) -> None:
        key = self.key()
        if key is None:
            return
        params = replace(self.workspace.params(key), fit_range_um=ends)
        self.workspace.set_params(key, params, f"Fit {key.subject} at {said}")

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.asteroid.plot, self.asteroid.ratio_plot)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self._for_both("show_all"),
            "view.zoom_previous": self.asteroid.plot.previous_zoom,
        }

    def _for_both(self, act: str) -> Callable[[], object]:
        plots = (self.asteroid.plot, self.asteroid.ratio_plot)
        return lambda: [getattr(plot, act)() for plot in plots]

    def _on_shown(self) -> None:
        self._say_heading()
        self.inspector_changed.emit()

    def _say_heading(self) -> None:
        key = self.key()
        self.say_heading("Asteroid" if key is None else f"Asteroid · {key.subject}")


def _in_words(result: AsteroidModel) -> str:
    return (
        f"{result.temperature_k:.2f} ± {result.temperature_error_k:.2f} K (statistical), "
        f"{result.temperature_spread_k:.2f} K when one band is left out, "
        f"{result.temperature_sys_k:.2f} K from the vectors. The model has the level of "
        f"{result.anchor}."
    )
