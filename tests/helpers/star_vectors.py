"""Vectors of ten stars in nine bands with known offsets, trends and noise."""

import numpy as np

from engine.arrays import frozen
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.vector import CalibrationVector
from engine.mrs.star_combination import StarVector

BANDS = ("1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C")
OFFSETS = {
    "10 Lac": 0.0,
    "μ Col": 0.04,
    "HR 6538": -0.031,
    "HR 5467": -0.012,
    "HD 2811": 0.023,
    "HD 163466": -0.02,
    "δ UMi": 0.008,
    "HD 167060": -0.037,
    "16 Cyg B": 0.016,
    "HD 37962": -0.004,
}
N_FREE = 6
_SAMPLES = 200


def response(wave_um):
    """Return the truth behind all stars."""
    return 3.0 + np.sin(wave_um / 2.0)


def star_vectors(rng, *, noise=0.004, trend=None, curve=None, jump=None):
    """Return a vector of each star and band.

    The noise of a vector is white noise of ``noise`` a sample, projected on Legendre polynomials
    of `N_FREE` terms: what a least-squares fit of as many coefficients keeps of it.
    """
    basis = np.polynomial.legendre.legvander(np.linspace(-1, 1, _SAMPLES), N_FREE - 1)
    orthonormal, _ = np.linalg.qr(basis)
    error = noise * np.sqrt(np.sum(orthonormal**2, axis=1))
    vectors = []
    for band in BANDS:
        limits = band_named(band)
        wave = np.linspace(limits.wave_min_um, limits.wave_max_um, _SAMPLES)
        x = (wave - 11.5) / 6.5
        for star, offset in OFFSETS.items():
            kept = orthonormal @ (orthonormal.T @ rng.normal(0, noise, _SAMPLES))
            factor = 1 + offset + (trend or {}).get(star, 0) * x
            factor = factor + (curve or {}).get(star, 0) * (1.5 * x**2 - 0.5)
            factor = factor + (jump or {}).get((star, band), 0)
            value = response(wave) * factor
            vectors.append(_vector(star, band, wave, value * (1 + kept), value * error))
    return vectors


def without(vectors, star):
    """Return the vectors of all other stars."""
    return [one for one in vectors if one.vector.identity.target != star]


def _vector(star, band, wave, value, error):
    identity = Identity(target=star, program="1", observation="1", band=band)
    zero = frozen(np.zeros(wave.size), dtype=np.uint32)
    return StarVector(
        CalibrationVector(
            frozen(wave),
            frozen(value),
            frozen(error),
            frozen(0 * error),
            zero,
            "calibration factor",
            identity,
        ),
        N_FREE,
    )
