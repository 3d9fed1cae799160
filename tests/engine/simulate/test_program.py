"""Tests of engine.simulate.program."""

import csv
import math

import pytest

from engine.model.bands import band_named, bands
from engine.simulate.program import (
    deeper_observations,
    noise_budget,
    standard_stars,
    visit_scatter,
    visits,
)


def _star(name):
    return next(star for star in standard_stars() if star.star == name)


@pytest.mark.parametrize(
    ("name", "band", "published"),
    [("10 Lac", "1B", 1190.0), ("HD 163466", "4C", 13.0), ("16 Cyg B", "1A", 84.0)],
)
def test_signal_to_noise_ratios_are_the_published_ones(name, band, published):
    # Law+2025, Table 1.
    assert dict(_star(name).snr)[band] == published


@pytest.mark.real_data
def test_all_of_table_1_is_carried_over(real_data):
    with real_data("published_tables/law2025_table1_stars.csv").open(encoding="utf-8") as file:
        rows = {row["source"]: row for row in csv.DictReader(file)}

    for star in standard_stars():
        row = rows[star.star]
        assert (star.program, star.observation) == (row["pid"], row["obs"])
        assert [value for _, value in star.snr] == [float(row[f"sn_{b.name}"]) for b in bands()]


def test_scatter_is_shared_between_noise_fringes_and_carbon_monoxide():
    for star in standard_stars():
        for band in bands():
            budget = noise_budget(star, band)
            parts = [1.0 / budget.snr, budget.fringe_rms]
            if band.name == "1A":
                parts.append(star.photosphere.carbon_monoxide_rms)

            assert math.hypot(*parts) == pytest.approx(1.0 / dict(star.snr)[band.name], rel=1e-9)


def test_fringes_stay_below_half_a_percent():
    amplitudes = [
        noise_budget(star, band).fringe_amplitude for star in standard_stars() for band in bands()
    ]

    assert min(amplitudes) > 0.0005
    assert max(amplitudes) < 0.0055


def test_exposures_lie_on_their_date_one_grating_after_the_other():
    # 2022 August 8, 0 h is MJD 59799.
    mjd = [_star("16 Cyg B").mjd(band_named(name)) for name in ("1A", "3A", "1B", "1C")]

    assert all(59799.0 < one < 59800.0 for one in mjd)
    assert mjd[0] == mjd[1] < mjd[2] < mjd[3]


def test_visits_are_as_many_and_as_long_as_published():
    # Law+2025, Sec. 7: 21 observations, 2022 June to 2024 July; a mirror event on 2024 Feb 28.
    dates = [visit.date for visit in visits()]

    assert len(dates) == len(set(dates)) == 21
    assert dates == sorted(dates)
    assert (dates[0][:7], dates[-1][:7]) == ("2022-06", "2024-07")
    assert [visit.date for visit in visits() if visit.event != "none"] == ["2024-02-28"]
    assert {visit.star for visit in visits()} == {"HD 163466"}
    assert {visit.program for visit in visits()} <= {"1050", "1536", "1539", "4499", "6607"}


def test_10_lac_is_seen_again_where_pixels_fill_twice_as_far():
    # Law+2025, Sec. 8.2: program 3779; within 0.5 % in 1A and 0.2 % in 2A.
    [again] = deeper_observations()

    assert (again.star, again.program) == ("10 Lac", "3779")
    assert [band.name for band in again.bands] == ["1A", "2A"]
    assert 1.0 < dict(again.levels)["1A"] < 1.005
    assert 1.0 < dict(again.levels)["2A"] < 1.002


def test_the_scatter_of_visits_is_below_a_percent_to_3c():
    scatter = visit_scatter()

    assert all(scatter[name] < 0.01 for name in list(scatter)[:9])
    assert all(0.01 < scatter[name] < 0.05 for name in ("4A", "4B", "4C"))
