"""Make every screenshot of the guide from the demo, in both themes.

``python docs/guide/make_screenshots.py`` writes ``docs/guide/images``: each scene of 1280 × 720
pixels, light and dark. ``--scale 2`` writes them for screens of twice the density, into another
folder. No display is needed, and the same version gives the same pictures.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QColor, QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QDialog

from engine.demo_titles import FIRST_DEMO
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.combination_params import CombinationParams
from engine.mrs.normalized_spectra import PAGES_UM
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.app import make_application, make_window
from guiapp.controllers.main import MainController
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.document.commands import edit
from guiapp.settings.preferences import Preferences
from guiapp.views.response_edits import AddMask, AddPatch, MoveBreakpoint, RemoveBreakpoint

_IMAGES = Path(__file__).parent / "images"
_SIZE = (1280, 720)
_THEMES = ("light", "dark")
_LONGEST_S = 600.0
_COMMON = 144  # colors that are kept exactly
_REPAIRED = ("10 Lac", "3B")
_FEATURE_UM = (14.24, 14.40)


def main() -> int:
    """Make the pictures that the command line asks for."""
    options = _options()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # no display is needed
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    os.environ["TZ"] = "UTC"
    out = options.out or (_IMAGES if options.scale == 1 else _IMAGES / f"{options.scale}x")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _stage(Path(folder)) as stage:
        for name, scene in SCENES.items():
            if options.only and name not in options.only:
                continue
            for theme in options.themes:
                stage.dress(theme)
                _write(scene(stage), out / f"{name}-{theme}.png")
                stage.close_dialogs()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, help="folder; by default images beside this script")
    parser.add_argument("--scale", type=int, default=1, help="pixels for each point (1 or 2)")
    parser.add_argument("--themes", nargs="+", choices=_THEMES, default=_THEMES)
    parser.add_argument("--only", nargs="+", choices=tuple(SCENES), help="some of the scenes")
    return parser.parse_args()


class Stage:
    """The window on the demo, and what a scene does with it."""

    def __init__(self, folder: Path) -> None:

        self.application: QApplication = make_application()
        self.window, self.troubles = make_window(Preferences(folder / "settings.json"))
        self.controller = MainController(self.window, self.window, self.troubles, folder / "state")
        self.window.preferences.set("tour", value=False)  # it would be in every picture
        self.window.resize(*_SIZE)
        self.window.show()
        self.folder = folder
        self.demo = ""  # name of the set that is open

    def dress(self, theme: str) -> None:
        """Put on a theme."""
        self.window.preferences.set("theme", theme)
        self.settle()

    def settle(self) -> None:
        """Wait until no job is under way and everything is painted."""
        end = time.monotonic() + _LONGEST_S
        quiet = 0
        while quiet < 20:
            self.application.processEvents()
            time.sleep(0.02)
            quiet = 0 if self.controller.workspace.runner.jobs else quiet + 1
            if time.monotonic() > end:
                raise SystemExit("The window did not come to rest.")

    def open_demo(self, name: str = FIRST_DEMO) -> None:
        """Open a set of the demo and run its whole chain, unless that is done."""
        if self.demo != name:
            self.controller.session.ask_about_changes = lambda: "discard"
            self.controller.open_demo(name)
            self.demo = name
            self.settle()
            self.window.action("calibrate.run_all").trigger()
            self.settle()

    @property
    def response(self) -> Any:
        """The response view."""
        return self.controller.views["response"].view

    def show(self, view: str, star: str, band: str) -> None:
        """Show a view, and an observation in it."""
        self.open_demo()
        wanted = next(
            segment.id
            for segment in self.controller.workspace.session.segments
            if (segment.identity.target, segment.identity.band) == (star, band)
        )
        self.controller.workspace.selection.select((wanted,))
        self.window.set_view(view)
        self.settle()

    def undo_all(self) -> None:
        """Take every edit back."""
        self.controller.workspace.document.undo_stack.setIndex(0)
        self.settle()

    def picture(self) -> QPixmap:
        """Return the window as it is, with the dialog over it if one is open."""
        self.settle()
        whole = self.window.grab()
        for over in QApplication.topLevelWidgets():
            if over is self.window or not over.isVisible():
                continue
            painter = QPainter(whole)
            if isinstance(over, QDialog):
                painter.fillRect(self.window.rect(), QColor(0, 0, 0, 70))
                middle = self.window.rect().center() - over.rect().center()
                painter.drawPixmap(middle, over.grab())
            else:
                painter.drawPixmap(self.window.mapFromGlobal(over.pos()), over.grab())
            painter.end()
        return whole

    def close_dialogs(self) -> None:
        """Close what a scene opened."""
        for over in QApplication.topLevelWidgets():
            if over is not self.window:
                over.close()
        self.settle()

    def end(self) -> None:
        """End the program."""
        self.controller.session.ask_about_changes = lambda: "discard"
        self.window.close()


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    stage = Stage(folder)
    yield stage
    stage.end()


def _write(picture: QPixmap, path: Path) -> None:
    """Write a picture with 256 colors: those it is made of, and some for what lies between."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    width, height = image.width(), image.height()
    rows = np.frombuffer(image.constBits().asstring(image.sizeInBytes()), dtype=np.uint8)
    pixels = rows.reshape(height, -1)[:, : 3 * width].reshape(-1, 3)
    colors, index, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    common = colors[np.argsort(counts, kind="stable")[::-1][:_COMMON]]
    whole = Image.fromarray(pixels.reshape(height, width, 3))
    between = whole.quantize(256 - _COMMON, method=Image.Quantize.MAXCOVERAGE).getpalette()
    palette = np.concatenate([common, np.array(between, dtype=np.uint8).reshape(-1, 3)])
    away = np.sum((colors[:, None].astype(int) - palette[None].astype(int)) ** 2, axis=2)
    few = Image.fromarray(np.argmin(away, axis=1)[index].reshape(height, width).astype(np.uint8))
    few.putpalette(palette.tobytes())
    few.save(path, optimize=True)
    print(path)


