"""Memory of the program with its window open, and what every loaded cube adds.

Run with ``python -m benchmarks.memory``: a fresh process opens the window (offscreen) and loads
one cube of 1050×50×48 after the other, each a copy of one simulated file under its own name.
Given is the resident memory, beside the bytes of the arrays that the cubes hold.
"""

import gc
import gzip
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.line import Line
from engine.files import load
from engine.model.bands import band_named
from engine.project.library import Library
from engine.project.store import size_of
from engine.simulate.cubes import simulate_cube
from engine.simulate.fits_products import s3d_bytes
from engine.simulate.program import standard_stars

_CUBES = 6
_MB = 1e6


def resident_mb() -> float:
    """Return the memory that this process holds now. Unit: MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


def write_cubes(folder: Path) -> None:
    """Write copies of one cube, not compressed."""
    star = standard_stars()[0]
    simulated = simulate_cube(np.random.default_rng(1), "1B", side=48)
    content = s3d_bytes(simulated.cube, star, band_named("1B"), filename="cube_s3d.fits")
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    for number in range(_CUBES):
        (folder / f"{number}_s3d.fits").write_bytes(content)


def measure(folder: Path) -> None:
    """Open the window, load the cubes and print a row each."""
    from guiapp import app  # noqa: PLC0415  (the process that writes the files needs no window)
    from guiapp.settings.preferences import Preferences  # noqa: PLC0415

    application = app.make_application()
    window, _ = app.make_window(Preferences(folder / "preferences"))
    window.show()
    application.processEvents()
    library, data = Library(), 0.0
    print(f"window open: {resident_mb():6.0f} MB", flush=True)
    for number, path in enumerate(sorted(folder.glob("*_s3d.fits"))):
        loaded = load(path)
        library.keep(loaded)
        data += size_of(loaded.products) / _MB
        gc.collect()
        held = resident_mb()
        print(
            f"{number + 1} cubes: {held:6.0f} MB, arrays {data:6.0f} MB, "
            f"files {path.stat().st_size * (number + 1) / _MB:6.0f} MB, "
            f"allowed {250.0 + 1.3 * data:6.0f} MB",
            flush=True,
        )
    os._exit(0)  # the window has nothing to save


def run() -> str:
    """Measure in a fresh process and return what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        write_cubes(Path(folder))
        environment = {**os.environ, "HOME": folder, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", folder],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return done.stdout


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    rows = [[float(one) for one in re.findall(r"(\d+) MB", row)] for row in run().splitlines()]
    (first,), (held, data, _, allowed) = rows[0], rows[-1]
    what = "resident memory with the window open"
    loaded = f"{what} and {_CUBES} cubes of 1050×50×48 loaded, {data:.0f} MB of arrays"
    return Line(what, first, "MB", most=250), Line(loaded, held, "MB", most=allowed)


def main(arguments: list[str]) -> None:
    """Print the table."""
    if arguments:
        measure(Path(arguments[0]))
    print(run(), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
