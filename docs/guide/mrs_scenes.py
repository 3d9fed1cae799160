"""The scenes of the guide on the demo of the MRS: what is done in the window before a picture."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QPixmap
from stage import Stage

from engine.model.star_names import star_key
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.combination_params import CombinationParams
from engine.mrs.normalized_spectra import PAGES_UM
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.document.commands import edit
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.response_edits import (
    AddMask,
    AddPatch,
    HoldValue,
    MoveBreakpoint,
    RemoveBreakpoint,
)

_REPAIRED = ("10 Lac", "3B")
_FEATURE_UM = (14.24, 14.40)


def _welcome(stage: Stage) -> QPixmap:
    return stage.picture()


def _cube(stage: Stage) -> QPixmap:
    stage.show("cube", "16 Cyg B", "4A")
    return stage.picture()


def _response(stage: Stage) -> QPixmap:
    """Show the repaired vector of 10 Lac in 3B, with its history."""
    _repair(stage)
    return stage.picture()


def _held(stage: Stage) -> QPixmap:
    """Show held values that lie off the samples: the line above the plot, the marks, the table."""
    stage.undo_all()
    stage.show("response", "10 Lac", "1B")
    handles = stage.response.canvas.layers.handles
    for place in (2, 7, -1):
        at, value = float(handles.xs[place]), float(handles.ys[place])
        _edit(stage, HoldValue(at, 1.003 * value))
    return stage.picture()


def _proposed(stage: Stage) -> QPixmap:
    """Show what is proposed: it follows a feature of the star at 14.3 um (Law+2025, Fig. 12)."""
    stage.undo_all()
    stage.show("response", *_REPAIRED)
    return stage.picture()


def _masked(stage: Stage) -> QPixmap:
    """Show the feature from close by, masked, in mask mode."""
    stage.undo_all()
    stage.show("response", *_REPAIRED)
    _edit(stage, AddMask(*_FEATURE_UM, "feature of the star"))
    _zoom(stage, (14.0, 14.65))
    stage.response.set_mode("masks")
    picture = stage.picture()
    stage.response.set_mode("breakpoints")
    stage.response.plot.show_all()
    return picture


def _dragged(stage: Stage) -> QPixmap:
    """Show a breakpoint in the hand: the curve follows before the button is released."""
    _repair(stage)
    _zoom(stage, (14.0, 14.95))
    nearest = _nearest(stage, 14.5)
    stage.response.select_breakpoint(nearest)
    stage.response.canvas.preview_edit(MoveBreakpoint(nearest, nearest + 0.09))
    picture = stage.picture()
    stage.response.canvas.drop_preview()
    stage.response.canvas.select(-1)
    stage.response.plot.show_all()
    return picture


def _view(name: str, star: str, band: str) -> Callable[[Stage], QPixmap]:
    def scene(stage: Stage) -> QPixmap:
        stage.show(name, star, band)
        return stage.picture()

    return scene


def _normalized(stage: Stage) -> QPixmap:
    """Show the page that holds the broad line of 10 Lac at 14.3 um."""
    stage.show("normalize", "10 Lac", "3B")
    view = stage.controller.views["normalize"].view
    view.show_page(PAGES_UM[2])
    return stage.picture()


def _with_all_stars(name: str) -> Callable[[Stage], QPixmap]:
    """Show a view with everything calibrated by the vectors of all stars.

    Their shape is that of HD 167060: the background bends the vector of 10 Lac, a cube here, in 4C.
    """

    def scene(stage: Stage) -> QPixmap:
        stage.show(name, "HD 163466", "1A")
        for step, params in (
            ("combine", CombinationParams(reference_star="HD 167060")),
            ("calibrate", CalibrationParams(vector_of="combined")),
        ):
            text = "Calibrate with the vectors of all stars"
            stage.controller.workspace.set_params(NodeKey(step, EVERYTHING), params, text)
        stage.settle()
        stage.controller.views[name].view.panels.for_each(ThemedPlot.show_all_afresh)
        picture = stage.picture()
        stage.undo_all()
        return picture

    return scene


def _temperature(stage: Stage) -> QPixmap:
    stage.show("temperature", "HD 163466", "1A")
    stage.controller.views["temperature"].view.turn("difference_k")
    return stage.picture()


def _compare_with_proposed(stage: Stage) -> None:
    stage.undo_all()
    stage.show("response", *_REPAIRED)
    proposed = stage.controller.workspace.session
    _repair(stage)
    document = stage.controller.workspace.document
    edit(document, document.session.with_other("as proposed", proposed), "Compare as proposed")


def _differs(stage: Stage) -> QPixmap:
    """List what the repair changed."""
    _compare_with_proposed(stage)
    stage.settle()
    stage.window.action("inspect.differences").trigger()
    picture = stage.picture()
    stage.undo_all()
    return picture


def _compared(stage: Stage) -> QPixmap:
    """Show the repaired vector over the proposed one, dashed, with their ratio below."""
    _compare_with_proposed(stage)
    stage.response.set_graph("ratio")
    picture = stage.picture()
    stage.response.set_graph("residual")
    stage.undo_all()
    return picture


def _junction_page(page: str) -> Callable[[Stage], QPixmap]:
    """Show what lies below the map of junctions, of count rates: they jump the most."""

    def scene(stage: Stage) -> QPixmap:
        stage.show("junctions", "16 Cyg B", "2A")
        view = stage.controller.views["junctions"].view
        view.stage_chosen.emit("extracted")
        stage.settle()
        view.choose("16 Cyg B/1538-1", "2A|2B")
        view.show_page(page)
        view.page_chosen.emit(page)
        picture = stage.picture()
        view.show_page("close")
        view.stage_chosen.emit("calibrated")
        stage.settle()
        return picture

    return scene


def _health(stage: Stage) -> QPixmap:
    stage.show("response", *_REPAIRED)
    stage.window.action("inspect.health").trigger()
    stage.settle()
    return stage.picture()


def _export(stage: Stage) -> QPixmap:
    stage.show("response", *_REPAIRED)
    stage.controller.exports.place.path = "~/results"
    stage.window.action("file.export").trigger()
    return stage.picture()


def _recover(stage: Stage) -> QPixmap:

    row = RecoveryRow("1", "stars.fluxknot", "2026-03-14 15:09, 178 files")
    RecoveryDialog((row,), stage.window).open()
    return stage.picture()


def _search(stage: Stage) -> QPixmap:
    stage.show("response", *_REPAIRED)
    stage.window.open_search()
    stage.window.palette_box.field.setText("breakp")
    return stage.picture()


def _help(stage: Stage) -> QPixmap:
    stage.show("response", *_REPAIRED)
    stage.window.action("help.view").trigger()
    return stage.picture()


def _restore(stage: Stage) -> QPixmap:
    """Open an exported vector on a session that knows nothing of the repair; show its menu."""
    _repair(stage)
    pattern = "*_1524-16_3B_vector.fits"
    if not any(stage.folder.glob(pattern)):
        stage.controller.exports.export(("vectors",), str(stage.folder))
        stage.settle()
    [exported] = stage.folder.glob(pattern)
    stage.undo_all()
    stage.controller.files.open_paths([str(exported)])
    stage.settle()
    panel, session = stage.window.data_browser, stage.controller.workspace.session
    panel.filter_field.setText("vector")
    row = session.entries[-1].id
    panel.select((row,))
    panel.selected.emit((row,))
    stage.window.view_area.notice.clear()
    stage.settle()
    place = panel.tree.visualRect(panel.tree.currentIndex()).bottomLeft() + QPoint(60, 0)
    menu = panel.context_menu()
    menu.popup(panel.tree.viewport().mapToGlobal(place))
    picture = stage.picture()
    menu.close()
    panel.filter_field.clear()
    return picture


def _channel4(page: str) -> Callable[[Stage], QPixmap]:
    def scene(stage: Stage) -> QPixmap:
        stage.show("channel4", "SAO 206462", "4A")
        stage.controller.views["channel4"].view.show_page(page)
        return stage.picture()

    return scene


def _patched(stage: Stage) -> QPixmap:
    """Replace the feature of 10 Lac by the vector of μ Col."""
    stage.undo_all()
    stage.show("response", "mu Col", "3B")
    stage.show("response", *_REPAIRED)
    stage.response.set_mode("patch")
    donors = stage.response.canvas.patch_bar.donors
    offered = (donors.itemData(i) for i in range(donors.count()))
    donor = next(one for one in offered if one and star_key(one) == star_key("mu Col"))
    donors.setCurrentIndex(donors.findData(donor))
    donors.activated.emit(donors.currentIndex())
    _edit(stage, AddPatch(14.22, 14.44, donor, "linear"))
    _zoom(stage, (13.9, 14.8))
    picture = stage.picture()
    stage.response.set_mode("breakpoints")
    stage.undo_all()
    stage.response.plot.show_all()
    return picture


def _references(stage: Stage) -> QPixmap:
    stage.show("references", "10 Lac", "4A")
    stage.controller.views["references"].choose_frame("34A")
    return stage.picture()


# Edits


def _repair(stage: Stage) -> None:
    """Mask the feature, and leave the curve to the samples on both sides of it."""
    stage.undo_all()
    stage.show("response", *_REPAIRED)
    _edit(stage, AddMask(*_FEATURE_UM))
    _edit(stage, RemoveBreakpoint(_nearest(stage, 14.35)))
    moved = _nearest(stage, 14.5)
    _edit(stage, MoveBreakpoint(moved, moved - 0.06))


def _edit(stage: Stage, edit: Any) -> None:
    stage.response.edited.emit(edit, 0)
    stage.settle()


def _nearest(stage: Stage, wave_um: float) -> float:
    handles = stage.response.canvas.layers.handles.xs
    return float(min(handles, key=lambda x: abs(x - wave_um)))


def _zoom(stage: Stage, wave_um: tuple[float, float]) -> None:
    """Show a range of wavelengths, with the samples of that range over the whole height."""
    result, plot = stage.response.result, stage.response.plot
    inside = (result.wave_um >= wave_um[0]) & (result.wave_um <= wave_um[1])
    low, high = np.nanpercentile(result.ratio[inside], (0, 100))
    margin = 0.1 * (high - low)
    plot.set_view((wave_um, (float(low - margin), float(high + margin))))


MRS: dict[str, Callable[[Stage], QPixmap]] = {
    "welcome": _welcome,
    "cube": _cube,
    "held": _held,
    "proposed": _proposed,
    "masked": _masked,
    "dragged": _dragged,
    "response": _response,
    "patched": _patched,
    "spectra": _view("spectra", "16 Cyg B", "1A"),
    "fringes": _view("fringe", "16 Cyg B", "2A"),
    "aperture": _view("growth", "10 Lac", "3A"),
    "fringe_flat": _view("fringe_flat", "10 Lac", "1B"),
    "footprints": _view("footprints", "10 Lac", "3A"),
    "leak": _view("leak", "HD 2811", "3A"),
    "combine": _view("combine", "10 Lac", "1B"),
    "asteroid": _view("asteroid", "515 Athalia", "2B"),
    "channel4": _channel4("chain"),
    "vectors4": _channel4("vectors"),
    "flat": _view("flat", "10 Lac", "2A"),
    "feature": _view("feature", "10 Lac", "2C"),
    "loss": _view("loss", "10 Lac", "1A"),
    "band_snr": _view("band_snr", "mu Col", "3B"),
    "models": _view("models", "16 Cyg B", "1B"),
    "normalized": _normalized,
    "rate": _view("rate", "16 Cyg B", "4C"),
    "references": _references,
    "junctions": _view("junctions", "16 Cyg B", "3A"),
    "repeatability": _view("repeatability", "HD 163466", "1A"),
    "noise": _view("noise", "HD 163466", "1A"),
    "snr": _view("signal_to_noise", "HD 163466", "2A"),
    "jumps": _junction_page("flux"),
    "chain": _junction_page("chain"),
    "stitched": _junction_page("stitched"),
    "filters": _with_all_stars("filters"),
    "spectrographs": _with_all_stars("spectrograph"),
    "temperature": _temperature,
    "health": _health,
    "export": _export,
    "search": _search,
    "help": _help,
    "recover": _recover,
    "restore": _restore,
    "trends": _view("trends", "10 Lac", "1A"),
    "compared": _compared,
    "differs": _differs,
}
