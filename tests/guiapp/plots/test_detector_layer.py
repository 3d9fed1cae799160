"""Images of detectors: colors are made once, only what is seen is painted."""

import numpy as np
import pytest

from guiapp.plots.color_maps import color_table
from guiapp.plots.detector_layer import DetectorLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import Levels
from tests.helpers.mouse import pixel_of

_LEVELS = Levels(0.0, 2.0, 1.0)


@pytest.fixture
def plot(qtbot):
    plot = SkyPlot(name="Frame")
    qtbot.addWidget(plot)
    plot.resize(500, 500)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def _shown(plot, x, y):
    where = pixel_of(plot, (x, y))
    return plot.grab().toImage().pixelColor(int(where.x()), int(where.y()))


def test_each_pixel_has_its_color_wherever_the_view_is(plot):
    values = np.zeros((1024, 1032))
    values[700:, 500:] = 2.0
    layer = plot.add_layer(DetectorLayer(), z=0)
    layer.set_image(values, _LEVELS)

    for view in (((0.0, 1032.0), (0.0, 1032.0)), ((480.0, 520.0), (680.0, 720.0))):
        plot.set_view(view)
        (x0, x1), (y0, y1) = plot.view
        assert x0 < 490
        assert x1 > 510
        assert y0 < 690
        assert y1 > 710
        dark, bright = _shown(plot, 490, 690), _shown(plot, 510, 710)
        table = color_table("viridis")
        assert (dark.red(), dark.green(), dark.blue()) == tuple(table[0])
        assert (bright.red(), bright.green(), bright.blue()) == tuple(table[254])


def test_a_pan_makes_no_colors(plot, monkeypatch):
    layer = plot.add_layer(DetectorLayer(), z=0)
    layer.set_image(np.ones((64, 32)), _LEVELS)
    plot.set_view(((0.0, 64.0), (0.0, 64.0)))
    plot.grab()
    made = []
    monkeypatch.setattr(layer, "indices", lambda: made.append(1))

    plot.set_view(((5.0, 40.0), (5.0, 40.0)))
    plot.grab()

    assert made == []


def test_other_values_are_drawn(plot):
    layer = plot.add_layer(DetectorLayer(), z=0)
    layer.set_image(np.zeros((16, 16)), _LEVELS)
    plot.set_view(((-1.0, 16.0), (-1.0, 16.0)))
    before = _shown(plot, 8, 8)

    layer.set_image(np.full((16, 16), 2.0), _LEVELS)

    assert _shown(plot, 8, 8) != before


def test_pixels_without_light_show_the_ground(plot):
    values = np.ones((16, 16))
    values[:, 8:] = np.nan
    layer = plot.add_layer(DetectorLayer(), z=0)
    layer.set_image(values, _LEVELS)
    plot.set_view(((-1.0, 16.0), (-1.0, 16.0)))

    assert _shown(plot, 12, 5) == plot.grab().toImage().pixelColor(
        pixel_of(plot, (15.8, 15.8)).toPoint()
    )
    assert _shown(plot, 4, 5) != _shown(plot, 12, 5)


def test_a_view_beside_the_image_is_empty(plot):
    layer = plot.add_layer(DetectorLayer(), z=0)
    layer.set_image(np.ones((16, 16)), _LEVELS)

    plot.set_view(((100.0, 200.0), (100.0, 200.0)))

    assert not plot.grab().isNull()
