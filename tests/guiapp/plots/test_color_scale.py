"""Tests of the values that guiapp.plots.color_bar writes below its colors."""

import pytest

from guiapp.plots.color_bar import round_values
from guiapp.plots.stretch import NO_LEVELS, Levels


@pytest.mark.parametrize(("low", "high"), [(80.3, 101.7), (-0.3, 3.9), (27.2, 27.9), (1e-3, 5e3)])
def test_there_are_several_round_values_between_the_ends(low, high):
    found = round_values(Levels(low, high, high - low))

    assert len(set(found)) >= 3
    assert all(low <= value <= high for value in found)


def test_without_a_range_there_is_none():
    assert round_values(NO_LEVELS) == []
