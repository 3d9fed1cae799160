"""Repeatability: how the level of one star changes from visit to visit (Law+2025, Sec. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln
from scipy.stats import norm, t

from engine.arrays import FloatArray
from engine.compare.visits import (
    FEWEST_SAMPLES,
    AlignedVisits,
    Visit,
    align_visits,
    level_errors,
)
from engine.errors import DataError
from engine.model.bands import bands
from engine.model.identity import Identity

DAYS_PER_YEAR = 365.25
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class RepeatabilityParams:
    """What the user decides about the comparison of visits.

    Attributes
    ----------
    min_samples : int
        A visit with fewer samples in common with the others takes no part.
    """

    min_samples: int = FEWEST_SAMPLES


@dataclass(frozen=True, slots=True)
class VisitLevel:
    """The level of one visit in one band.

    Attributes
    ----------
    id : str
        That of the `Visit`.
    source : str
        Target, program and observation.
    date : str
        ``"2024-02-28"``.
    mjd : float
        Middle of the exposure; NaN: not known. Unit: d.
    ratio, ratio_error : float
        Median of flux over mean spectrum; NaN: none.
    n_samples : int
        Samples behind it.
    reason : str
        Why the visit is left out of the statistics; ``""``: it is not.
    """

    id: str
    source: str
    date: str
    mjd: float
    ratio: float
    ratio_error: float
    n_samples: int
    reason: str = ""

    @property
    def is_used(self) -> bool:
        """Whether the statistics rest on it."""
        return not self.reason


@dataclass(frozen=True, eq=False, slots=True)
class BandRepeatability:
    """Repeatability in one band.

    Attributes
    ----------
    band, unit : str
        Of the spectra compared.
    wave_um, mean : ndarray, shape (m,)
        Mean spectrum over the visits that are used, in `unit`. NaN: fewer than two measure.
    visits : tuple of VisitLevel
        All of them in order of date.
    scatter, scatter_error : float
        sigma_s: rms of the ratios about their mean with N - 1, and its own uncertainty.
    noise : float
        How much of the scatter the noise of single ratios explains (rms of their errors).
    trend_per_year, trend_error : float
        Slope of the ratios with time. Unit: 1/yr.
    trend_significance : float
        Of the slope, as a Gaussian sigma of the same probability.
    reason : str
        Why there are no numbers, or no trend; ``""``: there are.
    """

    band: str
    unit: str
    wave_um: FloatArray
    mean: FloatArray
    visits: tuple[VisitLevel, ...]
    scatter: float = _NAN
    scatter_error: float = _NAN
    noise: float = _NAN
    trend_per_year: float = _NAN
    trend_error: float = _NAN
    trend_significance: float = _NAN
    reason: str = ""

    @property
    def n_used(self) -> int:
        """How many visits the statistics rest on."""
        return sum(visit.is_used for visit in self.visits)

    def trend_at(self, mjd: FloatArray) -> FloatArray:
        """Return the line through the ratios at ``mjd`` (NaN without a trend). Unit: d."""
        used = [visit for visit in self.visits if visit.is_used and np.isfinite(visit.mjd)]
        if not used:
            return np.full(np.shape(mjd), np.nan)
        middle = np.mean([visit.mjd for visit in used])
        level = np.mean([visit.ratio for visit in used])
        return level + self.trend_per_year * (np.asarray(mjd) - middle) / DAYS_PER_YEAR


@dataclass(frozen=True, eq=False, slots=True)
class StarRepeatability:
    """Repeatability of one star in all bands.

    Attributes
    ----------
    star : str
        Its name.
    bands : tuple of BandRepeatability
        The twelve bands in order of wavelength; those without numbers say why.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    star: str
    bands: tuple[BandRepeatability, ...]
    messages: tuple[str, ...] = ()


def measure_repeatability(
    star: str, visits: Sequence[Visit], params: RepeatabilityParams = RepeatabilityParams()
) -> StarRepeatability:
    """Measure how the level of a star changes from visit to visit, band by band.

    Parameters
    ----------
    star : str
        Its name.
    visits : sequence of Visit
        Spectra of one stage, extracted or calibrated, in any order.
    params : RepeatabilityParams, optional
        Fewest common samples.

    Returns
    -------
    StarRepeatability
        Twelve bands. With fewer than two visits a band has a sentence and no number; without
        three dates it has a scatter and no trend.

    Raises
    ------
    DataError
        If there are no visits at all, or one visit comes twice in a band.

    Notes
    -----
    Law+2025, Sec. 7, Fig. 16: the median of the ratio of each spectrum to the mean spectrum; the
    scatter sigma_s is the rms of these with N - 1, its error that of a standard deviation. The
    trend is a straight line by least squares, all visits of one weight because they scatter more
    than their noise; its significance is that of Student's t with N - 2 degrees of freedom.
    """
    require_visits(star, visits)
    measured = tuple(
        _measured(align_visits(band.name, visits, min_samples=params.min_samples))
        for band in bands()
    )
    return StarRepeatability(star, measured, _messages(measured))


def require_visits(star: str, visits: Sequence[Visit]) -> None:
    """Raise `DataError` unless there are visits, each with a name of its own in its band."""
    if not visits:
        raise DataError(f"There is no spectrum of {star} to compare.")
    names = [(visit.id, visit.spectrum.identity.band) for visit in visits]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"The visit {twice[0]} of {star} comes twice in band {twice[1]}.")


