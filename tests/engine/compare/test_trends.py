"""Tests of engine.compare.trends and factor_table."""

import numpy as np
import pytest
from scipy import stats

from engine.arrays import frozen
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trend_results import TrendParams
from engine.compare.trends import measure_trends
from engine.errors import DataError


def _table(factor, *, stars=None, classes=None, error=None, parameters=(), reasons=None):
    n = len(factor)
    return FactorTable(
        title="factors",
        unit="",
        ids=tuple(f"o{i}" for i in range(n)),
        stars=tuple(stars or (f"star {i}" for i in range(n))),
        classes=tuple(classes or ("",) * n),
        factor=frozen(factor),
        error=frozen(np.full(n, np.nan) if error is None else error),
        reasons=tuple(reasons or ("",) * n),
        flags=("",) * n,
        notes=("",) * n,
        parameters=tuple(parameters),
    )


def _number(name, values, **more):
    return Parameter(name, name, "", frozen(values), **more)


def _no_trend(rng, n_stars, per_star):
    """Stars with offsets, visits with scatter, three parameters that do nothing."""
    n = n_stars * per_star
    star = np.repeat(np.arange(n_stars), per_star)
    flux = 10 ** rng.uniform(-2, 0, n_stars)[star]
    error = 0.003 * rng.uniform(0.5, 2.0, n)
    noise = error * rng.standard_normal(n) + 0.004 * (per_star > 1) * rng.standard_normal(n)
    return _table(
        1.0 + 0.01 * rng.standard_normal(n_stars)[star] + noise,
        stars=[f"star {i}" for i in star],
        error=error,
        parameters=(
            _number("well_depth_dn", 2e4 * (1 + flux) + rng.uniform(0, 3e4, n)),
            _number("mjd", rng.uniform(59700, 60500, n)),
            _number("flux_jy", flux, scale="log"),
        ),
    )


def _with_slope(rng, n, sigma):
    """Independent stars with a slope of so many of its standard errors in one of three columns."""
    columns = rng.uniform(0, 1, (3, n))
    slope = sigma * 0.01 / np.sqrt(np.sum((columns[0] - columns[0].mean()) ** 2))
    factor = 1.0 + slope * columns[0] + 0.01 * rng.standard_normal(n)
    return _table(factor, parameters=[_number(f"p{i}", c) for i, c in enumerate(columns)])


def _false_reports(draws, n_stars, per_star):
    found = [
        measure_trends(_no_trend(np.random.default_rng(seed), n_stars, per_star)).reported
        for seed in range(draws)
    ]
    return np.count_nonzero([bool(one) for one in found]) / draws


def _reported_slopes(draws, n):
    found = [
        measure_trends(_with_slope(np.random.default_rng(seed), n, 4.0)).trend("p0")
        for seed in range(draws)
    ]
    return np.count_nonzero([one.is_reported for one in found]) / draws


@pytest.mark.parametrize(("n_stars", "per_star"), [(12, 1), (10, 5)])
def test_parameters_that_do_nothing_are_rarely_reported(n_stars, per_star):
    rate = _false_reports(60, n_stars, per_star)

    assert rate <= 0.15  # 5 %: more than 9 of 60 happen once in a thousand times


def test_a_slope_of_four_sigma_is_reported():
    rate = _reported_slopes(60, 30)

    assert rate > 0.80  # 93 %: fewer than 49 of 60 happen once in a thousand times


@pytest.mark.rig
@pytest.mark.parametrize(("n_stars", "per_star"), [(10, 1), (30, 1), (10, 6), (29, 20)])
def test_two_to_eight_in_a_hundred_tables_without_trends_are_reported(n_stars, per_star):
    rate = _false_reports(400, n_stars, per_star)

    assert 0.02 <= rate <= 0.08


@pytest.mark.rig
@pytest.mark.parametrize("n", [30, 60, 210])
def test_nine_in_ten_slopes_of_four_sigma_are_reported(n):
    rate = _reported_slopes(400, n)

    assert rate > 0.90


def test_differences_of_classes_are_those_of_the_means_that_are_told():
    rng = np.random.default_rng(5)
    star = np.repeat(np.arange(9), [1, 3, 1, 2, 1, 1, 4, 1, 1])
    table = _table(
        1.0 + 0.01 * rng.standard_normal(9)[star] + 0.004 * rng.standard_normal(star.size),
        stars=[f"star {i}" for i in star],
        classes=["hot" if i < 2 else "A" if i < 5 else "G" for i in star],
        error=0.003 * rng.uniform(0.2, 3.0, star.size),
    )

    found = measure_trends(table)

    means = {one.name: one.mean for one in found.classes}
    for pair in found.differences:
        assert pair.difference == pytest.approx(means[pair.first] - means[pair.second], abs=1e-12)


