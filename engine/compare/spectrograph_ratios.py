"""Spectra over those of a coarser spectrograph (Law+2025, Sec. 8.4, Fig. 23)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.spectra.convolution import convolve_gaussian, convolved_error
from engine.spectra.overlaps import good_error, good_flux
from engine.spectra.resample import bin_edges, rebin_with_error

_NAN = float("nan")
_WIDEST_GAP = 0.5  # of a bin of the coarse spectrum: wider gaps are not bridged
_FEWEST = 3  # samples that make a mean


@dataclass(frozen=True, slots=True)
class SpectrographParams:
    """What the user decides about the comparison with another spectrograph.

    Attributes
    ----------
    resolving_power : float
        The fine spectra are smoothed to it before they are rebinned; 0: rebinned alone.
    split_um : float
        The two means are below and above this wavelength. Unit: um.
    min_snr : float
        Samples whose ratio is known worse take no part in a mean.
    partners : tuple of (str, str)
        Star, and the name of the coarse spectrum it is compared with, where they differ.
    excluded : tuple of (str, str)
        Stars left out, and why.
    """

    resolving_power: float = 0.0
    split_um: float = 18.0
    min_snr: float = 10.0
    partners: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SpectrumPair:
    """One star seen by both.

    Attributes
    ----------
    star, partner : str
        Names of the star, and of the coarse spectrum.
    source : str
        Target, program and observation of the fine spectrum.
    fine, coarse : Spectrum
        In the same unit.
    reason : str
        Why it is left out; ``""``: it is not.
    """

    star: str
    partner: str
    source: str
    fine: Spectrum
    coarse: Spectrum
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RangeMean:
    """Mean ratio over a range of wavelengths.

    Attributes
    ----------
    low_um, high_um : float
        First and last wavelength that takes part. NaN: none does. Unit: um.
    mean, rms : float
        Of the ratios; equal weights, N - 1. NaN: fewer than three samples.
    error : float
        rms over the root of their number.
    n_samples : int
        Behind the mean.
    """

    low_um: float = _NAN
    high_um: float = _NAN
    mean: float = _NAN
    rms: float = _NAN
    error: float = _NAN
    n_samples: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class SpectrumRatio:
    """Fine over coarse spectrum of one star, on the wavelengths of the coarse one.

    Attributes
    ----------
    star, partner, source : str
        As in the pair.
    wave_um : ndarray, shape (m,)
        Unit: um.
    fine, coarse : ndarray, shape (m,)
        Both spectra, in `unit`. NaN: no measurement.
    ratio, error : ndarray, shape (m,)
        Fine over coarse, and one standard deviation (NaN: not known).
    is_used : ndarray of bool, shape (m,)
        Whether a mean may rest on the sample.
    unit : str
        Of the spectra.
    short, long : RangeMean
        Below and above the split.
    reason : str
        Why the star takes no part; ``""``: it does.
    """

    star: str
    partner: str
    source: str
    wave_um: FloatArray
    fine: FloatArray
    coarse: FloatArray
    ratio: FloatArray
    error: FloatArray
    is_used: BoolArray
    unit: str
    short: RangeMean
    long: RangeMean
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class SpectrographComparison:
    """All stars against one spectrograph.

    Attributes
    ----------
    stars : tuple of SpectrumRatio
        In order of name.
    short, long : RangeMean
        Mean over the means of the stars, and their scatter; `n_samples` is the number of stars.
    split_um : float
        Between the two. Unit: um.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    stars: tuple[SpectrumRatio, ...]
    short: RangeMean
    long: RangeMean
    split_um: float
    messages: tuple[str, ...] = ()


def compare_spectrographs(
    pairs: Sequence[SpectrumPair], params: SpectrographParams = SpectrographParams()
) -> SpectrographComparison:
    """Compare spectra with those of a coarser instrument, on its wavelengths.

    Parameters
    ----------
    pairs : sequence of SpectrumPair
        One or more.
    params : SpectrographParams, optional
        Resolving power, split, limits.

    Returns
    -------
    SpectrographComparison
        Ratio of each star, means below and above the split.

    Raises
    ------
    DataError
        If there is no pair, or none can be compared: then the reason of the first.

    Notes
    -----
    The fine spectrum is averaged over each bin of the coarse one, flux-conserving, samples
    linear in between; gaps below half a bin are bridged, bins with wider ones have no ratio. If a
    resolving power is given, it is first convolved with a Gaussian of constant width in the
    logarithm of the wavelength.
    """
    if not pairs:
        raise DataError(
            "There is no star with a spectrum of both instruments.",
            hint="Open a coarser spectrum of a star that is open, or choose its partner.",
        )
    stars, failed = [], []
    for pair in pairs:
        try:
            stars.append(_ratio_of(pair, params))
        except DataError as error:
            failed.append(error)
    if not stars:
        raise failed[0]
    stars.sort(key=lambda one: (one.star, one.source))
    used = [one for one in stars if not one.reason]
    return SpectrographComparison(
        tuple(stars),
        _over_stars([(one.star, one.short) for one in used]),
        _over_stars([(one.star, one.long) for one in used]),
        params.split_um,
        tuple(error.sentence for error in failed),
    )


