"""Tests of engine.figures.palette and engine.figures.sizes."""

import pytest
from matplotlib.colors import to_rgb

from engine.figures.palette import band_color, color, darker
from engine.figures.sizes import COLUMN, PAGE
from engine.model.bands import bands


def luminance(shade):
    """Return the relative luminance of WCAG 2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(shade)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_each_band_has_its_own_color():
    assert len({band_color(band.name) for band in bands()}) == 12


def test_what_is_no_band_has_the_accent_color():
    assert band_color("") == band_color("5A") == color("accent")


@pytest.mark.parametrize("band", [band.name for band in bands()])
def test_thin_lines_stand_out_from_white(band):
    contrast = 1.05 / (luminance(darker(band_color(band))) + 0.05)

    assert contrast >= 3.0  # WCAG 2.1, 1.4.11: graphical objects


def test_sizes_are_those_of_journals():
    assert COLUMN.inches[0] == pytest.approx(3.5, abs=0.01)
    assert PAGE.inches[0] == pytest.approx(7.1, abs=0.02)
