"""Tests of engine.spectra.resample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import DataError
from engine.spectra.resample import bin_edges, rebin, rebin_with_error

FINE = np.linspace(5.0, 6.0, 1001)
COARSE = np.linspace(5.1, 5.9, 17)


def test_edges_lie_midway_and_the_outer_ones_are_mirrored():
    assert_allclose(bin_edges(np.array([1.0, 2.0, 4.0])), [0.5, 1.5, 3.0, 5.0])


@pytest.mark.parametrize(("source", "target"), [(FINE, COARSE), (COARSE, FINE)])
def test_a_constant_stays_constant_where_the_source_covers_the_bin(source, target):
    result = rebin(source, np.full(source.size, 3.5), target)

    edges = bin_edges(target)
    covered = (edges[:-1] > source[0]) & (edges[1:] < source[-1])
    assert_allclose(result[covered], 3.5, rtol=1e-13)
    assert covered.any()
    assert np.isnan(result[(edges[1:] < source[0]) | (edges[:-1] > source[-1])]).all()


def test_a_straight_line_keeps_its_value_at_the_middle_of_each_bin():
    target = np.sort(np.concatenate([COARSE, COARSE + 0.013]))
    edges = bin_edges(target)

    result = rebin(FINE, 2.0 - 0.3 * FINE, target)

    assert_allclose(result, 2.0 - 0.3 * 0.5 * (edges[1:] + edges[:-1]), rtol=1e-12)


def test_bins_average_a_piecewise_linear_peak_exactly():
    # A triangle of height 1 between 1 and 3: its integral over [1.5, 2.5] is 0.75.
    result = rebin(np.arange(5.0), np.array([0.0, 0.0, 1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]))

    assert_allclose(result, [0.125, 0.75, 0.125], rtol=1e-14)


@given(
    seed=st.integers(0, 2**32 - 1),
    n_source=st.integers(2, 60),
    n_target=st.integers(2, 60),
)
def test_energy_is_conserved_between_any_two_samplings(seed, n_source, n_target):
    rng = np.random.default_rng(seed)
    source = np.cumsum(rng.uniform(0.01, 1.0, n_source))
    flux = rng.normal(size=n_source)
    cuts = np.sort(rng.uniform(0.2, 0.8, n_target)) + np.arange(n_target) * 1e-3
    target = source[0] + (source[-1] - source[0]) * cuts / (1 + n_target * 1e-3)
    edges = bin_edges(target)

    result = rebin(source, flux, target)

    nodes = np.unique(np.concatenate([source, edges]))
    nodes = nodes[(nodes >= edges[0]) & (nodes <= edges[-1])]
    if edges[0] >= source[0] and edges[-1] <= source[-1]:
        true = np.trapezoid(np.interp(nodes, source, flux), nodes)
        assert_allclose(np.sum(result * np.diff(edges)), true, rtol=1e-10, atol=1e-12)


def test_a_missing_sample_blanks_only_the_bins_it_touches():
    flux = np.ones(FINE.size)
    flux[500] = np.nan  # at 5.5, linear pieces reach from 5.499 to 5.501

    result = rebin(FINE, flux, COARSE)

    assert_array_equal(np.isnan(result), np.abs(COARSE - 5.5) < 0.02)


def test_an_infinite_sample_counts_as_missing():
    assert np.isnan(rebin(np.arange(4.0), np.array([1, np.inf, 1, 1]), np.array([1.0, 2.0]))[0])


def test_without_overlap_there_is_no_value():
    assert np.isnan(rebin(FINE, np.ones(FINE.size), FINE + 7.0)).all()


def test_a_bin_that_reaches_beyond_the_source_has_no_value():
    result = rebin(np.linspace(5.0, 6.0, 11), np.ones(11), np.array([4.95, 5.15, 5.35]))

    assert_array_equal(np.isnan(result), [True, False, False])


def test_a_single_source_sample_covers_no_bin():
    assert np.isnan(rebin(np.array([5.5]), np.array([1.0]), COARSE)).all()


@pytest.mark.parametrize("which", ["source", "target"])
def test_decreasing_wavelengths_are_refused_by_value(which):
    source, target = (FINE[::-1], COARSE) if which == "source" else (FINE, COARSE[::-1])

    with pytest.raises(DataError, match=r"must increase, but \d\.\d+ follows"):
        rebin(source, np.ones(FINE.size), target)


def test_wavelengths_that_are_no_numbers_are_refused():
    with pytest.raises(DataError, match="1 wavelengths are not numbers"):
        rebin(np.array([1.0, np.nan, 2.0]), np.ones(3), COARSE)


def test_unequal_lengths_are_refused_by_number():
    with pytest.raises(DataError, match="3 samples but there are 1001"):
        rebin(FINE, np.ones(3), COARSE)


def test_one_bin_has_no_width():
    with pytest.raises(DataError, match="no bin width"):
        rebin(FINE, np.ones(FINE.size), np.array([5.5]))


def test_errors_average_down_as_the_weights_say():
    # Bin [1.5, 2.5] of unit samples weighs its three samples 1/8, 6/8, 1/8.
    error = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    flux, sigma = rebin_with_error(np.arange(5.0), np.ones(5), error, np.array([1.0, 2.0, 3.0]))

    assert_allclose(flux, 1.0)
    assert_allclose(sigma[1], np.sqrt((2 / 8) ** 2 + (3 * 6 / 8) ** 2 + (4 / 8) ** 2), rtol=1e-13)


def test_the_propagated_error_is_the_scatter_of_many_draws(rng):
    flux = rng.normal(10.0, 0.5, size=(2000, 101))
    wave = np.linspace(5.0, 6.0, 101)
    target = np.linspace(5.2, 5.8, 9)

    draws = np.array([rebin(wave, one, target) for one in flux])
    _, sigma = rebin_with_error(wave, flux[0], np.full(101, 0.5), target)

    assert_allclose(draws.std(axis=0), sigma, rtol=0.06)


def test_an_unknown_error_leaves_the_flux():
    error = np.ones(FINE.size)
    error[500] = np.nan

    flux, sigma = rebin_with_error(FINE, np.ones(FINE.size), error, COARSE)

    assert_allclose(flux, 1.0)
    assert_array_equal(np.isnan(sigma), np.abs(COARSE - 5.5) < 0.02)
