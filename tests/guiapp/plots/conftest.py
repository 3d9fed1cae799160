"""Fixtures of the plots' tests."""

import pytest

from guiapp.plots.themed_plot import ThemedPlot


@pytest.fixture
def plot(qtbot):
    """Return a plot on the screen that shows x from 0 to 10 and y from 0 to 1."""
    plot = ThemedPlot(name="test plot", x_label="x", y_label="y")
    qtbot.addWidget(plot)
    plot.resize(640, 400)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.set_view(((0.0, 10.0), (0.0, 1.0)))
    return plot
