"""Tests of engine.numerics.clipping."""

import numpy as np
import pytest
from astropy.stats import sigma_clip
from numpy.testing import assert_allclose, assert_array_equal

from engine.numerics.clipping import clip_rows, median_of_columns, median_of_rows


def clipped_by_astropy(row, n_sigma, max_iterations):
    row = row[np.isfinite(row)]
    return sigma_clip(row, sigma=n_sigma, maxiters=max_iterations, masked=False)


@pytest.mark.parametrize("n_sigma", [1.5, 3.0])
@pytest.mark.parametrize("max_iterations", [1, 5])
def test_every_row_equals_the_clipping_of_astropy(n_sigma, max_iterations, rng):
    values = 1e3 + rng.standard_t(2, size=(40, 151))
    values[rng.random(values.shape) < 0.2] = np.nan

    clipped = clip_rows(values, n_sigma=n_sigma, max_iterations=max_iterations)

    for k, row in enumerate(values):
        kept = clipped_by_astropy(row, n_sigma, max_iterations)
        assert_allclose(clipped.mean[k], kept.mean(), rtol=1e-12)
        assert_allclose(clipped.std[k], kept.std(), rtol=1e-8)
        assert (clipped.low[k], clipped.high[k]) == (kept.min(), kept.max())


def test_nothing_is_clipped_from_a_constant_row():
    clipped = clip_rows(np.full((1, 100), 0.1))

    assert_allclose(
        [clipped.mean[0], clipped.std[0], clipped.low[0], clipped.high[0]], [0.1, 0, 0.1, 0.1]
    )


def test_one_outlier_is_clipped_and_the_rest_kept(rng):
    values = rng.normal(size=(1, 500))
    values[0, 77] = 1e6

    clipped = clip_rows(values)

    assert clipped.high[0] < 10.0
    assert_allclose(clipped.mean[0], 0.0, atol=0.2)


@pytest.mark.parametrize("row", [[np.nan] * 4, [np.inf, -np.inf, np.nan, np.nan], []])
def test_a_row_without_a_value_is_nan(row):
    clipped = clip_rows(np.array([row]))

    assert np.isnan([clipped.mean[0], clipped.std[0], clipped.low[0], clipped.high[0]]).all()


def test_single_precision_rows_are_summed_in_double_precision(rng):
    # RELIABILITY 5: E[x^2]-E[x]^2 in float32 at mean 1e4 and sigma 0.5 gives 8.0 for 0.25.
    values = rng.normal(1e4, 0.5, size=(1, 20_000)).astype(np.float32)

    clipped = clip_rows(values, n_sigma=10.0)

    assert_allclose(clipped.std[0], values.astype(np.float64).std(), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 2, 31, 32, 33, 64, 65])
def test_medians_of_rows_are_those_of_numpy_whatever_is_missing(dtype, n, rng):
    values = rng.normal(size=(6, n)).astype(dtype)
    values[rng.random(values.shape) < 0.3] = np.nan
    values[0], values[1] = np.nan, 1.0

    medians = median_of_rows(values)

    assert medians.dtype == dtype
    for median, row in zip(medians, values, strict=True):
        kept = row[np.isfinite(row)]
        expected = np.median(kept) if kept.size else np.nan
        assert_allclose(median, expected, rtol=1e-6)


def test_values_that_take_no_part_are_as_good_as_missing(rng):
    values = 1e3 + rng.standard_t(2, size=(300, 301)).astype(np.float32)
    taken = rng.random(values.shape) < 0.6
    taken[5] = False

    clipped = clip_rows(values, where=taken)

    for k in (0, 1, 150, 298, 299):
        kept = clipped_by_astropy(values[k, taken[k]].astype(float), 3.0, 5)
        assert_allclose(clipped.mean[k], kept.mean(), rtol=1e-12)
        assert (clipped.low[k], clipped.high[k]) == (kept.min(), kept.max())
    assert np.isnan(clipped.mean[5])


@pytest.mark.parametrize("dtype", [">f4", "<f4", "f8"])
def test_medians_of_columns_know_any_byte_order_and_leave_out_what_is_infinite(dtype, rng):
    values = rng.normal(size=(40, 7)).astype(dtype)
    values[3, 2], values[5, 2], values[9, 4], values[:, 6] = np.inf, -np.inf, np.nan, np.nan
    before = values.copy()

    medians = median_of_columns(values)

    expected = [np.median(column[np.isfinite(column)]) for column in values.T[:6]]
    assert_allclose(medians, [*expected, np.nan], rtol=1e-6)
    assert_array_equal(values, before)


def test_values_are_not_changed(rng):
    values = rng.normal(size=(3, 50))
    values[0, 0] = np.inf
    before = values.copy()

    clip_rows(values)

    assert np.array_equal(values, before, equal_nan=True)
