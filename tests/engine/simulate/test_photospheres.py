"""Tests of engine.simulate.photospheres."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.simulate.photospheres import (
    Photosphere,
    hydrogen_lines_um,
    mean_over_bins,
    model_flux_jy,
    star_flux_jy,
)

COMMON_UM = np.array([5.0, 15.0, 20.0, 25.0])


@pytest.mark.parametrize(
    ("star", "calspec_jy"),
    [
        (Photosphere("G", 5750.0, 0.5345), [1.944, 0.2422, 0.1370, 0.0880]),  # 16 Cyg B
        (Photosphere("hot", 35000.0, 0.1973), [0.794, 0.0882, 0.0491, 0.0313]),  # 10 Lac
        (Photosphere("A", 7900.0, 0.1099), [0.417, 0.0497, 0.0281, 0.0181]),  # HD 163466
    ],
)
def test_the_stars_resemble_the_real_ones(star, calspec_jy):
    # CALSPEC fluxes of the three stars, normalized at 10 um.
    assert_allclose(model_flux_jy(star, COMMON_UM), calspec_jy, rtol=0.04)


@pytest.mark.parametrize(
    ("lower", "upper", "vacuum_um"), [(6, 9, 5.9082), (5, 6, 7.4599), (6, 7, 12.3719)]
)
def test_hydrogen_lines_lie_where_they_are_tabulated(lower, upper, vacuum_um):
    lines = {(low, up): wave for low, up, wave in hydrogen_lines_um(4.9, 28.7)}

    assert lines[lower, upper] == pytest.approx(vacuum_um, abs=1e-4)


def test_the_hot_star_shines_in_a_line_more_than_its_model():
    star = Photosphere("hot", 35000.0, 0.2)
    line = np.array([5.9082])

    assert 1.002 < star_flux_jy(star, line)[0] / model_flux_jy(star, line)[0] < 1.01


def test_only_the_star_has_the_broad_feature_at_14_um():
    star = Photosphere("hot", 35000.0, 0.2, wind_features="high ionization")
    wave = np.array([14.20, 14.28, 14.32, 14.36, 14.45])

    excess = star_flux_jy(star, wave) / model_flux_jy(star, wave) - 1.0

    assert_allclose(excess[[0, -1]], 0.0, atol=1e-3)
    assert_allclose(excess[1:-1], 0.030, atol=0.007)


def test_carbon_monoxide_scatters_band_1a_as_asked_and_not_2a():
    star = Photosphere("G", 5750.0, 0.5, carbon_monoxide_rms=0.01)
    scatters = [
        np.std(star_flux_jy(star, wave) / model_flux_jy(star, wave))
        for wave in (np.linspace(4.9, 5.74, 1050), np.linspace(7.6, 8.7, 1000))
    ]

    assert_allclose(scatters, [0.01, 0.0], atol=5e-4)


def test_the_mean_over_a_bin_is_the_integral():
    star = Photosphere("A", 8500.0, 1.0)
    fine = np.linspace(7.40, 7.52, 120_001)

    mean = mean_over_bins(star, np.array([7.46]), 0.012, of="model")

    within = np.abs(fine - 7.46) <= 0.006
    assert_allclose(mean, np.mean(model_flux_jy(star, fine)[within]), rtol=1e-6)
