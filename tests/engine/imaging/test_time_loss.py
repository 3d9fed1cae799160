"""The loss with time: truth injected into observations of three stars, and Table 8."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.imaging.observations import ImagingTable, joined_tables
from engine.imaging.published_factors import published_bands
from engine.imaging.time_loss import measure_time_loss
from engine.imaging.time_loss_results import TimeLossParams
from tests.helpers.time_losses import MONITOR, ZERO_MJD, factor_rows, losing_filter

IMAGING = [one for one in published_bands().values() if one.kind == "imaging"]
CASES = ("F1280W", "F1800W", "F2100W", "F2550W")


def published(name: str, rng: np.random.Generator | None = None) -> ImagingTable:
    band = published_bands()[name]
    return losing_filter(
        rng,
        name=name,
        asymptote=band.asymptote,
        amplitude=band.amplitude,
        tau_days=band.tau_days,
        scatter=0.01 * band.sigma_repeat_percent,
        error=0.0015,
    )


def all_filters() -> ImagingTable:
    others = [
        factor_rows(np.ones(1), ids=(name,), filters=(name,), mjd=[59800.0], stars=("HD 2811",))
        for name in ("FND", "F1065C", "F1140C", "F1550C", "F2300C")
    ]
    return joined_tables([*(published(one.name) for one in IMAGING), *others])


def pulls(name: str, seeds: range) -> np.ndarray:
    """Return pulls of A, B, tau and B / A: shape (seeds, 4)."""
    band = published_bands()[name]
    truth = np.array([band.asymptote, band.amplitude, band.tau_days, -band.loss_fraction])
    rows = []
    for seed in seeds:
        one = measure_time_loss(published(name, np.random.default_rng([11, seed]))).filters[0]
        values = [one.asymptote, one.amplitude, one.tau_days, one.amplitude_ratio]
        errors = [
            one.asymptote_error, one.amplitude_error, one.tau_error, one.amplitude_ratio_error
        ]  # fmt: skip
        rows.append((np.array(values) - truth) / np.array(errors))
    return np.array(rows)


def test_without_noise_table_8_comes_back() -> None:
    found = measure_time_loss(all_filters())

    for band in IMAGING:
        loss = found.of(band.name)
        assert loss is not None
        assert loss.asymptote == pytest.approx(band.asymptote, rel=1e-6)
        assert loss.amplitude == pytest.approx(band.amplitude, abs=1e-6)
        assert loss.tau_days == pytest.approx(band.tau_days, rel=1e-4)


def test_coronagraphs_and_the_neutral_filter_are_interpolated_as_in_table_8() -> None:
    found = measure_time_loss(all_filters())

    losses = {one.filter_name: one for one in found.filters if one.source == "interpolated"}
    percent = {name: round(100.0 * one.loss_fraction, 1) for name, one in losses.items()}
    assert percent == {"F1065C": 0.8, "F1140C": 0.4, "FND": 3.3, "F1550C": 3.7, "F2300C": 16.6}
    assert losses["F1550C"].tau_days == pytest.approx(200.3, abs=0.05)


@pytest.mark.parametrize("name", CASES)
def test_noise_is_covered_by_the_errors(name: str) -> None:
    found = pulls(name, range(24))

    # 24 draws: the mean of pulls is within 4 standard errors, their width within 4 of its own.
    assert np.all(np.abs(np.nanmean(found, axis=0)) < 0.2 + 4.0 / np.sqrt(24))
    assert np.all(np.nanstd(found, axis=0) < 1.2 + 4.0 / np.sqrt(48))
    assert np.all(np.nanstd(found, axis=0) > 0.8 - 4.0 / np.sqrt(48))


@pytest.mark.rig
@pytest.mark.parametrize("name", CASES)
def test_pulls_over_400_seeds(name: str) -> None:
    found = pulls(name, range(400))

    assert np.all(np.abs(np.nanmean(found, axis=0)) < 0.2)
    assert np.all(np.abs(np.nanstd(found, axis=0) - 1.0) < 0.2)


def test_the_repeatability_is_the_scatter_that_was_put_in() -> None:
    found = [
        measure_time_loss(losing_filter(np.random.default_rng(seed), error=1e-5)).filters[0]
        for seed in range(20)
    ]

    mean = np.mean([one.repeatability for one in found])
    assert mean == pytest.approx(0.012, rel=4.0 / np.sqrt(2 * 20 * 25))  # 4 sigma of 20 times 25


def test_other_stars_help_although_their_models_are_wrong() -> None:
    errors = []
    for seed in range(12):
        table = losing_filter(np.random.default_rng([4, seed]))
        alone = table.rows(np.array([star == MONITOR for star in table.stars]))
        [whole], [less] = measure_time_loss(table).filters, measure_time_loss(alone).filters
        assert whole.n_used > less.n_used + 3
        errors.append((whole.amplitude_error, less.amplitude_error))

    with_others, without = np.median(errors, axis=0)
    assert with_others < 0.95 * without


def test_a_fixed_time_constant_has_no_error() -> None:
    [loss] = measure_time_loss(published("F1130W", np.random.default_rng(3))).filters

    assert loss.tau_days == 200.0
    assert np.isnan(loss.tau_error)
    assert not loss.is_tau_fitted


def test_a_gain_is_a_negative_loss_and_no_loss_is_said_to_be_measured() -> None:
    table = losing_filter(
        np.random.default_rng(3), name="F560W", asymptote=0.4, amplitude=0.0004, scatter=0.002
    )

    [loss] = measure_time_loss(table).filters

    assert loss.amplitude > 0
    assert loss.loss_fraction == pytest.approx(-loss.amplitude / loss.asymptote)
    assert loss.loss_fraction < 0
    assert not loss.is_measured
    assert loss.messages[-1].startswith("No loss is measured in F560W: \N{MINUS SIGN}")
    assert "response rises" in loss.messages[-1]


def test_a_clear_loss_says_nothing_of_the_kind() -> None:
    [loss] = measure_time_loss(published("F2550W", np.random.default_rng(3))).filters

    assert loss.is_measured
    assert not any("No loss" in text for text in loss.messages)


def test_a_time_constant_between_a_fixed_and_a_fitted_one_has_no_error() -> None:
    rng = np.random.default_rng(6)
    tables = [published(name, rng) for name in ("F1000W", "F1130W", "F1500W", "F1800W")]
    others = [
        factor_rows(np.ones(1), ids=(name,), filters=(name,), mjd=[59800.0], stars=("HD 2811",))
        for name in ("F1140C", "F1550C")
    ]

    found = measure_time_loss(joined_tables([*tables, *others]))

    fixed, one, other, between = (
        found.of(name) for name in ("F1130W", "F1500W", "F1800W", "F1550C")
    )
    assert np.isnan(fixed.tau_error)
    assert found.of("F1000W").is_tau_fitted
    assert np.isnan(found.of("F1140C").tau_error)
    share = (between.pivot_um - one.pivot_um) / (other.pivot_um - one.pivot_um)
    expected = np.hypot((1 - share) * one.tau_error, share * other.tau_error)
    assert between.tau_error == pytest.approx(expected, nan_ok=True)


def test_the_subarrays_are_taken_out_first() -> None:
    table = losing_filter(None)

    [right] = measure_time_loss(table).filters
    [wrong] = measure_time_loss(
        table, throughputs={"FULL": 1.0, "SUB256": 1.0, "SUB64": 1.0}
    ).filters

    assert right.loss_fraction == pytest.approx(0.2011 / 0.9064, rel=1e-6)
    assert abs(wrong.loss_fraction - right.loss_fraction) > 0.01


def test_a_point_that_is_left_out_weighs_nothing_and_stays_in_view() -> None:
    clean = losing_filter(None)
    scale = np.ones(len(clean))
    scale[12] = 1.3
    table = factor_rows(
        clean.factors().value * scale,
        ids=clean.ids, stars=clean.stars, subarrays=clean.subarrays, filters=clean.filters,
        mjd=clean.mjd, reasons=tuple("tilt event" if i == 12 else "" for i in range(len(clean))),
    )  # fmt: skip

    [loss] = measure_time_loss(table).filters

    assert loss.amplitude == pytest.approx(-0.2011, rel=1e-6)
    place = loss.points.ids.index("F2550W.12")
    assert loss.points.reasons[place] == "tilt event"
    assert loss.points.residual_percent[place] == pytest.approx(100.0 * (1 / 1.3 - 1), rel=1e-4)


@pytest.mark.parametrize("out", ["near the monitor", "far from it"])
def test_one_of_two_visits_stays_where_it_was_when_left_out(out: str) -> None:
    clean = losing_filter(None)
    days = clean.mjd - ZERO_MJD
    is_of_star = np.array([one == "δ UMi" for one in clean.stars])
    table = clean.rows(~is_of_star | np.isin(days, [150.0, 480.0]))
    [before] = measure_time_loss(table).filters
    day = 480.0 if out == "near the monitor" else 150.0
    place = int(np.flatnonzero(before.points.mjd == ZERO_MJD + day)[0])
    name = before.points.ids[place]

    [after] = measure_time_loss(table.without({name: "tilt event"})).filters

    again = after.points.ids.index(name)
    assert after.points.reasons[again] == "tilt event"
    assert after.points.response[again] == pytest.approx(before.points.response[place], rel=1e-6)
    assert not after.points.is_used[again]
    assert not after.points.is_deviant.any()


def with_a_deviant_point(rng: np.random.Generator) -> ImagingTable:
    clean = losing_filter(rng)
    scale = np.where(np.arange(len(clean)) == 15, 0.87, 1.0)
    return factor_rows(
        clean.factors().value * scale, errors=0.003,
        ids=clean.ids, stars=clean.stars, subarrays=clean.subarrays, filters=clean.filters,
        mjd=clean.mjd,
    )  # fmt: skip


def test_a_deviant_point_is_told_and_the_fit_does_not_rest_on_it() -> None:
    [loss] = measure_time_loss(with_a_deviant_point(np.random.default_rng(5))).filters
    clean = losing_filter(np.random.default_rng(5))
    [expected] = measure_time_loss(clean.rows(np.arange(len(clean)) != 15)).filters

    assert [loss.points.ids[i] for i in np.flatnonzero(loss.points.is_deviant)] == ["F2550W.15"]
    assert loss.asymptote == pytest.approx(expected.asymptote, rel=1e-9)
    assert any(
        "BD+60 1753 at MJD 60420.0" in text and "above the fit" in text for text in loss.messages
    )


def test_the_user_can_keep_a_deviant_point() -> None:
    table = with_a_deviant_point(np.random.default_rng(5))

    [loss] = measure_time_loss(table, TimeLossParams(kept=("F2550W.15",))).filters

    assert loss.n_used == len(table)
    assert not loss.points.is_deviant.any()


def test_noise_makes_few_points_deviate() -> None:
    losses = [
        measure_time_loss(losing_filter(np.random.default_rng([2, seed]))).filters[0]
        for seed in range(40)
    ]

    # 40 filters of 31 points at 4.7e-4 each: 0.6 expected, 5 or more once in 5000
    assert sum(int(one.points.is_deviant.sum()) for one in losses) < 5


def test_only_the_filter_in_which_a_row_is_left_out_is_fitted_again() -> None:
    table = joined_tables([published("F2550W"), published("F1800W")])
    memory: dict[object, object] = {}
    before = measure_time_loss(table, remembered=memory)

    after = measure_time_loss(table.without({"F1800W.3": "tilt event"}), remembered=memory)

    assert after.of("F2550W") is before.of("F2550W")
    assert after.of("F1800W").n_used == before.of("F1800W").n_used - 1


def test_one_deviant_visit_of_another_star_does_not_take_its_other_visits_along() -> None:
    clean = losing_filter(np.random.default_rng(8), name="F560W", amplitude=0.0, scatter=0.003)
    scale = np.where(np.arange(len(clean)) == 27, 1.4, 1.0)  # δ UMi, near the monitor
    table = factor_rows(
        clean.factors().value * scale, errors=0.003,
        ids=clean.ids, stars=clean.stars, subarrays=clean.subarrays, filters=clean.filters,
        mjd=np.where(np.arange(len(clean)) < 25, clean.mjd, clean.mjd[np.arange(len(clean)) % 5]),
    )  # fmt: skip

    [loss] = measure_time_loss(table).filters

    assert [loss.points.ids[i] for i in np.flatnonzero(loss.points.is_deviant)] == ["F560W.27"]


def test_response_starts_at_one_and_ends_at_one_minus_the_fraction() -> None:
    [loss] = measure_time_loss(losing_filter(None)).filters

    response = loss.response_at(np.array([ZERO_MJD, 1e9]))

    assert response == pytest.approx([1.0, 1.0 - 0.2011 / 0.9064], rel=1e-6)
    assert loss.points.response[0] == pytest.approx(loss.response_at(np.array([59725.0]))[0])


def test_rows_are_corrected_by_their_filters() -> None:
    found = measure_time_loss(joined_tables([published("F2550W"), published("F1800W")]))

    relative = found.relative_at(["F1800W", "F2550W", "F770W"], np.full(3, ZERO_MJD))

    assert relative[:2] == pytest.approx([1 - 0.0407 / 0.5067, 1 - 0.2011 / 0.9064], rel=1e-5)
    assert np.isnan(relative[2])


# --- little or bad input --------------------------------------------------------------------------


def test_two_dates_give_a_loss_without_scatter_and_say_so() -> None:
    table = factor_rows(
        0.9064 - 0.2011 * np.exp(-np.array([10.0, 600.0]) / 200.0),
        errors=0.003, filters=("F2550W",) * 2, mjd=[ZERO_MJD + 10.0, ZERO_MJD + 600.0],
    )  # fmt: skip

    [loss] = measure_time_loss(table).filters

    assert loss.amplitude == pytest.approx(-0.2011, rel=1e-9)
    assert loss.amplitude_error > 0
    assert np.isnan(loss.repeatability)
    assert "two dates" in loss.messages[0]


def test_one_date_tells_no_loss_and_says_so() -> None:
    table = factor_rows(
        np.array([0.9, 0.91]), errors=0.01, filters=("F2550W",) * 2, mjd=[59800.0, 59800.4]
    )

    [loss] = measure_time_loss(table).filters

    assert loss.amplitude == 0.0
    assert loss.asymptote == pytest.approx(0.905, abs=1e-3)
    assert np.isnan(loss.amplitude_error)
    assert not loss.is_known
    assert "Table 8, is taken" in loss.messages[0]


def test_without_the_monitor_another_star_takes_its_place() -> None:
    clean = losing_filter(None)
    stars = tuple("HD 2811" if one == MONITOR else one for one in clean.stars)
    table = factor_rows(
        clean.factors().value, ids=clean.ids, stars=stars, subarrays=clean.subarrays,
        filters=clean.filters, mjd=clean.mjd,
    )  # fmt: skip

    [loss] = measure_time_loss(table).filters

    assert loss.amplitude == pytest.approx(-0.2011, rel=1e-6)
    assert "HD 2811, which was observed most often, takes its place" in loss.messages[0]


def test_a_star_without_a_model_has_a_loss_all_the_same() -> None:
    clean = losing_filter(None)
    bare = replace(clean, model_jy=frozen(np.full(len(clean), np.nan)))

    [loss] = measure_time_loss(bare).filters

    assert loss.loss_fraction == pytest.approx(0.2011 / 0.9064, rel=1e-6)
    assert "no model in F2550W" in loss.messages[0]


def test_a_star_never_near_the_monitor_is_told_and_not_used() -> None:
    [loss] = measure_time_loss(losing_filter(None), TimeLossParams(near_days=8.0)).filters

    assert "HD 37962" not in loss.messages[0]
    assert "δ UMi was never observed near" in loss.messages[0]
    assert loss.amplitude == pytest.approx(-0.2011, rel=1e-6)


def test_an_unknown_subarray_takes_no_part_and_is_told() -> None:
    clean = losing_filter(None)
    table = factor_rows(
        clean.factors().value, ids=clean.ids, stars=clean.stars,
        subarrays=("SUB32", *clean.subarrays[1:]), filters=clean.filters, mjd=clean.mjd,
    )  # fmt: skip

    [loss] = measure_time_loss(table).filters

    assert loss.n_used == len(table) - 1
    assert "SUB32 is not known" in loss.messages[0]


def test_an_unknown_filter_is_a_problem_of_its_own() -> None:
    strange = factor_rows(np.ones(1), ids=("x",), filters=("F200W",), mjd=[59800.0])

    found = measure_time_loss(joined_tables([losing_filter(None), strange]))

    assert [one.filter_name for one in found.filters] == ["F2550W"]
    assert found.problems == (("F200W", "It is no filter of the imager or its coronagraphs."),)


def test_a_coronagraph_without_neighbors_says_so() -> None:
    strange = factor_rows(np.ones(1), ids=("x",), filters=("F1550C",), mjd=[59800.0])

    found = measure_time_loss(joined_tables([losing_filter(None), strange]))

    assert found.problems[0][0] == "F1550C"
    assert "No imaging filter below 15.51 µm" in found.problems[0][1]


def test_nothing_to_measure_is_refused() -> None:
    with pytest.raises(DataError, match="No imaging filter has a loss"):
        measure_time_loss(factor_rows(np.ones(1), filters=("F770W",), mjd=[np.nan]))
