"""Tests of engine.project.tables: rows and numbers are those of the results."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.bands import junctions
from engine.model.identity import Identity
from engine.model.table import in_row_units
from engine.mrs.held_values import HeldCheck
from engine.project.tables import (
    breakpoint_table,
    calibration_summary,
    extraction_summary,
    junction_table,
    response_summary,
)
from tests.helpers.figures import (
    calibrated,
    cube_and_extraction,
    source_junctions,
    star_response,
)

STAR = Identity(target="16 Cyg B", program="1538", observation="1", band="4A", mjd=59799.9)
UNDATED = Identity(target="μ Col")


def column(table, name):
    return list(table.column(name).values)


def test_junctions_give_one_row_each_in_both_stages(rng):
    ratios = [1.0 + 0.01 * i for i in range(10)] + [np.nan]
    one = source_junctions(rng, "16 Cyg B/1538-1", ratios)

    table = junction_table([("extracted", one), ("calibrated", one)])

    assert len(table) == 22
    assert column(table, "junction")[:11] == [junction.name for junction in junctions()]
    np.testing.assert_array_equal(column(table, "ratio")[:11], ratios)
    assert column(table, "stage") == ["extracted"] * 11 + ["calibrated"] * 11
    assert column(table, "n_used") == [int(m.used.sum()) for m in one.measures] * 2
    assert "do not overlap" in column(table, "reason")[10]
    assert table.column("low_um").unit == "um"


def test_junctions_tell_the_independent_samples_where_their_scatter_is_the_error(rng):
    one = source_junctions(rng, "16 Cyg B/1538-1", [1.0] * 10 + [np.nan])
    measures = (
        replace(one.measures[0], n_independent=19.66),
        replace(one.measures[1], n_independent=np.inf),
        *one.measures[2:],
    )

    table = junction_table([("extracted", replace(one, measures=measures))])

    assert column(table, "n_independent")[0] == 19.7
    assert np.isnan(column(table, "n_independent")[1])
    assert np.isnan(column(table, "n_independent")[10])
    assert "Student's t" in table.column("significance").description


def test_breakpoints_carry_the_errors_of_the_curve_where_they_lie(rng):
    response = star_response(rng)

    table = breakpoint_table([(STAR, response)])

    nearest = [np.argmin(np.abs(response.wave_um - at)) for at in response.breakpoints_um]
    np.testing.assert_array_equal(column(table, "wave_um"), response.breakpoints_um)
    np.testing.assert_array_equal(column(table, "factor"), response.breakpoint_values)
    np.testing.assert_array_equal(column(table, "stat_error"), response.stat_error[nearest])
    np.testing.assert_array_equal(column(table, "sys_error"), response.sys_error[nearest])
    assert column(table, "band") == ["4A"] * 5


def test_held_values_have_rows_and_say_how_far_off_they_lie(rng):
    response = star_response(rng)
    at = float(response.breakpoints_um[1])
    held = (HeldCheck(at, 1.02, 1.0, 0.005), HeldCheck(at + 0.05, 1.3, 1.3, 0.005))

    table = breakpoint_table([(STAR, replace(response, held=held))])

    places = np.sort([*response.breakpoints_um, at + 0.05])
    np.testing.assert_array_equal(column(table, "wave_um"), places)
    assert column(table, "held") == ["", "off the samples", "held", "", "", ""]
    np.testing.assert_allclose(column(table, "held_off_percent")[1:3], [2.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(column(table, "held_off_sigma")[1:3], [4.0, 0.0], atol=1e-12)
    assert column(table, "factor")[2] == 1.3
    assert np.isnan(column(table, "held_off_percent")[0])


def test_a_response_without_breakpoints_gives_no_row(rng):
    response = replace(star_response(rng), breakpoints_um=frozen([]), breakpoint_values=frozen([]))

    table = breakpoint_table([(STAR, response)])

    assert len(table) == 0
    assert table.column("wave_um").values.dtype == np.float64
    assert table.column("target").values.dtype.kind == "U"


def test_responses_are_summed_up(rng):
    response = replace(star_response(rng), messages=("One.", "Two."))

    table = response_summary([(STAR, response), (UNDATED, response)])

    assert column(table, "median_factor")[0] == np.nanmedian(response.vector)
    assert column(table, "n_used") == [response.n_used] * 2
    assert column(table, "n_breakpoints") == [5, 5]
    assert column(table, "remarks") == ["One. Two."] * 2
    assert column(table, "mjd")[0] == 59799.9
    assert np.isnan(column(table, "mjd")[1])
    assert column(table, "target") == ["16 Cyg B", "μ Col"]


def test_extractions_are_summed_up():
    _, extraction = cube_and_extraction()

    table = extraction_summary([(STAR, extraction)])

    assert column(table, "center_x") == [9.3]
    assert column(table, "center_y") == [10.8]
    assert column(table, "n_background_limited") == [6]
    assert column(table, "median_flux")[0] == np.nanmedian(extraction.spectrum.flux)
    assert column(table, "median_flux_error")[0] == np.nanmedian(extraction.spectrum.error)
    assert column(table, "unit") == [extraction.spectrum.unit]
    assert table.column("median_flux").unit == extraction.spectrum.unit


def test_calibrated_spectra_are_summed_up(rng):
    with_model = calibrated(rng, "4A", 17.7, 20.9)
    without = calibrated(rng, "4B", 20.7, 24.4, has_model=False)

    table = calibration_summary([(STAR, with_model), (STAR, without)])

    assert column(table, "median_flux_jy")[0] == np.nanmedian(with_model.spectrum.flux)
    assert column(table, "median_ratio")[0] == np.nanmedian(with_model.ratio)
    errors = with_model.spectrum.error / with_model.model_jy
    assert column(table, "median_ratio_error")[0] == np.nanmedian(np.abs(errors))
    assert np.isnan(column(table, "median_ratio")[1])
    assert table.column("median_flux_jy").unit == "Jy"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_measurement_is_no_number(rng, bad):
    response = star_response(rng)
    blind = replace(response, vector=frozen(np.full(response.wave_um.size, bad)))

    table = response_summary([(STAR, blind)])

    assert np.isnan(column(table, "median_factor")[0])


def test_every_column_says_what_it_means_or_is_plain(rng):
    plain = {"target", "program", "observation", "band", "verdict", "n_breakpoints", "remarks"}
    plain |= {"median_flux_jy"}
    one = source_junctions(rng, "16 Cyg B/1538-1", [1.0] * 11)
    response = star_response(rng)
    _, extraction = cube_and_extraction()
    for table in (
        junction_table([("extracted", one)]),
        breakpoint_table([(STAR, response)]),
        response_summary([(STAR, response)]),
        extraction_summary([(STAR, extraction)]),
        calibration_summary([(STAR, calibrated(rng, "4A", 17.7, 20.9))]),
    ):
        assert {one.name for one in table.columns if not one.description} <= plain, table.title


def test_columns_have_the_unit_that_their_rows_share_else_the_row_tells():
    shared = in_row_units("flux", ["Jy", "Jy"], [1.0, 2.0], "Median")
    mixed = in_row_units("flux", ["Jy", "DN/s"], [1.0, 2.0], "Median")

    assert (shared.unit, mixed.unit) == ("Jy", "")
    assert mixed.about == "Median, in the unit of the row"
