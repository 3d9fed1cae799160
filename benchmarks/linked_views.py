"""How soon every linked plot is up to date when a star is left out, and how fast plots move.

``python -m benchmarks.linked_views`` (any display, also ``QT_QPA_PLATFORM=offscreen``).

Leaving out: 210 observations of 30 stars in twelve bands, from the edit of the session until all
that is on the screen is painted: the map of junctions with the jump of all sources against flux;
the levels of the visits of that star in twelve panels; their noise in twelve panels; and for
comparison all three views side by side, which one window does not show. A view that is not on the
screen does no work until it is shown: "shown" is what that costs then. "waited" is what a clock on
the wall says, with the jobs in their threads; "busy" is the time that the processor really worked,
which other programs on the machine do not lengthen.

Moving: 57 visits in twelve bands of 1000 samples each in one plot (the combination of stars),
moved by the hand; "naive" draws the same curves with pyqtgraph's own items in the same run.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QApplication, QWidget

from benchmarks.line import Line
from engine.arrays import FloatArray, frozen
from engine.files import Loaded
from engine.model.bands import bands
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.session import Session
from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.repeatability import RepeatabilityController
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.visit_noise import VisitNoiseController
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.jobs.runner import Runner
from guiapp.look import theme
from guiapp.plots.curves import CurveLayer
from guiapp.plots.themed_plot import ThemedPlot

_SEED = 20250113
_STARS, _VISITS, _SAMPLES = 30, 7, 300
_CURVES, _CURVE_SAMPLES = 57, 1000
_TARGETS_MS = {"leave out": 50.0, "pan": 33.0}


def workspace_of(runner: Runner) -> Workspace:
    """Return a workspace with 210 observations in twelve bands, all in memory."""
    rng = np.random.default_rng(_SEED)
    chain, entries = Chain(), []
    for star in range(_STARS):
        for visit in range(_VISITS):
            level = 10.0 ** (-star / 15.0) * (1.0 + 0.004 * rng.standard_normal())
            for band in bands():
                wave = np.linspace(band.wave_min_um, band.wave_max_um, _SAMPLES)
                entries.append(_opened(chain, rng, star, visit, band.name, wave, level))
    session = Session(entries=tuple(entries), next_id=len(entries) + 1)
    selection = Selection()
    selection.select((entries[0].id,))
    return Workspace(Document(session), selection, chain, runner)


def _opened(
    chain: Chain,
    rng: np.random.Generator,
    star: int,
    visit: int,
    band: str,
    wave: FloatArray,
    level: float,
) -> Entry:
    flux = level * (wave / 10.0) ** -2 * (1.0 + 0.003 * rng.standard_normal(wave.size))
    identity = Identity(
        target=f"Star {star}",
        program=str(1000 + visit),
        observation="1",
        band=band,
        mjd=59700.0 + 100.0 * visit,
        date="2023-01-01",
    )
    flags = frozen(np.zeros(wave.size), dtype=np.uint32)
    spectrum = Spectrum(
        frozen(wave), frozen(flux), frozen(0.003 * np.abs(flux)), flags, "Jy", identity
    )
    number = 1 + len(bands()) * (_VISITS * star + visit) + [b.name for b in bands()].index(band)
    path, sha256 = f"/data/{number}.fits", f"{number:064x}"
    chain.library.keep(Loaded(path, sha256, 1000, "spectrum", (spectrum,), "standard star"))
    return Entry(f"e{number}", path, sha256, 1000, "spectrum", "standard star", (identity,))


def time_leaving_out(
    repeats: int, names: tuple[str, ...], *, then: str = ""
) -> tuple[FloatArray, FloatArray]:
    """Leave one observation after the other out, and bring it back, by turns.

    Returns waited and busy times of both, by turns. Unit: ms. ``names`` are the views on the
    screen; with ``then`` the times are those of bringing that view on the screen after the edit.
    """
    runner = Runner()
    workspace = workspace_of(runner)
    views = {name: make(workspace) for name, make in _VIEWS.items()}
    first, last = [views[name] for name in names], [views[one] for one in (then,) if one]
    for controller in views.values():
        controller.view.resize(760, 640)
        controller.view.show()
        QCoreApplication.processEvents()
        controller.set_active(True)
        _wait(partial(_is_shown, controller))
        if controller not in first:
            controller.set_active(False)
            controller.view.hide()
    QCoreApplication.processEvents()

    waited, busy = [], []
    for number in range(repeats):
        before = [_shown(one) for one in (*first, *last)]
        start, work = time.perf_counter(), time.process_time()
        reason = None if number % 2 else "variable"  # left out, and brought back
        source = f"Star 0/{1000 + number // 2 % _VISITS}-1"
        session = workspace.session.with_exclusion(source, reason)
        edit(workspace.document, session, "Leave out")
        _wait(partial(_all_new, first, before[: len(first)]))
        QCoreApplication.processEvents()  # paints what has changed
        for one in last:
            start, work = time.perf_counter(), time.process_time()
            one.set_active(True)
            one.view.show()
            _wait(partial(_all_new, [one], before[len(first) :]))
            QCoreApplication.processEvents()
        waited.append(1e3 * (time.perf_counter() - start))
        busy.append(1e3 * (time.process_time() - work))
        for one in last:
            one.set_active(False)
            one.view.hide()
    for controller in views.values():
        controller.set_active(False)
        controller.view.close()
    runner.close()
    return np.array(waited), np.array(busy)


def _junctions(workspace: Workspace) -> JunctionsController:
    made = JunctionsController(workspace)
    made.junctions.show_page("flux")
    return made


_VIEWS: dict[str, Callable[[Workspace], ViewController]] = {
    "junctions": _junctions,
    "repeatability": RepeatabilityController,
    "noise": VisitNoiseController,
}


def _shown(controller: ViewController) -> object:
    """Return the result that a view shows; `None`: none yet."""
    if isinstance(controller, JunctionsController):
        return controller.junctions.jumps
    assert isinstance(controller, RepeatabilityController | VisitNoiseController)
    return controller.result


def _is_shown(controller: ViewController) -> bool:
    return _shown(controller) is not None


def _all_new(controllers: Sequence[ViewController], before: Sequence[object]) -> bool:
    return all(_shown(one) is not old for one, old in zip(controllers, before, strict=True))


def curves() -> list[tuple[str, FloatArray, FloatArray]]:
    """Return 57 visits in twelve bands: band, wavelength, relative vector."""
    rng = np.random.default_rng(_SEED)
    found = []
    for visit in range(_CURVES):
        for band in bands():
            wave = np.linspace(band.wave_min_um, band.wave_max_um, _CURVE_SAMPLES)
            found.append(
                (band.name, wave, 1.0 + 0.01 * visit + 0.003 * rng.standard_normal(wave.size))
            )
    return found


def themed(data: list[tuple[str, FloatArray, FloatArray]]) -> tuple[QWidget, Callable[[], None]]:
    """Return a plot of this program with the curves, two layers a visit as the views have."""
    plot = ThemedPlot(name="benchmark", x_label="Wavelength (µm)", y_label="Relative vector")
    per_visit = len(bands())
    for first in range(0, len(data), per_visit):
        for place in range(2):  # neighboring bands overlap: every other band makes one curve
            mine = data[first + place : first + per_visit : 2]
            xs, ys = [], []
            for _, x, y in mine:
                xs += [x, x[-1:] + 1e-6]
                ys += [y, np.array([np.nan])]
            plot.add_layer(CurveLayer(f"band {mine[0][0]}")).set_data(
                np.concatenate(xs), np.concatenate(ys)
            )
    plot.resize(1100, 600)
    plot.show()
    plot.show_all_afresh()
    return plot, lambda: plot.pan_by(3.0, 0.0)


def naive(data: list[tuple[str, FloatArray, FloatArray]]) -> tuple[QWidget, Callable[[], None]]:
    """Return pyqtgraph's plot with one item a curve."""
    plot = pg.PlotWidget()
    for _, x, y in data:
        plot.plot(x, y)
    plot.resize(1100, 600)
    plot.show()
    box = plot.getViewBox()
    return plot, lambda: box.translateBy(x=-0.01, y=0.0)


