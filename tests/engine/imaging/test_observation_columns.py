"""Tests of engine.imaging.observation_columns: files as photometry of stars."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.files import load
from engine.imaging.aperture_correction import published_apertures
from engine.imaging.observation_columns import (
    class_of_words,
    read_observations,
)
from engine.imaging.observations import PIXEL_SR
from engine.model.tabulated import DataTable


def data_table(units=None, **columns):
    given = {
        "name": ("del UMi", "G 191-B2B"),
        "filter": ("f770w", "F770W"),
        "subarray": ("SUB64", "full"),
        "rate_dn_s": np.array([100.0, 50.0]),
    } | columns
    return DataTable("", given, {name: (units or {}).get(name, "") for name in given})


def test_the_columns_of_table_5_are_known(real_data):
    [table] = load(real_data("published_tables/gordon2025_table5_portion.ecsv")).products

    found = read_observations(table, "Table 5", "e1.")

    assert len(found) == 31
    assert set(found.classes) == {"hot", "A", "G"}  # "HoStars" and "Adwarfs" in the file
    assert found.stars[0] == "16 Cyg B"
    assert (found.programs[0], found.subarrays[0], found.mjd[0]) == ("1538", "SUB64", 59762.5)
    assert (found.peak_dn_s[0], found.well_depth_dn[0]) == (5.17e4, 4.40e4)
    assert (found.flux_dn_s[0], found.flux_error[0]) == (8.79e5, 1.07e3)
    assert (found.background_dn_s[0], found.integration_s[0]) == (143.0, 0.85)
    assert found.ids[0] == "e1.1"


def test_missing_radii_and_corrections_are_those_of_table_4():
    found = read_observations(data_table(), "x", "e1.")

    own = published_apertures()["F770W"]
    assert found.aperture_px.tolist() == [4.22, 4.22]
    assert found.aperture_correction == pytest.approx(own.correction.value, rel=1e-14)
    assert found.aperture_correction_error == pytest.approx(own.correction.error, rel=1e-14)
    assert found.solid_angle_sr.tolist() == [PIXEL_SR, PIXEL_SR]


def test_given_corrections_and_solid_angles_are_kept():
    columns = {
        "aperture_correction": np.array([1.5, np.nan]),
        "solid_angle_sr": np.array([3e-13, 0.0]),
    }

    found = read_observations(data_table(**columns), "x", "e1.")

    assert found.aperture_correction[0] == 1.5
    assert found.aperture_correction[1] == pytest.approx(
        published_apertures()["F770W"].correction.value
    )
    assert found.solid_angle_sr.tolist() == [3e-13, PIXEL_SR]


def test_other_radii_have_no_published_correction():
    columns = {
        "aperture_px": np.array([5.0, 4.22]),
        "inner_px": np.array([8.92, 8.92]),
        "outer_px": np.array([14.64, 14.64]),
    }

    found = read_observations(data_table(**columns), "x", "e1.")

    assert np.isnan(found.aperture_correction[0])
    assert np.isfinite(found.aperture_correction[1])


def test_a_filter_without_published_radii_has_no_correction():
    found = read_observations(data_table(filter=("F999X", "F770W")), "x", "e1.")

    assert np.isnan(found.aperture_correction[0])
    assert np.isnan(found.factors().value[0])


@pytest.mark.parametrize(
    ("column", "unit", "expected"),
    [("model_jy", "", 2.0), ("model_jy", "mJy", 2e-3), ("model_mjy", "", 2e-3)],
)
def test_model_fluxes_are_in_jy(column, unit, expected):
    table = data_table({column: unit}, **{column: np.array([2.0, -1.0])})

    found = read_observations(table, "x", "e1.")

    assert found.model_jy[0] == pytest.approx(expected)
    assert np.isnan(found.model_jy[1])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("HotStars", "hot"), ("HoStars", "hot"), ("hot stars", "hot"), ("Adwarfs", "A"),
        ("A dwarfs", "A"), ("A", "A"), ("SolarAnalogs", "G"), ("solar analog", "G"), ("G", "G"),
        ("white dwarf", "white dwarf"), ("", ""),
    ],
)  # fmt: skip
def test_classes_are_known_by_many_words(words, expected):
    assert class_of_words(words) == expected


def test_a_class_that_is_not_given_is_that_of_the_listed_star():
    found = read_observations(data_table(name=("del UMi", "Nobody 1")), "x", "e1.")

    assert found.stars == ("δ UMi", "Nobody 1")
    assert found.classes == ("A", "")


def test_names_are_compared_without_case():
    table = data_table()
    columns = {name.upper(): one for name, one in table.columns.items()}

    found = read_observations(DataTable("", columns, {}), "x", "e1.")

    assert found.flux_dn_s.tolist() == [100.0, 50.0]


def test_a_missing_column_is_named():
    table = data_table()
    columns = {name: one for name, one in table.columns.items() if name != "subarray"}

    with pytest.raises(DataError, match="cat has no column subarray"):
        read_observations(DataTable("", columns, {}), "cat", "e1.")


def test_rates_as_text_are_refused():
    with pytest.raises(DataError, match="rates of cat are text"):
        read_observations(data_table(rate_dn_s=("1e3", "bright")), "cat", "e1.")
