"""The samples of a spectrum that fringes are looked for in, over wavenumber."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.model.spectrum import Spectrum
from engine.mrs.fringe_families import ResidualFringeParams
from engine.mrs.fringe_features import Envelopes, find_fringe_features, fit_envelopes

_FEWEST_SAMPLES = 25
_CM_PER_UM = 1e-4


@dataclass(frozen=True, eq=False, slots=True)
class FringeSamples:
    """The samples above zero of a spectrum.

    Attributes
    ----------
    where : ndarray of int, shape (m,)
        Their indices in the spectrum.
    wave_um : ndarray, shape (m,)
        Unit: um.
    x : ndarray, shape (m,)
        Minus the wavenumber, about its middle, increasing. Unit: cm-1.
    flux : ndarray, shape (m,)
        Above zero, in the unit of the spectrum.
    weight : ndarray, shape (m,)
        Flux over its median; 0 on features, flags, protected ranges and beyond the limit.
    may_change : ndarray of bool, shape (m,)
        Not protected, and neither before the first nor after the last sample with weight.
    envelopes : Envelopes
        Of the flux.
    """

    where: IntArray
    wave_um: FloatArray
    x: FloatArray
    flux: FloatArray
    weight: FloatArray
    may_change: BoolArray
    envelopes: Envelopes

    @property
    def used(self) -> BoolArray:
        """Which take part in the fits."""
        return self.weight > 0

    @property
    def span_per_cm(self) -> float:
        """Range of the samples in use. Unit: cm-1."""
        x = self.x[self.used]
        return float(x[-1] - x[0]) if x.size else 0.0

    @property
    def nyquist_cm(self) -> float:
        """Highest frequency that the sampling resolves. Unit: cm."""
        return 0.5 / float(np.median(np.diff(self.x)))


def choose_samples(spectrum: Spectrum, params: ResidualFringeParams) -> FringeSamples | None:
    """Choose the samples that fringes are looked for in.

    Parameters
    ----------
    spectrum : Spectrum
        Samples that are NaN, zero or negative are left out; flagged ones have no weight.
    params : ResidualFringeParams
        Protected ranges, features, longest wavelength.

    Returns
    -------
    FringeSamples or None
        `None` with fewer than 25 samples of weight.
    """
    where = np.flatnonzero(np.isfinite(spectrum.flux) & (spectrum.flux > 0))
    if where.size < _FEWEST_SAMPLES:
        return None
    wave, flux = spectrum.wave_um[where], spectrum.flux[where]
    envelopes = fit_envelopes(flux)
    is_open = (wave <= params.longest_um) & ~_protected(wave, params)
    counts = is_open & ~find_fringe_features(flux, envelopes, sigma=params.feature_sigma)
    counts &= (spectrum.flags[where] & 1) == 0
    if int(np.count_nonzero(counts)) < _FEWEST_SAMPLES:
        return None
    wavenumber = 1.0 / (_CM_PER_UM * wave)
    inside = np.flatnonzero(counts)
    number = np.arange(where.size)
    return FringeSamples(
        where=where,
        wave_um=wave,
        x=0.5 * (wavenumber[0] + wavenumber[-1]) - wavenumber,
        flux=flux,
        weight=np.where(counts, flux / np.median(flux), 0.0),
        may_change=is_open & (number >= inside[0]) & (number <= inside[-1]),
        envelopes=envelopes,
    )


def _protected(wave_um: FloatArray, params: ResidualFringeParams) -> BoolArray:
    protected = np.zeros(wave_um.size, dtype=bool)
    for one in params.protected:
        protected |= (wave_um >= one.low_um) & (wave_um <= one.high_um)
    return protected
