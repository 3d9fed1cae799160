"""Visits of one star in one band, brought to one grid and compared with their mean."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.counting import counted
from engine.model.spectrum import Spectrum
from engine.numerics.clipping import median_of_rows
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN, robust_scatter
from engine.spectra.overlaps import good_error, good_flux
from engine.spectra.resample import rebin_with_error

FEWEST_SAMPLES = 20
_ROUNDS = 3  # levels and mean spectrum depend on each other: the second round changes little
_SAME_PLACE = 1e-3  # of a step: samples this close are at the same wavelength
_CUT = 4.0  # sigma
_MIN_PAIRS = 10  # fewer neighboring pairs do not tell a correlation
_MAX_CORRELATION = 0.9
_FAINT = "The mean spectrum does not stand above the noise: no ratios."
_LEAST_MEAN = 3.0  # a mean spectrum below this many sigma a sample has no ratios


@dataclass(frozen=True, eq=False, slots=True)
class Visit:
    """One spectrum of the star, and whether the user left it out.

    Attributes
    ----------
    id : str
        Name that comes back in the results.
    spectrum : Spectrum
        Band, date and source are those of its identity.
    excluded : str
        Why it is left out of the statistics, in the user's words; ``""``: it is not.
    """

    id: str
    spectrum: Spectrum
    excluded: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class AlignedVisits:
    """The visits of one band on one grid, in order of date.

    Attributes
    ----------
    band, unit : str
        Of all visits that are compared.
    visits : tuple of Visit
        In order of date, n of them; without a date last.
    reasons : tuple of str
        Why a visit takes no part; ``""``: it does.
    wave_um : ndarray, shape (m,)
        Common wavelengths. Unit: um.
    flux, error : ndarray, shape (n, m)
        In `unit`. NaN: no measurement, not known.
    mean : ndarray, shape (m,)
        Mean of the visits that take part, each brought to the mean level, in `unit`.
    levels : ndarray, shape (n,)
        Median of flux over mean; 1 on average over those that take part. NaN: no ratio.
    rebinned : tuple of str
        Ids of the visits that were rebinned to the common wavelengths.
    reason : str
        Why there is nothing to compare; ``""``: there is.
    """

    band: str
    unit: str
    visits: tuple[Visit, ...]
    reasons: tuple[str, ...]
    wave_um: FloatArray = field(default_factory=lambda: frozen([]))
    flux: FloatArray = field(default_factory=lambda: frozen(np.zeros((0, 0))))
    error: FloatArray = field(default_factory=lambda: frozen(np.zeros((0, 0))))
    mean: FloatArray = field(default_factory=lambda: frozen([]))
    levels: FloatArray = field(default_factory=lambda: frozen([]))
    rebinned: tuple[str, ...] = ()
    reason: str = ""

    @property
    def used(self) -> BoolArray:
        """Which visits take part, shape (n,)."""
        return np.array([not reason for reason in self.reasons], dtype=bool)


def align_visits(
    band: str, visits: Sequence[Visit], *, min_samples: int = FEWEST_SAMPLES
) -> AlignedVisits:
    """Bring the visits of one band to one grid and measure their levels.

    Parameters
    ----------
    band : str
        ``"4A"``; visits of other bands are not looked at.
    visits : sequence of Visit
        In any order, one or more a band. Flagged samples count as no measurement.
    min_samples : int, optional
        A visit with fewer samples in common with the others takes no part.

    Returns
    -------
    AlignedVisits
        With a `reason`, and no numbers, when fewer than two visits can be compared.

    Notes
    -----
    Law+2025, Sec. 7. Of mixed units the most frequent is compared; the others say that they are
    left out. The wavelengths are those of the coarsest visit; visits that have others are
    rebinned, conserving flux. In the mean spectrum each visit is divided by its level first, so
    that a gap in one visit leaves no step; excluded visits are measured against the mean of the
    others.
    """
    own = sorted(
        (visit for visit in visits if visit.spectrum.identity.band == band),
        key=lambda visit: (_mjd(visit), visit.id),
    )
    if not own:
        return AlignedVisits(band, "", (), (), reason=f"There is no spectrum of {band}.")
    unit = _unit(own)
    reasons = [_reason_at_sight(visit, unit) for visit in own]
    found = AlignedVisits(band, unit, tuple(own), tuple(reasons))
    grid = _grid([visit for visit, reason in zip(own, reasons, strict=True) if not reason])
    if grid is None:
        return _too_few(found)
    found = _on_grid(found, grid)
    found = _with_common_samples(found, min_samples)
    if np.count_nonzero(found.used) < 2:
        return _too_few(found)
    return _with_levels(found, min_samples)


def level_errors(ratio: FloatArray) -> FloatArray:
    """Return the errors of the medians of ratios along spectra.

    Parameters
    ----------
    ratio : ndarray, shape (n, m)
        Flux of n visits over the mean spectrum. NaN: no measurement.

    Returns
    -------
    ndarray, shape (n,)
        One standard deviation; NaN with fewer than two measurements.

    Notes
    -----
    From the scatter along the spectrum, which knows about fringes and about errors that are too
    small. Neighbors that correlate by rho count as (1 - rho)/(1 + rho) samples.
    """
    count = np.count_nonzero(np.isfinite(ratio), axis=1)
    away = ratio - median_of_rows(ratio)[:, None]
    scatter = GAUSSIAN_PER_MEDIAN * np.asarray(median_of_rows(np.abs(away)), dtype=np.float64)
    rho = _correlations(away, scatter)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = scatter * np.sqrt(np.pi / 2.0 / count * (1.0 + rho) / (1.0 - rho))
    return np.where(count >= 2, error, np.nan)


def _correlations(away: FloatArray, scatter: FloatArray) -> FloatArray:
    """Return the correlation of neighbors in each row, 0 to 0.9, outliers cut to four sigma."""
    limit = np.where(scatter > 0, _CUT * scatter, np.inf)[:, None]
    cut = np.clip(away, -limit, limit)
    pairs = cut[:, 1:] * cut[:, :-1]
    n_pairs = np.count_nonzero(np.isfinite(pairs), axis=1)
    n_all = np.count_nonzero(np.isfinite(cut), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (np.nansum(pairs, axis=1) / n_pairs) / (np.nansum(cut**2, axis=1) / n_all)
    known = np.isfinite(rho) & (n_pairs >= _MIN_PAIRS)
    return np.where(known, np.clip(rho, 0.0, _MAX_CORRELATION), 0.0)


def _mjd(visit: Visit) -> float:
    mjd = visit.spectrum.identity.mjd
    return float("inf") if mjd is None else mjd


def _unit(visits: Sequence[Visit]) -> str:
    """Return the most frequent unit, of the visits that are not excluded if there are any."""
    kept = [visit for visit in visits if not visit.excluded] or list(visits)
    counts = Counter(visit.spectrum.unit for visit in kept)
    return max(counts, key=lambda unit: (counts[unit], unit == "Jy"))


def _reason_at_sight(visit: Visit, unit: str) -> str:
    """Return why a visit takes no part before anything is compared; ``""``: it may."""
    if visit.excluded:
        return visit.excluded
    if visit.spectrum.unit != unit:
        return f"It is in {visit.spectrum.unit or 'no unit'}, the others in {unit or 'no unit'}."
    if np.count_nonzero(visit.spectrum.is_good) < 2:
        return "It has no valid samples."
    return ""


def _grid(visits: Sequence[Visit]) -> FloatArray | None:
    """Return the wavelengths of the coarsest visit that overlaps another; `None` without any."""
    if not visits:
        return None
    ranges = [visit.spectrum.wave_um[visit.spectrum.is_good][[0, -1]] for visit in visits]
    meeting = [
        visit
        for visit, (low, high) in zip(visits, ranges, strict=True)
        if sum(other[0] <= high and other[1] >= low for other in ranges) >= 2
    ]
    visits = meeting or visits
    steps = [float(np.median(np.diff(visit.spectrum.wave_um))) for visit in visits]
    coarsest = max(steps)
    first = next(i for i, step in enumerate(steps) if step >= coarsest * (1 - 1e-6))
    return visits[first].spectrum.wave_um


def _on_grid(found: AlignedVisits, grid: FloatArray) -> AlignedVisits:
    """Return the visits on ``grid``; those in another unit, or too short, have no measurement."""
    flux = np.full((len(found.visits), grid.size), np.nan)
    error = flux.copy()
    rebinned = []
    for i, visit in enumerate(found.visits):
        spectrum = visit.spectrum
        if spectrum.unit != found.unit or spectrum.size < 2:
            continue
        picked = _picked(spectrum, grid)
        if picked is None:
            picked = rebin_with_error(
                spectrum.wave_um, good_flux(spectrum), good_error(spectrum), grid
            )
            rebinned.append(visit.id)
        flux[i], error[i] = picked
    return replace(
        found, wave_um=grid, flux=freeze(flux), error=freeze(error), rebinned=tuple(rebinned)
    )


def _picked(spectrum: Spectrum, grid: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Return the samples at ``grid`` where both have the same places; `None`: they have not."""
    wave = spectrum.wave_um
    if np.array_equal(wave, grid):
        return good_flux(spectrum), good_error(spectrum)
    slack = _SAME_PLACE * float(np.median(np.diff(grid)))
    inside = (grid >= wave[0] - slack) & (grid <= wave[-1] + slack)
    nearest = np.searchsorted(0.5 * (wave[1:] + wave[:-1]), grid[inside])
    if not np.all(np.abs(wave[nearest] - grid[inside]) <= slack):
        return None
    flux, error = np.full(grid.size, np.nan), np.full(grid.size, np.nan)
    flux[inside] = good_flux(spectrum)[nearest]
    error[inside] = good_error(spectrum)[nearest]
    return flux, error


