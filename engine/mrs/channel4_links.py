"""The overlaps by which the level of channel 4 is handed from band to band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.counting import counted
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.numerics.robust import running_median, scatter_about_zero
from engine.resources import read_toml
from engine.spectra.level_ratio import measure_level_ratio
from engine.spectra.overlaps import on_common_grid

FEWEST_SAMPLES = 3
_WINDOW = 9
_HIT_SIGMA = 6.0
OVERLAP_NOISE = "noise in the overlap"
LEFT_CURVE, RIGHT_CURVE = "curve on the left", "curve on the right"
CORRECTION = "correction on the left"


@dataclass(frozen=True, slots=True)
class OverlapLimits:
    """Where two bands are compared.

    Attributes
    ----------
    junction : str
        ``"3C|4A"``, ``"4A|4B"`` or ``"4B|4C"``.
    low_um, high_um : float
        The range, both ends included. Unit: um.
    """

    junction: str
    low_um: float
    high_um: float


@dataclass(frozen=True, eq=False, slots=True)
class LinkSide:
    """The red source in one of the two bands of an overlap.

    Attributes
    ----------
    spectrum : Spectrum
        In Jy: calibrated on the left, with the relative response on the right; its errors are
        those of the noise alone.
    stat_error, sys_error : ndarray, shape (n,)
        Relative errors of the vector, or of the curve, that it was multiplied by.
    extra : ndarray, shape (n,)
        Relative error of a correction of the vector; 0 where there is none.
    sample_error : ndarray, shape (n,)
        Relative error of the single samples that the curve was fitted to. NaN: not fitted, or
        not known.
    """

    spectrum: Spectrum
    stat_error: FloatArray
    sys_error: FloatArray
    extra: FloatArray
    sample_error: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class ChainLink:
    """One overlap, and the level that it gives the band on its right.

    Attributes
    ----------
    junction : str
        For example ``"3C|4A"``.
    low_um, high_um : float
        Where both were compared. Unit: um.
    n_samples : int
        Samples on the common grid.
    wave_um, left_jy, left_error, right_jy, right_error : ndarray, shape (m,)
        Both sides on the grid of the coarser one, the right side times the level; before that
        the right side has only the relative response.
    level : float
        Factor that the relative response of the right band is multiplied by.
    level_error : float
        Relative statistical error of the level, that of the band on the left included.
    level_sys : float
        Relative systematic error, carried along the chain.
    terms : tuple of (str, float)
        What `level_error` is made of, relative: the levels before, the noise, the curves.
    """

    junction: str
    low_um: float
    high_um: float
    n_samples: int
    wave_um: FloatArray
    left_jy: FloatArray
    left_error: FloatArray
    right_jy: FloatArray
    right_error: FloatArray
    level: float
    level_error: float
    level_sys: float
    terms: tuple[tuple[str, float], ...]


@cache
def usual_overlaps() -> Mapping[str, OverlapLimits]:
    """Return the overlaps of Law+2025, Sec. 6, by junction."""
    return {
        row["junction"]: OverlapLimits(row["junction"], float(row["um"][0]), float(row["um"][1]))
        for row in read_toml("channel4.toml")["overlap"]
    }


def limits_of(junction: str, chosen: Sequence[OverlapLimits]) -> OverlapLimits:
    """Return the range of a junction: the user's, else the usual one."""
    own = [one for one in chosen if one.junction == junction]
    return own[-1] if own else usual_overlaps()[junction]


