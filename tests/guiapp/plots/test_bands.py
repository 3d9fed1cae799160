"""Tests of guiapp.plots.bands and guiapp.plots.shapes."""

import numpy as np
import pytest

from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.shapes import area_between, strokes

X = np.linspace(0.0, 10.0, 101)


def color_at(plot, x, y):
    pixels, box = plot.pixels, plot.getViewBox()
    corner = box.mapToScene(box.rect().topLeft())
    image = plot.grab().toImage()
    return image.pixelColor(
        round(corner.x() + pixels.x_pixel(x)), round(corner.y() + pixels.y_pixel(y))
    )


@pytest.mark.parametrize("n", [101, 20_000])
def test_a_band_is_filled_between_its_edges_and_nowhere_else(plot, n):
    x = np.linspace(0.0, 10.0, n)
    band = plot.add_layer(BandLayer("#ff0000", opacity=1.0))
    band.set_data(x, np.full(n, 0.4), np.full(n, 0.6))

    assert color_at(plot, 5.05, 0.5).green() == 0
    assert color_at(plot, 5.05, 0.7).green() > 200


def test_missing_values_cut_a_band_in_pieces(plot):
    low = np.full(101, 0.4)
    low[:10] = low[45:55] = low[-1:] = np.nan
    band = plot.add_layer(BandLayer("#ff0000", opacity=1.0))
    band.set_data(X, low, np.full(101, 0.6))

    inside, gap, before = (color_at(plot, at, 0.5).green() for at in (3.05, 4.95, 0.5))

    assert inside == 0
    assert min(gap, before) > 200


def test_a_band_of_nothing_is_no_area():
    assert area_between(X, np.full(101, np.nan), X).isEmpty()


def test_two_bands_of_one_color_differ_by_their_filling(plot):
    pictures = []
    for fill in ("solid", "hatched", "outlined"):
        band = plot.add_layer(BandLayer("accent", fill=fill))
        band.set_data(X, np.full(101, 0.3), np.full(101, 0.7))
        pictures.append(plot.grab().toImage())
        plot.remove_layer(band)

    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]


def test_error_bars_reach_from_minus_to_plus_one_error(plot):
    bars = plot.add_layer(ErrorBarsLayer("#ff0000", opacity=1.0))
    bars.set_data(np.array([5.0]), np.array([0.5]), np.array([0.2]))

    inside, beyond = color_at(plot, 5.0, 0.65), color_at(plot, 5.0, 0.75)

    assert inside.green() == 0
    assert beyond.green() > 200


def test_a_point_without_error_has_no_bar():
    path = strokes(np.array([1.0, 2.0]), np.array([1.0, np.nan]), np.array([2.0, 3.0]))

    assert path.elementCount() == 2


def test_dense_error_bars_become_one_stroke_a_column(plot):
    x = np.linspace(0.0, 10.0, 30_000)
    bars = plot.add_layer(ErrorBarsLayer("#ff0000", opacity=1.0))
    bars.set_data(x, np.full(x.size, 0.5), np.full(x.size, 0.1))

    assert color_at(plot, 3.3, 0.45).green() == 0
    assert color_at(plot, 3.3, 0.35).green() > 200
