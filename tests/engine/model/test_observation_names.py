"""Tests of engine.model.observation_names."""

import pytest

from engine.model.observation_names import is_observation_table


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