def test_three_visits_of_one_star_leave_a_slope_one_degree_of_freedom():
    rng = np.random.default_rng(3)
    star = np.array([0, 1, 2, 3, 4, 5, 6, 7, 7, 7])
    factor = 1.0 + 0.02 * rng.standard_normal(8)[star] + 1e-4 * rng.standard_normal(star.size)
    date = np.array([200.0] * 8 + [0.0, 400.0])  # nothing is known but from the last star

    trend = measure_trends(
        _table(factor, stars=[f"star {i}" for i in star], parameters=[_number("mjd", date)])
    ).trend("mjd")

    assert trend.freedom == pytest.approx(1.0)
    alone = 2.0 * stats.t.sf(abs(trend.slope / trend.slope_error), 1)
    assert trend.single_chance == pytest.approx(alone)


def test_the_slope_is_that_of_the_line_put_in():
    x = np.linspace(0, 4, 30)
    wiggle = 1e-4 * np.resize([1.0, -1.0, -1.0, 1.0], 30)

    trend = measure_trends(_table(1.02 - 0.03 * x + wiggle, parameters=[_number("x", x)])).trend(
        "x"
    )

    assert trend.slope == pytest.approx(-0.03, abs=3 * trend.slope_error)
    assert trend.at(np.array([2.0]))[0] == pytest.approx(0.96, abs=1e-4)
    assert trend.is_reported


def test_a_logarithmic_parameter_has_a_slope_per_factor_of_ten():
    flux = np.array([0.01, 0.1, 1.0, 10.0, 0.03, 3.0])

    trends = measure_trends(
        _table(1.0 + 0.02 * np.log10(flux), parameters=[_number("flux", flux, scale="log")])
    )

    assert trends.trend("flux").slope == pytest.approx(0.02, rel=1e-9)


def test_trying_more_parameters_makes_one_less_certain(rng):
    x = np.arange(30.0)
    factor = 1.0 + 2e-4 * x + 0.002 * rng.standard_normal(30)
    others = [_number(f"other {i}", rng.standard_normal(30)) for i in range(7)]

    alone = measure_trends(_table(factor, parameters=[_number("x", x)]))
    among = measure_trends(_table(factor, parameters=[_number("x", x), *others]))

    one, many = alone.trend("x"), among.trend("x")
    assert (alone.n_tried, among.n_tried) == (1, 8)
    assert many.single_chance == pytest.approx(one.single_chance)
    assert many.chance == pytest.approx(1 - (1 - one.chance) ** 8)
    assert many.significance < many.single_significance


def test_an_offset_of_a_class_is_no_trend_when_it_is_taken_out(rng):
    classes = ["hot"] * 10 + ["A"] * 10
    flux = np.r_[rng.uniform(1.0, 2.0, 10), rng.uniform(0.0, 1.0, 10)]
    factor = 1.0 + 0.03 * (np.array(classes) == "hot") + 0.004 * rng.standard_normal(20)
    table = _table(factor, classes=classes, parameters=[_number("flux", flux)])

    kept = measure_trends(table).trend("flux")
    taken_out = measure_trends(table, TrendParams(class_offsets="taken out")).trend("flux")

    assert kept.is_reported
    assert not taken_out.is_reported
    assert abs(taken_out.slope) < 3 * taken_out.slope_error
    assert taken_out.level == pytest.approx(factor.mean(), abs=0.003)


def test_a_parameter_that_is_the_class_cannot_be_told_from_it(rng):
    column = Parameter("kind", "Kind", texts=("x",) * 5 + ("y",) * 5)
    table = _table(rng.normal(1, 0.01, 10), classes=["a"] * 5 + ["b"] * 5, parameters=[column])

    trend = measure_trends(table, TrendParams(class_offsets="taken out")).trend("kind")

    assert "offsets of the classes" in trend.reason


def test_only_the_parameters_that_are_tried_count(rng):
    columns = [_number(f"p{i}", rng.standard_normal(20)) for i in range(4)]
    table = _table(rng.normal(1, 0.01, 20), parameters=columns)

    trends = measure_trends(table, TrendParams(ignored=("p0", "p2")))

    assert trends.n_tried == 2
    assert np.isnan(trends.trend("p0").chance)
    assert np.isfinite(trends.trend("p0").single_chance)


def test_an_offset_of_hot_stars_is_found():
    offsets = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        classes = ["hot"] * 2 + ["A"] * 4 + ["G"] * 4
        factor = 1.0 + 0.01 * rng.standard_normal(10) + 0.03 * (np.array(classes) == "hot")
        hot = {one.name: one for one in measure_trends(_table(factor, classes=classes)).classes}
        offsets.append((hot["hot"].offset, hot["hot"].offset_error, hot["hot"].is_reported))

    offset, error, reported = np.array(offsets).T
    assert offset.mean() == pytest.approx(0.03, abs=3 * 0.01 * np.sqrt(1 / 2 + 1 / 8) / np.sqrt(40))
    assert np.median(error) == pytest.approx(0.01 * np.sqrt(1 / 2 + 1 / 8), rel=0.2)
    assert reported.mean() > 0.6


def test_two_classes_differ_as_a_t_test_says(rng):
    a, b = rng.normal(1.0, 0.01, 6), rng.normal(1.01, 0.01, 9)

    trends = measure_trends(_table(np.r_[a, b], classes=["a"] * 6 + ["b"] * 9))

    [difference] = trends.differences
    known = stats.ttest_ind(a, b)
    assert difference.difference == pytest.approx(a.mean() - b.mean())
    assert difference.chance == pytest.approx(known.pvalue)
    assert trends.classes[0].rms == pytest.approx(a.std(ddof=1))


