"""How soon all factors of images are right again when one of 600 observations is left out.

``python -m benchmarks.imaging_factors`` (``QT_QPA_PLATFORM=offscreen`` will do). 600 observations
of 29 stars in 14 filters. "engine": observations, loss with time, averages, what deviates, panels
and types of all filters, from the edit to the last result. "window": the same with the eight
panels of the filter, the table and the inspector painted. "waited" is what a clock on the wall
says; "busy" the time that the processor really worked, which other programs do not lengthen.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QApplication

from benchmarks.line import Line
from engine.files import load
from engine.imaging.parameters import all_trends
from engine.project.chain import Chain
from engine.project.factors_step import ALL_FACTORS
from engine.project.keys import NodeKey
from engine.project.opening import Read, add_files
from engine.project.session import Session
from engine.simulate.imaging_table import observation_table
from guiapp.controllers.imaging_factors import ImagingFactorsController
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.jobs.runner import Runner
from guiapp.look import theme

_SEED = 20250113
_ROWS = 600
_TARGET_MS = 50.0


def opened() -> tuple[Session, Chain]:
    """Return a session of 600 observations: those of the demo, some of them twice."""
    content, _ = observation_table(np.random.default_rng([_SEED, 5]))
    lines = content.decode().splitlines()
    start = next(i for i, line in enumerate(lines) if not line.startswith("#")) + 1
    rows = lines[start:]
    more, _ = observation_table(np.random.default_rng([_SEED, 6]))
    rows += more.decode().splitlines()[-(_ROWS - len(rows)) :]
    chain = Chain()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.ecsv"
        path.write_text("\n".join((*lines[:start], *rows)) + "\n", encoding="utf-8")
        loaded = load(path)
    chain.library.keep(loaded)
    return add_files(Session(), Read((loaded,), ())).session, chain


def engine_times(session: Session, chain: Chain, repeats: int) -> tuple[list[float], list[float]]:
    """Return how long all results take after leaving one observation out. Unit: ms."""
    everything = (ALL_FACTORS, NodeKey("source_types", "all"))
    for key in everything:
        chain.evaluate(session, key)
    all_trends(chain.evaluate(session, ALL_FACTORS))
    waited, busy = [], []
    rng = np.random.default_rng(_SEED)
    for row in rng.choice(_ROWS, repeats, replace=False):
        changed = session.with_exclusions([f"e1.{row + 1}"], "benchmark")
        start, work = time.perf_counter(), time.process_time()
        for key in everything:
            study = chain.evaluate(changed, key)
        study = chain.evaluate(changed, ALL_FACTORS)
        all_trends(study)
        waited.append(1e3 * (time.perf_counter() - start))
        busy.append(1e3 * (time.process_time() - work))
    return waited, busy


def window_times(session: Session, chain: Chain, repeats: int) -> tuple[list[float], list[float]]:
    """Return how long the window takes to show the same. Unit: ms."""
    controller = ImagingFactorsController(
        Workspace(Document(session), Selection(), chain, Runner())
    )
    view = controller.factors
    view.resize(1100, 760)
    view.show()
    controller.set_active(True)
    _wait(lambda: controller.study is not None)
    view.grab()
    waited, busy = [], []
    rng = np.random.default_rng(_SEED + 1)
    document = controller.workspace.document
    for row in rng.choice(_ROWS, repeats, replace=False):
        before = controller.study
        start, work = time.perf_counter(), time.process_time()
        edit(document, session.with_exclusions([f"e1.{row + 1}"], "benchmark"), "benchmark")
        _wait(lambda before=before: controller.study is not before)
        view.repaint()
        waited.append(1e3 * (time.perf_counter() - start))
        busy.append(1e3 * (time.process_time() - work))
    return waited, busy


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    application = QApplication([])
    theme.install(application)
    session, chain = opened()
    what = "one of 600 observations of 14 filters left out"
    computed = float(np.median(engine_times(session, chain, 30)[1]))
    shown = float(np.median(window_times(session, chain, 30)[1]))
    return (
        Line(
            f"{what}: loss, averages, deviants, fits, types: processor", computed, most=_TARGET_MS
        ),
        Line(f"{what}: the same, nine panels painted: processor", shown, most=_TARGET_MS),
    )


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    repeats = parser.parse_args().repeats
    application = QApplication([])
    theme.install(application)
    session, chain = opened()
    for name, (waited, busy) in (
        ("engine", engine_times(session, chain, repeats)),
        ("window", window_times(session, chain, repeats)),
    ):
        print(
            f"{name}: {np.median(waited):.0f} ms waited (90 %: {np.quantile(waited, 0.9):.0f}), "
            f"{np.median(busy):.0f} ms busy; at most {_TARGET_MS:.0f} ms"
        )


def _wait(condition: object) -> None:
    assert callable(condition)
    while not condition():
        QCoreApplication.processEvents()
        time.sleep(0.0005)


if __name__ == "__main__":
    main()
