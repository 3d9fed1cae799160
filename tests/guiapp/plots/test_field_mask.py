"""Tests of guiapp.plots.field_mask and wide_bars: what is painted where."""

import numpy as np
import pytest

from guiapp.plots.field_mask import FieldMask
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.plots.wide_bars import WideBarsLayer
from guiapp.views.cube_images import levels_of
from tests.helpers.mouse import pixel_of


def color_at(plot, xy):
    return plot.grab().toImage().pixelColor(pixel_of(plot, xy).toPoint()).name()


def colors_around(plot, xy):
    """Return the colors within two pixels above and below a place."""
    image, at = plot.grab().toImage(), pixel_of(plot, xy).toPoint()
    return {image.pixelColor(at.x(), at.y() + by).name() for by in range(-2, 3)}


@pytest.fixture
def sky(qtbot, dressed):
    plot = SkyPlot(name="sky")
    qtbot.addWidget(plot)
    plot.resize(300, 300)
    image = plot.add_layer(ImageLayer(), z=0)
    values = np.tile(np.arange(20.0), (20, 1))
    image.set_image(values, levels_of(values))
    mask = plot.add_layer(FieldMask(), z=5)
    plot.ruler.set_field(image.bounds())
    with qtbot.waitExposed(plot):
        plot.show()
    plot.show_all_afresh()
    return plot, mask


def test_image_is_hidden_outside_the_field_only(sky):
    plot, mask = sky
    inside, outside = (10.0, 10.0), (16.0, 16.0)
    before = color_at(plot, inside)
    assert color_at(plot, outside) != "#ffffff"

    mask.set_field((5.5, 13.5, 5.5, 13.5))

    assert color_at(plot, inside) == before
    assert color_at(plot, outside) == "#ffffff"
    mask.set_field(None)
    assert color_at(plot, outside) != "#ffffff"


def test_bars_reach_as_far_as_the_errors_and_nan_has_none(qtbot, dressed):
    plot = ThemedPlot(name="plot")
    qtbot.addWidget(plot)
    plot.resize(400, 300)
    bars = plot.add_layer(WideBarsLayer("wrong"), z=5)
    plot.all_bounds = lambda: (0.0, 10.0, 0.0, 10.0)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.show_all_afresh()

    bars.set_data(np.array([5.0, 3.0]), np.array([4.3, 7.3]), np.array([1.0, np.nan]))

    assert colors_around(plot, (5.3, 4.3)) != {"#ffffff"}
    assert colors_around(plot, (4.3, 4.3)) != {"#ffffff"}
    assert colors_around(plot, (6.6, 4.3)) == {"#ffffff"}
    assert colors_around(plot, (3.2, 7.3)) == {"#ffffff"}
