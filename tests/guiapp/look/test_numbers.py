"""Tests of guiapp.look.numbers."""

import math

import pytest

from guiapp.look.numbers import error_text, fixed_text, number_text, parsed_number


@pytest.mark.parametrize(
    ("value", "error", "unit", "said"),
    [
        (1.02134, 0.0031, "", "1.0213 ± 0.0031"),
        (12345.678, 23.0, "", "12346 ± 23"),
        (0.42331, 0.0019, "MJy/sr", "0.4233 ± 0.0019 MJy/sr"),
        (5.0, 0.0996, "", "5.00 ± 0.10"),
        (-3.25, None, "µm", "−3.25 µm"),
        (19.5, None, "", "19.5"),
        (0.0, None, "", "0"),
        (1234567.0, None, "s", "1.2346 × 10⁶ s"),
        (2.8606e-13, 1e-16, "sr", "(2.8606 ± 0.0010) × 10⁻¹³ sr"),
        (-0.00001, 0.02, "", "0.000 ± 0.020"),
    ],
)
def test_decimals_fit_the_error(value, error, unit, said):
    assert number_text(value, error, unit) == said


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_no_measurement_is_a_dash_and_never_a_number(nothing):
    assert number_text(nothing, 0.1, "Jy") == "–"


@pytest.mark.parametrize("error", [None, 0.0, math.nan, math.inf, -1.0])
def test_an_error_that_is_none_is_not_shown(error):
    assert number_text(1.5, error) == "1.5"


def test_zero_is_never_negative():
    assert fixed_text(-0.0001, 2) == "0.00"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3.5", 3.5), ("3,5", 3.5), (" −2 ", -2.0), ("1e-3", 1e-3), ("1 000", 1000.0),
        ("", None), ("abc", None), ("nan", None), ("inf", None), ("1,2,3", None), ("1.2.3", None),
    ],
)  # fmt: skip
def test_what_people_type_is_understood_or_refused(typed, value):
    assert parsed_number(typed) == value


@pytest.mark.parametrize("value", [0.0, 1.25, -17.5, 123.45])
def test_a_shown_number_reads_back(value):
    assert parsed_number(number_text(value)) == value


@pytest.mark.parametrize(
    ("error", "said"),
    [(1.1847, "1.2"), (0.0341, "0.034"), (23.4, "23"), (0.0996, "0.10"), (math.nan, "–")],
)
def test_an_error_alone_has_two_digits(error, said):
    assert error_text(error) == said
