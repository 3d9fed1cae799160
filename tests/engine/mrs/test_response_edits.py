"""Tests of engine.mrs.response_edits."""

import inspect
import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.mrs import response_edits as edits
from engine.mrs.star_response import (
    HeldValue,
    Mask,
    SampleState,
    SampleWeight,
    StarResponseParams,
    fit_star_response,
)

WAVE = np.linspace(5.7, 6.6, 400)
PARAMS = StarResponseParams((5.9, 6.1, 6.3))


def spectrum(flux):
    return Spectrum(
        wave_um=frozen(WAVE),
        flux=frozen(flux),
        error=frozen(np.full(WAVE.size, 0.01)),
        flags=frozen(np.zeros(WAVE.size), dtype=np.uint32),
        unit="Jy",
    )


@pytest.fixture(scope="module")
def response():
    rng = np.random.default_rng(5)
    flux = 1.0 + 0.1 * np.sin(6 * WAVE) + rng.normal(0, 0.01, WAVE.size)
    return fit_star_response(spectrum(flux), spectrum(np.ones(WAVE.size)), StarResponseParams())


def test_pinning_makes_the_breakpoints_of_the_fit_the_users_own(response):
    pinned = edits.pin_breakpoints(StarResponseParams(), response)

    assert pinned.breakpoints_um == tuple(response.breakpoints_um)
    assert edits.pin_breakpoints(pinned, response) is pinned


def test_automatic_breakpoints_cannot_be_moved_before_they_are_known():
    with pytest.raises(DataError, match="not known yet"):
        edits.move_breakpoint(StarResponseParams(), 0, 6.0)


@pytest.mark.parametrize(("to", "ends_at"), [(6.2, 6.2), (9.0, 6.299), (1.0, 5.901)])
def test_a_breakpoint_stops_at_its_neighbors(to, ends_at):
    assert edits.move_breakpoint(PARAMS, 1, to).breakpoints_um == pytest.approx((5.9, ends_at, 6.3))


def test_outer_breakpoints_stop_at_the_cutoffs_or_at_the_data(response):
    cut = replace(PARAMS, cutoffs_um=(5.8, None))

    assert edits.move_breakpoint(cut, 0, 1.0).breakpoints_um[0] == pytest.approx(5.801)
    assert edits.move_breakpoint(PARAMS, 2, 99.0, response=response).breakpoints_um[
        2
    ] == pytest.approx(6.599)


def test_a_value_held_on_a_breakpoint_goes_along():
    params = replace(PARAMS, held=(HeldValue(5.8, 1.2), HeldValue(6.1, 1.1)))

    moved = edits.move_breakpoint(params, 1, 6.2)

    assert moved.held == (HeldValue(5.8, 1.2), HeldValue(6.2, 1.1))


def test_a_breakpoint_without_room_stays():
    tight = StarResponseParams((6.0, 6.001, 6.002))

    assert edits.move_breakpoint(tight, 1, 6.0015) is tight


def test_a_new_breakpoint_takes_its_place_in_order_and_holds_nothing():
    added = edits.add_breakpoint(PARAMS, 6.2)

    assert added.breakpoints_um == (5.9, 6.1, 6.2, 6.3)
    assert added.held == ()
    assert edits.add_breakpoint(added, 6.2004) is added


def test_a_new_breakpoint_leaves_the_shape_up_to_the_noise(response):
    observed = spectrum(1.0 / response.ratio)
    model = spectrum(np.ones(WAVE.size))
    pinned = edits.pin_breakpoints(StarResponseParams(), response)
    before = fit_star_response(observed, model, pinned)

    after = fit_star_response(observed, model, edits.add_breakpoint(pinned, 6.15))

    change = np.abs(after.vector - before.vector) / before.stat_error
    assert np.sqrt(np.nanmean(change**2)) < 1.0


def test_a_breakpoint_at_the_local_median_holds_it(response):
    added = edits.add_breakpoint_at_local_median(PARAMS, 6.2, response)

    truth = 1.0 / (1.0 + 0.1 * np.sin(6 * 6.2))
    assert added.breakpoints_um == (5.9, 6.1, 6.2, 6.3)
    assert added.held[0].wave_um == 6.2
    assert added.held[0].value == pytest.approx(truth, rel=6e-3)


def test_the_local_median_of_a_steep_curve_is_not_that_of_one_sample(rng):
    curve = np.exp(-20.0 * (WAVE - 5.7)) + 1.0
    truth = curve * (1.0 + rng.normal(0, 1e-3, WAVE.size))
    steep = fit_star_response(
        spectrum(1.0 / truth), spectrum(np.ones(WAVE.size)), StarResponseParams()
    )
    places = WAVE[20:60]

    held = np.array([edits.local_median(steep, float(at)) for at in places])

    assert np.sqrt(np.mean((held / curve[20:60] - 1.0) ** 2)) < 0.4e-3  # of one sample: 1e-3


