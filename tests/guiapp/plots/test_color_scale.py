"""Tests of the values that guiapp.plots.color_bar writes below its colors."""

import pytest

from guiapp.plots.color_bar import end_values, round_values
from guiapp.plots.stretch import NO_LEVELS, Levels


@pytest.mark.parametrize(("low", "high"), [(80.3, 101.7), (-0.3, 3.9), (27.2, 27.9), (1e-3, 5e3)])
def test_there_are_several_round_values_between_the_ends(low, high):
    found = round_values(Levels(low, high, high - low))

    assert len(set(found)) >= 3
    assert all(low <= value <= high for value in found)


def test_without_a_range_there_is_none():
    assert round_values(NO_LEVELS) == []


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.0, 1893.2, (1890.0, 0.0)),
        (-0.3, 5.0, (5.0, -0.3)),
        (0.99871, 1.00134, (1.00134, 0.99871)),
        (1.2345, 9.8765, (9.87, 1.24)),
    ],
)
def test_the_ends_are_those_of_the_colors_to_three_digits_and_between_them(low, high, said):
    assert end_values(Levels(low, high, high)) == pytest.approx(said, rel=1e-12)
