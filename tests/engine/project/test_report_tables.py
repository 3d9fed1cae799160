"""Tests of engine.project.report_tables."""

import numpy as np
import pytest

from engine.model.table import Column, ResultTable
from engine.project.report_tables import cell, heading, micron, table_in_html


def table(**columns):
    return ResultTable(
        "Table",
        tuple(Column(name, unit, np.array(values)) for name, (unit, values) in columns.items()),
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.23456789, "1.2346"), (-0.5, "−0.5"), (1e-7, "1e−07"), (np.nan, "–"), (3, "3"),
        (np.True_, "yes"), ("1B", "1B"),
    ],
)  # fmt: skip
def test_values_are_written_for_people(value, said):
    assert cell(value) == said


def test_a_value_has_its_error_beside_it_and_the_decimals_that_it_leaves():
    page = table_in_html(
        table(
            ratio=("", [1.0213456, 0.5, np.nan]),
            ratio_error=("", [0.00312, np.nan, 0.1]),
            rate_dn_s=("DN / s", [123.456, 2.0, 3.0]),
            rate_error_dn_s=("DN / s", [12.3, 0.1, 0.2]),
        ),
        most_rows=9,
    )

    assert "<td>1.0213 ± 0.0031</td><td>123 ± 12</td>" in page
    assert "<td>0.5</td><td>2.00 ± 0.10</td>" in page
    assert "<td>–</td><td>3.00 ± 0.20</td>" in page
    assert "error" not in page


@pytest.mark.parametrize(
    ("name", "unit", "said"),
    [
        ("wave_um", "um", "wavelength (µm)"),
        ("slope", "1 / um2", "slope (1 / µm²)"),
        ("n_background_limited", "", "background-limited samples"),
        ("snr_stated", "", "S/N, ERR"),
        ("center_x", "pix", "center x (px)"),
        ("factor", "MJy s / (DN sr)", "factor (MJy/sr)/(DN/s)"),
        ("pixel_area_arcsec2", "arcsec2", "pixel area (arcsec²)"),
        ("scatter", "", "scatter"),
    ],
)
def test_headings_name_units_as_people_do(name, unit, said):
    assert heading(Column(name, unit, np.zeros(1))) == said


def test_only_the_unit_becomes_a_micron():
    assert micron("12.2 um leak in the forum, um2") == "12.2 µm leak in the forum, µm2"


def test_a_column_that_says_nothing_is_left_out_and_text_stands_at_its_left():
    page = table_in_html(
        table(band=("", ["1A", "1B"]), loss=("", [np.nan, np.nan]), n=("", [1, 2])), most_rows=9
    )

    assert "loss" not in page
    assert "<th class=t>band</th><th>number</th>" in page


def test_of_a_long_table_the_beginning_is_shown():
    page = table_in_html(table(n=("", range(50))), most_rows=3)

    assert page.count("<td>") == 3


def test_relative_errors_are_said_in_percent_with_the_decimals_of_the_window():
    page = table_in_html(
        table(
            annulus_spread=("", [0.0027983, np.nan]),
            centroid_spread=("", [7.2387e-8, 0.1234567]),
            total_percent=("percent", [2.1368, 123.456]),
        ),
        most_rows=9,
    )

    assert "annulus error (%)" in page
    assert "center error (%)" in page
    assert "<td>0.280</td><td>0.000</td><td>2.137</td>" in page
    assert "<td>–</td><td>12.35</td><td>123.5</td>" in page
