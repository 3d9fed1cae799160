"""Spectra with simulated residual fringes, for tests of their correction."""

import numpy as np

from engine.arrays import frozen
from engine.model.bands import band_named
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.simulate.fringes import draw_fringes
from engine.simulate.signal import plane_wavelengths_um

NOISE = 0.002


def clean_flux(wave_um):
    """Return a star's flux without fringes. Unit: Jy."""
    return 0.2 * (wave_um / 10.0) ** -2.0


def fringed(band, rng, *, amplitude=0.01, noise=NOISE, extra=1.0):
    """Return wavelengths, the flux without fringes, and with fringes and noise."""
    wave = plane_wavelengths_um(band_named(band))
    clean = clean_flux(wave) * extra
    modulation = draw_fringes(rng, band_named(band), amplitude=amplitude).modulation(wave)
    return wave, clean, clean * (modulation + noise * rng.standard_normal(wave.size))


def spectrum_of(wave_um, flux, *, band="1B", error=None, flags=None, columns=None, origin=None):
    """Return a spectrum in Jy."""
    return Spectrum(
        wave_um=frozen(wave_um),
        flux=frozen(flux),
        error=frozen(NOISE * np.abs(flux) if error is None else error),
        flags=frozen(np.zeros(wave_um.size) if flags is None else flags, dtype=np.uint32),
        unit="Jy",
        identity=Identity(target="10 Lac", band=band),
        origin=origin or Origin(),
        columns=columns or {},
    )


def fringed_spectrum(band="1B", rng=None, **how):
    """Return a spectrum with fringes, and its flux without them."""
    rng = np.random.default_rng(20250113) if rng is None else rng
    wave, clean, flux = fringed(band, rng, **how)
    return spectrum_of(wave, flux, band=band), clean
