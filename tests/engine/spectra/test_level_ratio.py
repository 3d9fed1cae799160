"""Tests of engine.spectra.level_ratio."""

import numpy as np
import pytest
from scipy import stats

from engine.arrays import frozen
from engine.compare.junctions import measure_junctions
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.spectra.level_ratio import find_lone_sample, measure_level_ratio
from engine.spectra.overlaps import on_common_grid

LIMITS = (8.67, 8.77)


def side(rng, band, count, *, noise=0.01, stated=1e-4):
    """Return a flat band whose errors are far too small; its ends lie outside of the overlap."""
    step = (LIMITS[1] - LIMITS[0]) / (count - 1)
    wave = np.linspace(LIMITS[0] - step, LIMITS[1] + step, count + 2)
    flags = frozen(np.zeros(count + 2), dtype=np.uint32)
    flux = 1.0 + noise * rng.standard_normal(count + 2)
    error = np.full(count + 2, stated)
    return Spectrum(frozen(wave), frozen(flux), frozen(error), flags, "Jy", Identity(band=band))


def ratio_of(rng, count, **how):
    left, right = side(rng, "2A", count, **how), side(rng, "2B", count, **how)
    grid = on_common_grid(left, right, LIMITS)
    used = np.isfinite(grid.left) & np.isfinite(grid.right)
    assert np.count_nonzero(used) == count
    return measure_level_ratio(grid, used, left=left, right=right)


@pytest.mark.parametrize("count", [3, 5, 8])
def test_few_samples_without_a_jump_are_as_seldom_called_one_as_many(rng, count):
    """The truth: no jump. A Gaussian would call 2 to 10 % of them one at 3 sigma."""
    found = [ratio_of(rng, count) for _ in range(600)]

    as_gaussian = np.mean([abs(one.ratio - 1.0) / one.ratio_error > 3.0 for one in found])
    as_student = np.mean([one.significance > 3.0 for one in found])

    assert as_gaussian > 0.01
    assert as_student <= 0.0027 + 4.0 * np.sqrt(0.0027 / 600)


def test_the_significance_is_that_of_students_t(rng):
    found = ratio_of(rng, 5)

    chance = 2.0 * stats.t.sf(abs(found.ratio - 1.0) / found.ratio_error, 4)
    assert found.freedom == 4.0
    assert found.significance == pytest.approx(stats.norm.isf(0.5 * chance), rel=1e-9)


def test_errors_that_are_larger_than_the_scatter_are_gaussian(rng):
    found = ratio_of(rng, 5, stated=0.5)

    assert np.isinf(found.freedom)
    assert found.significance == pytest.approx(abs(found.ratio - 1.0) / found.ratio_error)


def test_one_sample_unlike_the_others_is_found_and_its_absence_told(rng):
    left, right = np.ones(6), 1.02 + 0.001 * rng.standard_normal(6)
    right[2] = 1.3

    at, ratio = find_lone_sample(left, right)

    assert at == 2
    assert ratio == pytest.approx(1.02, abs=0.002)


def test_noise_has_seldom_a_sample_unlike_the_others(rng):
    found = [
        find_lone_sample(1.0 + 0.01 * rng.standard_normal(5), 1.0 + 0.01 * rng.standard_normal(5))
        for _ in range(1000)
    ]

    share = np.mean([at >= 0 for at, _ in found])
    assert share <= 0.01 + 4.0 * np.sqrt(0.01 / 1000)


def test_three_samples_cannot_tell(rng):
    assert find_lone_sample(np.ones(3), np.array([1.0, 1.0, 5.0]))[0] == -1


def test_equal_samples_have_none():
    assert find_lone_sample(np.ones(5), np.ones(5))[0] == -1


def test_a_junction_of_few_samples_names_the_one_that_is_unlike_and_keeps_it(rng):
    left, right = side(rng, "2A", 15, noise=0.001), side(rng, "2B", 8, noise=0.001)
    flux = np.array(right.flux)
    flux[5] = 1.4
    odd = Spectrum(right.wave_um, frozen(flux), right.error, right.flags, "Jy", right.identity)

    found = measure_junctions("Star", [left, odd])

    measure = next(one for one in found.measures if one.junction == "2A|2B")
    count = np.count_nonzero(measure.used)
    assert 4 <= count <= 8
    assert measure.remark.startswith(
        f"The sample at {right.wave_um[5]:.3f} µm of 2A|2B is unlike the {count - 1} others"
    )
    assert measure.remark in found.messages
    assert measure.verdict == "agrees"
