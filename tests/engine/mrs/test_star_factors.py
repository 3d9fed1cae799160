"""Tests of engine.mrs.star_factors."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.vector import CalibrationVector
from engine.mrs.combination_params import CombinationParams, StarVector
from engine.mrs.star_combination import combine_stars
from engine.mrs.star_factors import mean_star_factors

BANDS = {"1A": (4.9, 5.74), "2C": (10.02, 11.7), "3B": (13.34, 15.57), "4A": (17.7, 20.95)}
OFFSETS = {"10 Lac": 0.03, "HD 2811": -0.01, "16 Cyg B": -0.02}


def _vector(star, band, level):
    wave = np.linspace(*BANDS[band], 200)
    return StarVector(
        CalibrationVector(
            wave_um=frozen(wave),
            value=frozen(level * (1.0 + 0.1 * np.sin(wave))),
            stat_error=frozen(np.full(200, 0.002)),
            sys_error=frozen(np.zeros(200)),
            flags=frozen(np.zeros(200), dtype=np.uint32),
            kind="relative factor",
            identity=Identity(target=star, program="1", observation="1", band=band),
        ),
        n_free=8,
    )


def _combined(levels):
    vectors = [_vector(star, band, level(band)) for star, level in levels.items() for band in BANDS]
    return combine_stars(vectors, CombinationParams(order=0))


def test_offsets_put_into_the_vectors_come_back():
    combination = _combined({star: (lambda _b, o=o: 1.0 + o) for star, o in OFFSETS.items()})

    factors = mean_star_factors(combination, low_um=5.0, high_um=18.0)

    mean = 1.0 + np.mean(list(OFFSETS.values()))
    found = {one.star: one.factor for one in factors}
    assert found == pytest.approx({s: (1.0 + o) / mean for s, o in OFFSETS.items()}, rel=1e-6)
    assert factors[0].bands == ("1A", "2C", "3B", "4A")


def test_bands_count_by_the_wavelengths_that_they_cover_inside_the_range():
    levels = {"1A": 1.00, "2C": 1.02, "3B": 1.04, "4A": 1.50}
    combination = _combined({"10 Lac": lambda _b: 1.0, "HD 2811": levels.get})

    [factor] = [
        one
        for one in mean_star_factors(combination, low_um=9.0, high_um=16.0)
        if one.star == "HD 2811"
    ]

    other = mean_star_factors(combination, low_um=9.0, high_um=16.0)[0]
    ratio = factor.factor / other.factor
    widths = np.array([11.7 - 10.02, 15.57 - 13.34])
    assert factor.bands == ("2C", "3B")
    assert ratio == pytest.approx(np.sum(widths * [1.02, 1.04]) / widths.sum(), rel=2e-3)


def test_the_reference_star_has_an_error_like_any_other():
    """All vectors have the same noise: so have their factors, whichever is the reference."""
    factors = mean_star_factors(
        _combined({star: lambda _b: 1.0 for star in OFFSETS}), low_um=5.0, high_um=18.0
    )

    errors = [one.error for one in factors]
    values = [1.0 + 0.1 * np.sin(np.linspace(*BANDS[band], 200)) for band in BANDS]
    noise = np.array([np.sqrt(np.mean((0.002 / one) ** 2) / 8.0) for one in values])
    widths = np.array([0.74, 1.68, 2.23, 0.3])  # between 5 and 18 um
    expected = np.sqrt(np.sum((widths * noise) ** 2)) / widths.sum()
    assert errors == pytest.approx([errors[0]] * 3, rel=1e-6)
    assert errors[0] == pytest.approx(expected, rel=0.02)


def test_the_scatter_of_the_bands_is_in_the_error():
    even = _combined({"10 Lac": lambda _b: 1.0, "HD 2811": lambda _b: 1.01})
    uneven = _combined(
        {"10 Lac": lambda _b: 1.0, "HD 2811": {"1A": 1.0, "2C": 1.02, "3B": 1.0, "4A": 1.02}.get}
    )

    steady, scattered = (
        next(o for o in mean_star_factors(c, low_um=5, high_um=18) if o.star == "HD 2811")
        for c in (even, uneven)
    )

    assert steady.error == pytest.approx(0.002 / np.sqrt(8) / np.sqrt(3), rel=0.5)
    assert scattered.error > 5 * steady.error


def test_a_range_without_a_band_gives_no_factor():
    combination = _combined({star: (lambda _b: 1.0) for star in OFFSETS})

    factors = mean_star_factors(combination, low_um=6.0, high_um=7.0)

    assert all(np.isnan(one.factor) and one.bands == () for one in factors)
