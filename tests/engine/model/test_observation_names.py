"""Tests of engine.model.observation_names."""

import pytest

from engine.model.observation_names import is_observation_table, with_filters
from engine.model.tabulated import DataTable


@pytest.mark.parametrize(
    "names",
    [
        ("name", "program", "filter", "subarray", "time_mjd", "rate_dn_s"),
        ("Name", "PID", "srctype", "Filter", "Subarray", "time", "iflux", "ifluxunc", "ibkg"),
    ],
)
def test_our_columns_and_those_of_the_paper_are_known(names):
    assert is_observation_table(names)


@pytest.mark.parametrize(
    "names",
    [
        ("name", "filter", "flux_jy"),  # photometry of other instruments
        ("name", "factor", "well_depth_dn", "subarray"),
        (),
    ],
)
def test_other_tables_are_left_alone(names):
    assert not is_observation_table(names)


def test_the_identity_says_which_filters_are_in_a_table():
    table = DataTable("", {"Filter": ("f770w", "F560W", "F770W ", "")}, {"Filter": ""})

    assert with_filters(table).identity.filter == "F770W F560W"
