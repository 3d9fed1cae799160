"""Tests of engine.mrs.star_response."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.model.spectrum import Spectrum
from engine.mrs.star_response import StarResponseParams, fit_star_response

WAVE = np.linspace(5.66, 6.63, 1200)
AREA_SR = 4e-13


def spectrum(wave, flux, *, error=None, unit="Jy", flags=None, area=None):
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(np.full(wave.size, np.nan) if error is None else error),
        flags=frozen(np.zeros(wave.size) if flags is None else flags, dtype=np.uint32),
        unit=unit,
        pixel_area_sr=area,
    )


def star_jy(wave):
    return 30.0 * (wave / 6.0) ** -2


def response(wave):
    """Smooth, and no spline: a sine, a bump and a logistic edge."""
    bump = 0.05 * np.exp(-0.5 * ((wave - 6.05) / 0.12) ** 2)
    return 1.1 + 0.04 * np.sin(4.0 * wave) + bump + 0.1 / (1 + np.exp(-(wave - 6.5) / 0.08))


def model():
    wave = np.linspace(5.0, 7.5, 4000)
    return spectrum(wave, star_jy(wave))


@pytest.mark.parametrize("fit_in", ["factor", "inverse", "inverse photon"])
@pytest.mark.parametrize("unit", ["Jy", "DN/s"])
def test_the_vector_put_into_the_data_comes_back(fit_in, unit, rng):
    scale = 1.0 if unit == "Jy" else 1e-6 / AREA_SR  # C = F[MJy] / (N solid angle)
    clean = star_jy(WAVE) * scale / response(WAVE)
    observed = spectrum(
        WAVE,
        clean * rng.normal(1.0, 1 / 500, WAVE.size),
        error=clean / 500,
        unit=unit,
        area=AREA_SR,
    )
    params = StarResponseParams(tuple(np.linspace(5.7, 6.6, 10)), fit_in=fit_in)

    result = fit_star_response(observed, model(), params)

    assert_allclose(result.vector, response(WAVE), rtol=2e-3)
    assert result.scatter == pytest.approx(1 / 500, rel=0.15)
    assert result.kind == ("relative factor" if unit == "Jy" else "calibration factor")
    assert result.fitted_in == fit_in


def test_results_are_read_only(rng):
    observed = spectrum(WAVE, star_jy(WAVE), error=star_jy(WAVE) / 100)

    result = fit_star_response(observed, model(), StarResponseParams((6.0,)))

    with pytest.raises(ValueError, match="read-only"):
        result.vector[0] = 0.0
