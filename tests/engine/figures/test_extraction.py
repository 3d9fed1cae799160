"""Tests of engine.figures.extraction."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from engine.figures import draw_extraction
from tests.helpers.figures import cube_and_extraction


def drawn(cube, extraction):
    figure = Figure()
    draw_extraction(figure, extraction, cube, title="16 Cyg B")
    figure.draw_without_rendering()
    return figure.axes


def test_the_aperture_is_a_circle_of_its_radius_around_the_center():
    cube, extraction = cube_and_extraction()

    image, *_ = drawn(cube, extraction)

    lines = {line.get_label(): line for line in image.lines}
    middle = extraction.spectrum.size // 2
    for label, radius in (
        (f"aperture at {extraction.spectrum.wave_um[middle]:.2f} µm", extraction.radius_pixels),
        ("annulus", extraction.inner_pixels),
    ):
        x, y = lines[label].get_data()
        assert_allclose(np.hypot(x - 9.3, y - 10.8), radius[middle])


def test_the_image_is_brightest_in_the_star_and_keeps_its_limits():
    cube, extraction = cube_and_extraction()

    image, *_ = drawn(cube, extraction)

    shown = image.images[0].get_array()
    assert np.unravel_index(np.ma.argmax(shown), shown.shape) == (11, 9)
    assert np.ma.getmaskarray(np.ma.masked_invalid(shown))[0].all()  # a row without measurements
    assert image.get_xlim() == (-0.5, 20.5)


def test_north_and_east_point_as_on_the_sky():
    cube, extraction = cube_and_extraction()

    image, *_ = drawn(cube, extraction)

    at = {text.get_text(): np.array(text.get_position()) for text in image.texts}
    start = np.array([0.84 * 21, 0.14 * 21])
    for name, (ra, dec) in {"N": (0.0, 1e-3), "E": (1e-3, 0.0)}.items():
        origin = cube.sky.sky_to_pixel(295.0, 50.0)
        moved = cube.sky.sky_to_pixel(295.0 + ra / np.cos(np.deg2rad(50.0)), 50.0 + dec)
        expected = np.subtract(moved, origin)
        cosine = (at[name] - start) @ expected / np.hypot(*(at[name] - start))
        assert cosine / np.hypot(*expected) == pytest.approx(1.0, abs=1e-5)


def test_a_cube_without_sky_has_no_compass():
    cube, extraction = cube_and_extraction()

    image, *_ = drawn(replace(cube, sky=None), extraction)

    assert [text.get_text() for text in image.texts] == []


def test_spectrum_and_drift_are_those_of_the_extraction():
    cube, extraction = cube_and_extraction()

    _, spectrum, drift = drawn(cube, extraction)

    assert_array_equal(spectrum.lines[0].get_ydata(), extraction.spectrum.flux)
    lines = {line.get_label(): line for line in drift.lines}
    assert_array_equal(lines["x"].get_ydata(), extraction.drift_x_pixels)
    assert_array_equal(lines["y"].get_ydata(), extraction.drift_y_pixels)
    assert "limited by the background" in [
        text.get_text() for text in spectrum.get_legend().get_texts()
    ]


@pytest.mark.parametrize(
    ("unit", "label"), [("Jy", "Flux density (Jy)"), ("DN/s", "Count rate (DN/s)")]
)
def test_the_axis_says_the_unit(unit, label):
    cube, extraction = cube_and_extraction()
    spectrum = replace(extraction.spectrum, unit=unit)

    _, axes, _ = drawn(cube, replace(extraction, spectrum=spectrum))

    assert axes.get_ylabel() == label


def test_a_cube_without_any_measurement_can_be_drawn():
    cube, extraction = cube_and_extraction()
    empty = np.full(cube.shape, np.nan, dtype=np.float32)

    image, *_ = drawn(replace(cube, data=empty), extraction)

    assert len(image.images) == 0