def time_frames(
    plot: QWidget, move: Callable[[], None], repeats: int
) -> tuple[FloatArray, FloatArray]:
    """Move the plot and paint it; return waited and busy time of each frame. Unit: ms."""
    plot.grab()
    waited, busy = [], []
    for _ in range(repeats):
        start, work = time.perf_counter(), time.process_time()
        move()
        plot.grab()
        waited.append(1e3 * (time.perf_counter() - start))
        busy.append(1e3 * (time.process_time() - work))
    plot.close()
    return np.array(waited), np.array(busy)


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.install(application)
    found = []
    for names in (("junctions",), ("repeatability",), ("noise",), tuple(_VIEWS)):
        _, busy = time_leaving_out(16, names)
        what = f"one of {_STARS * _VISITS} observations × {len(bands())} bands left out"
        shown = " + ".join(names)
        target = _TARGETS_MS["leave out"] if len(names) == 1 else float("nan")
        found.append(
            Line(
                f"{what}, {shown} on the screen: processor",
                float(np.median(busy[::2])),
                most=target,
            )
        )
    data = curves()
    (_, busy), (_, theirs) = time_frames(*themed(data), 16), time_frames(*naive(data), 3)
    found.append(
        Line(
            f"one frame while {_CURVES} × {len(bands())} curves of {_CURVE_SAMPLES} samples move",
            float(np.median(busy)),
            "ms",
            "pyqtgraph's own items",
            float(np.median(theirs)),
            most=_TARGETS_MS["pan"],
        )
    )
    return tuple(found)


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    application = QApplication([])
    theme.install(application)
    every = tuple(_VIEWS)
    scenes = [((name,), "") for name in every] + [(("junctions",), one) for one in every[1:]]
    for names, then in [*scenes, (every, "")]:
        waited, busy = time_leaving_out(repeats, names, then=then)
        what = f"{then} shown after the edit" if then else f"{' + '.join(names)} on the screen"
        print(
            f"one of {_STARS * _VISITS} observations x {len(bands())} bands left out, {what}: "
            f"waited {np.median(waited[::2]):.1f} ms "
            f"(95 %: {np.percentile(waited[::2], 95):.1f}), "
            f"busy {np.median(busy[::2]):.1f} ms, brought back {np.median(busy[1::2]):.1f} ms; "
            f"target {_TARGETS_MS['leave out']:.0f} ms"
        )
    data = curves()
    (waited, busy), (_, theirs) = time_frames(*themed(data), repeats), time_frames(*naive(data), 3)
    print(
        f"{_CURVES} visits x {len(bands())} bands x {_CURVE_SAMPLES} samples moved: waited "
        f"{np.median(waited):.1f} ms a frame (95 %: {np.percentile(waited, 95):.1f}), busy "
        f"{np.median(busy):.1f} ms (naive {np.median(theirs):.0f} ms); target "
        f"{_TARGETS_MS['pan']:.0f} ms"
    )


def _wait(is_done: Callable[[], bool]) -> None:
    while not is_done():
        QCoreApplication.processEvents()
        time.sleep(0.0005)


if __name__ == "__main__":
    main()
