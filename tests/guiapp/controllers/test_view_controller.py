"""Tests of guiapp.controllers.view_controller."""

import numpy as np

from engine.model.table import Column, ResultTable
from guiapp.controllers.view_controller import columns_of


def test_stars_are_named_as_everywhere_and_other_columns_stay_as_they_are():
    table = ResultTable(
        "Leak",
        (
            Column("target", "", np.array(["del UMi", "NGC 346"])),
            Column("source", "", np.array(["DELUMI/1536-24", "NGC 346/1227-5"])),
            Column("leak", "%", np.array([1.0, 2.0]), "At its peak"),
        ),
    )

    found = columns_of(table, {"target": "star", "source": "source", "leak": "peak"})

    assert found.column("star").values.tolist() == ["δ UMi", "NGC 346"]
    assert found.column("source").values.tolist() == ["δ UMi/1536-24", "NGC 346/1227-5"]
    assert found.column("peak").unit == "%"
    assert table.column("target").values[0] == "del UMi"


def test_observations_of_one_star_are_told_apart_in_a_table():
    table = ResultTable(
        "Leak",
        (
            Column("target", "", np.array(["10LAC", "10 Lac", "mu Col"])),
            Column("program", "", np.array(["1524", "3779", "4497"])),
            Column("observation", "", np.array(["16", "1", "4"])),
        ),
    )

    found = columns_of(table, {"target": "star"})

    assert found.column("star").values.tolist() == ["10 Lac/1524-16", "10 Lac/3779-1", "μ Col"]


def test_a_row_of_all_stars_keeps_its_name_beside_observations_that_are_told_apart():
    table = ResultTable(
        "Spectrographs",
        (
            Column("star", "", np.array(["10 Lac", "10 Lac", "all"])),
            Column("source", "", np.array(["10LAC/1524-16", "10 Lac/3779-1", ""])),
        ),
    )

    found = columns_of(table, {"star": "star"})

    assert found.column("star").values.tolist() == ["10 Lac/1524-16", "10 Lac/3779-1", "all"]
