"""Tests of guiapp.plots.image_layer, color_maps, color_bar and sky_plot."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtCore import QPoint

from guiapp.look import theme
from guiapp.plots.color_bar import ColorBar, round_values
from guiapp.plots.color_maps import COLOR_MAPS, color_table
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import Levels
from tests.helpers.mouse import CTRL, SHIFT, pixel_of, wheel

LEVELS = Levels(0.0, 100.0, 5.0)


@pytest.fixture
def sky(qtbot, dressed):
    """Return a plot of an image of 8 x 6 pixels: 0, 1, 2 ... and one gap at (2, 1)."""
    plot = SkyPlot(name="sky", x_label="x", y_label="y")
    qtbot.addWidget(plot)
    plot.resize(420, 400)
    layer = plot.add_layer(ImageLayer())
    values = np.arange(48.0).reshape(6, 8)
    values[1, 2] = np.nan
    layer.set_image(values, LEVELS)
    plot.ruler.set_field(layer.bounds())
    with qtbot.waitExposed(plot):
        plot.show()
    plot.show_all_afresh()
    return plot, layer


def color_at(plot, xy):
    where = pixel_of(plot, xy).toPoint()
    return plot.viewport().grab().toImage().pixelColor(QPoint(where.x(), where.y()))


def test_a_pixel_is_drawn_at_its_place_in_the_color_of_its_value(sky):
    plot, layer = sky

    seen = color_at(plot, (7.0, 4.0))

    assert (seen.red(), seen.green(), seen.blue()) == tuple(layer.colors()[4, 7, :3])


def test_pixels_are_square_and_upright(sky):
    plot, _ = sky

    origin, right, up = (pixel_of(plot, xy) for xy in ((0, 0), (1, 0), (0, 1)))

    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y(), abs=1e-6)
    assert right.x() > origin.x()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_gap_is_neutral_and_never_the_color_of_a_value(sky, choice):
    plot, layer = sky
    theme.choose(choice)
    taken = {tuple(color) for color in color_table(layer.map_name).tolist()}

    image = plot.viewport().grab().toImage()
    middle = pixel_of(plot, (2.0, 1.0)).toPoint()
    gap = [
        image.pixelColor(middle + QPoint(dx, dy)).getRgb()[:3]
        for dx in range(-8, 9)
        for dy in range(-8, 9)
    ]

    assert layer.colors()[1, 2, 3] == 0
    assert not taken & set(gap)
    assert len(set(gap)) > 1  # hatched


def test_the_pixel_under_a_place_is_found_and_outside_there_is_none(sky):
    _, layer = sky

    assert layer.pixel_at(2.4, 0.6) == (2, 1)
    assert layer.pixel_at(-0.5, 5.49) == (0, 5)
    assert layer.pixel_at(7.51, 0.0) is None
    assert layer.pixel_at(0.0, -0.6) is None


def test_a_flagged_pixel_is_crossed(sky):
    plot, layer = sky
    before = plot.viewport().grab().toImage()
    flagged = np.zeros((6, 8), dtype=bool)
    flagged[3, 5] = flagged[1, 2] = True

    layer.set_image(layer.values, LEVELS, flagged=flagged)

    after = plot.viewport().grab().toImage()
    crossed, gap, other = (pixel_of(plot, xy).toPoint() for xy in ((5, 3), (2, 1), (6, 3)))
    assert after.pixelColor(crossed) != before.pixelColor(crossed)
    assert after.pixelColor(gap) == before.pixelColor(gap)
    assert after.pixelColor(other) == before.pixelColor(other)


def test_the_wheel_keeps_pixels_square(sky):
    plot, _ = sky
    before = plot.view

    wheel(plot, (3.0, 3.0), 2)

    (x0, x1), (y0, y1) = plot.view
    assert (x1 - x0) / (before[0][1] - before[0][0]) == pytest.approx(1 / 1.44, rel=1e-6)
    assert (y1 - y0) / (before[1][1] - before[1][0]) == pytest.approx(1 / 1.44, rel=1e-6)


@pytest.mark.parametrize("keys", [SHIFT, CTRL])
def test_the_wheel_with_a_key_leafs_and_does_not_zoom(sky, keys):
    plot, _ = sky
    heard = []
    plot.leafed.connect(heard.append)
    before = plot.view

    for notches in (1, 2, -1, -0.5, -0.5):
        wheel(plot, (3.0, 3.0), notches, keys=keys)

    assert heard == [1, 2, -1, -1]
    assert plot.view == before


def test_showing_all_leaves_room_for_the_numbers_beside_the_field(sky):
    plot, layer = sky

    left, right, low, high = layer.bounds()
    corner = pixel_of(plot, (left, low))

    assert corner.x() >= 40
    assert corner.y() <= plot.height() - 34
    assert pixel_of(plot, (right, high)).x() <= plot.width()


def test_every_color_map_grows_evenly_in_brightness():
    weights = np.array([0.2126, 0.7152, 0.0722])
    for one in COLOR_MAPS:
        linear = (color_table(one.name) / 255.0) ** 2.2
        luminance = linear @ weights
        steps = np.diff(np.cbrt(luminance)) * (1 if one.ground == "dark" else -1)
        assert steps.min() > -0.01, one.name
        assert np.cbrt(luminance).max() > 0.85, one.name


def test_the_color_bar_names_round_values_inside_the_levels():
    values = round_values(Levels(-30.0, 2500.0, 20.0))

    assert values[0] == 0.0
    assert {1000.0, 500.0, 2000.0, 100.0, -10.0} <= set(values)
    assert all(-30.0 <= value <= 2500.0 for value in values)


def test_the_color_bar_gives_the_value_of_a_color(qtbot):
    bar = ColorBar()
    qtbot.addWidget(bar)

    bar.show_scale(Levels(2.0, 12.0, 1.0), "linear", "gray", unit="MJy/sr")

    assert_allclose([bar.value_at(share) for share in (0.0, 0.5, 1.0)], [2.0, 7.0, 12.0])
    assert bar.accessibleName() == "Color scale, 2 to 12 MJy/sr"


def test_gray_runs_from_black_to_white_and_back():
    assert_array_equal(color_table("gray")[[0, -1]], [[0, 0, 0], [255, 255, 255]])
    assert_array_equal(color_table("inverted gray"), color_table("gray")[::-1])


def test_a_closed_plot_no_longer_follows_the_theme(dressed):
    plot = SkyPlot(name="sky")

    plot.close()
    theme.choose("dark")  # would reach for axes that are gone

    assert plot.plotItem is None
