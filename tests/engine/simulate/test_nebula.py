"""The simulated nebula has the flat, the lines and the pointings that it says it has."""

import numpy as np
import pytest

from engine.simulate.nebula import (
    DEMO_STRIPS,
    FEATURE_UM,
    StripDetector,
    draw_exposure,
    feature,
    line_ranges,
    mosaic,
    nebula_rate,
    strip_maps,
    true_flat,
)


@pytest.fixture(params=DEMO_STRIPS, ids=lambda one: one.band)
def strip(request: pytest.FixtureRequest) -> StripDetector:
    found: StripDetector = request.param
    return found


def test_the_area_is_the_step_in_alpha(strip: StripDetector) -> None:
    maps = strip_maps(strip, (0.3, -0.2))
    step = np.diff(maps.alpha_arcsec, axis=1) / strip.pixel_arcsec
    same = np.diff(maps.slices, axis=1) == 0

    mean = 0.5 * (maps.area[:, 1:] + maps.area[:, :-1])

    good = same & np.isfinite(step)
    np.testing.assert_allclose(step[good], mean[good], rtol=2e-3)
    assert 0.88 < np.nanmin(maps.area) < 0.93
    assert 1.07 < np.nanmax(maps.area) < 1.12


def test_a_pointing_shifts_the_maps_and_nothing_else(strip: StripDetector) -> None:
    here, there = strip_maps(strip, (0.0, 0.0)), strip_maps(strip, (1.5, -0.7))

    np.testing.assert_allclose((there.alpha_arcsec - here.alpha_arcsec)[here.slices > 0], 1.5)
    np.testing.assert_allclose((there.beta_arcsec - here.beta_arcsec)[here.slices > 0], -0.7)
    np.testing.assert_array_equal(there.wave_um, here.wave_um)


def test_eighteen_pointings_share_their_fields(strip: StripDetector) -> None:
    pointings = np.array(mosaic(strip))

    assert len({tuple(one) for one in pointings.round(6)}) == 18
    field = (strip.slice_columns * strip.pixel_arcsec, strip.n_slices * strip.slice_arcsec)
    assert np.all(np.ptp(pointings, axis=0) < 2.0 * np.array(field))


def test_the_flat_spans_ten_percent_and_dark_edges_are_below_half(
    strip: StripDetector, rng: np.random.Generator
) -> None:
    flat = true_flat(strip, rng)
    lit = np.isfinite(flat)

    bright = flat[lit & (flat > 0.5)]

    assert np.quantile(bright, 0.98) - np.quantile(bright, 0.02) == pytest.approx(0.2, abs=0.05)
    assert 0.04 < np.count_nonzero(flat[lit] < 0.5) / np.count_nonzero(lit) < 0.1


def test_the_noise_is_that_of_the_error(strip: StripDetector, rng: np.random.Generator) -> None:
    flat = true_flat(strip, rng)

    found = draw_exposure(strip, flat, (0.1, 0.1), rng, cosmics=0.0)

    true = nebula_rate(found.maps, strip) * flat
    lit = np.isfinite(true)
    pulls = ((found.rate - true) / found.error)[lit]
    assert np.std(pulls) == pytest.approx(1.0, abs=0.03)
    assert abs(np.mean(pulls)) < 0.03


def test_lines_stand_where_their_ranges_say() -> None:
    strip = DEMO_STRIPS[0]
    maps = strip_maps(strip, (0.0, 0.0))
    rate = nebula_rate(maps, strip)

    for low, high in line_ranges(strip):
        inside = (maps.wave_um > low) & (maps.wave_um < high)
        beside = (maps.wave_um > high) & (maps.wave_um < high + 0.01)
        assert np.max(rate[inside]) > 2.0 * np.median(rate[beside])


def test_the_feature_is_one_outside_its_range_and_continuous() -> None:
    wave = np.linspace(11.4, 11.8, 4001)

    found = feature(wave)

    outside = (wave <= FEATURE_UM[0]) | (wave >= FEATURE_UM[1])
    np.testing.assert_array_equal(found[outside], 1.0)
    assert 0.025 < 1.0 - found.min() < 0.045
    assert np.max(np.abs(np.diff(found))) < 1e-3
