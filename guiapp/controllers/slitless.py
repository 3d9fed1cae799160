"""From the chain to the view of slitless exposures and back."""

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import PERIODIC, SLITLESS_BACKGROUND, Analysis
from engine.figures.seen import SeenPanel
from engine.lrs.periodic_noise import PeriodicNoise
from engine.model.table import ResultTable
from engine.project.keys import NodeKey
from engine.project.lrs_tables import background_table, periodic_table
from guiapp.controllers.exposure_origin import exposure_origin
from guiapp.controllers.lrs_controller import LrsController
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import InspectorContent, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.views.slitless import SlitlessView

_LEVELS = {"integration": "integration", "level": "level", "level_error": "±"}
_WAVES = {"frequency": "f", "amplitude": "amplitude", "amplitude_error": "±", "found": "found"}
_NO_BACKGROUND = "Ramps have no background yet: it is subtracted from count rates."


class SlitlessController(LrsController):
    """Shows background and periodic noise of one exposure; ramps have the noise alone."""

    name = "slitless"
    title = "Slitless"
    tip = "Background of slitless integrations, noise of 390.625 and 10.039 Hz (LRS known issues)"
    step = SLITLESS_BACKGROUND.name
    analysis = SLITLESS_BACKGROUND
    nothing = "Open rateints files or ramps of the LRS without the slit."
    numbers_title = "Integrations"

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.slitless = SlitlessView()
        super().__init__(workspace, self.slitless, self.slitless.hint, parent)
        self.noise = self.follower_for(self.slitless.noise_follower)
        self.noise.shown.connect(lambda _result: self.inspector_changed.emit())
        self.slitless.columns_chosen.connect(lambda count: self.set_parameter("columns", count))

    def subjects(self) -> list[str]:
        session, chain = self.workspace.session, self.workspace.chain
        keys = chain.keys_of(session, PERIODIC.name)
        return [key.subject for key in keys]

    def key(self) -> NodeKey | None:
        is_rate = any(one.subject == self._subject for one in self._background_keys())
        return NodeKey(self.step, self._subject) if is_rate else None

    def noise_key(self) -> NodeKey | None:
        """Return the node of the periodogram."""
        return NodeKey(PERIODIC.name, self._subject) if self._subject else None

    def nodes(self) -> tuple[tuple[Analysis, NodeKey], ...]:
        key, noise = self.key(), self.noise_key()
        found = () if key is None else ((self.analysis, key),)
        return found if noise is None else (*found, (PERIODIC, noise))

    def export_key(self) -> NodeKey | None:
        if self.key() is not None:
            return super().export_key()
        return self.noise_key() if self.noise.result is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.slitless
        if self.key() is None:
            return (seen_in(view.noise_plot),)
        return tuple(
            seen_in(one)
            for one in (view.before_plot, view.after_plot, view.across_plot, view.level_plot)
        )

    def seen(self) -> tuple[NodeKey, ...]:
        noise = self.noise_key() if self.noise.result is not None else None
        return tuple(one for one in dict.fromkeys((self.export_key(), noise)) if one is not None)

    def refresh(self) -> None:
        super().refresh()
        self.noise.follow(self.noise_key(), reason=self.nothing)
        if self._subject and self.key() is None and self.noise.result is not None:
            self.slitless.empty.say("")

    def inspector(self) -> InspectorContent:
        content = super().inspector()
        noise: PeriodicNoise | None = self.noise.result
        if noise is None:
            return content
        said = (*(self._messages()), *noise.messages)
        if self.follower.result is not None:
            return replace(content, summary="\n".join(said))
        return replace(
            content,
            numbers=columns_of(periodic_table([("", noise)]), _WAVES),
            numbers_title="Periodic noise",
            summary="\n".join((_NO_BACKGROUND, *noise.messages)),
        )

    def subject_of_selection(self) -> str:
        segment = self.workspace.segment()
        if segment is None:
            return ""
        source = segment.identity.source_key
        session = self.workspace.session
        return next(
            (
                one
                for one in self.subjects()
                if (entry := session.entry(one)) and entry.parts[0].source_key == source
            ),
            "",
        )

    def table(self, result: Any) -> ResultTable | None:
        return columns_of(background_table([("", result)]), _LEVELS)

    def _messages(self) -> tuple[str, ...]:
        result = self.follower.result
        return () if result is None else tuple(result.messages)

    def origin_lines(self) -> tuple[str, ...]:
        key = self.noise_key()
        return () if key is None else exposure_origin(self.workspace, key)

    def _background_keys(self) -> tuple[NodeKey, ...]:
        return self.workspace.chain.keys_of(self.workspace.session, self.step)
