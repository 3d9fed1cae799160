"""What a click means for what is chosen."""

import pytest
from PyQt6.QtCore import Qt

from guiapp.plots.mouse import PlotMouse, chosen_after_click

PLAIN = PlotMouse(0.0, 0.0, 0.0, 0.0)
SHIFT = PlotMouse(0.0, 0.0, 0.0, 0.0, modifiers=Qt.KeyboardModifier.ShiftModifier)


@pytest.mark.parametrize("chosen", [(), ("a",), ("b",), ("a", "b", "c")])
def test_a_click_chooses_what_is_under_it_alone(chosen):
    assert chosen_after_click(PLAIN, "b", chosen) == ("b",)


def test_shift_adds_at_the_end_and_takes_back():
    added = chosen_after_click(SHIFT, "b", ("a", "c"))

    assert added == ("a", "c", "b")
    assert chosen_after_click(SHIFT, "b", added) == ("a", "c")
