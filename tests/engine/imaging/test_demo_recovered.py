"""Time loss, subarrays, C(t) and error budget of the imaging demo against what was injected."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.compare.error_budget import BudgetParams, make_budgets
from engine.imaging.calibration_curve import published_curve
from engine.imaging.calibration_history import Delivery, HistoryParams, make_history
from engine.imaging.factors import measure_factors
from engine.imaging.imaging_budget import known_of_images
from engine.imaging.photom_tables import photom_of
from engine.imaging.published_factors import published_bands, published_throughputs
from engine.imaging.subarrays import measure_subarrays
from engine.imaging.time_loss import measure_time_loss
from tests.helpers.imaging_demo_table import demo_observations


@cache
def demo():
    table = demo_observations()[0]
    loss = measure_time_loss(table)
    return table, loss, measure_factors(table, loss=loss)


def test_table_8_is_recovered_within_the_errors() -> None:
    _, loss, _ = demo()
    bands = [one for one in published_bands().values() if one.kind == "imaging"]

    off = []
    for band in bands:
        found = loss.of(band.name)
        ratio = band.amplitude / band.asymptote
        off.append((found.amplitude_ratio - ratio) / found.amplitude_ratio_error)
        if found.is_tau_fitted:
            off.append((found.tau_days - band.tau_days) / found.tau_error)

    assert len(off) >= len(bands) + 3  # tau of the long filters is determined
    assert max(np.abs(off)) < 4.0
    assert np.std(off) < 2.0


def test_the_asymptote_is_recovered_but_for_the_model_of_the_monitor() -> None:
    _, loss, _ = demo()
    offset = demo_observations()[1].offsets["BD+60 1753"]

    ratios = [
        loss.of(band.name).asymptote * (1.0 + offset) / band.asymptote
        for band in published_bands().values()
        if band.kind == "imaging"
    ]

    # The star differs by 0.5 % from filter to filter, beside its offset.
    assert np.mean(ratios) == pytest.approx(1.0, abs=4 * 0.005 / 3)
    assert np.max(np.abs(np.array(ratios) - 1.0)) < 0.025


def test_the_repeatability_is_about_the_injected_one() -> None:
    _, loss, _ = demo()

    assert loss.of("F2550W").repeatability == pytest.approx(0.0120, rel=0.5)
    assert loss.of("F1000W").repeatability < 0.004


def test_the_deviant_visits_are_found_and_no_others() -> None:
    _, loss, _ = demo()

    found = [
        (one.filter_name, one.points.stars[i])
        for one in loss.filters
        for i in np.flatnonzero(one.points.is_deviant)
    ]

    injected = {
        ("F560W", "2MASS J17430448+6655015"),
        ("F1000W", "HD 163466"),
        ("F1500W", "BD+60 1753"),
        ("F2100W", "HD 106252"),
    }
    assert injected <= set(found)
    assert len(found) <= 5  # 4.7e-4 of 300 points deviate by chance


def test_throughputs_are_recovered_within_their_errors() -> None:
    table, loss, study = demo()
    reasons = {
        one: "deviates" for one, used in zip(table.ids, study.is_used, strict=True) if not used
    }

    found = measure_subarrays(table.without(reasons), loss)

    for one in found.throughputs[1:]:
        truth = published_throughputs()[one.subarray]
        assert abs(one.fitted - truth) < 4.0 * one.fitted_error
        assert one.fitted_error < 0.012


def test_c_of_t_is_that_of_table_8_within_the_offsets_of_the_stars() -> None:
    _, loss, study = demo()

    history = make_history(study, loss, published_throughputs())

    assert [one.filter_name for one in history.filters] == [
        one.name for one in sorted(published_bands().values(), key=lambda band: band.pivot_um)
    ]
    for one in history.filters:
        if one.filter_name == "FND":
            continue  # its factor changes with flux
        truth = published_curve(one.filter_name)
        for mjd in (59740.0, 60000.0, 60600.0):
            ratio = float(one.curve.factor_at(mjd, "FULL") / truth.factor_at(mjd, "FULL"))
            assert ratio == pytest.approx(1.0, abs=0.02)


def test_earlier_deliveries_stand_beside_the_present_one() -> None:
    _, loss, study = demo()
    curves = [published_curve(name) for name in ("F770W", "F2550W")]
    new = photom_of(curves, {}).reference
    old = photom_of([published_curve("F770W")], {}).reference
    deliveries = [
        Delivery("e2", "third.fits", replace(new, useafter="2024-09-01T00:00:00")),
        Delivery("e1", "first.fits", replace(old, useafter="2022-06-01T00:00:00", losses={})),
        Delivery("e3", "undated.fits", replace(old, useafter="soon")),
    ]

    history = make_history(study, loss, published_throughputs(), deliveries, HistoryParams())

    own = history.of("F770W")
    assert [one.name for one in own.delivered] == ["undated.fits", "first.fits", "third.fits"]
    assert own.delivered[1].mjd == 59731.0
    assert own.delivered[1].is_constant
    long = history.of("F2550W").delivered
    assert [one.name for one in long] == ["third.fits"]
    assert long[0].start == pytest.approx(0.9064 - 0.2011, rel=3e-3)
    assert long[0].end == pytest.approx(0.9064, rel=3e-3)


def test_the_error_budget_of_an_observation_adds_up_by_hand() -> None:
    table, loss, study = demo()
    history = make_history(study, loss, published_throughputs())
    row = next(i for i, one in enumerate(table.filters) if one == "F770W")

    budgets = make_budgets(known_of_images(table, history), BudgetParams("extended source"))

    one = budgets.budgets[row]
    pipeline = 100.0 * table.flux_error[row] / table.flux_dn_s[row]
    repeat = 100.0 * loss.of("F770W").repeatability
    factor = study.of("F770W").average.error_percent
    parts = [pipeline, repeat, factor, 0.0, 3.0]
    known = [term.percent for term in one.terms]
    assert known[:4] == pytest.approx(parts[:4], rel=1e-12)
    assert known[4] >= 3.0
    assert one.total_percent == pytest.approx(float(np.sqrt(np.sum(np.square(known)))), rel=1e-12)