def decimal_year(mjd: float) -> float:
    """Return the year with its fraction; NaN for NaN.

    Parameters
    ----------
    mjd : float
        Unit: d.
    """
    return 2000.0 + (mjd - 51544.5) / DAYS_PER_YEAR


def mjd_of(identity: Identity) -> float:
    """Return when it was observed, NaN when that is not known. Unit: d."""
    return _NAN if identity.mjd is None else float(identity.mjd)


def _measured(aligned: AlignedVisits) -> BandRepeatability:
    levels = _visit_levels(aligned)
    used = [visit for visit in levels if visit.is_used]
    if aligned.reason:
        return BandRepeatability(
            aligned.band, aligned.unit, aligned.wave_um, aligned.mean, levels, reason=aligned.reason
        )
    ratios = np.array([visit.ratio for visit in used])
    scatter = float(np.std(ratios, ddof=1))
    slope, error, significance = _trend(np.array([visit.mjd for visit in used]), ratios)
    dated = sum(np.isfinite(visit.mjd) for visit in used)
    return BandRepeatability(
        band=aligned.band,
        unit=aligned.unit,
        wave_um=aligned.wave_um,
        mean=aligned.mean,
        visits=levels,
        scatter=scatter,
        scatter_error=scatter * relative_error_of_scatter(ratios.size),
        noise=float(np.sqrt(np.mean([visit.ratio_error**2 for visit in used]))),
        trend_per_year=slope,
        trend_error=error,
        trend_significance=significance,
        reason="" if np.isfinite(slope) else f"No trend: {dated} dated visits, 3 are needed.",
    )


def relative_error_of_scatter(count: int) -> float:
    """Return the error of a standard deviation of ``count`` Gaussian values, in units of itself.

    Parameters
    ----------
    count : int
        Two or more.

    Notes
    -----
    sqrt(1 - c^2) / c with c = E(s) / sigma = sqrt(2 / (N - 1)) Gamma(N / 2) / Gamma((N - 1) / 2)
    (Holtzman 1950): 76 % for two values, 52 % for three, 1 / sqrt(2 (N - 1)) for many.
    """
    half = 0.5 * count
    c = float(np.sqrt(2.0 / (count - 1)) * np.exp(gammaln(half) - gammaln(half - 0.5)))
    return float(np.sqrt(max(1.0 - c * c, 0.0))) / c


def _visit_levels(aligned: AlignedVisits) -> tuple[VisitLevel, ...]:
    count = len(aligned.visits)
    levels, errors, n_samples = np.full(count, _NAN), np.full(count, _NAN), np.zeros(count, int)
    if aligned.levels.size:
        ratio = aligned.flux / np.where(aligned.mean > 0, aligned.mean, np.nan)
        has_level = np.isfinite(aligned.levels)
        levels, errors = aligned.levels, np.where(has_level, level_errors(ratio), _NAN)
        n_samples = np.where(has_level, np.count_nonzero(np.isfinite(ratio), axis=1), 0)
    return tuple(
        VisitLevel(
            id=visit.id,
            source=visit.spectrum.identity.source_key,
            date=visit.spectrum.identity.date,
            mjd=mjd_of(visit.spectrum.identity),
            ratio=float(levels[i]),
            ratio_error=float(errors[i]),
            n_samples=int(n_samples[i]),
            reason=aligned.reasons[i],
        )
        for i, visit in enumerate(aligned.visits)
    )


def _trend(mjd: FloatArray, ratios: FloatArray) -> tuple[float, float, float]:
    """Return slope per year, its error, and its significance; NaN with fewer than three dates."""
    dated = np.isfinite(mjd)
    years, values = mjd[dated] / DAYS_PER_YEAR, ratios[dated]
    if np.unique(years).size < 3:
        return _NAN, _NAN, _NAN
    years = years - years.mean()
    spread = float(np.sum(years**2))
    slope = float(np.sum(years * values)) / spread
    rest = values - values.mean() - slope * years
    freedom = values.size - 2
    error = float(np.sqrt(np.sum(rest**2) / freedom / spread))
    if error == 0.0:
        return slope, error, 0.0 if slope == 0.0 else float("inf")
    chance = t.logsf(abs(slope) / error, freedom)
    return slope, error, float(norm.isf(np.exp(chance)))


def _messages(measured: Sequence[BandRepeatability]) -> tuple[str, ...]:
    found = []
    rates = [one.band for one in measured if one.unit == "DN/s" and np.isfinite(one.scatter)]
    if rates:
        found.append(
            f"Count rates in {', '.join(rates)}: a trend there is that of the throughput too."
        )
    found += visit_remarks([(one.band, one.visits) for one in measured])
    if not any(np.isfinite(one.scatter) for one in measured):
        found.append("No band has two visits that can be compared.")
    return tuple(found)


def visit_remarks(levels: Sequence[tuple[str, Sequence[VisitLevel]]]) -> list[str]:
    """Return one sentence for each visit and reason that it is left out."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for band, visits in levels:
        for visit in visits:
            if visit.reason:
                told.setdefault((visit.source, visit.date, visit.reason), []).append(band)
    return [
        f"{source} of {date or 'unknown date'} is left out in {_listed(names)}: {reason}"
        for (source, date, reason), names in told.items()
    ]


def _listed(names: Sequence[str]) -> str:
    return "all bands" if len(names) == len(bands()) else ", ".join(names)
