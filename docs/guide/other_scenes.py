"""The scenes of the guide on the demos of images, NIRCam modules and the LRS."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtGui import QPixmap
from stage import Stage, is_star


def _view_of(demo: str, view: str, prepare: Callable[[Any], object]) -> Callable[[Stage], QPixmap]:
    """Return the scene of a view on a demo, prepared once it is at rest."""

    def scene(stage: Stage) -> QPixmap:
        stage.open_demo(demo)
        stage.window.set_view(view)
        stage.settle()
        prepare(stage.controller.views[view].view)
        return stage.picture()

    return scene


_calibration, _modules = partial(_view_of, "imaging"), partial(_view_of, "nircam")


def _lrs(view: str, prepare: Callable[[Stage], object]) -> Callable[[Stage], QPixmap]:
    """Return the scene of a view of the LRS."""

    def scene(stage: Stage) -> QPixmap:
        stage.open_demo("lrs")
        stage.window.set_view(view)
        prepare(stage)
        stage.settle()
        return stage.picture()

    return scene


def _blue_nod(stage: Stage) -> None:
    """Select the first spectrum of the blue source in the slit."""
    workspace = stage.controller.workspace
    segments = workspace.session.segments
    blue = next(one for one in segments if is_star(one.identity, "BD+60 1753"))
    workspace.selection.select((blue.id,))


def _without_dithers(view: Any) -> None:
    """Show the last image, of a coronagraph, without the mean of its dithers."""
    view.gallery.setCurrentRow(view.gallery.count() - 1)
    view.shown.choose("after")


Scenes = dict[str, Callable[[Stage], QPixmap]]

IMAGING: Scenes = {
    "photometry": _calibration("photometry", lambda view: view.gallery.setCurrentRow(5)),
    "dithers": _calibration("photometry", _without_dithers),
    "energy": _calibration("energy", lambda view: view.choose("F1000W")),
    "model_fluxes": _calibration("fluxes", lambda _view: None),
    "factors": _calibration("factors", lambda view: view.tabs.setCurrentIndex(2)),
    "all_factors": _calibration("factors", lambda view: view.subject_chosen.emit("model_flux_mjy")),
    "source_types": _calibration("source_types", lambda _view: None),
    "time_loss": _calibration("time_loss", lambda view: view.choose("F2550W", -1)),
    "subarrays": _calibration("subarrays", lambda view: view.choose(4)),
    "history": _calibration("history", lambda view: view.choose("F2550W")),
    "budget": _calibration("budget", lambda view: view.read(7, 1)),
}

NIRCAM: Scenes = {
    "epochs": _modules("epochs", lambda view: view.choose(())),
    "module_offsets": _modules("module_offsets", lambda view: view.choose_array("F200W", "2")),
    "module_gradients": _modules("module_gradients", lambda view: view.show_row("F444W", "long")),
}

LRS: Scenes = {
    "dropouts": _lrs("dropouts", _blue_nod),
    "nods": _lrs("nods", _blue_nod),
    "slitless": _lrs("slitless", lambda _stage: None),
}
