"""Tests of engine.mrs.model_spread."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.mrs.model_spread import spread_of_models
from tests.helpers.responses import WAVE_UM, spectra


def model(rng, *, scale=1.0, low=5.0, high=8.0, unit="Jy"):
    _, found = spectra(rng, wave_um=np.linspace(low, high, 3000))
    return replace(found, flux=frozen(scale * found.flux), unit=unit)


def test_the_spread_is_the_largest_difference(rng):
    others = [model(rng, scale=scale) for scale in (1.024, 0.99)]

    spread = spread_of_models(WAVE_UM, model(rng), others)

    assert_allclose(spread, 0.024, rtol=1e-9)


def test_no_other_model_and_one_in_another_unit_say_nothing(rng):
    assert np.isnan(spread_of_models(WAVE_UM, model(rng), [])).all()
    other = model(rng, scale=1.024, unit="DN/s")
    assert np.isnan(spread_of_models(WAVE_UM, model(rng), [other])).all()


def test_where_another_model_ends_nothing_is_known(rng):
    spread = spread_of_models(WAVE_UM, model(rng), [model(rng, scale=1.1, high=6.0)])

    assert_allclose(spread[WAVE_UM < 5.95], 0.1, atol=1e-5)
    assert np.isnan(spread[WAVE_UM > 6.05]).all()
