"""Tests of engine.spectra.overlaps."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.spectra.overlaps import (
    error_of_sum,
    find_overlap,
    interpolate_inside,
    on_common_grid,
    stitch_segments,
)
from engine.spectra.resample import rebin


def spectrum(wave, flux, *, error=None, flags=None, unit="Jy", band=""):
    wave = np.asarray(wave, dtype=float)
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(np.broadcast_to(flux, wave.shape)),
        error=frozen(np.ones(wave.size) if error is None else error),
        flags=frozen(np.zeros(wave.size) if flags is None else flags, dtype=np.uint32),
        unit=unit,
        identity=Identity(target="HD 1", band=band),
        origin=Origin(path="a.fits", sha256="0"),
    )


def test_the_overlap_is_the_common_range_in_any_order():
    first, second = np.array([1.0, 2.0, 3.0]), np.array([5.0, 4.0, 2.5])

    assert find_overlap(first, second) == find_overlap(second, first) == (2.5, 3.0)


@pytest.mark.parametrize("second", [[4.0, 5.0], [], [np.nan]])
def test_without_common_range_there_is_no_overlap(second):
    assert find_overlap(np.array([1.0, 3.0]), np.array(second)) is None


def test_wavelengths_that_are_not_numbers_do_not_count():
    assert find_overlap(np.array([1.0, np.nan, np.inf]), np.array([2.0, 3.0])) is None
    assert find_overlap(np.array([1.0, np.nan, 3.0]), np.array([2.0, np.inf, 4.0])) == (2.0, 3.0)


def test_interpolation_is_linear_inside_and_nothing_outside():
    wave = np.array([1.0, 2.0, 4.0])

    found = interpolate_inside(wave, 2 * wave, np.array([0.999, 1.0, 1.5, 3.0, 4.0, 4.001]))

    assert_allclose(found, [np.nan, 2.0, 3.0, 6.0, 8.0, np.nan])


def test_a_missing_node_spoils_its_two_intervals_only():
    values = np.array([1.0, np.nan, 3.0, 4.0])

    found = interpolate_inside(np.arange(4.0), values, np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5]))

    assert_allclose(found, [1.0, np.nan, np.nan, np.nan, 3.0, 3.5])


@pytest.mark.parametrize("n", [0, 1])
def test_a_single_node_or_none_has_no_inside(n):
    found = interpolate_inside(np.full(n, 2.0), np.full(n, 7.0), np.array([1.9, 2.0, 2.1]))

    assert_array_equal(np.isfinite(found), [False, n == 1, False])


def test_the_coarser_side_gives_the_grid_and_the_finer_keeps_its_flux():
    fine, coarse = np.arange(5.0, 7.0, 0.001), np.arange(6.0005, 8.0, 0.0033)
    slope = lambda wave: 3.0 + 0.7 * wave  # noqa: E731

    grid = on_common_grid(
        spectrum(fine, slope(fine)), spectrum(coarse, slope(coarse)), (6.0, 6.999)
    )

    assert grid.finer == "left"
    assert set(grid.wave_um) <= set(coarse)
    inside = np.isfinite(grid.left)
    assert inside.sum() >= grid.wave_um.size - 1
    assert_allclose(grid.left[inside], grid.right[inside], rtol=1e-12)


def test_the_finer_side_may_be_the_right_one():
    coarse, fine = np.arange(5.0, 7.0, 0.0033), np.arange(6.0, 8.0, 0.001)

    grid = on_common_grid(spectrum(coarse, 1.0), spectrum(fine, 2.0), (6.0, 7.0))

    assert grid.finer == "right"
    assert_allclose(grid.left, 1.0)
    assert np.nanmax(grid.right) == pytest.approx(2.0)


def test_flagged_samples_and_invalid_errors_count_as_nothing():
    wave = np.arange(5.0, 6.0, 0.01)
    flags, error = np.zeros(100), np.ones(100)
    flags[50], error[60], error[61] = 1, 0.0, -1.0

    grid = on_common_grid(
        spectrum(wave, 1.0, flags=flags, error=error), spectrum(wave + 0.0001, 1.0), (5.2, 5.8)
    )

    assert np.isnan(grid.left[np.abs(grid.wave_um - wave[50]) < 0.005]).all()
    assert np.isnan(grid.left_error[np.abs(grid.wave_um - wave[60]) < 0.005]).all()
    assert np.isfinite(grid.left_error).sum() > 50


def test_a_single_sample_has_no_common_grid():
    grid = on_common_grid(spectrum([5.5], 1.0), spectrum(np.arange(5.0, 6.0, 0.1), 1.0), (5.5, 5.5))

    assert grid.wave_um.size == 0


@pytest.mark.parametrize("step", [0.0011, 0.0020, 0.0033])
def test_the_error_of_a_sum_of_bins_counts_shared_samples(step):
    fine, grid = np.arange(5.0, 6.0, 0.001), np.arange(5.2, 5.8, step)
    rng = np.random.default_rng(3)
    error = 1.0 + 0.5 * np.sin(20 * fine)
    weights = 1.0 + np.cos(9 * grid)
    weights[20:30] = 0.0

    sums = [
        float(np.sum(weights * rebin(fine, rng.normal(size=fine.size) * error, grid)))
        for _ in range(600)
    ]

    assert error_of_sum(fine, error, grid, weights) == pytest.approx(np.std(sums, ddof=1), rel=0.1)


def test_stitching_cuts_at_the_middle_and_scales():
    left = spectrum(np.arange(5.0, 6.05, 0.1), 1.0, band="1A")
    right = spectrum(np.arange(5.8, 7.05, 0.1), 2.0, error=np.full(13, 0.2), band="1B")

    joined = stitch_segments([left, right], [1.0, 0.5])

    assert_allclose(joined.flux, 1.0)
    assert_allclose(joined.error[joined.wave_um > 5.95], 0.1)
    assert np.all(np.diff(joined.wave_um) > 0)
    assert joined.origin.notes == ("Stitched: 1A times 1.", "Stitched: 1B times 0.5.")
    assert (joined.identity.band, joined.identity.target, joined.origin.path) == ("", "HD 1", "")


def test_a_gap_between_bands_stays_a_gap():
    left, right = spectrum([5.0, 5.1], 1.0), spectrum([7.0, 7.1], 1.0)

    assert_allclose(stitch_segments([left, right], [1.0, 1.0]).wave_um, [5.0, 5.1, 7.0, 7.1])


def test_mixed_units_are_not_stitched():
    with pytest.raises(DataError, match="Jy and MJy/sr"):
        stitch_segments(
            [spectrum([5.0, 5.1], 1.0), spectrum([7.0, 7.1], 1.0, unit="MJy/sr")], [1.0, 1.0]
        )


def test_nothing_to_stitch_is_refused():
    with pytest.raises(DataError, match="no spectrum"):
        stitch_segments([], [])
