"""Stochastic noise from repeated visits: what is left when levels are equal (Law+2025, Sec. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.special import ndtr

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.compare.repeatability import mjd_of, require_visits
from engine.compare.visits import FEWEST_SAMPLES, AlignedVisits, Visit, align_visits
from engine.model.bands import bands
from engine.numerics.clipping import median_of_rows
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN

#: Variance of the median of n values of a Gaussian of unit variance, n = 1, 2, ...: integrals
#: over the distribution of the middle order statistics.
_MEDIAN_VARIANCE = (
    1.0, 0.5, 0.44867, 0.2982, 0.28683, 0.21474, 0.21045, 0.16818, 0.1661, 0.13833,
    0.13716, 0.11752, 0.1168, 0.10217, 0.10169, 0.09038, 0.09005, 0.08104, 0.08079, 0.07345,
    0.07326, 0.06716, 0.06701, 0.06186, 0.06175, 0.05734, 0.05725, 0.05344, 0.05336, 0.05004,
)  # fmt: skip
_LOCAL_WINDOW = 51  # samples over which the noise is taken as constant when outliers are found
_HALF_WIDTH = 4.0  # of the histogram, in sigma
_N_BINS = 40
_ERR_IS_WRONG = 1.5  # a stated error off by more than this factor is told
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class NoiseParams:
    """What the user decides about the noise of repeated visits.

    Attributes
    ----------
    reject_sigma : float
        Values farther than this from the others at their wavelengths are cosmic rays, not noise.
    min_samples : int
        A visit with fewer samples in common with the others takes no part.
    """

    reject_sigma: float = 5.0
    min_samples: int = FEWEST_SAMPLES


@dataclass(frozen=True, slots=True)
class VisitNoise:
    """The noise of one visit in one band.

    Attributes
    ----------
    id : str
        That of the `Visit`.
    source, date : str
        Target, program and observation; ``"2024-02-28"``.
    mjd : float
        NaN: not known. Unit: d.
    noise : float
        rms of the visit about the median of the others, corrected; relative. NaN: none.
    stated : float
        rms of the errors that the spectrum states, relative. NaN: none.
    reason : str
        Why the visit is left out; ``""``: it is not.
    """

    id: str
    source: str
    date: str
    mjd: float
    noise: float
    stated: float
    reason: str = ""

    @property
    def is_used(self) -> bool:
        """Whether the statistics rest on it."""
        return not self.reason


@dataclass(frozen=True, eq=False, slots=True)
class BandNoise:
    """Stochastic noise in one band.

    Attributes
    ----------
    band : str
        ``"4A"``.
    wave_um : ndarray, shape (m,)
        Wavelength elements. Unit: um.
    element_noise : ndarray, shape (m,)
        Corrected rms over the visits at each element, relative. NaN: fewer than two measure.
    noise, noise_error : float
        sigma_r: corrected rms of all values, relative, and its uncertainty. NaN: none.
    edges : ndarray, shape (k + 1,)
        Of the histogram, relative deviation; empty without numbers.
    counts : ndarray of int, shape (k,)
        Values in each bin, scaled so that their rms is `noise`.
    n_values, n_rejected : int
        Values used, and values left out as outliers.
    visits : tuple of VisitNoise
        In order of date.
    reason : str
        Why there are no numbers; ``""``: there are.
    """

    band: str
    wave_um: FloatArray
    element_noise: FloatArray
    noise: float
    noise_error: float
    edges: FloatArray
    counts: IntArray
    n_values: int
    n_rejected: int
    visits: tuple[VisitNoise, ...]
    reason: str = ""

    @property
    def snr(self) -> float:
        """Signal-to-noise ratio of one visit per wavelength element: 1 / sigma_r."""
        return 1.0 / self.noise if self.noise > 0 else _NAN

    @property
    def n_used(self) -> int:
        """How many visits the statistics rest on."""
        return sum(visit.is_used for visit in self.visits)


@dataclass(frozen=True, eq=False, slots=True)
class StarNoise:
    """Stochastic noise of one star in all bands.

    Attributes
    ----------
    star : str
        Its name.
    bands : tuple of BandNoise
        The twelve bands in order of wavelength; those without numbers say why.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    star: str
    bands: tuple[BandNoise, ...]
    messages: tuple[str, ...] = ()


