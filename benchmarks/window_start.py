"""From the command to the first painted window: ours beside a bare pyqtgraph plot, in one run.

Run: python -m benchmarks.window_start [PYTHON] (under Xvfb or a desktop; offscreen otherwise).
With the Python of an environment that has glue-qt, its window is measured in the same run.
"""

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from benchmarks.line import Line

_RUNS = 7
_BARE_NAME, _GLUE_NAME = "bare pyqtgraph plot", "glue-qt"

_PAINTED = """
import os, sys, time
from PyQt6.QtCore import QEvent, QObject
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.time() - float(os.environ["BENCHMARK_BEGAN"]), flush=True)
            os._exit(0)
        return False
"""
_BARE = (
    _PAINTED
    + """
import pyqtgraph as pg
application = pg.mkQApp()
plot = pg.PlotWidget()
plot.plot([1, 2, 3], [1, 4, 9])
plot.resize(1440, 900)
painted = Painted()
plot.viewport().installEventFilter(painted)
plot.show()
application.exec()
"""
)
_OURS = (
    _PAINTED
    + """
from guiapp import app
original = app.make_window
def make_window(preferences):
    made = original(preferences)
    made[0].painted = Painted()
    made[0].installEventFilter(made[0].painted)
    return made
app.make_window = make_window
app.main(["fluxknot"])
"""
)
_GLUE = (
    _PAINTED
    + """
from glue_qt.app import GlueApplication
from glue_qt.main import load_plugins
load_plugins()
glue = GlueApplication()
glue.painted = Painted()
glue.app.installEventFilter(glue.painted)
glue.start(maximized=False, size=(1440, 900))
"""
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Unit: s."""

    name: str
    median_s: float
    lowest_s: float
    highest_s: float


def rows(glue: str = "", *, runs: int = _RUNS) -> tuple[Row, ...]:
    """Return the times of our window, of the bare plot and of glue, measured in turn."""
    programs = {"Fluxknot": (_OURS, sys.executable), _BARE_NAME: (_BARE, sys.executable)}
    if glue:
        programs[_GLUE_NAME] = (_GLUE, glue)
    times: dict[str, list[float]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as home:
        for run in range(runs + 1):
            for name, (code, python) in programs.items():
                took = _time(code, home, python)
                if run:  # the first one warms the caches of the disk
                    times[name].append(took)
    return tuple(
        Row(name, statistics.median(found), min(found), max(found)) for name, found in times.items()
    )


def _time(code: str, home: str, python: str) -> float:
    environment = {
        **os.environ,
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "BENCHMARK_BEGAN": str(time.time()),
    }
    if "DISPLAY" not in environment:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [python, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[0])


def lines(glue: str = "") -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    found = {row.name: row.median_s for row in rows(glue)}
    what, ours = "from the command to the first painted window", found["Fluxknot"]
    return (
        Line(what, ours, "s", _BARE_NAME, found[_BARE_NAME], share=1.2),
        Line(what, ours, "s", _GLUE_NAME, found.get(_GLUE_NAME, math.nan), share=1 / 3),
    )


def main(arguments: list[str]) -> int:
    """Print the table."""
    ours, *others = rows(*arguments[:1])
    for row in (ours, *others):
        print(f"{row.name:22} {row.median_s:6.3f} s  ({row.lowest_s:.3f} to {row.highest_s:.3f} s)")
    for row in others:
        print(f"ratio to {row.name:20} {ours.median_s / row.median_s:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