def test_removing_a_breakpoint_releases_its_value():
    params = replace(PARAMS, held=(HeldValue(6.1, 1.1), HeldValue(6.2, 1.0)))

    removed = edits.remove_breakpoint(params, 1)

    assert removed.breakpoints_um == (5.9, 6.3)
    assert removed.held == (HeldValue(6.2, 1.0),)


def test_halving_undoes_doubling(response):
    doubled = edits.double_breakpoints(PARAMS, response)

    assert_allclose(doubled.breakpoints_um, [5.8, 5.9, 6.0, 6.1, 6.2, 6.3, 6.45], atol=1e-9)
    assert edits.halve_breakpoints(doubled, response) == PARAMS


@pytest.mark.parametrize(
    ("arrange", "kept"),
    [
        (edits.halve_breakpoints, (6.0, 6.1)),
        (edits.double_breakpoints, (5.9, 6.0, 6.1)),
        (lambda p, r: edits.even_breakpoints(p, 5, r), (6.0,)),
        (lambda p, _: edits.copy_breakpoints(p, (5.9, 6.4)), (5.9, 6.0)),
        (lambda p, _: edits.propose_breakpoints(p), (6.0,)),
    ],
)
def test_values_held_on_breakpoints_that_go_are_released_with_them(response, arrange, kept):
    points = (5.9, 6.1, 6.3)
    params = StarResponseParams(points, held=tuple(HeldValue(at, 1.0) for at in (5.9, 6.0, 6.1)))

    after = arrange(params, response)

    assert tuple(one.wave_um for one in after.held) == kept


def test_even_breakpoints_divide_the_range_of_the_vector(response):
    even = edits.even_breakpoints(PARAMS, 2, response)

    assert even.breakpoints_um == pytest.approx((6.0, 6.3))


def test_proposing_leaves_them_to_the_program_and_reset_everything():
    assert edits.propose_breakpoints(PARAMS).breakpoints_um is None
    assert edits.reset(replace(PARAMS, degree=5)) == StarResponseParams()


def test_copied_breakpoints_keep_wavelengths_or_relative_places():
    same_band = edits.copy_breakpoints(PARAMS, (5.75, 6.5))
    other_band = edits.copy_breakpoints(
        PARAMS, (8.0, 8.5, 9.9), source_limits_um=(7.5, 9.5), limits=(5.0, 6.0)
    )

    assert same_band.breakpoints_um == (5.75, 6.5)
    assert other_band.breakpoints_um == pytest.approx((5.25, 5.5))


def test_values_are_held_replaced_and_released():
    held = edits.hold_value(edits.hold_value(PARAMS, 6.2, 1.1), 5.8, 1.3)
    replaced = edits.hold_value(held, 6.2, 1.5)

    assert held.held == (HeldValue(5.8, 1.3), HeldValue(6.2, 1.1))
    assert replaced.held == (HeldValue(5.8, 1.3), HeldValue(6.2, 1.5))
    assert edits.release_value(replaced, 6.21).held == (HeldValue(5.8, 1.3),)


def test_breaks_are_added_and_removed():
    broken = edits.add_break(edits.add_break(PARAMS, 6.2), 5.8)

    assert broken.breaks_um == (5.8, 6.2)
    assert edits.remove_break(broken, 6.0).breaks_um == (6.2,)


def test_masks_are_added_in_order_named_and_removed():
    masked = edits.add_mask(edits.add_mask(PARAMS, 6.3, 6.2, name="wing"), 5.8, 5.9)

    assert masked.masks == (Mask(5.8, 5.9), Mask(6.2, 6.3, "wing"))
    assert edits.rename_mask(masked, 5.85, "CO").masks[0].name == "CO"
    assert edits.remove_mask(masked, 6.25).masks == (Mask(5.8, 5.9),)


def test_clearing_a_range_cuts_the_masks_that_reach_beyond():
    masked = replace(PARAMS, masks=(Mask(5.8, 6.0, "a"), Mask(6.05, 6.1), Mask(6.15, 6.4, "b")))

    cleared = edits.clear_masks(masked, 6.2, 5.9)

    assert cleared.masks == (Mask(5.8, 5.9, "a"), Mask(6.2, 6.4, "b"))


def test_samples_are_excluded_with_a_reason_and_brought_back():
    excluded = edits.exclude_sample(PARAMS, 6.0, reason="cosmic ray")
    weighted = edits.set_weight(excluded, 6.1, 3.0)

    assert excluded.weights == (SampleWeight(6.0, 0.0, "cosmic ray"),)
    assert edits.include_sample(weighted, 6.4).weights == (SampleWeight(6.1, 3.0),)
    assert edits.set_weight(weighted, 6.1, 1.0) == excluded


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_makes_no_sense_is_refused(weight):
    with pytest.raises(DataError, match="weight of"):
        edits.set_weight(PARAMS, 6.0, weight)