def measure_noise(
    star: str, visits: Sequence[Visit], params: NoiseParams = NoiseParams()
) -> StarNoise:
    """Measure the noise of single visits from how they differ, band by band.

    Parameters
    ----------
    star : str
        Its name.
    visits : sequence of Visit
        Spectra of one stage, extracted or calibrated, in any order.
    params : NoiseParams, optional
        Rejection of outliers, fewest common samples.

    Returns
    -------
    StarNoise
        Twelve bands. With fewer than two visits a band has a sentence and no number.

    Raises
    ------
    DataError
        If there are no visits at all, or one visit comes twice in a band.

    Notes
    -----
    Law+2025, Sec. 7, Fig. 17. Each spectrum is divided by its level (see `align_visits`) and
    compared with the median of the other visits, divided by the median of all. The median of the
    others has noise of its own, V(n - 1) sigma^2 with V the variance of a median, so the variance
    found is divided by 1 + V(n - 1), n visits at that wavelength. Taken with the visit itself in
    the median, the rms of three visits would be 12 % too small.
    """
    require_visits(star, visits)
    aligned = [align_visits(band.name, visits, min_samples=params.min_samples) for band in bands()]
    measured = tuple(_measured(one, params.reject_sigma) for one in aligned)
    return StarNoise(star, measured, _messages(measured, aligned))


def median_variance(count: IntArray) -> FloatArray:
    """Return the variance of the median of ``count`` values of a Gaussian of unit variance.

    Parameters
    ----------
    count : ndarray of int
        Non-negative; 0 gives NaN.
    """
    table = np.array((np.nan, *_MEDIAN_VARIANCE))
    inside = table[np.minimum(count, table.size - 1)]
    return np.where(count < table.size, inside, np.pi / (2.0 * count + np.pi - 2.0))


