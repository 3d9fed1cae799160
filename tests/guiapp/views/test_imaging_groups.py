"""Tests of guiapp.views.imaging_groups: colors by type, symbols by subarray."""

import numpy as np

from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.parameters import filter_table
from guiapp.views.imaging_groups import groups_of_filter, hidden_kinds, legend_of, short_name
from guiapp.views.trend_groups import LEFT_OUT
from tests.helpers.imaging_demo_table import demo_observations


def demo_table(filter_name):
    table, _ = demo_observations()
    return filter_table(measure_factors(table, FactorParams(time="published")), filter_name)


def test_a_subarray_has_the_same_symbol_in_every_filter():
    looks = {}
    for name in ("F560W", "F1280W", "F2550W"):
        table = demo_table(name)
        groups = groups_of_filter(table)
        for row, subarray in enumerate(table.parameter("subarray").texts):
            if table.used[row]:
                looks.setdefault(subarray, set()).add(groups.styles[groups.kinds[row]].symbol)

    assert looks["SUB64"] == {"triangle"}
    assert looks["SUB256"] == {"diamond"}
    assert all(len(symbols) == 1 for symbols in looks.values())


def test_the_color_is_that_of_the_type_and_what_is_out_is_crossed():
    table = demo_table("F560W")
    groups = groups_of_filter(table)

    for row, star_class in enumerate(table.classes):
        style = groups.styles[groups.kinds[row]]
        assert style.color == (f"class {star_class}" if table.used[row] else "wrong")
    assert np.count_nonzero(groups.kinds == LEFT_OUT) == np.count_nonzero(~table.used)


def test_the_legend_names_only_what_is_there():
    titles = [one.text for one in legend_of((demo_table("F2300C"),))]

    assert titles == ["A dwarfs", "solar analogs", "MASKLYOT", "left out"]


def test_subarrays_of_one_symbol_are_one_entry():
    entries = legend_of((demo_table("F560W"), demo_table("F1065C"), demo_table("F2300C")))
    symbols = [one.style.symbol for one in entries if one.name.startswith("subarray")]

    assert len(set(symbols)) == len(symbols)
    assert "FULL, masks" in [one.text for one in entries]


def test_a_hidden_type_hides_all_of_its_subarrays():
    table = demo_table("F1280W")
    groups = groups_of_filter(table)

    hidden = hidden_kinds({"class A": False, "left out": False})

    gone = {table.classes[row] for row, kind in enumerate(groups.kinds) if kind in hidden}
    kept = {table.classes[row] for row, kind in enumerate(groups.kinds) if kind not in hidden}
    assert "A" in gone
    assert kept == {"hot", "G"}
    assert LEFT_OUT in hidden


def test_names_of_subarrays_fit_below_small_panels():
    names = ("BRIGHTSKY", "SUB64", "MASK1550", "FULL")

    assert [short_name(one) for one in names] == ["BS", "64", "1550", "F"]
