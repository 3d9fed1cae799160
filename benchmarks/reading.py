"""Reading 252 x1d files beside specutils and astropy.table, in one run.

Run with the reference environment: ``python -m benchmarks.reading``; without specutils its row is
left out. Twenty-one stars in twelve bands are simulated and written first. Ours hashes every file,
looks for damage, recognizes what it is and reads header, units, flags and errors.
"""

import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import Table

from benchmarks.line import Line
from engine.files import load
from engine.model.bands import bands
from engine.simulate.fits_products import x1d_bytes
from engine.simulate.program import standard_stars
from engine.simulate.spectra import simulate_response_spectrum

_STARS = 21
_REPEATS = 3


def files_in(folder: Path) -> list[Path]:
    """Write the spectra and return their paths."""
    rng = np.random.default_rng(20250113)
    paths = []
    for number, star in enumerate(islice(cycle(standard_stars()), _STARS)):
        for band in bands():
            path = folder / f"{number}-{band.name}_x1d.fits"
            observed = simulate_response_spectrum(rng, band.name, unit="Jy").observed
            path.write_bytes(x1d_bytes(observed, star, band, filename=path.name))
            paths.append(path)
    return paths


def readers() -> dict[str, Callable[[Path], Any]]:
    """Return what reads one file, by name."""
    found: dict[str, Callable[[Path], Any]] = {
        "Fluxknot": load,
        "astropy.table": lambda path: Table.read(path, hdu="EXTRACT1D"),
    }
    if find_spec("specutils") is not None:
        from specutils import Spectrum  # noqa: PLC0415  (reference environment alone)

        found["specutils"] = lambda path: Spectrum.read(path, format="JWST x1d")
    return found


def times_of(paths: list[Path]) -> dict[str, list[float]]:
    """Return the processor time for all files, readers in turn. Unit: s."""
    times: dict[str, list[float]] = {}
    for repeat in range(_REPEATS + 1):
        for name, read in readers().items():
            began = time.process_time()
            for path in paths:
                read(path)
            if repeat:  # the first time imports
                times.setdefault(name, []).append(time.process_time() - began)
    return times


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    found = medians()
    what = f"reading {_STARS * len(bands())} x1d files: hash, gate, header, units, flags, errors"
    ours, missing = found["Fluxknot"], float("nan")
    return (
        Line(what, ours, "s", "specutils", found.get("specutils", missing), 10),
        Line(what, ours, "s", "astropy.table, the table alone", found["astropy.table"]),
    )


def medians() -> dict[str, float]:
    """Return the processor time for all files by reader. Unit: s."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn about units
        times = times_of(files_in(Path(folder)))
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Print one row a reader."""
    found = medians()
    for name, median in found.items():
        ratio = median / found["Fluxknot"]
        print(f"{name:14} {median:6.2f} s for {_STARS * len(bands())} files   ×{ratio:.1f}")


if __name__ == "__main__":
    main()
