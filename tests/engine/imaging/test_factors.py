"""Tests of engine.imaging.factors: what was injected into the demo is recovered."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.calibration_curve import published_curve
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.published_factors import published_bands
from engine.imaging.time_loss import measure_time_loss
from tests.helpers.imaging_demo_table import demo_observations
from tests.helpers.imaging_tables import imaging_table
from tests.helpers.time_losses import losing_filter

DISK, EVERYWHERE = "HD 180609", "C26202"


@pytest.fixture(scope="module")
def demo():
    return demo_observations()


@pytest.fixture(scope="module")
def study(demo):
    return measure_factors(demo[0], FactorParams(time="published"))


def test_time_and_subarray_are_taken_out_by_eq_4():
    table = imaging_table(
        2,
        filters=("F2550W", "F2550W"),
        subarrays=("SUB64", "MASKLYOT"),
        mjd=[59720.0 + 235.4, 59720.0],
    )

    study = measure_factors(table, FactorParams(time="published"))

    raw = table.factors().value
    assert study.factor[0] == pytest.approx(
        raw[0] * 0.966 / (1 - 0.2011 / 0.9064 * np.exp(-1)), rel=1e-12
    )
    assert study.factor[1] == pytest.approx(raw[1] / (1 - 0.2011 / 0.9064), rel=1e-12)


def test_the_total_holds_what_the_error_of_the_loss_does_to_the_average():
    table = losing_filter(np.random.default_rng(4))
    loss = measure_time_loss(table)
    [own] = loss.filters
    ratio = own.amplitude_ratio + own.amplitude_ratio_error
    moved = replace(loss, filters=(replace(own, amplitude_ratio=ratio),))
    params = FactorParams(deviants="kept")

    [found] = measure_factors(table, params, loss=loss).filters
    [other] = measure_factors(table, params, loss=moved).filters

    change = 100.0 * abs(other.average.mean / found.average.mean - 1.0)
    assert found.loss_percent == pytest.approx(change, rel=0.05)  # to first order
    expected = np.hypot(found.average.error_percent, found.loss_percent)
    assert found.total_percent == pytest.approx(expected, rel=1e-12)


def test_without_the_measured_loss_the_total_is_sigma_cf(study):
    for one in study.filters:
        assert np.isnan(one.loss_percent)
        assert one.total_percent == pytest.approx(one.average.error_percent, nan_ok=True)


def test_both_corrections_can_be_switched_off():
    table = imaging_table(1, filters=("F2550W",), subarrays=("SUB64",), mjd=[59800.0])

    raw = measure_factors(table, FactorParams(time="none", subarrays="none"))
    only_time = measure_factors(table, FactorParams(time="published", subarrays="none"))

    assert raw.factor == pytest.approx(raw.raw.value, rel=1e-15)
    assert only_time.factor == pytest.approx(
        raw.factor / published_curve("F2550W").relative_at(59800.0), rel=1e-12
    )


def test_the_averages_are_the_injected_asymptotes_but_for_the_offsets_of_the_stars(demo, study):
    brighter = np.array([one["offset_percent"] + one["disk_percent"] for one in demo[1].rows])
    names = np.array(study.table.filters)

    for one in study.filters:
        own = (names == one.name) & study.is_used
        asymptote = published_bands()[one.name].asymptote
        expected = np.average(1 / (1 + brighter[own] / 100), weights=study.weights[own])
        noise = np.nan_to_num(published_bands()[one.name].sigma_repeat_percent, nan=0.3) / 100
        ratio = one.average.mean / asymptote / expected
        if one.name != "FND":  # its factor follows the flux
            assert ratio == pytest.approx(1.0, abs=4 * (noise + 0.004) / one.average.n_stars**0.5)
    assert len(study.filters) == 14


@pytest.mark.rig
def test_400_seeds_have_the_pulls_and_the_false_alarms_of_the_science_page():
    pulls, found, n_false, n_tested = {}, [], 0, 0
    for seed in range(400):
        table, truth = demo_observations.__wrapped__(seed)
        study = measure_factors(table, FactorParams(time="published"))
        found.append({(one.star, one.kind) for one in study.suspects})
        for row, one in enumerate(truth.rows):
            if one["deviant_percent"]:
                assert study.is_deviant[row]
            elif one["star"] not in {DISK, EVERYWHERE}:
                n_tested += 1
                n_false += bool(study.is_deviant[row])
        out = {i: "out" for i, star in zip(table.ids, table.stars, strict=True)
               if star in {DISK, EVERYWHERE}}  # fmt: skip
        for one in measure_factors(table.without(out), study.params).filters:
            asymptote = published_bands()[one.name].asymptote
            pulls.setdefault(one.name, []).append(
                (one.average.mean - asymptote) / one.average.error
            )

    for name, values in pulls.items():
        if published_bands()[name].kind == "imaging":
            assert abs(np.mean(values)) < 0.2
            assert 0.8 < np.std(values) < 1.2
    assert all({(DISK, "disk"), (EVERYWHERE, "deviant")} <= one for one in found)
    assert sum(len(one) - 2 for one in found) < 30  # 8 expected
    assert n_false < 2 * 4.65e-4 * n_tested


def test_the_error_of_the_mean_is_that_of_many_seeds():
    pulls = []
    for seed in range(24):
        study = measure_factors(demo_observations(seed)[0], FactorParams(time="published"))
        average = study.of("F770W").average
        pulls.append((average.mean - published_bands()["F770W"].asymptote) / average.error)

    assert abs(np.mean(pulls)) < 4 / np.sqrt(24)
    assert 0.6 < np.std(pulls) < 1.6


def test_the_deviants_of_the_demo_are_found_and_no_others(demo, study):
    _, truth = demo
    injected = {i for i, one in enumerate(truth.rows) if one["deviant_percent"]}
    expected = injected | {
        i
        for i, one in enumerate(truth.rows)
        if one["star"] == EVERYWHERE or one["disk_percent"] > 5.0
    }

    found = set(np.flatnonzero(study.is_deviant).tolist())

    assert found == expected
    assert not study.is_used[list(found)].any()
    assert all("σ" in study.notes[i] for i in found)


def test_the_disk_and_the_star_that_deviates_everywhere_are_suspected(study):
    disk, deviant = study.suspects

    assert (disk.star, disk.kind) == (DISK, "disk")
    assert disk.deviation_percent == pytest.approx(100 * (1 / 1.3 - 1), abs=4)
    assert (deviant.star, deviant.kind) == (EVERYWHERE, "deviant")
    assert deviant.deviation_percent == pytest.approx(100 * (1 / 0.88 - 1), abs=2.5)


def test_a_star_with_one_of_four_observations_flagged_counts_as_three_quarters(study):
    # Gordon+2025, Table 8: F560W has 11.75 stars, because one of four of J1743 is flagged.
    average = study.of("F560W").average

    assert average.n_stars % 1 == pytest.approx(0.75, abs=1e-12)


def test_flagged_observations_take_part_when_they_are_kept(demo, study):
    [row] = [i for i in np.flatnonzero(study.is_deviant) if study.table.filters[i] == "F2100W"][:1]
    name = study.table.ids[row]

    one = measure_factors(demo[0], FactorParams(time="published", kept=(name,)))
    every = measure_factors(demo[0], FactorParams(time="published", deviants="kept"))

    assert one.is_used[row]
    assert one.is_used.sum() == study.is_used.sum() + 1
    assert "kept" in one.notes[row]
    assert every.is_used.all()


def test_what_the_user_leaves_out_takes_no_part_but_its_star_keeps_its_weight(demo):
    table, _ = demo
    [first] = [i for i, one in enumerate(table.stars) if one == "BD+60 1753"][:1]

    study = measure_factors(table.without({table.ids[first]: "test"}), FactorParams())

    assert not study.is_used[first]
    same = [
        i
        for i, (star, name) in enumerate(zip(table.stars, table.filters, strict=True))
        if star == "BD+60 1753" and name == table.filters[first]
    ]
    assert study.weights[first] == pytest.approx(1 / len(same))
    assert study.weights[same].sum() == pytest.approx(1.0)


def test_a_filter_that_nobody_knows_is_averaged_uncorrected_and_said():
    table = imaging_table(5, filters=("F999X",) * 5, subarrays=("SUB7",) * 5, mjd=np.arange(5.0))

    study = measure_factors(table)

    assert study.of("F999X").average.mean == pytest.approx(table.factors().value[0])
    assert any("SUB7" in one for one in study.messages)
    assert any("no date or no known filter" in one for one in study.messages)


def test_one_star_alone_has_a_mean_without_an_error():
    study = measure_factors(imaging_table(6, mjd=np.full(6, 59800.0)))

    average = study.of("F770W").average
    assert average.n_stars == pytest.approx(1.0)
    assert np.isnan(average.error)


def test_observations_without_models_are_counted_and_named():
    table = imaging_table(3, model_jy=[1e-3, np.nan, 2e-3], stars=("a", "b", "c"))

    study = measure_factors(table)

    assert any("1 observation has no model flux" in one and "b" in one for one in study.messages)
    assert np.isnan(study.factor[1])


def test_a_table_without_any_factor_is_refused():
    with pytest.raises(DataError, match="None of the 2 observations"):
        measure_factors(imaging_table(2, model_jy=[np.nan, np.nan]))
