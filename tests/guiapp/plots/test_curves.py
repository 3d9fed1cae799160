"""Tests of guiapp.plots.curves."""

from itertools import pairwise

import numpy as np
import pytest

from guiapp.plots.curves import CurveLayer, gapped_path, smooth_path
from guiapp.plots.kept_path import KeptPath
from guiapp.plots.pixels import PixelMap

PIXELS = PixelMap((0.0, 10.0), (0.0, 1.0), 100.0, 100.0)
X = np.linspace(0.0, 10.0, 11)


def curve_path(x, y, pixels):
    """Return the path of a curve drawn for the first time."""
    return KeptPath().path_in(pixels, x, y, version=0).path


def pieces_of(path):
    """Return how many strokes of more than no length the path has."""
    elements = [path.elementAt(i) for i in range(path.elementCount())]
    begins = [
        after.isLineTo() and (before.x, before.y) != (after.x, after.y)
        for before, after in pairwise(elements)
        if before.isMoveTo()
    ]
    return begins.count(True)


def test_the_path_goes_through_the_samples():
    path = curve_path(X, X / 10, PIXELS)

    points = [(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount())]
    np.testing.assert_allclose(points, np.stack([X * 10, 100 - X * 10], axis=1), atol=1e-9)


@pytest.mark.parametrize("shape", ["any", "smooth"])
def test_a_curve_reaches_the_right_end_of_a_plot_that_is_wide_and_flat(shape):
    flat = PixelMap((0.0, 10.0), (0.0, 1.0), 1000.0, 35.0)

    path = curve_path(X, X / 10, flat) if shape == "any" else smooth_path(X, X / 10, flat)

    last = path.elementAt(path.elementCount() - 1)
    assert (last.x, last.y) == (1000.0, 0.0)


@pytest.mark.parametrize(
    ("missing", "pieces"),
    [([0, 1], 1), ([9, 10], 1), ([4, 5], 2), ([0, 5, 10], 2), (range(11), 0)],
)
def test_missing_measurements_interrupt_the_curve(missing, pieces):
    y = X / 10
    y[list(missing)] = np.nan

    assert pieces_of(curve_path(X, y, PIXELS)) == pieces


def test_a_sample_between_two_gaps_shows_as_a_short_stroke():
    y = np.full(11, np.nan)
    y[[0, 4]] = 0.5

    assert pieces_of(curve_path(X, y, PIXELS)) == 2


def test_a_dense_curve_is_drawn_with_two_points_a_column_and_keeps_its_gap():
    x = np.linspace(0.0, 10.0, 50_000)
    y = 0.5 + 0.4 * np.sin(50 * x)
    y[20_000:30_000] = np.nan

    path = curve_path(x, y, PIXELS)

    assert path.elementCount() <= 2 * 101
    assert pieces_of(path) == 2


@pytest.mark.parametrize("n_samples", [11, 50_000])
@pytest.mark.parametrize(("gaps", "pieces"), [((), 1), ((4.55,), 2), ((-1.0, 4.55, 7.01, 20.0), 3)])
def test_a_smooth_curve_is_interrupted_where_it_may_jump(n_samples, gaps, pieces):
    x = np.linspace(0.0, 9.5, n_samples)

    path = smooth_path(x, np.where(x < 4.55, 0.2, 0.8), PIXELS, gaps=np.array(gaps))

    assert pieces_of(path) == pieces


def test_bounds_know_no_missing_measurement_and_may_be_left_out():
    curve, guest = CurveLayer("dim"), CurveLayer("dim", counts="no bounds")
    y = np.full(11, np.nan)
    y[3:6] = (0.2, 0.9, 0.4)
    for layer in (curve, guest):
        layer.set_data(X, y)

    assert curve.bounds() == (3.0, 5.0, 0.2, 0.9)
    assert guest.bounds() is None


def test_a_curve_of_nothing_has_no_bounds_and_paints(plot):
    curve = CurveLayer("accent")
    plot.add_layer(curve)
    curve.set_data(X, np.full(11, np.nan))

    plot.grab()

    assert curve.bounds() is None


@pytest.mark.parametrize("n_samples", [2, 41, 4001])
def test_the_gaps_of_a_dashed_curve_stay_open_however_its_samples_scatter(n_samples):
    x = np.linspace(0.0, 9.5, n_samples)
    y = np.random.default_rng(3).uniform(size=n_samples)

    path = gapped_path(x, y, PIXELS, 6.0, 4.0)

    drawn = np.array([path.elementAt(i).x for i in range(path.elementCount())])
    assert np.all(np.mod(drawn, 10.0) <= 6.0 + 1e-6)
    assert pieces_of(path) == 10


def test_the_gaps_of_a_dashed_curve_move_with_it():
    moved = PixelMap((3.0, 13.0), (0.0, 1.0), 100.0, 100.0)

    path = gapped_path(0.95 * X, X / 10, moved, 12.0, 8.0)

    drawn = np.array([path.elementAt(i).x for i in range(path.elementCount())])
    assert np.all(np.mod(drawn + 30.0, 20.0) <= 12.0 + 1e-6)
    assert pieces_of(path) == 4


def test_a_missing_measurement_interrupts_a_dashed_curve_too():
    y = X / 10
    y[5] = np.nan

    path = gapped_path(X, y, PIXELS, 12.0, 8.0)

    drawn = np.array([path.elementAt(i).x for i in range(path.elementCount())])
    assert not np.any((drawn > 41.0) & (drawn < 59.0))