# Scenes


def _welcome(stage: Stage) -> QPixmap:
    return stage.picture()


def _cube(stage: Stage) -> QPixmap:
    stage.show("cube", "16 Cyg B", "4A")
    return stage.picture()


def _response(stage: Stage) -> QPixmap:
    """Show the repaired vector of 10 Lac in 3B, with its history."""
    _repair(stage)
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
        stage.window.action("view.zoom_all").trigger()
        picture = stage.picture()
        stage.undo_all()
        return picture

    return scene


def _temperature(stage: Stage) -> QPixmap:
    stage.show("temperature", "HD 163466", "1A")
    stage.controller.views["temperature"].view.turn("difference_k")
    return stage.picture()


def _compared(stage: Stage) -> QPixmap:
    """Show the repaired vector over the proposed one, dashed, with their ratio below."""
    stage.undo_all()
    stage.show("response", *_REPAIRED)
    proposed = stage.controller.workspace.session
    _repair(stage)
    document = stage.controller.workspace.document
    edit(document, document.session.with_other("as proposed", proposed), "Compare as proposed")
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
    stage.controller.exports.folder = "results"
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
    exported = stage.folder / "10-Lac_1524-16_3B_vector.fits"
    if not exported.exists():
        stage.controller.exports.export(("vectors",), str(stage.folder))
        stage.settle()
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
    _edit(stage, AddPatch(14.22, 14.44, "mu Col", "linear"))
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


def _calibration(view: str, prepare: Callable[[Any], object]) -> Callable[[Stage], QPixmap]:
    """Return the scene of a view of the calibration of images."""

    def scene(stage: Stage) -> QPixmap:
        stage.open_demo("imaging")
        stage.window.set_view(view)
        stage.settle()
        prepare(stage.controller.views[view].view)
        return stage.picture()

    return scene


def _modules(view: str, prepare: Callable[[Any], object]) -> Callable[[Stage], QPixmap]:
    """Return the scene of a view of the NIRCam modules."""

    def scene(stage: Stage) -> QPixmap:
        stage.open_demo("nircam")
        stage.window.set_view(view)
        stage.settle()
        prepare(stage.controller.views[view].view)
        return stage.picture()

    return scene


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
    segments = (one for one in workspace.session.segments if one.identity.target == "BD+60 1753")
    workspace.selection.select((next(segments).id,))


def _without_dithers(view: Any) -> None:
    """Show the last image, of a coronagraph, without the mean of its dithers."""
    view.gallery.setCurrentRow(view.gallery.count() - 1)
    view.shown.choose("after")


SCENES: dict[str, Callable[[Stage], QPixmap]] = {
    "welcome": _welcome,
    "cube": _cube,
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
    "junctions": _view("junctions", "16 Cyg B", "1A"),
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
    "dropouts": _lrs("dropouts", _blue_nod),
    "nods": _lrs("nods", _blue_nod),
    "slitless": _lrs("slitless", lambda _stage: None),
    "budget": _calibration("budget", lambda view: view.read(7, 1)),
    "epochs": _modules("epochs", lambda view: view.choose(())),
    "module_offsets": _modules("module_offsets", lambda view: view.choose_array("F200W", "2")),
    "module_gradients": _modules("module_gradients", lambda view: view.show_row("F444W", "long")),
}


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


if __name__ == "__main__":
    sys.exit(main())
