"""Tests of engine.mrs.aperture_correction."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.aperture import ApertureCorrection
from engine.mrs.aperture_correction import describe_extrapolation, interpolate_correction

WAVE = np.array([5.0, 6.0, 8.0])
FWHM = 0.033 * WAVE + 0.106


def factor(wave_um, radius_arcsec):
    """Return a surface that double linear interpolation follows exactly."""
    return 1.5 - 0.2 * radius_arcsec + 0.01 * wave_um


def make_table(multiples=(0.5, 1.0, 2.0, 3.0), wave=WAVE):
    radius = np.outer(multiples, 0.033 * wave + 0.106)
    values = factor(wave, radius)
    return ApertureCorrection(
        "1A", frozen(wave), frozen(radius), frozen(values), frozen(np.full(values.shape, np.nan))
    )


@pytest.mark.parametrize("multiple", [0.5, 0.7, 2.0, 2.9])
def test_inside_the_table_a_linear_surface_is_exact(multiple):
    wave = np.linspace(5.0, 8.0, 31)
    radius = multiple * (0.033 * wave + 0.106)

    interpolated = interpolate_correction(make_table(), wave, radius)

    assert_allclose(interpolated, factor(wave, radius), rtol=1e-12)


@pytest.mark.parametrize("multiple", [0.2, 4.0])
def test_outside_the_table_the_last_two_entries_are_continued(multiple):
    wave = np.array([4.0, 5.5, 9.0])
    radius = multiple * (0.033 * wave + 0.106)

    interpolated = interpolate_correction(make_table(), wave, radius)

    assert_allclose(interpolated, factor(wave, radius), rtol=1e-12)


def test_the_entries_of_the_table_come_back():
    table = make_table()

    for radius, values in zip(table.radius_arcsec, table.factor, strict=True):
        assert_allclose(interpolate_correction(table, WAVE, radius), values, rtol=1e-14)


def test_between_two_radii_the_factor_is_a_straight_line():
    # FORMATS B2: 1.36 at 1.5 FWHM from the nodes 1.6 (1 FWHM) and 1.12 (2 FWHM).
    radius = np.outer([1.0, 2.0], FWHM)
    values = np.outer([1.6, 1.12], np.ones(3))
    table = ApertureCorrection("1A", frozen(WAVE), frozen(radius), frozen(values), frozen(values))

    assert_allclose(interpolate_correction(table, WAVE, 1.5 * FWHM), 1.36, rtol=1e-12)


@pytest.mark.parametrize("wave", [WAVE[:1], WAVE])
def test_a_table_with_one_radius_or_one_wavelength_is_constant_along_it(wave):
    table = make_table(multiples=(2.0,), wave=wave)
    at = np.array([wave[0]])

    interpolated = interpolate_correction(table, at, np.array([0.1]))

    assert_allclose(interpolated, table.factor[0, 0])


def test_a_radius_that_is_nan_gives_nan():
    radius = np.array([0.5, np.nan])

    for multiples in ((1.0, 2.0), (2.0,)):
        table = make_table(multiples=multiples)
        interpolated = interpolate_correction(table, np.array([5.0, 6.0]), radius)
        assert np.isnan(interpolated).tolist() == [False, True]


def test_radii_that_do_not_increase_are_refused_with_the_wavelength():
    table = make_table(multiples=(2.0, 1.0))

    with pytest.raises(DataError, match=r"do not increase at 5\.500"):
        interpolate_correction(table, np.array([5.5]), np.array([0.5]))


def test_an_empty_table_is_refused():
    empty = np.empty((0, 3))
    table = ApertureCorrection("1A", frozen(WAVE), frozen(empty), frozen(empty), frozen(empty))

    with pytest.raises(DataError, match="empty"):
        interpolate_correction(table, WAVE, FWHM)


@pytest.mark.parametrize(
    ("wave", "multiple", "words"),
    [
        ([5.0, 8.0], 2.0, []),
        ([5.0, 8.0], 3.0, []),
        ([5.0, 8.0], 3.2, ["in radius"]),
        ([5.0, 8.0], 0.4, ["in radius"]),
        ([4.9, 8.0], 2.0, ["in wavelength"]),
        ([5.0, 8.1], 3.5, ["in wavelength", "in radius"]),
    ],
)
def test_what_leaves_the_table_is_said(wave, multiple, words):
    wave = np.array(wave)

    messages = describe_extrapolation(make_table(), wave, multiple * (0.033 * wave + 0.106))

    assert len(messages) == len(words)
    for message, word in zip(messages, words, strict=True):
        assert word in message
