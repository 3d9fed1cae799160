"""Tests of guiapp.look.numbers."""

import math

import pytest

from guiapp.look.numbers import broken, error_text, fixed_text, number_text, parsed_number, unbroken


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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("5.9 µm +0.3 % (11 σ), 6.2 µm −0.2 % (9 σ)", "5.9_µm_+0.3_%_(11_σ), 6.2_µm_−0.2_%_(9_σ)"),
        ("ratio 0.99923 ± 0.00088 of", "ratio 0.99923_±_0.00088 of"),
        ("(2.86 ± 0.01) × 10⁻¹³ sr or 64 % in 4C", "(2.86_±_0.01)_×_10⁻¹³_sr or 64_% in 4C"),
        ("after 209 d: 0.9 MJy/sr per DN/s, 3.2 Jy", "after 209_d: 0.9_MJy/sr per DN/s, 3.2_Jy"),
        ("11 of 970 samples, band 3A of 10 Lac", "11 of 970 samples, band 3A of 10 Lac"),
        ("2 heavy stars and 3 Kelvin", "2 heavy stars and 3 Kelvin"),
    ],
)  # fmt: skip
def test_no_line_ends_between_a_number_and_its_unit_or_error(said, kept):
    assert unbroken(said) == kept.replace("_", "\N{NO-BREAK SPACE}")
    assert broken(unbroken(said)) == said


def test_no_line_ends_within_a_junction():
    said = "Not stitched: 1A|1B, 4B|4C; a|b"

    assert unbroken(said) == said.replace("A|1", "A\N{WORD JOINER}|\N{WORD JOINER}1").replace(
        "B|4", "B\N{WORD JOINER}|\N{WORD JOINER}4"
    )
    assert broken(unbroken(said)) == said
