"""How long the window keeps one waiting while twelve cubes load and extract.

A timer asks for a turn every 10 ms in the thread of the window; the longest time between two turns
is the longest that a click would have waited. Run: python benchmarks/heartbeat.py
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt6.QtCore import QEventLoop, QTimer

from engine.simulate.demo import make_demo
from guiapp import app
from guiapp.controllers.main import MainController
from guiapp.settings.preferences import Preferences

_BEAT_MS = 10


def measure() -> tuple[np.ndarray, float]:
    """Return the gaps between turns, in ms, and how long all of it took, in s."""
    with tempfile.TemporaryDirectory() as folder:
        paths = _write_cubes(Path(folder))
        application = app.make_application()
        preferences = Preferences(Path(folder) / "settings.ini")
        window, troubles = app.make_window(preferences)
        controller = MainController(window, window, troubles, Path(folder) / "state")
        controller.start(())
        window.show()
        application.processEvents()
        beats = [time.perf_counter()]
        timer = QTimer()
        timer.setInterval(_BEAT_MS)
        timer.timeout.connect(lambda: beats.append(time.perf_counter()))
        timer.start()
        begin = time.perf_counter()
        controller.files.opened.connect(lambda _ids: controller.chain.run_all())
        loop = QEventLoop()
        controller.chain.finished.connect(lambda _failures: loop.quit())
        controller.files.open_paths(paths)
        loop.exec()
        took = time.perf_counter() - begin
        controller.workspace.document.undo_stack.setClean()
        window.close()
        return 1e3 * np.diff(beats), took


def _write_cubes(folder: Path) -> list[str]:
    paths = []
    for file in make_demo(2025, size="small"):
        if file.role == "truth" or not ("1538-o001" in file.name or "16cyg" in file.name):
            continue
        path = folder / Path(file.name).name
        path.write_bytes(file.content)
        paths.append(str(path))
    return paths


def main() -> int:
    """Print the distribution of the gaps."""
    gaps, took = measure()
    print(f"twelve cubes loaded, extracted, fitted in {took:.1f} s; {gaps.size} turns")
    for name, value in (
        ("median", np.median(gaps)),
        ("95 %", np.percentile(gaps, 95)),
        ("longest", gaps.max()),
    ):
        print(f"{name:8} {value:7.1f} ms")
    return 0 if gaps.max() <= 100 else 1


if __name__ == "__main__":
    sys.exit(main())
