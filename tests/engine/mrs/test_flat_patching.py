"""Patches follow the slices, the columns, and odd and even rows."""

import numpy as np
import pytest

from engine.arrays import FloatArray, IntArray
from engine.mrs.flat_patching import find_line_ranges, in_ranges, patch_flat, trim_flat

_ROWS, _COLUMNS = 60, 12


def _detector() -> tuple[FloatArray, IntArray, FloatArray]:
    """Return wavelengths, two slices, and a flat with trends, odd and even rows and columns."""
    rows, columns = np.mgrid[:_ROWS, :_COLUMNS]
    wave = 8.0 + 0.01 * rows
    slices = np.where(columns < 6, 201, 202)
    flat = 0.9 + 0.02 * columns + 0.001 * rows + 0.03 * (rows % 2) + 0.01 * (columns % 2)
    flat = flat + np.where(slices == 202, 0.2, 0.0)
    return wave, slices.astype(np.int64), flat


def test_trends_parities_and_slices_are_kept_exactly() -> None:
    wave, slices, truth = _detector()
    dirty = np.where(in_ranges(wave, [(8.255, 8.345)]), 5.0, truth)

    found = patch_flat(dirty, np.zeros_like(dirty), wave, slices, [(8.255, 8.345)])

    np.testing.assert_allclose(found.flat, truth, atol=1e-12)
    assert np.array_equal(found.is_patched, in_ranges(wave, [(8.255, 8.345)]))
    assert found.n_left == 0


def test_a_patch_at_the_end_of_a_slice_takes_the_level_of_one_side() -> None:
    wave, slices, truth = _detector()

    found = patch_flat(truth, np.zeros_like(truth), wave, slices, [(8.545, 9.0)], n_rows=4)

    even = truth[[54, 52, 50, 48], 3]
    assert found.flat[56, 3] == pytest.approx(float(np.median(even)))


def test_the_error_of_a_patch_is_the_scatter_of_its_neighbors(rng: np.random.Generator) -> None:
    wave, slices, truth = _detector()
    noisy = truth + 0.02 * rng.standard_normal(truth.shape)

    found = patch_flat(noisy, np.full(truth.shape, 1e-4), wave, slices, [(8.255, 8.345)], n_rows=12)

    inside = found.is_patched
    assert float(np.median(found.error[inside])) == pytest.approx(0.02, rel=0.2)
    np.testing.assert_array_equal(found.error[~inside], 1e-4)


def test_nothing_is_invented_where_no_row_is_good() -> None:
    wave, slices, truth = _detector()

    found = patch_flat(truth, np.zeros_like(truth), wave, slices, [(7.0, 9.0)])

    assert np.all(np.isnan(found.flat))
    assert found.n_left == truth.size


def test_a_dark_edge_that_begins_in_a_patch_is_left_open() -> None:
    wave, slices, truth = _detector()
    edge = truth.copy()
    edge[30:, 0] *= 0.4

    found = patch_flat(edge, np.zeros_like(edge), wave, slices, [(8.255, 8.345)])

    assert np.all(np.isnan(found.flat[26:35, 0]))
    np.testing.assert_allclose(found.flat[:, 1:], truth[:, 1:], atol=1e-12)


def test_other_patches_are_no_good_neighbors() -> None:
    wave, slices, truth = _detector()
    ranges = [(8.155, 8.205), (8.255, 8.345)]
    dirty = np.where(in_ranges(wave, ranges), np.inf, truth)

    found = patch_flat(dirty, np.zeros_like(dirty), wave, slices, ranges)

    np.testing.assert_allclose(found.flat, truth, atol=1e-12)


def test_lines_are_found_and_slopes_and_absorption_are_not() -> None:
    wave = np.linspace(7.5, 8.0, 400)
    continuum = 1.0 + 0.8 * (wave - 7.5) + 0.3 * np.exp(-0.5 * ((wave - 7.8) / 0.2) ** 2)
    line = 12.0 * np.exp(-0.5 * ((wave - 7.65) / 0.0011) ** 2)
    dip = 0.05 * np.exp(-0.5 * ((wave - 7.9) / 0.004) ** 2)

    ranges = find_line_ranges(wave, (continuum + line) * (1.0 - dip))

    [(low, high)] = ranges
    assert low < 7.647
    assert high > 7.653
    assert high - low < 0.025


def test_noise_is_no_line(rng: np.random.Generator) -> None:
    wave = np.linspace(7.5, 8.0, 400)

    assert find_line_ranges(wave, 1.0 + 0.003 * rng.standard_normal(400)) == ()


def test_an_empty_spectrum_has_no_lines() -> None:
    assert find_line_ranges(np.linspace(7.5, 8.0, 40), np.full(40, np.nan)) == ()


def test_dark_pixels_are_trimmed() -> None:
    flat = np.array([0.2, 0.499, 0.5, 1.0, np.nan])

    np.testing.assert_array_equal(trim_flat(flat, 0.5), [np.nan, np.nan, 0.5, 1.0, np.nan])