def measure_link(
    limits: OverlapLimits, left: LinkSide, right: LinkSide, *, carried: tuple[float, float]
) -> ChainLink:
    """Measure the level of the right band from that of the left one.

    Parameters
    ----------
    limits : OverlapLimits
        Where they are compared.
    left, right : LinkSide
        The red source on both sides.
    carried : tuple of float
        Relative statistical and systematic error of the level on the left.

    Returns
    -------
    ChainLink
        Level and errors.

    Raises
    ------
    DataError
        If there are fewer than three samples in common, or no flux.

    Notes
    -----
    level = sum(w left) / sum(w right) on the grid of the coarser band (see
    `measure_level_ratio`). The curves of the responses are smooth: their errors are taken as
    common to the whole overlap, but not as larger than that of the mean of the samples in it,
    and those of both sides as independent.
    """
    grid = on_common_grid(left.spectrum, right.spectrum, (limits.low_um, limits.high_um))
    used = np.isfinite(grid.left) & np.isfinite(grid.right)
    known = np.isfinite(grid.left_error) & np.isfinite(grid.right_error)
    if known[used].any():
        used &= known
    count = int(np.count_nonzero(used))
    if count < FEWEST_SAMPLES:
        raise DataError(
            f"{limits.junction}: {counted(count, 'sample') if count else 'no samples'} "
            f"in common between {limits.low_um:g} and "
            f"{limits.high_um:g} µm, so no level can be handed on.",
            hint="Widen the overlap, or open a red source that covers both bands.",
        )
    measured = measure_level_ratio(grid, used, left=left.spectrum, right=right.spectrum)
    if not measured.ratio > 0:
        raise DataError(
            f"{limits.junction}: the red source has no flux above the noise in the overlap.",
            hint="Choose a brighter source.",
        )
    level = 1.0 / measured.ratio
    terms = (
        ("level on the left", carried[0]),
        (OVERLAP_NOISE, measured.ratio_error / measured.ratio),
        (LEFT_CURVE, _curve_error(left, limits)),
        (RIGHT_CURVE, _curve_error(right, limits)),
        (CORRECTION, _mean_error(left, left.extra, limits)),
    )
    systematic = (
        carried[1],
        _mean_error(left, left.sys_error, limits),
        _mean_error(right, right.sys_error, limits),
    )
    return ChainLink(
        junction=limits.junction,
        low_um=limits.low_um,
        high_um=limits.high_um,
        n_samples=count,
        wave_um=freeze(grid.wave_um[used]),
        left_jy=freeze(grid.left[used]),
        left_error=freeze(grid.left_error[used]),
        right_jy=freeze(level * grid.right[used]),
        right_error=freeze(level * grid.right_error[used]),
        level=level,
        level_error=float(np.sqrt(sum(error**2 for _, error in terms))),
        level_sys=float(np.sqrt(sum(error**2 for error in systematic))),
        terms=terms,
    )


def _curve_error(side: LinkSide, limits: OverlapLimits) -> float:
    """Return the error of the mean of a curve over the overlap.

    A fitted curve is in the mean known at least as well as the mean of its own samples.
    """
    wave = side.spectrum.wave_um
    inside = (wave >= limits.low_um) & (wave <= limits.high_um) & np.isfinite(side.sample_error)
    count = int(np.count_nonzero(inside))
    whole = _mean_error(side, side.stat_error, limits)
    if count < FEWEST_SAMPLES:
        return whole
    return min(whole, float(np.sqrt(np.sum(side.sample_error[inside] ** 2))) / count)


def _mean_error(side: LinkSide, error: FloatArray, limits: OverlapLimits) -> float:
    """Return the mean of a relative error over the overlap; 0 where it is not known."""
    wave = side.spectrum.wave_um
    inside = (wave >= limits.low_um) & (wave <= limits.high_um) & np.isfinite(error)
    return float(np.mean(error[inside])) if inside.any() else 0.0


def relative(error: FloatArray, value: FloatArray) -> FloatArray:
    """Return error / value, NaN where there is no value above zero."""
    ratio: FloatArray = np.divide(error, value, out=np.full(value.shape, np.nan), where=value > 0)
    return ratio


def without_hits(spectrum: Spectrum) -> Spectrum:
    """Return a spectrum whose samples that stand far off are replaced by their neighbors.

    Parameters
    ----------
    spectrum : Spectrum
        Of a source without narrow lines.

    Returns
    -------
    Spectrum
        The median of nine where a sample is more than 6 errors off it: an overlap may have no
        more than five samples, so that one cosmic ray would spoil the level, and leaving the
        sample out would leave too few.
    """
    good = spectrum.is_good
    if np.count_nonzero(good) < _WINDOW:
        return spectrum
    median = running_median(spectrum.flux, good, _WINDOW)
    residual = spectrum.flux - median
    scatter = scatter_about_zero(residual[good])
    error = np.where(spectrum.error > 0, spectrum.error, 0.0)
    hit = good & (np.abs(residual) > _HIT_SIGMA * np.maximum(error, scatter))
    return replace(spectrum, flux=freeze(np.where(hit, median, spectrum.flux)))
