"""Stacked bars: which part the mouse is over, and what show all shows."""

import numpy as np
import pytest

from guiapp.plots.mouse import PlotMouse
from guiapp.plots.stacked_bars import StackedBarsLayer


@pytest.fixture
def bars(qtbot):
    layer = StackedBarsLayer(("accent", "care", "wrong"))
    layer.set_data(np.array([[1.0, 2.0, np.nan], [0.5, 0.0, 0.5]]))
    return layer


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (0.1, 0.5, (0, 0)),
        (-0.3, 2.9, (0, 1)),
        (0.0, 3.2, (0, -1)),
        (1.2, 0.7, (1, 2)),
        (1.9, 0.1, (-1, -1)),
        (0.0, -0.1, (0, -1)),
    ],
)
def test_the_part_under_the_mouse_is_found(bars, x, y, expected):
    assert bars.part_at(PlotMouse(x, y, 0.0, 0.0)) == expected


def test_all_bars_are_shown_from_zero(bars):
    assert bars.bounds() == (-0.5, 1.5, 0.0, 3.0)


def test_no_bars_show_nothing(qtbot):
    layer = StackedBarsLayer(("accent",))

    assert layer.bounds() is None
    assert layer.part_at(PlotMouse(0.0, 0.0, 0.0, 0.0)) == (-1, -1)
