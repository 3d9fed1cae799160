"""How long the window keeps one waiting while it loads full cubes, computes and exports.

A timer asks for a turn every 10 ms in the thread of the window; the time between two turns is what
a click would have waited. Other programs of the machine make it longer: what the thread waited for
a processor is told apart (Linux counts it) and taken off in the last column.
Run: python -m benchmarks.heartbeat
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt6.QtCore import QEventLoop, Qt, QTimer

from benchmarks.line import Line
from engine.model.bands import band_named
from engine.simulate.cubes import simulate_cube
from engine.simulate.demo import make_demo
from engine.simulate.fits_products import s3d_bytes
from engine.simulate.program import standard_stars
from guiapp import app
from guiapp.controllers.main import MainController
from guiapp.jobs.garbage import CycleCollector
from guiapp.settings.preferences import Preferences

BEAT_MS = 10
LIMIT_MS = 100.0
_FULL_SIDE = 55
_FULL_BANDS = ("1A", "1B", "1C")
_WHAT = ("spectra", "vectors", "references", "images", "tables", "figures", "report")
_WAITS = "/proc/self/schedstat"  # what the thread that opens it ran and waited. ns
_LINE_BYTES = 64

Stage = Callable[[MainController, Callable[[], None]], object]


class Heart:
    """Beats in the thread of the window: times, and what it waited for a processor. s."""

    def __init__(self) -> None:
        self.beats: list[tuple[float, float]] = []
        self._waits = os.open(_WAITS, os.O_RDONLY)
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        """Look at the clock; one short read only, for others may take their turn in each."""
        waited = int(os.pread(self._waits, _LINE_BYTES, 0).split()[1]) / 1e9
        self.beats.append((time.perf_counter(), waited))

    def gaps_during(self, act: Callable[[Callable[[], None]], object]) -> np.ndarray:
        """Return the gaps between turns until ``act`` calls what it is given.

        One row a gap: as the clock has it, less what the window's thread waited for a processor.
        Unit: ms.
        """
        self.beats = []
        self._timer.start()
        loop = QEventLoop()
        act(loop.quit)
        loop.exec()
        self._timer.stop()
        gaps = 1e3 * np.diff(np.array(self.beats), axis=0)
        return np.column_stack([gaps[:, 0], gaps[:, 0] - gaps[:, 1]])


def measure(folder: Path) -> dict[str, np.ndarray]:
    """Return the gaps of each stage: see `Heart.gaps_during`. Unit: ms."""
    cubes, others = _write_files(folder / "data")
    application = app.make_application()
    collector = CycleCollector(application)
    collector.start()
    os.environ["XDG_DATA_HOME"] = str(folder / "state")
    os.environ["FLUXKNOT_CACHE"] = str(folder / "results")  # none of an earlier run
    window, troubles = app.make_window(Preferences(folder / "settings.json"))
    controller = app.begin(window, troubles, ())
    assert isinstance(controller, MainController)
    window.show()
    heart = Heart()
    stages: dict[str, Stage] = {
        "open files": lambda one, end: _open(one, others, end),
        "load full cubes": lambda one, end: _open(one, cubes, end),
        "run the chain": _run_chain,
        "export everything": lambda one, end: _export(one, folder / "out", end),
    }
    found = {}
    for name, stage in stages.items():
        found[name] = heart.gaps_during(lambda end, stage=stage: stage(controller, end))
    collector.stop()
    controller.workspace.document.undo_stack.setClean()
    window.close()
    return found


def _when_idle(controller: MainController, end: Callable[[], None]) -> None:
    """Call ``end`` when no job is left and what came last is drawn."""

    def look() -> None:
        runner = controller.workspace.runner
        QTimer.singleShot(200, end if not runner.jobs else look)

    look()


def _open(controller: MainController, paths: list[str], end: Callable[[], None]) -> None:
    controller.files.open_paths(paths)
    _when_idle(controller, end)


def _run_chain(controller: MainController, end: Callable[[], None]) -> None:
    controller.chain.run_all()
    _when_idle(controller, end)


def _export(controller: MainController, folder: Path, end: Callable[[], None]) -> None:
    controller.exports.export(_WHAT, str(folder))
    _when_idle(controller, end)


def _write_files(folder: Path) -> tuple[list[str], list[str]]:
    """Write full cubes, and the files of two stars of the demo; return the paths."""
    folder.mkdir(parents=True)
    star = next(one for one in standard_stars() if one.star == "16 Cyg B")
    cubes, others = [], []
    for number, band in enumerate(_FULL_BANDS):
        made = simulate_cube(np.random.default_rng(number), band, side=_FULL_SIDE).cube
        path = folder / f"full_{band.lower()}_s3d.fits"
        path.write_bytes(s3d_bytes(made, star, band_named(band), filename=path.name))
        cubes.append(str(path))
    for file in make_demo(2025, size="small"):
        if file.role != "truth" and ("1538-o001" in file.name or "16cyg" in file.name):
            path = folder / Path(file.name).name
            path.write_bytes(file.content)
            others.append(str(path))
    return cubes, others


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks: what is left without waits."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    what = "longest wait for a click, less waits for a processor"
    return tuple(
        Line(f"{what}: {stage}", float(gaps[:, -1].max()), most=LIMIT_MS + BEAT_MS)
        for stage, gaps in found.items()
    )


def main() -> int:
    """Print the distribution of the gaps."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    load = os.getloadavg()[0]
    print(f"turns of the window, ms; load of the machine {load:.1f} on {os.cpu_count()} cores")
    print(f"{'':20} {'turns':>6} {'median':>7} {'99 %':>7} {'longest':>8} {'less waits':>11}")
    worst = 0.0
    for name, gaps in found.items():
        wall, own = gaps.T
        worst = max(worst, own.max())
        print(
            f"{name:20} {wall.size:6d} {np.median(wall):7.1f} {np.percentile(wall, 99):7.1f} "
            f"{wall.max():8.1f} {own.max():11.1f}"
        )
    return 0 if worst <= LIMIT_MS + BEAT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