def others_median(values: FloatArray) -> FloatArray:
    """Return at each place the median of the other rows there.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        NaN: no measurement.

    Returns
    -------
    ndarray, shape (n, m)
        NaN where the row itself or all others have no measurement.
    """
    if values.shape[0] < 2:
        return np.full(values.shape, np.nan)
    order = np.argsort(values, axis=0)  # NaN last
    ordered = np.take_along_axis(values, order, axis=0)
    count = np.count_nonzero(np.isfinite(values), axis=0)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(values.shape[0])[:, None], axis=0)
    rest = np.maximum(count - 1, 1)
    halves = []
    for middle in ((rest - 1) // 2, rest // 2):  # places among the others
        place = middle + (middle >= rank)
        halves.append(np.take_along_axis(ordered, np.minimum(place, values.shape[0] - 1), axis=0))
    median = 0.5 * (halves[0] + halves[1])
    return np.where(np.isfinite(values) & (count >= 2), median, np.nan)


def expected_counts(band: BandNoise) -> FloatArray:
    """Return what a Gaussian of the noise puts into each bin of the histogram.

    Parameters
    ----------
    band : BandNoise
        With numbers.

    Returns
    -------
    ndarray, shape (k,)
        For as many values as the band has.
    """
    if not band.noise > 0:
        return np.zeros(band.counts.size)
    shares: FloatArray = np.diff(ndtr(band.edges / band.noise))
    return band.n_values * shares


@dataclass(frozen=True, eq=False, slots=True)
class Deviations:
    """How the visits that take part differ, of n, at m wavelengths.

    Attributes
    ----------
    away : ndarray, shape (n, m)
        Relative deviation from the others, of the scatter of one visit. NaN: not measured.
    stated : ndarray, shape (n, m)
        Errors of the spectra over the median spectrum, each at the level of its visit. NaN: none.
    kept : ndarray of bool, shape (n, m)
        Measured, and no outlier.
    """

    away: FloatArray
    stated: FloatArray
    kept: BoolArray


def deviations_of(aligned: AlignedVisits, reject_sigma: float) -> Deviations:
    """Return how each visit that takes part differs from the median of the others.

    Parameters
    ----------
    aligned : AlignedVisits
        Two visits or more that take part, with levels.
    reject_sigma : float
        Values farther off than this, for the noise at their wavelengths, are not kept.

    Returns
    -------
    Deviations
        Rows in the order of the visits that take part.
    """
    used = aligned.used
    levels = aligned.levels[used][:, None]
    flux = aligned.flux[used] / levels
    middle = _middle(flux)
    away = _deviations(flux, middle)
    kept = np.isfinite(away) & ~_outliers(away, reject_sigma)
    stated = aligned.error[used] / levels / middle
    return Deviations(freeze(away), freeze(stated), frozen(kept, dtype=np.bool_))


def _measured(aligned: AlignedVisits, reject_sigma: float) -> BandNoise:
    if aligned.reason:
        return _without_number(aligned)
    used = aligned.used
    found = deviations_of(aligned, reject_sigma)
    kept, measured = found.kept, np.isfinite(found.away)
    if np.count_nonzero(kept) < 2:
        return _without_number(aligned)
    away = np.where(kept, found.away, np.nan)
    variance = float(np.mean(away[kept] ** 2))
    noise = np.sqrt(variance)
    edges = np.linspace(-_HALF_WIDTH * noise, _HALF_WIDTH * noise, _N_BINS + 1)
    n_visits = int(np.count_nonzero(used))
    freedom = np.count_nonzero(kept) * (n_visits - 1) / n_visits
    spread = float(np.mean(away[kept] ** 4)) - variance**2
    stated = np.full(len(aligned.visits), _NAN)
    stated[used] = _rms_of_rows(np.where(kept, found.stated, _NAN))
    own = np.full(len(aligned.visits), _NAN)
    own[used] = _rms_of_rows(away)
    return BandNoise(
        band=aligned.band,
        wave_um=aligned.wave_um,
        element_noise=freeze(_rms_of_rows(away.T)),
        noise=float(noise),
        noise_error=float(np.sqrt(max(spread, 0.0) / freedom) / (2.0 * noise)) if noise else 0.0,
        edges=freeze(edges),
        counts=frozen(np.histogram(away[kept], edges)[0] if noise else [], dtype=np.int64),
        n_values=int(np.count_nonzero(kept)),
        n_rejected=int(np.count_nonzero(measured & ~kept)),
        visits=_visits(aligned, own, stated),
    )


def _middle(flux: FloatArray) -> FloatArray:
    """Return the median spectrum; NaN where it is not positive."""
    middle = median_of_rows(flux.T)
    return np.where(middle > 0, middle, np.nan)


def _deviations(flux: FloatArray, middle: FloatArray) -> FloatArray:
    """Return the relative deviations from the median of the others, of the scatter of one visit."""
    count = np.count_nonzero(np.isfinite(flux), axis=0)
    excess = np.sqrt(1.0 + median_variance(np.maximum(count - 1, 0)))
    deviation: FloatArray = (flux - others_median(flux)) / middle / excess
    return deviation


def _outliers(away: FloatArray, reject_sigma: float) -> BoolArray:
    """Return the values that are far off for the noise at their wavelengths."""
    local = median_of_rows(np.abs(away).T)
    measured = np.flatnonzero(np.isfinite(local))
    scale = np.full(local.size, np.nan)
    scale[measured] = median_filter(local[measured], size=_LOCAL_WINDOW, mode="nearest")
    scale[~(scale > 0)] = np.nan
    relative = np.abs(away) / scale
    finite = relative[np.isfinite(relative)]
    if not finite.size:
        return np.zeros(away.shape, dtype=bool)
    limit = reject_sigma * GAUSSIAN_PER_MEDIAN * float(np.median(finite))
    outliers: BoolArray = relative > limit
    return outliers


def _rms_of_rows(values: FloatArray) -> FloatArray:
    """Return the rms of each row; NaN: none of its values is finite."""
    finite = np.isfinite(values)
    count = np.count_nonzero(finite, axis=1)
    total = np.sum(np.where(finite, values, 0.0) ** 2, axis=1)
    return np.where(count > 0, np.sqrt(total / np.maximum(count, 1)), np.nan)


def _without_number(aligned: AlignedVisits) -> BandNoise:
    nothing = np.full(len(aligned.visits), _NAN)
    return BandNoise(
        band=aligned.band,
        wave_um=aligned.wave_um,
        element_noise=freeze(np.full(aligned.wave_um.size, np.nan)),
        noise=_NAN,
        noise_error=_NAN,
        edges=frozen([]),
        counts=frozen([], dtype=np.int64),
        n_values=0,
        n_rejected=0,
        visits=_visits(aligned, nothing, nothing),
        reason=aligned.reason or f"No samples of {aligned.band} can be compared.",
    )


def _visits(
    aligned: AlignedVisits, noise: FloatArray, stated: FloatArray
) -> tuple[VisitNoise, ...]:
    return tuple(
        VisitNoise(
            id=visit.id,
            source=visit.spectrum.identity.source_key,
            date=visit.spectrum.identity.date,
            mjd=mjd_of(visit.spectrum.identity),
            noise=float(noise[i]),
            stated=float(stated[i]),
            reason=aligned.reasons[i],
        )
        for i, visit in enumerate(aligned.visits)
    )


def _messages(measured: Sequence[BandNoise], aligned: Sequence[AlignedVisits]) -> tuple[str, ...]:
    found = []
    rebinned = [one.band for one in aligned if one.rebinned]
    if rebinned:
        found.append(
            f"Visits in {', '.join(rebinned)} have other wavelengths and were rebinned: their "
            "noise is smaller than that of the spectra themselves."
        )
    found += _wrong_errors(measured)
    if not any(np.isfinite(one.noise) for one in measured):
        found.append("No band has two visits that can be compared.")
    return tuple(found)


def _wrong_errors(measured: Sequence[BandNoise]) -> list[str]:
    """Return one sentence for each visit whose stated errors are far from its noise."""
    factors: dict[tuple[str, str], list[float]] = {}
    for one in measured:
        for visit in one.visits:
            if visit.noise > 0 and visit.stated > 0:
                factors.setdefault((visit.source, visit.date), []).append(
                    visit.stated / visit.noise
                )
    return [
        f"The errors that {source} of {date or 'unknown date'} states are "
        f"{np.median(ratios):.2f} times its noise."
        for (source, date), ratios in factors.items()
        if not 1 / _ERR_IS_WRONG < np.median(ratios) < _ERR_IS_WRONG
    ]
