"""Errors of LRS spectra from the spectra themselves, beside those that they state (MIRI-LRS05)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.compare.noise_bins import bin_places, neighbor_correlation
from engine.compare.signal_to_noise import ErrorVerdict, judge_errors
from engine.compare.spline_noise import measure_spline_noise
from engine.model.spectrum import Spectrum
from engine.numerics.robust import robust_scatter
from engine.spectra.overlaps import good_error, good_flux

_FEWEST_IN_BIN = 8
_SEED = 20230401  # the same spectra give the same bits
_NAN = float("nan")
_FEWEST_SPECTRA = 3  # two differ by the noise of both: whose it is stays open
_OUTLIER = 6.0  # robust standard deviations: a dropout or a cosmic ray is no noise


@dataclass(frozen=True, eq=False, slots=True)
class BootstrapErrors:
    """Measured and stated errors of one spectrum in k wavelength bins.

    Attributes
    ----------
    id : str
        Of the spectrum.
    label : str
        For people: ``"nod 1"``.
    edges_um : ndarray, shape (k + 1,)
        Of the bins. Unit: um.
    level : ndarray, shape (k,)
        Median flux. NaN: too few samples.
    bootstrap, bootstrap_error : ndarray, shape (k,)
        Error of one sample from resampled residuals, and its own spread. NaN: too few samples.
    stated : ndarray, shape (k,)
        Root of the mean square of the stated errors. NaN: none.
    factor, factor_error : float
        Stated over measured, over the whole range. NaN: one of them is not known.
    verdict : {"agrees", "too small", "too large", "not judged"}
        What that says of the stated errors.
    basis : {"spectra", "spline"}
        Residuals from the mean of the other spectra, or about a spline through itself.
    """

    id: str
    label: str
    edges_um: FloatArray
    level: FloatArray
    bootstrap: FloatArray
    bootstrap_error: FloatArray
    stated: FloatArray
    factor: float
    factor_error: float
    verdict: ErrorVerdict
    basis: str

    @property
    def wave_um(self) -> FloatArray:
        """Middles of the bins. Unit: um."""
        middle: FloatArray = 0.5 * (self.edges_um[1:] + self.edges_um[:-1])
        return middle


def bootstrap_errors(
    spectra: Sequence[Spectrum],
    *,
    labels: Sequence[tuple[str, str]],
    n_bins: int,
    n_draws: int,
    limits_um: tuple[float, float],
    n_breakpoints: int = 20,
) -> tuple[BootstrapErrors, ...]:
    """Measure the errors of spectra of one source by resampling their residuals.

    Parameters
    ----------
    spectra : sequence of Spectrum
        Of one source. Three or more on one grid are compared with each other, fewer with a spline
        through each.
    labels : sequence of (str, str)
        Id and label of each.
    n_bins : int
        Equal bins in wavelength.
    n_draws : int
        Bootstrap samples.
    limits_um : tuple of float
        Range that counts. Unit: um.
    n_breakpoints : int, optional
        Of the spline.

    Returns
    -------
    tuple of BootstrapErrors
        One a spectrum, in the same order.

    Notes
    -----
    LRS known issues, MIRI-LRS05: "Bootstrap uncertainty from science spectra." Residuals are
    those of a spectrum from the mean of all, which leaves (n - 1)/n of its variance, or about a
    spline (Law+2025, fn. 19). In each bin they are drawn with replacement; the error is the mean
    over draws of their rms, its spread the standard deviation of the draws. Neighbors that share
    noise are drawn together, in blocks of three.
    """
    between = _between(spectra)
    own = between or [_about_spline(one, n_breakpoints) for one in spectra]
    return tuple(
        _of_one(spectrum, residual, label, n_bins, n_draws, limits_um)
        for spectrum, residual, label in zip(spectra, own, labels, strict=True)
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Residual:
    """Residuals of one spectrum scaled to its noise, and what part of them is independent."""

    values: FloatArray
    part: float
    basis: str


def _between(spectra: Sequence[Spectrum]) -> list[_Residual] | None:
    """Return residuals from the mean of all spectra; `None`: too few, or other wavelengths."""
    if len(spectra) < _FEWEST_SPECTRA:
        return None
    wave = spectra[0].wave_um
    if any(one.size != wave.size or not np.allclose(one.wave_um, wave) for one in spectra):
        return None
    flux = np.array([good_flux(one) for one in spectra])
    whole = np.isfinite(flux).all(axis=0)
    if not np.any(whole):
        return None
    middle = np.median(flux[:, whole], axis=0)
    levels = np.median(flux[:, whole] / middle, axis=1)
    scaled = np.where(whole, flux / levels[:, None], np.nan)
    n = len(spectra)
    away = (scaled - np.mean(scaled, axis=0)) * levels[:, None]
    part = (n - 1.0) / n
    return [_Residual(one / np.sqrt(part), part, "spectra") for one in away]


def _about_spline(spectrum: Spectrum, n_breakpoints: int) -> _Residual:
    noise = measure_spline_noise(spectrum, n_breakpoints=n_breakpoints)
    if noise is None:
        return _Residual(np.full(spectrum.size, np.nan), 1.0, "spline")
    part = noise.variance_part
    return _Residual(noise.residual / np.sqrt(part), part, "spline")


def _of_one(
    spectrum: Spectrum,
    own: _Residual,
    name: tuple[str, str],
    n_bins: int,
    n_draws: int,
    limits_um: tuple[float, float],
) -> BootstrapErrors:
    low = max(limits_um[0], float(spectrum.wave_um[0]))
    high = max(min(limits_um[1], float(spectrum.wave_um[-1])), low)
    edges = np.linspace(low, high, n_bins + 1)
    where = bin_places(spectrum.wave_um, edges)
    flux, error = good_flux(spectrum), good_error(spectrum)
    level, measured, spread, stated = (np.full(n_bins, np.nan) for _ in range(4))
    rng = np.random.default_rng(_SEED)
    residual, used = own.values, np.zeros(spectrum.size, dtype=bool)
    block = 3 if neighbor_correlation(residual[None, :]) > 0.1 else 1
    for k in range(n_bins):
        inside = (where == k) & np.isfinite(residual) & np.isfinite(flux)
        inside[inside] = _is_noise(residual[inside])
        if np.count_nonzero(inside) < _FEWEST_IN_BIN:
            continue
        used |= inside
        level[k] = np.median(flux[inside])
        draws = _rms_of_draws(residual[inside], n_draws, block, rng)
        measured[k], spread[k] = np.mean(draws), np.std(draws, ddof=1)
        known = error[inside][np.isfinite(error[inside])]
        if known.size:
            stated[k] = np.sqrt(np.mean(known**2))
    factor, factor_error = _factor(residual[used] / error[used], own.part, n_draws, block, rng)
    return BootstrapErrors(
        id=name[0],
        label=name[1],
        edges_um=freeze(edges),
        level=freeze(level),
        bootstrap=freeze(measured),
        bootstrap_error=freeze(spread),
        stated=freeze(stated),
        factor=factor,
        factor_error=factor_error,
        verdict=judge_errors(factor, factor_error),
        basis=own.basis,
    )


def _is_noise(residual: FloatArray) -> BoolArray:
    """Leave out what no noise does: a dropout, a cosmic ray."""
    near: BoolArray = np.abs(residual) <= _OUTLIER * robust_scatter(residual)
    return near


def _rms_of_draws(
    residual: FloatArray, n_draws: int, block: int, rng: np.random.Generator
) -> FloatArray:
    """Return the rms of residuals drawn with replacement, blocks of neighbors together."""
    count = residual.size
    n_blocks = -(-count // block)
    starts = rng.integers(0, count, size=(n_draws, n_blocks))
    where = (starts[:, :, None] + np.arange(block)) % count
    squares = residual[where.reshape(n_draws, -1)[:, :count]] ** 2
    rms: FloatArray = np.sqrt(np.mean(squares, axis=1))
    return rms


def _factor(
    deviation: FloatArray, part: float, n_draws: int, block: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return stated over measured error from residuals in units of the stated error, and its own.

    As many degrees of freedom as residuals have a part that is independent.
    """
    known = deviation[np.isfinite(deviation)]
    if known.size < _FEWEST_IN_BIN:
        return _NAN, _NAN
    size = float(np.sqrt(np.mean(known**2)))
    spread = float(np.std(_rms_of_draws(known, n_draws, block, rng), ddof=1))
    return 1.0 / size, spread / size**2 / float(np.sqrt(part))
