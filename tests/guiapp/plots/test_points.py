"""Tests of guiapp.plots.points."""

import numpy as np
import pytest
from PyQt6.QtGui import QColor

from guiapp.plots.mouse import PlotMouse
from guiapp.plots.points import MANY, PointsLayer
from guiapp.plots.stamps import PointStyle

RED = PointStyle("#ff0000", "square", 9.0)
BLUE = PointStyle("#0000ff", "square", 9.0, off_scale="marked")
X = np.array([2.0, 4.0, 6.0, 8.0])
Y = np.array([0.5, np.nan, 0.25, 5.0])
KINDS = np.array([0, 0, 1, 1])


@pytest.fixture
def points(plot):
    layer = plot.add_layer(PointsLayer((RED, BLUE)))
    layer.set_data(X, Y, KINDS)
    return layer


def color_at(plot, x, y):
    pixels, box = plot.pixels, plot.getViewBox()
    corner = box.mapToScene(box.rect().topLeft())
    image = plot.grab().toImage()
    column = round((corner.x() + pixels.x_pixel(x)) * image.devicePixelRatio())
    row = round((corner.y() + pixels.y_pixel(y)) * image.devicePixelRatio())
    return image.pixelColor(column, row)


def mouse_at(plot, x, y):
    pixels = plot.pixels
    return PlotMouse(x, y, pixels.x_pixel(x), pixels.y_pixel(y))


def test_each_kind_is_painted_where_its_points_are(plot, points):
    assert color_at(plot, 2.0, 0.5) == QColor("#ff0000")
    assert color_at(plot, 6.0, 0.25) == QColor("#0000ff")


def test_points_are_painted_anew_after_a_zoom(plot, points):
    plot.grab()

    plot.set_view(((1.0, 3.0), (0.0, 1.0)))

    assert color_at(plot, 2.0, 0.5) == QColor("#ff0000")


def test_a_hidden_kind_is_not_painted_and_not_hit(plot, points):
    points.hide_kinds(frozenset({0}))

    assert color_at(plot, 2.0, 0.5) != QColor("#ff0000")
    assert points.point_at(mouse_at(plot, 2.0, 0.5), 8) == -1


def test_a_point_above_the_view_leaves_a_mark_at_the_edge(plot, points):
    assert color_at(plot, 8.0, 1.0 - 5 / plot.pixels.height).blue() > 200


def test_the_point_under_the_mouse_is_found_within_the_tolerance(plot, points):
    width = plot.pixels.width
    near, far = 2.0 + 10 * 5 / width, 2.0 + 10 * 12 / width

    assert points.point_at(mouse_at(plot, near, 0.5), 8) == 0
    assert points.point_at(mouse_at(plot, far, 0.5), 8) == -1


def test_what_was_not_measured_is_neither_hit_nor_read(plot, points):
    assert points.point_at(mouse_at(plot, 4.0, 0.5), 50) == -1
    assert points.nearest_in_x(4.2) == 2


def test_no_points_at_all_are_no_trouble(plot):
    layer = plot.add_layer(PointsLayer((RED,)))
    layer.set_data(np.zeros(0), np.zeros(0))
    plot.grab()

    assert layer.nearest_in_x(1.0) == -1
    assert layer.point_at(mouse_at(plot, 1.0, 0.5), 8) == -1
    assert layer.bounds() is None


def test_points_of_kinds_that_do_not_count_do_not_stretch_the_view(plot):
    layer = plot.add_layer(PointsLayer((RED, BLUE), counts=(0,)))
    layer.set_data(X, Y, KINDS)

    assert layer.bounds() == (2.0, 2.0, 0.5, 0.5)


def test_a_great_many_points_are_painted_as_their_density(plot, rng):
    x = np.sort(rng.uniform(0, 10, MANY + 1))
    layer = plot.add_layer(PointsLayer((RED,)))
    layer.set_data(x, np.clip(rng.normal(0.5, 0.02, x.size), 0.4, 0.6))

    dense, empty = color_at(plot, 5.0, 0.5), color_at(plot, 5.0, 0.9)

    assert dense.red() > 200
    assert dense.green() < 150
    assert empty.green() == empty.red()
