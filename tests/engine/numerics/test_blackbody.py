"""Tests of engine.numerics.blackbody, against astropy."""

import numpy as np
import pytest
from astropy import units as u
from astropy.modeling.physical_models import BlackBody
from numpy.testing import assert_allclose

from engine.numerics.blackbody import planck_log_slope_per_k, planck_mjy_sr

WAVE = np.linspace(5.0, 28.0, 50)


@pytest.mark.parametrize("temperature_k", [60.0, 193.9, 5772.0])
def test_the_planck_curve_is_that_of_astropy(temperature_k):
    expected = BlackBody(temperature_k * u.K)(WAVE * u.um).to_value(u.MJy / u.sr)

    assert_allclose(planck_mjy_sr(WAVE, temperature_k), expected, rtol=1e-9)


def test_the_slope_is_that_of_the_curve():
    step = 1e-4
    low, high = (np.log(planck_mjy_sr(WAVE, 193.9 + d)) for d in (-step, step))

    assert_allclose(planck_log_slope_per_k(WAVE, 193.9), (high - low) / (2 * step), rtol=1e-6)
