"""How the chain's computing grows with the number of observations, from spectra to final vectors.

Run with ``python -m benchmarks.whole_chain_growth``: 10, 100 and 1000 spectra of stars in twelve
bands at two visits each, with a model a star, all in memory. Every response is fitted, its
breakpoints searched, and all are combined, on one thread; what is given is the time of the
processor, and the exponent of its growth over a factor of ten. 1 is as good as it gets.
"""

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.chain_scaling import session_of
from benchmarks.line import Line
from engine.analyses import RESPONSE
from engine.arrays import FloatArray, freeze, frozen
from engine.model.bands import bands
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.combine_step import COMBINATION
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.session import Session

_SIZES = (10, 100, 1000)
_SIGNAL_TO_NOISE = 200.0
_MODEL_SAMPLES = 5000


class _Spectra(Library):
    """Makes up what the files of a session would hold."""

    def product(self, entry: Entry, part: int, *, progress: Progress = SILENT) -> Any:
        """Return the spectrum of an entry."""
        identity = entry.parts[part]
        if entry.is_model:
            wave = np.linspace(4.5, 29.0, _MODEL_SAMPLES)
            return _spectrum(wave, 1.0 / wave**2, np.full(wave.size, np.nan), identity)
        band = next(one for one in bands() if one.name == identity.band)
        wave = np.arange(band.wave_min_um, band.wave_max_um, band.step_um)
        rng = np.random.default_rng(int(entry.id[1:]))
        along = (wave - wave[0]) / (wave[-1] - wave[0])
        level = (1.0 + 0.05 * np.sin(9.0 * along)) / wave**2
        error = level / _SIGNAL_TO_NOISE
        return _spectrum(wave, level + rng.normal(0.0, error), error, identity)


def _spectrum(
    wave_um: FloatArray, flux: FloatArray, error: FloatArray, identity: Identity
) -> Spectrum:
    flags = frozen(np.zeros(wave_um.size), dtype=np.uint32)
    return Spectrum(freeze(wave_um), freeze(flux), freeze(error), flags, "Jy", identity=identity)


def spectra_of(n_observations: int) -> Session:
    """Return a session of extracted spectra with models."""
    session = session_of(n_observations)
    entries = (
        replace(one, kind="spectrum") if one.kind == "cube" else one for one in session.entries
    )
    return replace(session, entries=tuple(entries))


def time_of(n_observations: int) -> float:
    """Return how long the processor works on the vectors of so many spectra. Unit: s."""
    session, chain = spectra_of(n_observations), Chain(_Spectra())
    began = time.process_time()
    for one in session.segments:
        chain.evaluate(session, NodeKey(RESPONSE.name, one.id))
    chain.evaluate(session, COMBINATION)
    return time.process_time() - began


def lines() -> tuple[Line, ...]:
    """Return the line of the table of all benchmarks."""
    time_of(_SIZES[0])  # what is imported late does not count
    small, large = _SIZES[-2:]
    growth = math.log(time_of(large) / time_of(small)) / math.log(large / small)
    what = f"growth of computing vectors from {small} to {large} spectra, exponent"
    return (Line(what, growth, "", most=1.1),)


def main() -> None:
    """Print one row a size, with the exponent of the growth since the one before."""
    before: float | None = None
    time_of(_SIZES[0])  # what is imported late does not count
    for size in _SIZES:
        taken = time_of(size)
        growth = "" if before is None else f"   exponent {math.log10(taken / before):.2f}"
        print(f"{size:5d} spectra: {taken:7.2f} s, {1e3 * taken / size:5.1f} ms each{growth}")
        before = taken


if __name__ == "__main__":
    main()
