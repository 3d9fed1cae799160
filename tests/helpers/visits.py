"""Visits of a star with known levels and noise, made without the engine's numerics."""

import numpy as np

from engine.arrays import frozen
from engine.compare.visits import Visit
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

FIRST_MJD = 59739.0


def visit(
    number,
    flux,
    wave_um,
    *,
    band="1B",
    mjd=None,
    error=None,
    unit="Jy",
    excluded="",
    flags=None,
    target="HD 163466",
):
    """Return one visit; number 0 is the first, one a month."""
    mjd = FIRST_MJD + 30.0 * number if mjd is None else mjd
    identity = Identity(
        target=target,
        program="1539",
        observation=str(number + 1),
        band=band,
        mjd=None if not np.isfinite(mjd) else mjd,
        date=f"2022-07-{number + 1:02d}",
    )
    size = np.size(wave_um)
    spectrum = Spectrum(
        wave_um=frozen(wave_um),
        flux=frozen(flux),
        error=frozen(np.full(size, np.nan) if error is None else error),
        flags=frozen(np.zeros(size) if flags is None else flags, dtype=np.uint32),
        unit=unit,
        identity=identity,
    )
    return Visit(f"e{number + 1}", spectrum, excluded)


def grid(band="1B", size=400, *, shift=0.0):
    """Return ``size`` wavelengths of a band, shifted by a part of a step."""
    found = band_named(band)
    step = (found.wave_max_um - found.wave_min_um) / size
    return found.wave_min_um + step * (np.arange(size) + shift)


def star_flux(wave_um):
    """Return the flux of the star, analytic everywhere. Unit: Jy."""
    return 0.05 * (wave_um / 10.0) ** -2


def drawn_visits(rng, *, n=12, scatter=0.004, noise=0.003, size=400, band="1B", levels=None):
    """Return visits with levels drawn about 1, and the levels."""
    wave = grid(band, size)
    levels = 1.0 + scatter * rng.standard_normal(n) if levels is None else np.asarray(levels)
    flux = star_flux(wave) * (levels[:, None] + noise * rng.standard_normal((levels.size, size)))
    error = noise * star_flux(wave)
    return [visit(i, one, wave, band=band, error=error) for i, one in enumerate(flux)], levels
