"""Tests of engine.mrs.extraction_remarks."""

from dataclasses import replace

import numpy as np
import pytest

from engine.mrs.aperture import ConicalAperture
from engine.mrs.aperture_sums import PlaneSums
from engine.mrs.extraction_remarks import describe_center, describe_extraction
from tests.helpers.cubes import star_cube

N = 41
WAVE = np.linspace(5.0, 5.4, N)
AREA, RING = np.pi * 4.0**2, np.pi * (8.0**2 - 6.0**2)


def remarks(
    *,
    total=1.0,
    area=AREA,
    level=1.0,
    ring=RING,
    inner=6.0,
    spread=0.01,
    limited=(),
    waves=(5.0, 5.4),
):
    cube = star_cube(n_wave=N, wave_um=waves, shape=(3, 3), center=(1.0, 1.0))
    full = [np.broadcast_to(value, N).astype(float) for value in (total, area, level, ring)]
    flags = np.zeros(N, dtype=bool)
    flags[list(limited)] = True
    return describe_extraction(
        cube,
        ConicalAperture((1.0, 1.0), np.full(N, 4.0), np.full(N, inner), np.full(N, inner + 2.0)),
        PlaneSums(full[0], full[0], full[1], full[2], full[2], full[3]),
        annulus_spread=np.full(N, spread),
        background_limited=flags,
    )


def at(indices, value, other):
    values = np.full(N, other)
    values[list(indices)] = value
    return values


def test_a_clean_extraction_needs_no_words():
    assert remarks() == ()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ([3], "at 5.03 µm:"),
        (range(3, 9), "at 5.03–5.08 µm:"),
        ([0, 1, 20, 40], "at 5.00–5.01, 5.20, 5.40 µm:"),
        ([0, 4, 8, 12, 16], "µm and 2 other places:"),
    ],
)
def test_planes_without_a_measurement_are_named(missing, words):
    [message] = remarks(total=at(missing, np.nan, 1.0), area=at(missing, 1.0, AREA))

    assert words in message
    assert "too many voxels of the aperture are missing" in message


def test_a_range_that_is_no_wider_than_its_decimals_is_one_wavelength():
    said = remarks(
        total=at([0, 1, 2], np.nan, 1.0), area=at([0, 1, 2], 1.0, AREA), waves=(4.9, 4.94)
    )

    assert "No measurement at 4.90 µm:" in said[0]


def test_an_incomplete_aperture_tells_how_much_is_there():
    [message] = remarks(area=at([5, 6], 0.9 * AREA, AREA))

    assert "At 5.05–5.06 µm only 90 %" in message


def test_no_annulus_is_said():
    assert remarks(inner=np.nan) == ("No background is subtracted.",)


def test_a_thin_annulus_is_said():
    [message] = remarks(ring=at(range(10, N), 0.3 * RING, RING))

    assert "Less than half of the annulus holds valid voxels at 5.10–5.40 µm" in message


@pytest.mark.parametrize(
    ("limited", "where"),
    [
        (range(21, N), "beyond 5.2 µm"),
        (range(5, 9), "at 5.05–5.08 µm"),
        (range(N), "everywhere"),
    ],
)
def test_the_background_limit_names_band_range_and_size(limited, where):
    [message] = remarks(limited=limited, spread=0.08)

    assert message == (
        f"1A: {where} the choice of the annulus moves the flux by 8 % (median): the value there is "
        "background-limited."
    )


def test_the_limit_reaches_to_the_last_measurement_not_to_the_last_plane():
    messages = remarks(
        limited=range(21, 35), total=at(range(35, N), np.nan, 1.0), area=at(range(35, N), 0.0, AREA)
    )

    assert any("beyond 5.2 µm" in message for message in messages)


def test_an_extended_source_is_said_whatever_the_case():
    cube = star_cube(n_wave=N, shape=(3, 3), center=(1.0, 1.0))
    cube = replace(cube, identity=replace(cube.identity, source_type="extended"))
    ones = np.ones(N)

    messages = describe_extraction(
        cube,
        ConicalAperture((1.0, 1.0), 4.0 * ones, 6.0 * ones, 8.0 * ones),
        PlaneSums(ones, ones, AREA * ones, ones, ones, RING * ones),
        annulus_spread=0.0 * ones,
        background_limited=np.zeros(N, dtype=bool),
    )

    assert "extended" in messages[0]


@pytest.mark.parametrize(
    ("distance_fwhm", "is_said"), [(0.24, False), (0.26, True), (np.nan, False)]
)
def test_a_center_is_told_when_it_is_more_than_a_quarter_of_the_width_off(distance_fwhm, is_said):
    said = describe_center(distance_fwhm, 0.4 * distance_fwhm)

    assert bool(said) is is_said