def _ratio_of(pair: SpectrumPair, params: SpectrographParams) -> SpectrumRatio:
    fine, coarse = pair.fine, pair.coarse
    if fine.unit != coarse.unit:
        raise DataError(
            f"{pair.star} is in {fine.unit or 'no unit'}, {pair.partner} in "
            f"{coarse.unit or 'no unit'}: there is no ratio.",
            hint="Calibrate the spectra, or give both in one unit.",
        )
    if coarse.size < _FEWEST or fine.size < _FEWEST:
        raise DataError(f"{pair.star} or {pair.partner} has fewer than {_FEWEST} samples.")
    if fine.wave_um[-1] <= coarse.wave_um[0] or coarse.wave_um[-1] <= fine.wave_um[0]:
        raise DataError(
            f"{pair.star} ({fine.wave_um[0]:.2f}–{fine.wave_um[-1]:.2f} µm) and {pair.partner} "
            f"({coarse.wave_um[0]:.2f}–{coarse.wave_um[-1]:.2f} µm) do not overlap: no ratio."
        )
    _require_coarser(pair)
    value, sigma = _on_coarse_bins(fine, coarse.wave_um, params.resolving_power)
    other, other_sigma = good_flux(coarse), good_error(coarse)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(other != 0.0, value / other, np.nan)
        error = np.abs(ratio) * np.hypot(np.nan_to_num(sigma / value), other_sigma / other)
    used = np.isfinite(ratio) & ~(np.abs(ratio) < params.min_snr * error)
    ratio[~np.isfinite(ratio)] = np.nan
    reason = pair.reason or dict(params.excluded).get(pair.star, "")
    wave = coarse.wave_um
    return SpectrumRatio(
        pair.star,
        pair.partner,
        pair.source,
        wave,
        freeze(value.copy()),
        freeze(other),
        freeze(ratio),
        freeze(error),
        freeze(used),
        fine.unit,
        _mean_over(wave, ratio, used & (wave < params.split_um)),
        _mean_over(wave, ratio, used & (wave >= params.split_um)),
        reason,
    )


def _require_coarser(pair: SpectrumPair) -> None:
    low = max(pair.fine.wave_um[0], pair.coarse.wave_um[0])
    high = min(pair.fine.wave_um[-1], pair.coarse.wave_um[-1])
    counts = [
        int(np.count_nonzero((one.wave_um >= low) & (one.wave_um <= high)))
        for one in (pair.fine, pair.coarse)
    ]
    if counts[0] < counts[1]:
        raise DataError(
            f"{pair.partner} has {counts[1]} samples where {pair.star} has {counts[0]}: it is the "
            "finer one.",
            hint="Choose a coarser spectrum as its partner.",
        )


def _on_coarse_bins(
    fine: Spectrum, wave_um: FloatArray, resolving_power: float
) -> tuple[FloatArray, FloatArray]:
    """Return flux and error of the fine spectrum in the bins of the coarse one."""
    good = np.isfinite(good_flux(fine))
    wave, flux, error = fine.wave_um[good], fine.flux[good], good_error(fine)[good]
    if wave.size < _FEWEST:
        raise DataError(f"{fine.identity.target or 'The spectrum'} has no valid samples.")
    wave, flux, error = _with_wide_gaps(wave, flux, error, wave_um)
    if resolving_power > 0.0:
        log = np.log(wave)
        width = 1.0 / resolving_power
        error = convolved_error(log, error, log, fwhm=width)
        flux = convolve_gaussian(log, flux, log, fwhm=width)
    return rebin_with_error(wave, flux, error, wave_um)


def _with_wide_gaps(
    wave: FloatArray, flux: FloatArray, error: FloatArray, coarse_um: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Put a sample without a value into each gap that is too wide to be bridged."""
    width = np.interp(wave[:-1], coarse_um, np.diff(bin_edges(coarse_um)))
    wide = np.flatnonzero(np.diff(wave) > _WIDEST_GAP * width)
    middle = 0.5 * (wave[wide] + wave[wide + 1])
    return (
        np.insert(wave, wide + 1, middle),
        np.insert(flux, wide + 1, np.nan),
        np.insert(error, wide + 1, np.nan),
    )


def _mean_over(wave: FloatArray, ratio: FloatArray, used: BoolArray) -> RangeMean:
    count = int(np.count_nonzero(used))
    if count < _FEWEST:
        return RangeMean(n_samples=count)
    values, where = ratio[used], wave[used]
    rms = float(np.std(values, ddof=1))
    return RangeMean(
        float(where[0]), float(where[-1]), float(np.mean(values)), rms, rms / count**0.5, count
    )


def _over_stars(ranges: Sequence[tuple[str, RangeMean]]) -> RangeMean:
    """Return the mean over stars, several spectra of one averaged; the scatter is of the stars."""
    found = [(star, one) for star, one in ranges if np.isfinite(one.mean)]
    if not found:
        return RangeMean()
    of_star: dict[str, list[float]] = {}
    for star, one in found:
        of_star.setdefault(star, []).append(one.mean)
    means = np.array([np.mean(values) for values in of_star.values()])
    whole = RangeMean(
        min(one.low_um for _, one in found),
        max(one.high_um for _, one in found),
        float(np.mean(means)),
        n_samples=means.size,
    )
    if means.size < 2:
        return whole
    rms = float(np.std(means, ddof=1))
    return replace(whole, rms=rms, error=rms / means.size**0.5)
