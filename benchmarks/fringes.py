"""Speed of the residual-fringe correction beside jwst on the same spectra, in one run.

Run with the reference environment: ``python -m benchmarks.fringes``. Without jwst its columns are
empty. Ratios are the point; the scatter about the true spectrum says that both did the same work.
"""

import logging
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from benchmarks.line import Line
from engine.arrays import FloatArray, frozen
from engine.model.bands import Band, band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.residual_fringes import correct_residual_fringes
from engine.simulate.fringes import draw_fringes
from engine.simulate.signal import plane_wavelengths_um

_SEED = 20250113
_NOISE = 0.002
_LAST_UM = 27.6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; NaN: not measured here.

    Attributes
    ----------
    band : str
        ``"1A"`` to ``"4C"``.
    amplitude : float
        Of each family of fringes, relative.
    before, ours, jwst : float
        Root mean square about the spectrum without fringes, relative; the noise alone has 0.002.
    ours_ms, jwst_ms : float
        Time of one correction.
    """

    band: str
    amplitude: float
    before: float
    ours: float
    jwst: float
    ours_ms: float
    jwst_ms: float

    @property
    def jwst_over_ours(self) -> float:
        return self.jwst_ms / self.ours_ms


def rows(
    names: tuple[str, ...] = ("1A", "1C", "2B", "3A", "3C", "4B", "4C"),
    amplitudes: tuple[float, ...] = (0.04, 0.004),
) -> list[Row]:
    """Measure each band at each amplitude; best of seven, jwst best of two."""
    return [_measure(name, amplitude) for amplitude in amplitudes for name in names]


def fringed_spectrum(band: Band, amplitude: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return wavelengths, the spectrum without fringes, and the one with fringes and noise."""
    rng = np.random.default_rng(_SEED)
    wave = plane_wavelengths_um(band)
    clean = 0.2 * (wave / 10.0) ** -2.0
    fringes = draw_fringes(rng, band, amplitude=amplitude).modulation(wave)
    return wave, clean, clean * (fringes + _NOISE * rng.standard_normal(wave.size))


def _measure(name: str, amplitude: float) -> Row:
    band = band_named(name)
    assert band is not None
    wave, clean, flux = fringed_spectrum(band, amplitude)
    spectrum = Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(_NOISE * flux),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(band=name),
    )
    inside = wave < _LAST_UM
    corrected = correct_residual_fringes(spectrum).spectrum.flux
    reference, jwst_ms = _jwst(wave, flux, band)
    return Row(
        band=name,
        amplitude=amplitude,
        before=float(np.std((flux / clean)[inside])),
        ours=float(np.std((corrected / clean)[inside])),
        jwst=float(np.std((reference / clean)[inside])),
        ours_ms=_best(lambda: correct_residual_fringes(spectrum), repeats=7),
        jwst_ms=jwst_ms,
    )


def _jwst(wave: FloatArray, flux: FloatArray, band: Band) -> tuple[FloatArray, float]:
    if not find_spec("jwst"):
        return np.full(wave.size, np.nan), float("nan")
    from jwst.residual_fringe.utils import (  # noqa: PLC0415  (reference environment only)
        fit_residual_fringes_1d,
    )

    def work() -> FloatArray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fit_residual_fringes_1d(flux.copy(), wave.copy(), channel=band.channel)

    logging.getLogger("jwst").setLevel(logging.CRITICAL)
    return work(), _best(work, repeats=2)


def _best(work: Callable[[], object], *, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1e3 * min(times)


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks: the worst and the best of all rows."""
    found = sorted(rows(), key=lambda row: row.jwst_over_ours)
    return tuple(
        Line(
            f"residual fringes of {row.band}, {100 * row.amplitude:g} %, the {which} ratio of all",
            row.ours_ms,
            "ms",
            "jwst fit_residual_fringes_1d",
            row.jwst_ms,
            10,
        )
        for which, row in (("lowest", found[0]), ("highest", found[-1]))
    )


def main() -> None:
    """Print the table."""
    print("band  fringes  before      ours      jwst    ours ms   jwst ms   ratio")
    for row in rows():
        print(
            f"{row.band:5} {100 * row.amplitude:6.2f}% {100 * row.before:6.3f}% "
            f"{100 * row.ours:8.3f}% {100 * row.jwst:8.3f}% {row.ours_ms:9.1f} "
            f"{row.jwst_ms:9.0f} {row.jwst_over_ours:7.1f}"
        )


if __name__ == "__main__":
    main()
