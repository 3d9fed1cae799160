"""Tests of engine.figures.labels."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from engine.figures.labels import FONT, plain, signed, with_error


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("µ Col", "µ Col"),
        ("10 Lac · 4A", "10 Lac · 4A"),
        ("$x$ and $y$", r"\$x\$ and \$y\$"),
        ("a\nb", "a b"),
        ("星", "?"),
        ("\x07", "?"),
        ("x" * 200, "x" * 89 + "…"),
    ],
)
def test_text_of_data_is_shown_letter_by_letter(text, shown):
    assert plain(text) == shown


@settings(max_examples=50)
@given(text=st.text())
def test_any_text_can_be_drawn_without_a_complaint(text):
    figure = Figure()

    figure.text(0.5, 0.5, plain(text), family=FONT)

    figure.draw_without_rendering()  # warnings are errors here


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.26, "+1.3"),
        (-1.26, "−1.3"),
        (0.0, "0.0"),
        (-0.04, "0.0"),
        (0.04, "0.0"),
        (-12.0, "−12.0"),
    ],
)
def test_signed_numbers_have_a_real_minus_and_no_negative_zero(value, text):
    assert signed(value, 1) == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (865040.0, 718.0, "865040 ± 718"),
        (0.41234, 0.0031, "0.4123 ± 0.0031"),
        (-1.5, 0.25, "−1.50 ± 0.25"),
        (3.25, float("nan"), "3.25"),
    ],
)
def test_a_value_has_the_decimals_of_two_digits_of_its_error(value, error, text):
    assert with_error(value, error) == text
