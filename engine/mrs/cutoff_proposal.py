"""Where the vectors of a band's stars diverge, and the cut-offs that follow."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import DataError
from engine.mrs.star_response import StarResponse

_DIVERGES_AT = 3.0  # times the spread in the middle of the band
_SMALLEST_SPREAD = 0.01  # no cut-off for less, however alike the middle is
_MIDDLE = (0.25, 0.75)


@dataclass(frozen=True, eq=False, slots=True)
class CutoffProposal:
    """Cut-offs of one band from several stars.

    Attributes
    ----------
    cutoffs_um : tuple of (float or None)
        Range in which the stars agree; `None` at an end where they agree to the end. Unit: um.
    wave_um : ndarray, shape (n,)
        Wavelengths compared. Unit: um.
    spread : ndarray, shape (n,)
        Standard deviation (N - 1) between the stars' vectors, each divided by its own mean over
        the middle half of the band. No unit.
    limit : float
        Spread from which the stars diverge.
    """

    cutoffs_um: tuple[float | None, float | None]
    wave_um: FloatArray
    spread: FloatArray
    limit: float


def propose_cutoffs(responses: tuple[StarResponse, ...]) -> CutoffProposal:
    """Propose cut-offs where the vectors of several stars start to diverge.

    Parameters
    ----------
    responses : tuple of StarResponse
        Of the same band and kind, from two stars or more.

    Returns
    -------
    CutoffProposal
        The range, and the spread that it follows from.

    Raises
    ------
    DataError
        If there are fewer than two vectors, they are of different kinds, or have no common range.

    Notes
    -----
    Law+2025, Sec. 5.1: "trimming those wavelengths where the calibration vectors from different
    stars start to diverge rapidly". Offsets between stars do not count. The stars diverge beyond
    the first wavelength, going outward from the middle, at which their spread exceeds 3 times its
    median in the middle half and 1 %.
    """
    if len(responses) < 2:
        raise DataError(
            f"Cut-offs cannot be proposed from {len(responses)} vector.",
            hint="Two stars or more are needed.",
        )
    if len({one.kind for one in responses}) > 1:
        raise DataError("Calibration factors and relative factors cannot be compared.")
    wave = _common_wavelengths(responses)
    vectors = np.array([_on(wave, one) for one in responses])
    middle = _middle(wave)
    relative = vectors / vectors[:, middle].mean(axis=1)[:, None]
    spread = relative.std(axis=0, ddof=1)
    limit = max(_DIVERGES_AT * float(np.median(spread[middle])), _SMALLEST_SPREAD)
    return CutoffProposal(_agreeing(wave, spread <= limit), freeze(wave), freeze(spread), limit)


def _common_wavelengths(responses: tuple[StarResponse, ...]) -> FloatArray:
    finite = [one.wave_um[np.isfinite(one.vector)] for one in responses]
    if any(one.size < 2 for one in finite):
        raise DataError("One of the vectors has no values.", hint="Leave that star out.")
    low, high = max(one[0] for one in finite), min(one[-1] for one in finite)
    wave: FloatArray = finite[0][(finite[0] >= low) & (finite[0] <= high)]
    if wave.size < 4:
        raise DataError("The vectors have no common range of wavelengths.")
    return wave


def _on(wave_um: FloatArray, response: StarResponse) -> FloatArray:
    finite = np.isfinite(response.vector)
    values = np.interp(wave_um, response.wave_um[finite], response.vector[finite])
    return np.asarray(values, dtype=np.float64)


def _middle(wave_um: FloatArray) -> BoolArray:
    low, high = wave_um[0], wave_um[-1]
    place = (wave_um - low) / (high - low)
    return np.asarray((place >= _MIDDLE[0]) & (place <= _MIDDLE[1]), dtype=np.bool_)


def _agreeing(wave_um: FloatArray, agrees: BoolArray) -> tuple[float | None, float | None]:
    """Return the ends of the run of agreement around the middle; `None` where it has no end."""
    center = wave_um.size // 2
    before = np.flatnonzero(~agrees[:center])
    after = np.flatnonzero(~agrees[center:])
    low = float(wave_um[before[-1] + 1]) if before.size else None
    high = float(wave_um[center + after[0] - 1]) if after.size else None
    return low, high
