"""Tests of engine.mrs.fringe_samples."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.mrs.fringe_families import ResidualFringeParams
from engine.mrs.fringe_samples import choose_samples
from engine.mrs.response_params import Mask
from tests.helpers.fringes import clean_flux, spectrum_of

WAVE = np.linspace(26.0, 28.5, 500)
FLUX = clean_flux(WAVE)


def choose(flux=FLUX, params=None, **how):
    spectrum = spectrum_of(WAVE, flux, band="4C", **how)
    return choose_samples(spectrum, params or ResidualFringeParams())


def test_weights_are_flux_over_median():
    samples = choose(params=ResidualFringeParams(longest_um=30.0))

    assert_allclose(samples.weight, FLUX / np.median(FLUX))
    assert samples.may_change.all()


def test_the_abscissa_is_wavenumber_and_increases():
    samples = choose()

    assert (np.diff(samples.x) > 0).all()
    assert_allclose(np.diff(samples.x), -np.diff(1e4 / WAVE))
    assert samples.nyquist_cm == pytest.approx(0.5 / np.median(-np.diff(1e4 / WAVE)))


def test_samples_that_are_missing_zero_or_negative_are_left_out():
    flux = FLUX.copy()
    flux[[10, 20, 30]] = np.nan, 0.0, -1.0

    samples = choose(flux)

    assert_array_equal(np.setdiff1d(np.arange(WAVE.size), samples.where), [10, 20, 30])


def test_flagged_samples_have_no_weight_but_may_change():
    flags = np.zeros(WAVE.size)
    flags[100:105] = 1
    flags[200] = 4  # a jump was detected: the sample is good

    samples = choose(flags=flags)

    assert_array_equal(samples.weight[100:105], 0.0)
    assert samples.weight[200] > 0
    assert samples.may_change[100:105].all()


def test_nothing_counts_or_changes_beyond_the_limit():
    samples = choose()

    beyond = WAVE > 27.6
    assert_array_equal(samples.weight[beyond], 0.0)
    assert not samples.may_change[beyond].any()


def test_nothing_counts_or_changes_in_a_protected_range():
    samples = choose(params=ResidualFringeParams(protected=(Mask(26.5, 26.6, "line"),)))

    inside = (WAVE >= 26.5) & (WAVE <= 26.6)
    assert_array_equal(samples.weight[inside], 0.0)
    assert not samples.may_change[inside].any()
    assert samples.may_change[(WAVE < 26.5) & (WAVE > 26.1)].all()


@pytest.mark.parametrize("n_good", [0, 1, 24])
def test_too_few_samples_are_none_at_all(n_good):
    flux = np.where(np.arange(WAVE.size) < n_good, FLUX, np.nan)

    assert choose(flux) is None


def test_a_range_that_protects_everything_leaves_nothing():
    assert choose(params=ResidualFringeParams(protected=(Mask(20.0, 30.0),))) is None
