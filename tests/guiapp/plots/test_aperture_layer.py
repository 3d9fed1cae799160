"""Tests of guiapp.plots.aperture_layer and sky_marks."""

import numpy as np
import pytest
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QApplication

from guiapp.plots.aperture_layer import ApertureLayer, Circles
from guiapp.plots.field_ruler import BOTTOM
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.sky_marks import CompassLayer, ScaleBarLayer, Spot, SpotsLayer, TrailLayer
from guiapp.plots.sky_plot import SkyPlot

CIRCLES = Circles(10.0, 12.0, 4.0, 6.0, 8.0)


@pytest.fixture
def sky(qtbot, dressed):
    """Return a square plot of 30 x 30 units, 12 pixels a unit."""
    plot = SkyPlot(name="sky")
    qtbot.addWidget(plot)
    plot.resize(360, 360)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.set_view(((0.0, 30.0), (0.0, 30.0)))
    return plot


@pytest.fixture
def layer(sky):
    """Return an aperture at (10, 12) with an annulus."""
    layer = sky.add_layer(ApertureLayer())
    layer.set_circles(CIRCLES)
    return layer


def at(plot, x, y):
    pixels = plot.pixels
    return PlotMouse(x, y, pixels.x_pixel(x), pixels.y_pixel(y))


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ((10.0, 12.0), "center"),
        ((12.0, 12.0), "center"),
        ((14.0, 12.0), "radius"),
        ((10.0, 16.2), "radius"),
        ((10.0, 18.0), "inner"),
        ((1.9, 12.0), "outer"),
        ((10.0, 19.0), None),
        ((25.0, 25.0), None),
    ],
)
def test_each_part_is_found_where_it_is_drawn(sky, layer, place, part):
    assert layer.part_at(at(sky, *place), 7.0) == part


def test_the_nearer_of_two_close_circles_is_taken(sky, layer):
    layer.set_circles(Circles(10.0, 12.0, 4.0, 4.5, 8.0))

    assert layer.part_at(at(sky, 14.1, 12.0), 7.0) == "radius"
    assert layer.part_at(at(sky, 14.4, 12.0), 7.0) == "inner"


def test_a_tiny_aperture_can_still_be_moved_and_resized(sky, layer):
    layer.set_circles(Circles(10.0, 12.0, 0.5))

    assert layer.part_at(at(sky, 10.1, 12.0), 7.0) == "center"
    assert layer.part_at(at(sky, 10.5, 12.0), 7.0) == "radius"


def test_without_an_annulus_there_is_none_to_grab(sky, layer):
    layer.set_circles(Circles(10.0, 12.0, 4.0))

    assert layer.part_at(at(sky, 10.0, 18.0), 7.0) is None
    sky.grab()


def test_without_an_aperture_nothing_can_be_grabbed(sky, layer):
    layer.set_circles(None)

    assert layer.part_at(at(sky, 10.0, 12.0), 7.0) is None
    sky.grab()


def test_the_bar_is_a_round_number_of_arcseconds_that_fits(sky):
    bar = sky.add_layer(ScaleBarLayer())

    bar.set_scale(0.35)  # the plot is 10.5 arcsec wide

    assert bar.length_arcsec(sky.pixels) == 2.0
    bar.set_scale(np.nan)
    assert np.isnan(bar.length_arcsec(sky.pixels))
    sky.grab()


@pytest.mark.parametrize(
    ("size", "is_drawn"),
    [((420, 160), True), ((240, 160), False), ((240, 420), True)],  # beside, nowhere, below
)
def test_the_bar_never_lies_over_a_small_image(sky, qtbot, size, is_drawn):
    bar = sky.add_layer(ScaleBarLayer())
    bar.set_scale(0.13)
    bar.set_field((0.0, 30.0, 0.0, 30.0))
    sky.resize(*size)
    sky.all_bounds = lambda: (-1.0, 31.0, -1.0, 31.0)
    sky.show_all_afresh()

    arcsec, plate = bar._place(sky.pixels, QFontMetricsF(QApplication.font()))

    assert np.isfinite(arcsec) == is_drawn
    image = bar._seen_field(sky.pixels)
    assert not plate.intersects(image)
    sky.grab()


def test_the_numbers_of_an_image_keep_their_room_when_the_plot_gets_lower(sky):
    sky.ruler.set_field((0.0, 30.0, 0.0, 30.0))
    sky.show_all_afresh()

    sky.resize(360, 150)
    sky.grab()

    assert sky.pixels.y_pixel(0.0) <= sky.pixels.height - BOTTOM + 1.0
    assert sky.pixels.y_pixel(30.0) >= 0.0


def test_marks_without_a_place_are_not_drawn(sky):
    layers = [sky.add_layer(kind()) for kind in (SpotsLayer, TrailLayer, CompassLayer)]
    before = sky.grab().toImage()

    layers[0].set_spots((Spot(np.nan, 1.0, "ring"), Spot(1.0, np.nan, "square")))
    layers[1].set_data(np.full(3, np.nan), np.full(3, np.nan))
    layers[2].set_directions(None, None)

    assert sky.grab().toImage() == before


def test_the_compass_points_to_north_and_east(sky):
    compass = sky.add_layer(CompassLayer())
    before = sky.grab().toImage()

    compass.set_directions((0.0, 1.0), (-1.0, 0.0))

    after = sky.grab().toImage()
    changed = [
        (x, y)
        for x in range(260, 360)
        for y in range(100)
        if after.pixelColor(x, y) != before.pixelColor(x, y)
    ]
    columns, rows = np.array(changed).T
    assert np.ptp(columns) > 30  # a needle to the left ...
    assert np.ptp(rows) > 30  # ... and one upward
