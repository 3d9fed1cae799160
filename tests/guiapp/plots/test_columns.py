"""Tests of guiapp.plots.columns."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from guiapp.plots.columns import column_envelope, thinned, visible_slice
from guiapp.plots.pixels import PixelMap

PIXELS = PixelMap((0.0, 1.0), (0.0, 10.0), 100.0, 200.0)


def test_few_samples_are_drawn_as_they_are():
    x = np.linspace(0, 1, 200)

    assert column_envelope(x, x, PIXELS) is None


def test_each_pixel_column_keeps_its_extremes():
    x = np.linspace(0, 1, 10_000, endpoint=False)
    y = np.full(x.size, 5.0)
    y[4321], y[4325] = 9.0, 1.0

    envelope = column_envelope(x, y, PIXELS)

    tops = np.minimum(envelope.first, envelope.last)
    bottoms = np.maximum(envelope.first, envelope.last)
    assert tops.min() == pytest.approx(PIXELS.y_pixel(9.0))
    assert bottoms.max() == pytest.approx(PIXELS.y_pixel(1.0))
    assert envelope.columns[np.argmin(tops)] == 43.5
    assert envelope.columns.size == 100


def test_a_column_without_measurement_is_a_gap_and_one_with_a_few_is_not():
    x = np.linspace(0, 1, 10_000, endpoint=False)
    y = np.full(x.size, 5.0)
    y[2000:2100] = np.nan
    y[3000:3050] = np.nan

    envelope = column_envelope(x, y, PIXELS)

    assert_array_equal(np.flatnonzero(np.isnan(envelope.first)), [20])


def test_only_what_is_in_view_is_looked_at():
    x = np.linspace(-1, 2, 301)

    seen = x[visible_slice(x, PIXELS)]

    assert seen[0] == pytest.approx(-0.01)
    assert seen[-1] == pytest.approx(1.01)


def test_a_smooth_curve_is_thinned_to_one_sample_every_two_pixels_and_keeps_its_ends():
    x = np.linspace(-1, 2, 30_001)

    drawn = x[thinned(x, PIXELS)]

    assert drawn.size <= 52
    assert drawn[0] <= 0.0
    assert drawn[-1] >= 1.0
    assert np.diff(drawn).max() < 0.03


def test_few_samples_are_all_drawn():
    x = np.linspace(0, 1, 11)

    assert_array_equal(thinned(x, PIXELS), np.arange(11))
