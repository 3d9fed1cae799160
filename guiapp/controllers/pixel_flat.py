"""From the chain to the view of pixel flats and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from PyQt6.QtCore import QObject

from engine.analyses import FLAT
from engine.figures.seen import OWN, SeenPanel
from engine.mrs.flat_patching import Range
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams
from engine.project.flat_step import band_of_flat
from engine.project.flat_tables import flat_pass_table, flat_table
from engine.project.keys import NodeKey
from guiapp.controllers.exposure_subjects import ExposureSubjectsController
from guiapp.controllers.seen_axes import seen_in, seen_of_drawn
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    columns_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.sky_plot import SkyPlot
from guiapp.settings.plot_keys import FLAT_PLOT, PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.pixel_flat import PixelFlatView, range_words
from guiapp.views.range_gestures import AddRange, RangeEdit, RemoveRange

_COLUMNS = {"pass": "pass", "correction": "change", "n_used": "pixels"}
_FACTORED = {"band": "band", "median_error": "uncertainty", "n_left_out": "left out"}


class PixelFlatController(ExposureSubjectsController):
    """Ranges that are dragged become patches; changes of the document become new flats."""

    name = "flat"
    group = "Detector"
    title = "Pixel flat"
    tip = "The response of single pixels, from exposures of a nebula (Law+2025, Sec. 2.2)"
    words = "flatfield flat-field"
    step = FLAT.name
    kept: ClassVar = {"page": "pages"}
    analysis = FLAT
    nothing = "Open dithered detector images of a nebula with ALPHA, BETA and WAVELENGTH maps."

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.flat = PixelFlatView()
        super().__init__(workspace, self.flat, parent)
        view = self.flat
        keys = (spec for spec in PLOT_KEYS if spec.context in {FLAT_PLOT, "any plot"})
        view.bind_keys([(spec.id, spec.keys) for spec in keys])
        view.edited.connect(self._on_edited)
        view.automatic_wanted.connect(self._on_automatic)
        view.keys_wanted.connect(self.keys_wanted)
        view.mode_changed.connect(self.mode_changed)
        view.hint_changed.connect(self.hint_changed)
        self.texts["mode"], self.texts["hint"] = view.mode_text, view.hint_text

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        images = tuple(seen_of_drawn(plot) for plot in self.flat.images.plots)
        return (*images, OWN, seen_in(self.flat.plot))

    def title_of(self, subject: str) -> str:
        band, _, kind = subject.partition("@")
        return f"{band} {kind}"

    def show_decided(self, key: NodeKey) -> None:
        self.say_heading(f"Pixel flat · {self.title_of(key.subject)}", "composite cube: our own")
        self.flat.show_params(self._params(key))

    def inspector(self) -> InspectorContent:
        content = self.form()
        result: PixelFlat | None = self.result
        if result is None:
            return content
        rows = [("", result)]
        numbers = columns_of(flat_table(rows), _FACTORED)
        if result.passes:
            numbers = columns_of(flat_pass_table(rows), _COLUMNS)
        return replace(
            content,
            numbers=numbers,
            numbers_title="Corrections" if result.passes else "Flat",
            summary="\n".join(result.messages),
        )

    def subject_text(self) -> str:
        if self.scope == SCOPE_ALL:
            return "all flats"
        return f"the flat of {band_of_flat(self.subject)}"

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "calibrate.mask_mode": self.flat.toggle_mode,
            "view.zoom_all": self._show_all,
            "view.zoom_previous": lambda: self.flat.images.for_each(SkyPlot.previous_zoom),
        }

    def apply_preferences(self, preferences: Preferences) -> None:
        self.flat.pick_tolerance = float(preferences.integer("pick_tolerance_px"))

    def _show_all(self) -> None:
        self.flat.images.for_each(SkyPlot.show_all)
        self.flat.plot.show_all()

    def _on_edited(self, edit: RangeEdit) -> None:
        key = self.key()
        result: PixelFlat | None = self.result
        if key is None or result is None:
            return
        params = self._params(key)
        before = result.patches if params.patches is None else params.patches
        patches, text = edited_patches(before, edit)
        where = f"the flat of {band_of_flat(key.subject)}"
        self.workspace.set_params(key, replace(params, patches=patches), f"{text} in {where}")

    def _on_automatic(self) -> None:
        key = self.key()
        if key is not None:
            params = replace(self._params(key), patches=None)
            text = f"Find the lines to patch in the flat of {band_of_flat(key.subject)}"
            self.workspace.set_params(key, params, text)

    def _params(self, key: NodeKey) -> PixelFlatParams:
        params: PixelFlatParams = self.workspace.params(key)
        return params


def edited_patches(patches: tuple[Range, ...], edit: RangeEdit) -> tuple[tuple[Range, ...], str]:
    """Return the patches after ``edit``, joined where they meet, and what was done, in words."""
    if isinstance(edit, RemoveRange):
        before = patches[edit.index]
        others = (*patches[: edit.index], *patches[edit.index + 1 :])
        return others, f"No longer patch {range_words(*before)}"
    added = (edit.low_um, edit.high_um)
    if isinstance(edit, AddRange):
        return joined((*patches, added)), f"Patch {range_words(*added)}"
    before = patches[edit.index]
    others = (*patches[: edit.index], *patches[edit.index + 1 :])
    return joined((*others, added)), f"Patch {range_words(*added)}, not {range_words(*before)},"


def joined(patches: tuple[Range, ...]) -> tuple[Range, ...]:
    """Return the patches in order of wavelength, those that overlap as one."""
    found: list[Range] = []
    for low, high in sorted(patches):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)
