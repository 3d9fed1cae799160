"""Tests of engine.imaging.observation_checks: what SPEC I1 says of Gordon+2025, Table 5."""

import numpy as np
import pytest

from engine.files import load
from engine.imaging.observation_checks import (
    consistency_flags,
    published_factor,
    published_flux_jy,
)
from engine.imaging.observation_columns import read_observations
from tests.helpers.imaging_tables import imaging_table

MISPRINT = ("G 191-B2B", "F1000W", 59830.4)
SECOND = ("2MASS J17430448+6655015", "F1130W", 59727.9)
OUTLIER = ("2MASS J17430448+6655015", "F560W", 59724.4)


@pytest.fixture
def table_5(real_data):
    [table] = load(real_data("published_tables/gordon2025_table5_portion.ecsv")).products
    return table.columns, read_observations(table, "Table 5", "e1.")


def places(table):
    return list(zip(table.stars, table.filters, table.mjd.tolist(), strict=True))


@pytest.mark.real_data
def test_the_fluxes_of_table_5_follow_from_its_rates(table_5):
    columns, table = table_5
    off = np.abs(columns["flux_mjy"] * 1e-3 / published_flux_jy(table) - 1.0)
    regular = np.array([one not in {MISPRINT, SECOND} for one in places(table)])

    assert np.max(off[regular]) < 0.015
    assert np.median(off) < 0.003
    assert np.max(off) > 0.5  # the misprint: 4.37e3 for about 1.91e3


@pytest.mark.real_data
def test_the_backgrounds_of_table_5_follow_from_eq_4_alone(table_5):
    columns, table = table_5

    off = columns["bkg_mjysr"] / columns["ibkg"] / published_factor(table) - 1.0

    assert np.abs(off).max() < 0.006


@pytest.mark.real_data
def test_the_two_misprints_and_the_outlier_are_flagged_and_nothing_else(table_5):
    _, table = table_5

    flagged = {place: flag for place, flag in zip(places(table), table.flags, strict=True) if flag}

    assert set(flagged) == {MISPRINT, SECOND, OUTLIER}
    assert "-56.3 % from what its rate gives" in flagged[MISPRINT]
    assert "-29 % from the other observations" in flagged[OUTLIER]


def test_a_flux_that_does_not_follow_from_its_rate_is_flagged():
    table = imaging_table(2, mjd=[59800.0, 59800.0])
    flux = published_flux_jy(table) * np.array([1.0, 2.0])

    flagged = consistency_flags(table, stated_jy=flux, stated_background=np.full(2, np.nan))

    assert flagged.flags[0] == ""
    assert "+100.0 %" in flagged.flags[1]
    assert flagged.reasons == ("", "")  # nothing is left out by it


def test_fluxes_of_another_calibration_are_no_misprints():
    table = imaging_table(5, mjd=np.full(5, 59800.0))

    flagged = consistency_flags(
        table, stated_jy=published_flux_jy(table) * 1.04, stated_background=np.full(5, np.nan)
    )

    assert flagged.flags == ("",) * 5


def test_a_background_that_does_not_follow_from_its_rate_is_flagged():
    table = imaging_table(1, mjd=[59800.0], background_dn_s=[10.0])

    flagged = consistency_flags(
        table,
        stated_jy=np.array([np.nan]),
        stated_background=11.0 * published_factor(table),
    )

    assert "background +10.0 %" in flagged.flags[0]


def test_the_loss_with_time_is_no_deviation():
    # F2550W loses a fifth: rates of one star differ, its fluxes do not.
    table = imaging_table(3, filters=("F2550W",) * 3, mjd=[59720.0, 59900.0, 60500.0])
    rates = 1e4 / published_factor(table)
    table = imaging_table(
        3, filters=("F2550W",) * 3, mjd=[59720.0, 59900.0, 60500.0], flux_dn_s=rates
    )

    flagged = consistency_flags(
        table, stated_jy=np.full(3, np.nan), stated_background=np.full(3, np.nan)
    )

    assert np.ptp(rates) > 0.15 * rates.mean()
    assert flagged.flags == ("", "", "")


def test_two_observations_do_not_tell_which_one_deviates():
    table = imaging_table(2, mjd=[59800.0, 59800.0], flux_dn_s=[1e4, 7e3])

    flagged = consistency_flags(
        table, stated_jy=np.full(2, np.nan), stated_background=np.full(2, np.nan)
    )

    assert flagged.flags == ("", "")
