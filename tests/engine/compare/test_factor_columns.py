"""Tests of engine.compare.factor_columns, and of the tables of files that it reads."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.arrays import frozen
from engine.compare.factor_columns import joined_parameters, parameter_of, read_factor_table
from engine.errors import DataError, FileError
from engine.files import load
from engine.model.identity import Identity
from engine.model.tabulated import DataTable

ECSV = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: program, datatype: string}
# - {name: factor, unit: MJy s / (DN sr), datatype: float64}
# - {name: factor_error, unit: MJy s / (DN sr), datatype: float64}
# - {name: time_mjd, unit: d, datatype: float64}
# - {name: subarray, datatype: string}
# - {name: flag, datatype: string}
# meta: {kind: parameters}
# schema: astropy-2.0
name program factor factor_error time_mjd subarray flag
"GD 71" 1536 0.452 0.001 59720.5 FULL ""
"16 Cyg B" 1538 0.448 0.002 59762.5 SUB64 ""
"2MASS J17430448+6655015" 1027 nan 0.001 59724.4 FULL "peak rate 40 % low"
"""
CSV = """\
# kind: "parameters"
name,well_depth_dn [DN],peak_rate_dn_s [DN/s]
10 Lac,26000,100
mu Col,21000,90000
"""


def _written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_with_factors_is_known_by_its_kind_and_its_column(tmp_path):
    loaded = load(_written(tmp_path, "t.ecsv", ECSV))

    table = read_factor_table(loaded.products[0], "t.ecsv", "e1.")

    assert loaded.kind == "factors"
    assert table.ids == ("e1.1", "e1.2", "e1.3")
    assert table.unit == "MJy s / (DN sr)"
    assert table.classes == ("hot", "G", "A")
    assert_array_equal(table.factor, [0.452, 0.448, np.nan])
    assert_array_equal(table.used, [True, True, False])
    assert table.flags[2] == "peak rate 40 % low"
    assert table.notes[1] == "PID 1538"
    assert [one.name for one in table.parameters] == ["time_mjd", "subarray"]
    assert table.parameter("time_mjd").title == "Date (MJD)"


def test_a_table_without_factors_gives_columns(tmp_path):
    loaded = load(_written(tmp_path, "t.csv", CSV))
    identities = [Identity(target="MUCOL"), Identity(target="16 Cyg B"), Identity(target="10 Lac")]

    depth, rate = joined_parameters([loaded.products[0]], identities)

    assert loaded.kind == "parameters"
    assert (depth.label, depth.unit, depth.scale) == ("Well depth", "DN", "linear")
    assert_array_equal(depth.numbers, [21000.0, np.nan, 26000.0])
    assert rate.scale == "log"


def test_a_table_without_names_is_refused(tmp_path):
    text = ECSV.replace("name: name", "name: title").replace("\nname program", "\ntitle program")

    with pytest.raises(FileError, match="name"):
        load(_written(tmp_path, "t.ecsv", text))


def test_factors_that_are_no_numbers_are_refused():
    table = DataTable("", {"name": ("a", "b"), "factor": ("high", "low")}, {})

    with pytest.raises(DataError, match="no numbers in the column “factor”"):
        read_factor_table(table, "t.ecsv", "e1.")


def test_rows_are_matched_by_program_and_observation_where_these_are_given():
    table = DataTable(
        "",
        {
            "name": ("10 Lac", "10 Lac", "10 Lac"),
            "program": ("01524", "3779", "3779"),
            "observation": frozen([16.0, 2.0, 3.0]),
            "well_depth_dn": frozen([26000.0, 55000.0, 50000.0]),
        },
        {},
    )
    found = [
        Identity(target="10 Lac", program="1524", observation="16"),
        Identity(target="10 Lac", program="3779", observation="3"),
        Identity(target="10 Lac", program="4497", observation="1"),
    ]

    [depth] = joined_parameters([table], found)

    assert_array_equal(depth.numbers, [26000.0, 50000.0, np.nan])


def test_rows_that_disagree_leave_the_value_unknown():
    table = DataTable(
        "", {"name": ("10 Lac", "10 Lac"), "n": frozen([1.0, 2.0]), "mode": ("a", "a")}, {}
    )

    number, mode = joined_parameters([table], [Identity(target="10 Lac")])

    assert np.isnan(number.numbers[0])
    assert mode.texts == ("a",)


def test_the_later_of_two_files_counts():
    first = DataTable("", {"name": ("10 Lac", "mu Col"), "n": frozen([1.0, 2.0])}, {})
    later = DataTable("", {"name": ("10 Lac",), "n": frozen([3.0])}, {})

    [number] = joined_parameters(
        [first, later], [Identity(target="10 Lac"), Identity(target="mu Col")]
    )

    assert_array_equal(number.numbers, [3.0, 2.0])


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1.0, 29.0], "linear"),
        ([1.0, 31.0], "log"),
        ([0.0, 31.0], "linear"),
        ([-1.0, 9.0], "linear"),
    ],
)
def test_values_over_a_wide_range_are_taken_by_their_logarithm(values, scale):
    assert parameter_of("flux_jy", "Jy", frozen(values)).scale == scale


def test_errors_that_are_no_errors_are_not_known():
    table = DataTable(
        "",
        {
            "name": ("a", "b", "c", "d"),
            "factor": frozen([1.0, np.inf, 1.0, 1.0]),
            "factor_error": frozen([0.1, 0.0, -1.0, np.inf]),
        },
        {},
    )

    found = read_factor_table(table, "t", "e1.")

    assert_array_equal(found.error, [0.1, np.nan, np.nan, np.nan])
    assert_array_equal(found.factor, [1.0, np.nan, 1.0, 1.0])


def test_infinite_values_are_no_measurements():
    assert np.isnan(parameter_of("x", "", np.array([np.inf, 1.0])).numbers[0])


@pytest.mark.real_data
def test_the_published_photometry_of_gordon_can_be_looked_at(real_data):
    table = load(real_data("published_tables/gordon2025_table5_portion.ecsv")).products[0]
    columns = dict(table.columns)
    chosen = np.array([one == "F560W" for one in columns["filter"]])
    kept = {
        name: frozen(values[chosen])
        if isinstance(values, np.ndarray)
        else tuple(one for one, is_in in zip(values, chosen, strict=True) if is_in)
        for name, values in columns.items()
    }
    kept["factor"] = frozen(kept["flux_mjy"] / kept["iflux"])

    found = read_factor_table(DataTable("", kept, {}), "Table 5, F560W", "e1.")

    assert set(found.classes) <= {"hot", "A", "G"}
    # Gordon+2025, Sec. 3.2: the flux of J1743 of MJD 59724.4 is an outlier; flux over iflux is not.
    assert np.ptp(found.factor) / np.mean(found.factor) < 0.03
