"""Tests of engine.nircam.gradient_model."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError, FitError
from engine.nircam.gradient_model import GradientParams, fit_gradients
from engine.simulate.nircam_field import published_terms
from tests.helpers.nircam import CENTER, matches

BOTH = GradientParams(angle_deg=72.0, time_term="fitted")
LONG = ("F356W", "F444W")


def pulls_of(seeds, params, *, filters=("F150W", "F200W", *LONG), time_mag=0.008):
    """Return pulls of offset, slope and time term by array."""
    truth = published_terms()
    found = {}
    for seed in seeds:
        fits = fit_gradients(matches(seed, filters=filters, times={"2": time_mag}), params)
        for one in fits.arrays:
            term = truth[one.filter, one.array]
            found.setdefault((one.filter, one.array), []).append((
                (one.delta_ab - term.delta_ab) / one.delta_ab_error,
                (one.slope - term.slope) / one.slope_error,
                (one.time - time_mag) / one.time_error,
            ))  # fmt: skip
    return {name: np.array(rows) for name, rows in found.items()}


def exact(pair, delta_ab, slope, time_mag, *, angle_deg=72.0):
    """Return a pair of epochs without noise."""
    ra0, dec0 = np.deg2rad(CENTER)
    ra, dec = np.deg2rad(pair.ra_deg), np.deg2rad(pair.dec_deg)
    depth = np.sin(dec0) * np.sin(dec) + np.cos(dec0) * np.cos(dec) * np.cos(ra - ra0)
    xi = np.cos(dec) * np.sin(ra - ra0) / depth
    eta = (np.cos(dec0) * np.sin(dec) - np.sin(dec0) * np.cos(dec) * np.cos(ra - ra0)) / depth
    angle = np.deg2rad(angle_deg)
    d = 60.0 * np.rad2deg(xi * np.sin(angle) + eta * np.cos(angle))
    delta = slope * d + np.where(pair.is_p, delta_ab, -delta_ab) + time_mag
    return replace(pair, mag_second=frozen(pair.mag_first + delta))


@pytest.fixture(scope="module")
def long_wave():
    """Return the matches of one long-wave filter."""
    return matches(1, filters=("F444W",))


def test_a_field_without_noise_gives_its_terms_exactly(long_wave):
    pair = exact(long_wave.pairs[0], -0.0165, 0.0043, 0.007)

    found = fit_gradients(replace(long_wave, pairs=(pair,)), BOTH).arrays[0]

    assert found.delta_ab == pytest.approx(-0.0165, abs=1e-9)
    assert found.slope == pytest.approx(0.0043, abs=1e-9)
    assert found.time == pytest.approx(0.007, abs=1e-9)


def test_table_2_and_a_time_term_come_back_within_their_errors():
    pulls = pulls_of(range(20), BOTH)

    short = np.concatenate([one for (_, array), one in pulls.items() if array != "long"])
    long_wave = np.concatenate([pulls[name, "long"] for name in LONG])
    # 160 numbers without a slope, 40 with one.
    for rows, columns, mean, width in (
        (short, [0, 2], 0.35, 0.25),
        (long_wave, [0, 1, 2], 0.6, 0.35),
    ):
        assert np.abs(rows[:, columns].mean(axis=0)).max() < mean
        assert np.abs(rows[:, columns].std(axis=0) - 1.0).max() < width


@pytest.mark.rig
@pytest.mark.parametrize("time_term", ["none", "fitted"])
def test_400_seeds_have_pulls_of_mean_0_and_width_1(time_term):
    time_mag = 0.008 if time_term == "fitted" else 0.0
    pulls = pulls_of(range(400), GradientParams(time_term=time_term), time_mag=time_mag)

    sys.stdout.write(f"\n{time_term}\n" + "\n".join(pull_rows(pulls)))
    for rows in pulls.values():
        fitted = rows[np.isfinite(rows[:, 0])]  # a seed may have too few sources in an array
        known = np.isfinite(fitted).all(axis=0)
        assert len(fitted) > 390
        assert known[0]
        assert np.abs(fitted[:, known].mean(axis=0)).max() < 0.2
        assert np.abs(fitted[:, known].std(axis=0, ddof=1) - 1.0).max() < 0.2


def pull_rows(pulls):
    """Return the lines of the table of docs/science/nircam_modules.md."""
    lines = []
    for (name, array), every in pulls.items():
        rows = every[np.isfinite(every[:, 0])]
        cells = [
            f"{mean:+.2f}, {width:.2f}" if np.isfinite(mean) else ""
            for mean, width in zip(rows.mean(axis=0), rows.std(axis=0, ddof=1), strict=True)
        ]
        lines.append(f"| {name} | {array} | {len(rows)} | " + " | ".join(cells) + " |")
    return lines


def test_short_wave_arrays_have_no_slope_unless_asked():
    found = matches(2, filters=("F150W",))

    without, having = (
        fit_gradients(found, GradientParams(short_wave_slope=one)) for one in ("zero", "fitted")
    )

    assert all(one.slope == 0.0 and np.isnan(one.slope_error) for one in without.arrays)
    assert all(np.isfinite(one.slope_error) for one in having.arrays)


def test_a_wrong_origin_is_a_constant_that_the_time_term_takes(long_wave):
    pair = exact(long_wave.pairs[0], -0.0165, 0.0043, 0.0)
    # 0.5 arcmin to the north: d changes by 0.5 cos(72 deg) for every source.
    params = GradientParams(
        angle_deg=72.0, center_ra_deg=CENTER[0], center_dec_deg=CENTER[1] + 0.5 / 60.0,
        time_term="fitted",
    )  # fmt: skip

    found = fit_gradients(replace(long_wave, pairs=(pair,)), params)

    one = found.arrays[0]
    assert one.delta_ab == pytest.approx(-0.0165, abs=1e-5)
    assert one.slope == pytest.approx(0.0043, abs=1e-5)
    assert one.time == pytest.approx(0.0043 * 0.5 * np.cos(np.deg2rad(72.0)), abs=1e-5)
    assert any("center of the turn" in message or "Center" in message for message in found.messages)


def test_the_sign_of_the_slope_does_not_depend_on_which_way_the_axis_is_given(long_wave):
    one, other = (
        fit_gradients(long_wave, GradientParams(angle_deg=angle)).arrays[0].slope
        for angle in (72.0, 252.0)
    )

    assert one == pytest.approx(other)


def test_epochs_2_and_3_give_the_slope_of_epochs_1_and_2():
    found = fit_gradients(matches(3, labels=("1", "2", "3"), filters=("F444W",))).arrays

    early, late = (next(one for one in found if one.first == label) for label in ("1", "2"))
    assert early.slope == pytest.approx(
        late.slope, abs=4 * np.hypot(early.slope_error, late.slope_error)
    )
    assert (early.d_arcmin[early.is_p] > 0).all()
    assert (late.d_arcmin[late.is_p] > 0).all()


def test_the_axis_is_found_when_nobody_says_it():
    found = fit_gradients(matches(3))

    assert found.angle_deg == pytest.approx(72.0, abs=3.0)
    assert found.center_from == "catalogs"


def test_the_center_is_found_when_no_catalog_says_it():
    known = matches(3)
    bare = replace(known, pairs=tuple(replace(one, center_deg=None) for one in known.pairs))

    found = fit_gradients(bare)

    assert found.center_from == "sources"
    assert found.center_deg[1] == pytest.approx(CENTER[1], abs=5.0 / 3600.0)
    assert found.center_deg[0] == pytest.approx(CENTER[0], abs=15.0 / 3600.0)
    assert any("wrong origin" in one for one in found.messages)


def test_sources_that_change_are_rejected(long_wave):
    pair = long_wave.pairs[0]
    changed = np.arange(len(pair)) % 25 == 0
    spoiled = replace(pair, mag_second=frozen(pair.mag_second + 0.4 * changed))

    clean = fit_gradients(replace(long_wave, pairs=(pair,))).arrays[0]
    found = fit_gradients(replace(long_wave, pairs=(spoiled,))).arrays[0]

    assert not found.used[changed].any()
    assert found.n_rejected >= np.count_nonzero(changed)
    assert found.delta_ab == pytest.approx(clean.delta_ab, abs=clean.delta_ab_error)


def test_without_errors_all_sources_weigh_the_same(long_wave):
    pair = long_wave.pairs[0]
    blind = replace(pair, error=frozen(np.full(len(pair), np.nan)))
    params = GradientParams(angle_deg=72.0, n_sigma=1e9)

    found = fit_gradients(replace(long_wave, pairs=(blind,)), params).arrays[0]

    design = np.column_stack([np.where(found.is_p, 1.0, -1.0), found.d_arcmin])
    values, (squares,), *_ = np.linalg.lstsq(design, found.delta)
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * squares / (len(pair) - 2))
    assert_allclose([found.delta_ab, found.slope], values, rtol=1e-9)
    assert_allclose([found.delta_ab_error, found.slope_error], errors, rtol=1e-9)


def test_errors_a_hundred_times_too_small_change_no_error_of_the_result(long_wave):
    pair = long_wave.pairs[0]
    proud = replace(pair, error=frozen(pair.error / 100.0))

    one, other = (
        fit_gradients(replace(long_wave, pairs=(each,))).arrays[0] for each in (pair, proud)
    )

    assert other.delta_ab_error == pytest.approx(one.delta_ab_error, rel=0.2)


def test_the_error_of_the_model_is_that_of_its_terms(long_wave):
    found = fit_gradients(long_wave, BOTH).arrays[0]
    rng = np.random.default_rng(1)
    drawn = rng.multivariate_normal(
        [found.delta_ab, found.slope, found.time], found.covariance, 20_000
    )

    at = np.array([-2.0, 0.5])
    for patch, sign in (("p", 1.0), ("q", -1.0)):
        lines = sign * drawn[:, :1] + drawn[:, 1:2] * at + drawn[:, 2:]
        assert_allclose(found.model_error(at, patch), lines.std(axis=0), rtol=0.03)
        assert_allclose(found.model(at, patch), lines.mean(axis=0), atol=1e-4)


def test_the_result_says_that_the_slope_belongs_to_both_modules(long_wave):
    assert "sum of the gradients of both modules" in fit_gradients(long_wave).messages[0]


def test_the_same_orientation_is_refused():
    with pytest.raises(DataError, match="cannot be separated") as caught:
        fit_gradients(matches(2, labels=("1", "3"), filters=("F444W",)))

    assert "turned by 180°" in caught.value.hint


def test_an_array_with_three_sources_has_a_reason_and_the_others_a_fit():
    found = matches(2, filters=("F150W",))
    pair = found.pairs[0]
    inside = np.flatnonzero(pair.of_array("3") & pair.is_p)
    reasons = tuple("left out" if i in inside[3:] else "" for i in range(len(pair)))

    fits = fit_gradients(replace(found, pairs=(replace(pair, reasons=reasons),))).arrays

    assert [bool(one.reason) for one in fits] == [False, False, True, False]
    assert fits[2].reason == "Patch p has 3 sources, 5 are needed."
    assert np.isnan(fits[2].delta_ab)


def test_only_poor_arrays_are_refused():
    found = matches(2, filters=("F150W",))

    with pytest.raises(FitError, match="No array can be fitted"):
        fit_gradients(found, GradientParams(fewest=500))
