"""Tests of guiapp.views.held_off."""

import numpy as np
import pytest

from engine.mrs.held_values import HeldCheck
from guiapp.plots.breakpoints import BreakpointsLayer
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.held_off import HeldOffLine
from tests.helpers.mouse import pixel_of

_OFF = HeldCheck(wave_um=5.5, value=0.5, free=0.45, error=0.001)


@pytest.fixture
def plot(qtbot):
    plot = ThemedPlot(name="Response")
    qtbot.addWidget(plot)
    plot.resize(760, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.set_view(((5.0, 6.0), (0.0, 1.0)))
    return plot


def _line(plot, handles):
    """Return the line on one held value, over a plot with handles at ``(x, y)``."""
    layer = plot.add_layer(BreakpointsLayer())
    layer.set_handles(*np.array(handles, dtype=float).T)
    line = HeldOffLine(plot, layer)
    line.say((_OFF,))
    return line


@pytest.mark.parametrize(
    ("handles", "edge"),
    [
        ([(5.2, 0.5), (5.8, 0.6)], "bottom"),
        ([(5.2, 0.5), (5.5, 0.06), (5.8, 0.6)], "top"),
        ([(5.7, 0.05), (5.7, 0.95)], "side"),
    ],
)
def test_the_line_lies_where_no_handle_is(plot, handles, edge):
    line = _line(plot, handles)

    place = line.geometry().adjusted(-6, -6, 6, 6)
    assert plot.rect().contains(line.geometry())
    assert not any(place.contains(pixel_of(plot, one).toPoint()) for one in handles)
    middle = line.geometry().center()
    assert edge == "side" or (edge == "bottom") == (middle.y() > 150)
    assert (edge == "side") == (abs(middle.x() - pixel_of(plot, (5.5, 0.5)).x()) > 40)


def test_where_handles_are_everywhere_the_line_covers_others_than_what_it_is_about(plot):
    xs = np.linspace(5.0, 6.0, 40)
    handles = [(x, y) for x in xs for y in (0.05, 0.5, 0.95)]
    off = HeldCheck(wave_um=5.5, value=0.05, free=0.04, error=0.001)
    line = _line(plot, handles)

    line.say((off,))

    assert not line.geometry().contains(pixel_of(plot, (5.5, 0.05)).toPoint())
    assert plot.rect().contains(line.geometry())