def test_one_star_a_class_says_nothing_about_the_classes(rng):
    stars = ["a"] * 20 + ["b"] * 20 + ["c"] * 20
    factor = np.repeat([1.0, 1.02, 0.99], 20) + 0.001 * rng.standard_normal(60)
    bright = Parameter("kind", "Kind", texts=("x",) * 20 + ("y",) * 40)
    flux = _number("flux", np.repeat([1.0, 5.0, 0.5], 20))

    trends = measure_trends(_table(factor, stars=stars, classes=stars, parameters=[bright, flux]))

    assert not any(one.is_reported for one in trends.differences)
    assert trends.reported == ()
    assert trends.classes[0].error == pytest.approx(0.001 / np.sqrt(20), rel=0.5)


def test_the_visits_of_one_star_have_the_trend_of_a_straight_line(rng):
    mjd = np.sort(rng.uniform(59700, 60500, 21))
    factor = 1.0 + 2e-5 * (mjd - 60000) + 0.004 * rng.standard_normal(21)

    trend = measure_trends(
        _table(factor, stars=["HD 163466"] * 21, parameters=[_number("mjd", mjd)])
    ).trend("mjd")

    known = stats.linregress(mjd, factor)
    assert trend.slope == pytest.approx(known.slope, rel=1e-3)
    assert trend.slope_error == pytest.approx(known.stderr, rel=1e-3)
    assert trend.single_chance == pytest.approx(known.pvalue, rel=0.05)


def test_a_star_seen_often_weighs_no_more_than_its_class_mates():
    factor = [1.00] * 10 + [0.999, 1.001] + [1.04, 1.039, 1.041]
    stars = ["much seen"] * 12 + ["second"] * 3

    level = measure_trends(_table(factor, stars=stars, classes=["A"] * 15)).classes[0]

    assert level.n_stars == 2
    assert level.mean == pytest.approx(1.02, abs=1e-3)
    assert level.rms == pytest.approx(np.std([1.0, 1.04], ddof=1), rel=1e-2)


def test_what_is_left_out_or_missing_takes_no_part():
    factor = [1.0, 1.01, 0.99, 5.0, np.nan, 1.0]

    trends = measure_trends(
        _table(
            factor,
            classes=["A"] * 6,
            reasons=["", "", "", "mirror event", "", ""],
            parameters=[_number("x", [0.0, 1.0, 2.0, 3.0, 4.0, np.nan])],
        )
    )

    assert trends.all.n_used == 4
    assert trends.all.mean == pytest.approx(1.0)
    assert "3 observations have a value" in trends.trend("x").reason
    assert "1 of 6 observations have no factor." in trends.messages


def test_categories_are_compared(rng):
    kinds = ["FULL"] * 10 + ["SUB64"] * 10
    factor = np.r_[rng.normal(1.0, 0.003, 10), rng.normal(1.02, 0.003, 10)]
    column = Parameter("subarray", "Subarray", texts=tuple(kinds))

    trend = measure_trends(_table(factor, parameters=[column])).trend("subarray")

    assert trend.is_reported
    assert [one.name for one in trend.levels] == ["FULL", "SUB64"]
    assert trend.levels[1].mean == pytest.approx(factor[10:].mean())


def test_columns_that_say_nothing_say_why():
    columns = [
        _number("same", np.full(8, 3.0)),
        _number("unknown", np.full(8, np.nan)),
        Parameter("name", "Name", texts=tuple("abcdefgh")),
    ]

    trends = measure_trends(_table(np.linspace(0.99, 1.01, 8), parameters=columns))

    assert [bool(one.reason) for one in trends.trends] == [True] * 3
    assert trends.n_tried == 0


def test_one_observation_is_refused():
    with pytest.raises(DataError, match="1 of 2 observations can be used"):
        measure_trends(_table([1.0, np.nan]))


def test_a_named_subset_is_compared_with_the_rest(rng):
    factor = np.r_[rng.normal(1.0, 0.005, 12), rng.normal(1.03, 0.005, 6)]

    trends = measure_trends(
        _table(factor), subsets={"late": [f"o{i}" for i in range(12, 18)], "empty": []}
    )

    late, empty = trends.subsets
    assert late.is_reported
    assert late.offset == pytest.approx(factor[12:].mean() - factor[:12].mean())
    assert (empty.n_used, empty.n_stars) == (0, 0)
    assert np.isnan(empty.mean)


def test_leaving_out_gives_a_new_table():
    table = _table([1.0, 1.1, 0.9], stars=["a", "a", "b"], classes=["A", "A", "G"])

    changed = table.without({"o1": "cosmic rays"})

    assert changed.reasons == ("", "cosmic rays", "")
    assert table.reasons == ("", "", "")
    assert table.ids_of(star="a") == ("o0", "o1")
    assert table.ids_of(star_class="G") == ("o2",)
