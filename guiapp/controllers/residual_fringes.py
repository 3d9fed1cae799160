"""Ties the view of residual fringes to the document and the chain."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import FRINGE
from engine.figures.seen import SeenPanel
from engine.model.star_names import shown_star_name
from engine.mrs.residual_fringes import ResidualFringeParams, ResidualFringes
from engine.mrs.response_params import Mask
from engine.project.entries import Segment
from engine.project.fringe_step import response_masks
from engine.project.fringe_tables import sinusoid_table
from engine.project.keys import NodeKey
from engine.spectra.lines import lines_between
from guiapp.controllers.seen_axes import seen_above, seen_in
from guiapp.controllers.view_controller import AnalysisController, InspectorContent, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.look.numbers import fixed_text
from guiapp.settings.plot_keys import FRINGE_PLOT, PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.range_gestures import AddRange, RangeEdit, RemoveRange
from guiapp.views.residual_fringes import ResidualFringesView

_COLUMNS = {"family": "family", "period": "period", "amplitude": "ampl.", "evidence": "log₁₀ Z"}


class ResidualFringesController(AnalysisController):
    """Edits of protected ranges become commands; changes of the document become searches."""

    name = "fringe"
    group = "Corrections"
    title = "Fringes"
    tip = "Residual fringes: before, after, and what was removed (Kavanagh et al. 2024)"
    words = "fringing residual ripple oscillation defringe etalon"
    step = FRINGE.name
    analysis = FRINGE

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.fringes = ResidualFringesView()
        super().__init__(workspace, self.fringes, parent)
        view = self.fringes
        self._follower = self.follower_for(view)
        self._follower.shown.connect(self._on_shown)
        keys = (spec for spec in PLOT_KEYS if spec.context in {FRINGE_PLOT, "any plot"})
        view.bind_keys([(spec.id, spec.keys) for spec in keys])
        view.edited.connect(self._on_edited)
        view.apply_chosen.connect(self._on_apply)
        view.keys_wanted.connect(self.keys_wanted)
        view.band_stepped.connect(workspace.step_band)
        view.star_stepped.connect(workspace.step_star)
        for theirs, ours in (
            (view.mode_changed, self.mode_changed),
            (view.cursor_changed, self.cursor_changed),
            (view.hint_changed, self.hint_changed),
        ):
            theirs.connect(ours)
        self.texts["mode"], self.texts["hint"] = view.mode_text, view.hint_text

    # What the frame asks

    def key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        return None if segment is None else NodeKey(FRINGE.name, segment.id)

    def export_key(self) -> NodeKey | None:
        return self.key() if self._result() is not None else None

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        plots = self.fringes.plots
        return (*seen_above(plots.main, plots.removed_plot), seen_in(plots.periodogram))

    def refresh(self) -> None:
        key, segment = self.key(), self.workspace.segment()
        if key is None or segment is None:
            self.say_heading(self.title)
            self._follower.follow(None, reason="Open a cube or a spectrum of one MRS band.")
            self.inspector_changed.emit()
            return
        if key != self._follower.key:
            self.fringes.show_subject(segment.identity.band)
        self._show_params(segment)
        self._follower.follow(key)
        if self.fringes.result is None and not self.fringes.empty.reason:
            self.fringes.clear(f"Looking for fringes in {segment.title} …")
        self._say_heading(segment)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content = self.form()
        result, segment = self._result(), self.workspace.segment()
        if result is None or segment is None:
            return content
        table = sinusoid_table([(segment.identity, result)])
        return replace(
            content,
            numbers=columns_of(table, _COLUMNS) if result.n_sinusoids else None,
            numbers_title="Sinusoids",
            summary="\n".join(result.messages),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        plot = self.fringes.plot
        return {
            "calibrate.mask_mode": self.fringes.toggle_mode,
            "view.zoom_all": plot.show_all_linked,
            "view.zoom_previous": plot.previous_zoom,
        }

    def apply_preferences(self, preferences: Preferences) -> None:
        self.fringes.pick_tolerance = float(preferences.integer("pick_tolerance_px"))

    # Edits

    def _on_edited(self, edit: RangeEdit) -> None:
        key, segment = self.key(), self.workspace.segment()
        if key is None or segment is None:
            return
        params = self._params(key)
        ranges, text = edited_ranges(params.protected, edit)
        where = f"{segment.identity.band} of {shown_star_name(segment.identity.target)}".strip()
        self.workspace.set_params(key, replace(params, protected=ranges), f"{text} in {where}")

    def _on_apply(self, apply: Any) -> None:
        self.set_parameter("apply", apply)
        segment = self.workspace.segment()
        if segment is not None:  # the switch shows what holds, whatever was clicked
            self._show_params(segment)

    # Parts

    def _params(self, key: NodeKey) -> ResidualFringeParams:
        params: ResidualFringeParams = self.workspace.params(key)
        return params

    def _result(self) -> ResidualFringes | None:
        result: ResidualFringes | None = self._follower.result
        return result

    def _show_params(self, segment: Segment) -> None:
        params = self._params(NodeKey(FRINGE.name, segment.id))
        shared = params.ranges != "own"
        masks = response_masks(self.workspace.session, segment) if shared else ()
        self.fringes.show_params(params, masks)

    def _on_shown(self, result: ResidualFringes) -> None:
        wave = result.spectrum.wave_um
        lines = lines_between(float(wave[0]), float(wave[-1]), species="all") if wave.size else ()
        ranked = sorted(lines, key=lambda line: -np.nan_to_num(line.strength, nan=1.0))
        self.fringes.show_lines(tuple((one.wave_um, one.label or one.name) for one in ranked))
        segment = self.workspace.segment()
        if segment is not None:
            self._say_heading(segment)
        self.inspector_changed.emit()

    def _say_heading(self, segment: Segment) -> None:
        params = self._params(NodeKey(FRINGE.name, segment.id))
        detail = {
            "on": "response and calibration use the corrected spectrum",
            "off": "looked at only: nothing is removed from what follows",
        }[params.apply]
        self.say_heading(f"Fringes · {segment.title}", detail)


def edited_ranges(ranges: tuple[Mask, ...], edit: RangeEdit) -> tuple[tuple[Mask, ...], str]:
    """Return the ranges after ``edit``, in order of wavelength, and what was done, in words."""
    if isinstance(edit, AddRange):
        added = Mask(edit.low_um, edit.high_um)
        return _in_order((*ranges, added)), f"Protect {range_text(added)}"
    before = ranges[edit.index]
    others = (*ranges[: edit.index], *ranges[edit.index + 1 :])
    if isinstance(edit, RemoveRange):
        return others, f"No longer protect {range_text(before)}"
    after = Mask(edit.low_um, edit.high_um, edit.name)
    if (after.low_um, after.high_um) == (before.low_um, before.high_um):
        return _in_order((*others, after)), f"Name the protected range {range_text(after)}"
    return _in_order((*others, after)), f"Protect {range_text(after)}, not {range_text(before)},"


def range_text(one: Mask) -> str:
    """Return a range as the history says it."""
    decimals = 2 if one.high_um - one.low_um >= 0.02 else 4
    return f"{fixed_text(one.low_um, decimals)}–{fixed_text(one.high_um, decimals)} µm"


def _in_order(ranges: tuple[Mask, ...]) -> tuple[Mask, ...]:
    return tuple(sorted(ranges, key=lambda one: (one.low_um, one.high_um)))