def _with_common_samples(found: AlignedVisits, min_samples: int) -> AlignedVisits:
    """Return the visits without those that measure too little where others do."""
    measured, used = np.isfinite(found.flux), found.used
    if np.count_nonzero(used) < 2:
        return found
    among = np.count_nonzero(measured[used], axis=0)
    reasons = list(found.reasons)
    for i in np.flatnonzero(used):
        common = int(np.count_nonzero(measured[i] & (among >= 2)))
        if common < min_samples:
            has = f"only {counted(common, 'sample')}" if common else "no wavelengths"
            reasons[i] = f"It has {has} in common with the other visits."
    return replace(found, reasons=tuple(reasons))


def _with_levels(found: AlignedVisits, min_samples: int) -> AlignedVisits:
    """Return the visits with their mean spectrum and their levels."""
    used = found.used
    flux = found.flux[used]
    shared = np.count_nonzero(np.isfinite(flux), axis=0) >= 2
    mean, levels = np.full(found.wave_um.size, np.nan), np.ones(len(found.visits))
    for _ in range(_ROUNDS):
        mean[shared] = np.nanmean((flux / levels[used, None])[:, shared], axis=0)
        levels = _levels(found.flux, mean, min_samples)
        if not np.all(levels[used] > 0):
            return replace(found, reason=_FAINT)
        levels = levels / np.mean(levels[used])
    ratios = flux / np.where(mean > 0, mean, np.nan) / levels[used, None]
    noise = robust_scatter(ratios) / np.sqrt(flux.shape[0])
    if not noise * _LEAST_MEAN < 1.0:
        return replace(found, reason=_FAINT)
    return replace(found, mean=freeze(mean), levels=freeze(levels))


def _levels(flux: FloatArray, mean: FloatArray, min_samples: int) -> FloatArray:
    """Return the median ratio of each visit; NaN where too few samples have one."""
    ratio = flux / np.where(mean > 0, mean, np.nan)
    enough = np.count_nonzero(np.isfinite(ratio), axis=1) >= max(min_samples, 2)
    return np.where(enough, median_of_rows(ratio), np.nan)


def _too_few(found: AlignedVisits) -> AlignedVisits:
    n_used = int(np.count_nonzero(found.used))
    many = "No visit" if n_used == 0 else "Only one visit"
    others = len(found.visits) - n_used
    rest = f" ({others} left out)" if others else ""
    return replace(found, reason=f"{many} of {found.band} can be used{rest}: nothing to compare.")