def test_sample_ranges_are_added_and_the_nearest_removed():
    ranged = edits.add_sample_range(edits.add_sample_range(PARAMS, 6.3, 6.5), 5.8, 5.9)

    assert ranged.sample_ranges == (Mask(5.8, 5.9), Mask(6.3, 6.5))
    assert edits.remove_sample_range(ranged, 6.2).sample_ranges == (Mask(5.8, 5.9),)
    assert edits.remove_sample_ranges(ranged) == PARAMS


def test_after_dropping_all_only_added_ranges_are_fitted(response):
    observed, model = spectrum(1.0 / response.ratio), spectrum(np.ones(WAVE.size))
    dropped = edits.drop_all_samples(StarResponseParams((), cutoffs_um=(5.71, 6.59)))

    ranged = edits.add_sample_range(dropped, 5.8, 6.2)
    result = fit_star_response(observed, model, ranged)

    used = result.state == SampleState.USED
    assert WAVE[used].min() >= 5.8
    assert WAVE[used].max() <= 6.2
    assert edits.use_all_samples(ranged).sample_ranges == ()


def test_cutoffs_may_not_cross():
    assert edits.set_cutoffs(PARAMS, 5.8, 6.5).cutoffs_um == (5.8, 6.5)
    assert edits.set_cutoffs(PARAMS, 6.5, 5.8) is PARAMS


@pytest.mark.parametrize(
    "edit",
    [
        lambda p, r: edits.move_breakpoint(p, 0, 5.9),
        lambda p, r: edits.add_breakpoint(p, 5.9),
        lambda p, r: edits.add_breakpoint_at_local_median(p, 5.9, r),
        edits.pin_breakpoints,
        lambda p, r: edits.release_value(p, 6.0),
        lambda p, r: edits.add_mask(p, 6.0, 6.0),
        lambda p, r: edits.remove_mask(p, 6.0),
        lambda p, r: edits.clear_masks(p, 5.0, 6.0),
        lambda p, r: edits.rename_mask(p, 6.0, "x"),
        lambda p, r: edits.include_sample(p, 6.0),
        lambda p, r: edits.set_weight(p, 6.0, 1.0),
        lambda p, r: edits.set_cutoffs(p, None, None),
        lambda p, r: edits.remove_break(p, 6.0),
        lambda p, r: edits.copy_breakpoints(p, p.breakpoints_um),
        lambda p, r: edits.remove_sample_range(p, 6.0),
        lambda p, r: edits.remove_sample_ranges(p),
        lambda p, r: edits.use_all_samples(p),
    ],
)
def test_an_edit_that_changes_nothing_returns_the_same_object(edit, response):
    assert edit(PARAMS, response) is PARAMS


def test_reset_of_the_defaults_is_the_same_object():
    default = StarResponseParams()

    assert edits.reset(default) is default
    assert edits.propose_breakpoints(default) is default


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_any_sequence_of_edits_keeps_parameters_valid_and_hashable(seed):
    random_edit = random.Random(seed)
    params = PARAMS
    for _ in range(12):
        at, other = random_edit.uniform(5.7, 6.6), random_edit.uniform(5.7, 6.6)
        count = len(params.breakpoints_um)
        choices = [
            lambda p: edits.add_breakpoint(p, at),  # noqa: B023  (called at once)
            lambda p: edits.hold_value(p, at, 1.0),  # noqa: B023
            lambda p: edits.add_mask(p, at, other),  # noqa: B023
            lambda p: edits.clear_masks(p, at, other),  # noqa: B023
            lambda p: edits.exclude_sample(p, at),  # noqa: B023
            lambda p: edits.add_break(p, at),  # noqa: B023
            lambda p: edits.set_cutoffs(p, at, other),  # noqa: B023
        ]
        if count:
            index = random_edit.randrange(count)
            choices.append(lambda p: edits.move_breakpoint(p, index, other))  # noqa: B023
            choices.append(lambda p: edits.remove_breakpoint(p, index))  # noqa: B023
        params = random_edit.choice(choices)(params)

        points = params.breakpoints_um
        assert all(a < b for a, b in pairwise(points))
        assert all(mask.low_um < mask.high_um for mask in params.masks)
        assert hash(params) == hash(replace(params))


def test_every_edit_is_a_function_of_parameters_first():
    public = [f for n, f in inspect.getmembers(edits, inspect.isfunction) if not n.startswith("_")]
    own = [f for f in public if f.__module__ == edits.__name__]

    firsts = {f.__name__: next(iter(inspect.signature(f).parameters)) for f in own}

    assert {name for name, first in firsts.items() if first != "params"} <= {"local_median"}
