"""From the chain to the view of narrow features and back."""

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QObject

from engine.analyses import FEATURE
from engine.figures.seen import SeenPanel
from engine.mrs.narrow_feature import NarrowFeature, NarrowFeatureParams
from engine.project.feature_step import band_of_feature
from engine.project.feature_tables import feature_table
from engine.project.keys import NodeKey
from guiapp.controllers.exposure_subjects import ExposureSubjectsController
from guiapp.controllers.seen_axes import seen_above
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    columns_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.narrow_feature import NarrowFeatureView
from guiapp.views.pixel_flat import range_words

_COLUMNS = {"depth": "depth", "depth_error": "±", "wave_um": "λ"}
_DIGITS = 5  # of a range that is dragged


class NarrowFeatureController(ExposureSubjectsController):
    """Edges that are dragged become a range; changes of the document become new fits."""

    name = "feature"
    group = "Detector"
    title = "Narrow feature"
    tip = "The feature of 11.6 µm, from all pixels (Law+2025, Sec. 2.3)"
    step = FEATURE.name
    analysis = FEATURE
    nothing = "Open detector images of a nebula in 2C to see the feature of 11.6 µm."

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.feature = NarrowFeatureView()
        super().__init__(workspace, self.feature, parent)
        view = self.feature
        view.range_chosen.connect(self._on_range)
        view.reset_wanted.connect(self._on_reset)
        self.texts["hint"] = view.hint

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return seen_above(self.feature.plot, self.feature.rest_plot)[:1]

    def title_of(self, subject: str) -> str:
        return band_of_feature(subject)

    def show_decided(self, key: NodeKey) -> None:
        band = band_of_feature(key.subject)
        self.say_heading(f"Narrow feature · {band}", "all pixels over their continuum")
        self.feature.show_params(self.workspace.params(key))

    def inspector(self) -> InspectorContent:
        content = self.form()
        result: NarrowFeature | None = self.result
        if result is None:
            return content
        return replace(
            content,
            numbers=columns_of(feature_table([("", result)]), _COLUMNS),
            numbers_title="Feature",
            summary="\n".join(result.messages),
        )

    def subject_text(self) -> str:
        if self.scope == SCOPE_ALL:
            return "all features"
        return f"the feature of {band_of_feature(self.subject)}"

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in (self.feature.plot, self.feature.rest_plot):
            act(plot)

    def _on_range(self, low: float, high: float) -> None:
        self._set_range((round(low, _DIGITS), round(high, _DIGITS)))

    def _on_reset(self) -> None:
        self._set_range(NarrowFeatureParams().range_um)

    def _set_range(self, range_um: tuple[float, float]) -> None:
        key = self.key()
        if key is None:
            return
        params = replace(self.workspace.params(key), range_um=range_um)
        text = f"Set the range of the feature of {band_of_feature(key.subject)} to "
        self.workspace.set_params(key, params, text + range_words(*range_um))
        self.feature.show_params(self.workspace.params(key))
