"""Throughputs of subarrays: injected ones come back, as pairs, as means, and all together."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.observations import ImagingTable
from engine.imaging.subarray_results import SubarrayParams, Subarrays
from engine.imaging.subarrays import measure_subarrays
from engine.imaging.time_loss_results import FilterLoss, TimeLoss, no_points
from tests.helpers.time_losses import ZERO_MJD, factor_rows

TRUTH: Mapping[str, float] = {
    "FULL": 1.0, "BRIGHTSKY": 1.005, "SUB256": 0.98, "SUB128": 1.0, "SUB64": 0.966
}  # fmt: skip
FILTERS = ("F770W", "F1000W", "F1280W", "F1800W")
NAN = float("nan")


def no_loss(names: tuple[str, ...] = FILTERS) -> TimeLoss:
    return TimeLoss(
        tuple(
            FilterLoss(
                name,
                10.0,
                "fitted",
                0.0,
                0.0,
                200.0,
                NAN,
                1.0,
                0.0,
                0.0,
                0.0,
                0.003,
                5,
                no_points(),
            )
            for name in names
        ),
        TRUTH,
    )


def program(rng: np.random.Generator | None) -> ImagingTable:
    """Return 24 stars, four in each subarray but SUB128, which has one; two are in all of them."""
    plan = [(f"{sub} {i}", name, sub, 60000.0 + 9.0 * i)
            for sub in TRUTH for i in range(1 if sub == "SUB128" else 6) for name in FILTERS
            for _ in range(3 if i == 0 else 1)]  # fmt: skip
    for i, (star, name) in enumerate((("pair 1", "F770W"), ("pair 2", "F1280W"))):
        plan += [(star, name, sub, 59900.0 + i + 0.02 * j) for j, sub in enumerate(TRUTH)]
    stars, filters, subarrays, mjd = zip(*plan, strict=True)
    factors = 0.5 / np.array([TRUTH[one] for one in subarrays])
    if rng is not None:
        offset = {star: rng.normal(0.0, 0.015) for star in dict.fromkeys(stars)}
        color = {
            key: rng.normal(0.0, 0.005) for key in dict.fromkeys(zip(stars, filters, strict=True))
        }
        factors = factors * np.array(
            [1.0 + offset[s] + color[s, f] for s, f in zip(stars, filters, strict=True)]
        )
        factors = factors * (1.0 + rng.normal(0.0, 0.003, len(plan)))
    return factor_rows(
        factors, ids=tuple(map(str, range(len(plan)))), stars=stars, filters=filters,
        subarrays=subarrays, mjd=np.array(mjd),
    )  # fmt: skip


def measured(table: ImagingTable, **params: object) -> Subarrays:
    return measure_subarrays(table, no_loss(), SubarrayParams(**params))  # type: ignore[arg-type]


def pulls(seeds: range) -> np.ndarray:
    """Return pulls of D_SA of all subarrays but FULL: shape (seeds, 4)."""
    found = [measured(program(np.random.default_rng([3, seed]))) for seed in seeds]
    return np.array(
        [
            [(t.fitted - TRUTH[t.subarray]) / t.fitted_error for t in one.throughputs[1:]]
            for one in found
        ]
    )


def test_without_noise_the_throughputs_come_back() -> None:
    found = measured(program(None))

    assert [one.subarray for one in found.throughputs] == list(TRUTH)
    for one in found.throughputs:
        assert one.fitted == pytest.approx(TRUTH[one.subarray], rel=1e-9)
        assert one.fitted_relative == pytest.approx(TRUTH[one.subarray] / 0.98, rel=1e-9)


def test_ratios_are_fluxes_over_those_in_sub256() -> None:
    found = measured(program(None))

    kinds = {(one.kind, one.subarray) for one in found.ratios}
    assert kinds == {(k, s) for k in ("dedicated", "average") for s in TRUTH if s != "SUB256"}
    for one in found.ratios:
        assert one.ratio == pytest.approx(TRUTH[one.subarray] / 0.98, rel=1e-9)


def test_three_observations_or_fewer_have_no_error_bar() -> None:
    found = measured(program(np.random.default_rng(1)))

    averages = [one for one in found.ratios if one.kind == "average"]
    assert any(one.n_used <= 3 for one in averages)
    for one in averages:
        assert bool(np.isnan(one.error)) is (one.n_used <= 3)


def test_dedicated_pairs_do_not_depend_on_the_models_of_their_stars() -> None:
    table = program(None)
    wrong = np.array([1.3 if star.startswith("pair") else 1.0 for star in table.stars])

    found = measured(table.rows(np.ones(len(table), dtype=bool)))
    other = measured(
        factor_rows(
            table.factors().value * wrong, ids=table.ids, stars=table.stars,
            filters=table.filters, subarrays=table.subarrays, mjd=table.mjd,
        )
    )  # fmt: skip

    for one, two in zip(found.ratios, other.ratios, strict=True):
        if one.kind == "dedicated":
            assert two.ratio == pytest.approx(one.ratio, rel=1e-12)


def test_each_star_has_equal_weight_in_an_average() -> None:
    # SUB64: star a twice at 1.0, star b once at 1.1: mean 1.05, not 1.0333. SUB256: 1.
    table = factor_rows(
        np.array([1.0, 1.0, 1.1, 1.0]), ids=("1", "2", "3", "4"), stars=("a", "a", "b", "c"),
        filters=("F770W",) * 4, subarrays=("SUB64",) * 3 + ("SUB256",), mjd=[1e4, 2e4, 3e4, 6e4],
    )  # fmt: skip

    [average] = [one for one in measured(table).ratios if one.kind == "average"]

    assert average.ratio == pytest.approx(1.0 / 1.05, rel=1e-12)
    assert (average.n_used, average.n_reference) == (3, 1)


def test_noise_is_covered_by_the_errors() -> None:
    found = pulls(range(24))

    assert np.all(np.abs(found.mean(axis=0)) < 0.2 + 4.0 / np.sqrt(24))
    assert np.all(np.abs(found.std(axis=0) - 1.0) < 0.2 + 4.0 / np.sqrt(48))


@pytest.mark.rig
def test_pulls_over_400_seeds() -> None:
    found = pulls(range(400))

    assert np.all(np.abs(found.mean(axis=0)) < 0.2)
    assert np.all(np.abs(found.std(axis=0) - 1.0) < 0.2)


def test_adopted_values_are_those_of_table_7_until_the_user_drags_one() -> None:
    before = measured(program(None))
    after = measured(program(None), adopted=(("SUB64", 0.99), ("FULL", 1.01)))

    assert [one.adopted for one in before.throughputs] == pytest.approx(list(TRUTH.values()))
    by_name = {one.subarray: one for one in after.throughputs}
    assert by_name["SUB64"].adopted == pytest.approx(0.99 / 1.01)
    assert by_name["SUB256"].adopted == pytest.approx(1.0 / 1.01)
    assert (by_name["SUB64"].is_own, by_name["SUB256"].is_own) == (True, False)


def test_the_disk_star_is_used_in_the_bluer_filters_although_it_is_left_out() -> None:
    table = program(None)
    stars = tuple("HD 180609" if one == "SUB128 0" else one for one in table.stars)
    excluded = factor_rows(
        table.factors().value, ids=table.ids, stars=stars, filters=table.filters,
        subarrays=table.subarrays, mjd=table.mjd,
        reasons=tuple("debris disk" if one == "HD 180609" else "" for one in stars),
    )  # fmt: skip

    found, without = measured(excluded), measured(excluded, used_despite=())

    assert {
        one.filter_name
        for one in found.ratios
        if one.kind == "average" and one.subarray == "SUB128"
    } == {"F770W", "F1000W", "F1280W"}
    assert found.of("SUB128").n_stars == 3  # type: ignore[union-attr]
    assert without.of("SUB128").n_stars == 2  # type: ignore[union-attr]


def test_the_loss_with_time_is_taken_out_first() -> None:
    loss = TimeLoss(
        (replace(no_loss(("F2550W",)).filters[0], amplitude_ratio=-0.2, tau_days=200.0),), TRUTH
    )
    mjd = np.array([ZERO_MJD, ZERO_MJD + 400.0, ZERO_MJD + 10.0, ZERO_MJD + 600.0])
    truth = np.array([1.0, 1.0, 0.966, 0.966]) / 0.966
    table = factor_rows(
        (1.0 - 0.2 * np.exp(-(mjd - ZERO_MJD) / 200.0)) / truth, ids=("1", "2", "3", "4"),
        stars=("a", "b", "c", "d"), filters=("F2550W",) * 4,
        subarrays=("SUB256", "SUB256", "SUB64", "SUB64"), mjd=mjd,
    )  # fmt: skip

    [average] = [one for one in measure_subarrays(table, loss).ratios if one.kind == "average"]

    assert average.ratio == pytest.approx(0.966, rel=1e-12)


# --- little or bad input --------------------------------------------------------------------------


def test_one_subarray_alone_is_said() -> None:
    table = program(None)
    found = measured(table.rows(np.array([one == "FULL" for one in table.subarrays])))

    assert any("nothing to compare" in text for text in found.messages)
    assert all(np.isnan(one.fitted) for one in found.throughputs)
    assert [one.adopted for one in found.throughputs] == pytest.approx(list(TRUTH.values()))


def test_an_unknown_subarray_is_measured_and_asks_for_a_value() -> None:
    table = program(None)
    strange = factor_rows(
        table.factors().value, ids=table.ids, stars=table.stars, filters=table.filters,
        subarrays=tuple("SUB32" if one == "SUB64" else one for one in table.subarrays),
        mjd=table.mjd,
    )  # fmt: skip

    found = measured(strange)

    own = found.of("SUB32")
    assert own is not None
    assert own.fitted == pytest.approx(0.966, rel=1e-9)
    assert np.isnan(own.adopted)
    assert any("SUB32 is no subarray of Table 7" in text for text in found.messages)


def test_filters_without_a_loss_borrow_that_of_table_8_and_are_named() -> None:
    found = measure_subarrays(program(None), no_loss(("F770W", "F1000W", "F1280W")))

    assert any("F1800W is that of Gordon+2025, Table 8" in text for text in found.messages)
    assert any(one.filter_name == "F1800W" for one in found.ratios)


def test_unknown_filters_take_no_part_and_are_named() -> None:
    table = program(None)
    strange = factor_rows(
        table.factors().value, ids=table.ids, stars=table.stars, subarrays=table.subarrays,
        filters=tuple("F200W" if one == "F1800W" else one for one in table.filters),
        mjd=table.mjd,
    )  # fmt: skip

    found = measured(strange)

    assert any("F200W: no loss with time" in text for text in found.messages)
    assert all(one.filter_name != "F200W" for one in found.ratios)


def test_nothing_left_is_refused() -> None:
    table = program(None)

    with pytest.raises(DataError, match="No observation with a factor"):
        measured(table.without(dict.fromkeys(table.ids, "tilt event")))
