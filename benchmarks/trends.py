"""How soon all is up to date when one of 600 observations is left out.

``python -m benchmarks.trends`` (any display, also ``QT_QPA_PLATFORM=offscreen``). From the edit of
the session to the painted window: averages, class means, eight fits, nine panels, inspector.
"waited" is what a clock on the wall says, with the job in its thread; "busy" is the time that the
processor really worked, which other programs on the machine do not lengthen.
"""

import argparse
import time

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QApplication

from benchmarks.line import Line
from engine.arrays import frozen
from engine.files import Loaded
from engine.model.tabulated import DataTable
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.session import Session
from guiapp.controllers.trends import TrendsController
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.jobs.runner import Runner
from guiapp.look import theme

_SEED = 20250113
_N, _STARS, _PARAMETERS = 600, 29, 8
_TARGET_MS = 50.0


def table() -> DataTable:
    """Return a table of factors with eight parameters."""
    rng = np.random.default_rng(_SEED)
    star = rng.integers(0, _STARS, _N)
    factor = 0.42 * (
        1.0 + 0.01 * rng.standard_normal(_STARS)[star] + 0.004 * rng.standard_normal(_N)
    )
    columns = {
        "name": tuple(f"star {one}" for one in star),
        "class": tuple(("hot", "A", "G")[one % 3] for one in star),
        "factor": frozen(factor),
        "factor_error": frozen(rng.uniform(0.001, 0.004, _N)),
        "subarray": tuple(np.array(["FULL", "SUB256", "SUB64"])[rng.integers(0, 3, _N)]),
    }
    for number in range(_PARAMETERS - 1):
        columns[f"p{number}"] = frozen(rng.uniform(1.0, 10.0 ** (1 + number % 3), _N))
    return DataTable("", columns, {})


def controller_of(runner: Runner) -> TrendsController:
    """Return the controller of a window that shows the table."""
    chain = Chain()
    loaded = Loaded("/t.ecsv", "0" * 64, 1000, "factors", (table(),), "other")
    chain.library.keep(loaded)
    entry = Entry(
        "e1", "/t.ecsv", "0" * 64, 1000, "factors", "other", (loaded.products[0].identity,)
    )
    session = Session(entries=(entry,), next_id=2)
    return TrendsController(Workspace(Document(session), Selection(), chain, runner))


def measure(repeats: int) -> tuple[list[float], list[float], int]:
    """Return waited and busy times of each leaving out, in ms, and how many panels are shown."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.install(application)
    runner = Runner()
    controller = controller_of(runner)
    view = controller.trends
    view.resize(1100, 760)
    view.show()
    controller.set_active(True)
    _wait(lambda: view.result is not None)
    view.grab()
    waited, busy = [], []
    document = controller.workspace.document
    for number in range(repeats):
        before = view.result
        start, work = time.perf_counter(), time.process_time()
        session = document.session.with_exclusion(f"e1.{17 * number % _N + 1}", "variable")
        edit(document, session, "Leave out")
        _wait(lambda before=before: view.result is not before)
        QCoreApplication.processEvents()  # paints what has changed
        waited.append(1e3 * (time.perf_counter() - start))
        busy.append(1e3 * (time.process_time() - work))
    runner.close()
    return waited, busy, len(view.visible_panels)


def lines() -> tuple[Line, ...]:
    """Return the line of the table of all benchmarks."""
    _, busy, panels = measure(30)
    what = f"one of {_N} factors left out: averages, {_PARAMETERS} fits, {panels} panels painted"
    return (Line(f"{what}: processor", float(np.median(busy)), most=_TARGET_MS),)


def main() -> None:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    waited, busy, panels = measure(parser.parse_args().repeats)
    print(
        f"one of {_N} left out, {_PARAMETERS} fits, {panels} panels painted: "
        f"waited {np.median(waited):.1f} ms (95 %: {np.percentile(waited, 95):.1f}), "
        f"busy {np.median(busy):.1f} ms; target {_TARGET_MS:.0f} ms"
    )


def _wait(is_done) -> None:  # type: ignore[no-untyped-def]
    while not is_done():
        QCoreApplication.processEvents()
        time.sleep(0.0005)


if __name__ == "__main__":
    main()
