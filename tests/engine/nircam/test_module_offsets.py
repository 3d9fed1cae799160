"""Tests of engine.nircam.module_offsets."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.nircam.module_offsets import OffsetParams, measure_module_offsets
from engine.simulate.nircam_field import published_terms
from tests.helpers.nircam import matches

SHORT = ("F150W", "F200W")


def test_array_and_time_terms_are_the_half_difference_and_the_half_sum():
    # Ma+2023, Eqs. 7 and 8, on exact numbers.
    pair = matches(1, filters=("F150W",)).pairs[0]
    delta = np.where(pair.is_p, 0.030, -0.010)
    exact = replace(pair, mag_second=frozen(pair.mag_first + delta))
    found = measure_module_offsets(replace_pairs(exact))

    for one in found.arrays:
        assert one.delta_ab == pytest.approx(0.020)
        assert one.time == pytest.approx(0.010)
        assert one.p.mad == pytest.approx(0.0, abs=1e-12)


def replace_pairs(*pairs):
    found = matches(1, filters=("F150W",))
    return replace(found, pairs=pairs)


def test_the_offsets_of_table_2_and_a_time_term_come_back():
    truth = published_terms()
    pulls = []
    for seed in range(20):
        found = measure_module_offsets(matches(seed, filters=SHORT, times={"2": 0.012}))
        pulls += [
            ((one.delta_ab - truth[one.filter, one.array].delta_ab) / one.delta_ab_error,
             (one.time - 0.012) / one.time_error)
            for one in found.arrays
        ]  # fmt: skip

    # 160 numbers: the mean is good to 0.08, the width to 0.06 and what the MAD adds.
    assert np.abs(np.mean(pulls, axis=0)).max() < 0.35
    assert np.all(np.abs(np.std(pulls, axis=0) - 1.05) < 0.25)


def test_the_median_offset_of_long_waves_contains_the_gradient():
    # Why Table 2 gives smaller offsets than the medians (Ma+2023, Sec. 5.1).
    found = measure_module_offsets(matches(4, filters=("F356W",)))

    truth = published_terms()["F356W", "long"]
    expected = truth.delta_ab + 1.46 * truth.slope
    assert found.arrays[0].delta_ab == pytest.approx(
        expected, abs=5 * found.arrays[0].delta_ab_error
    )


def test_exchanging_the_epochs_changes_the_sign_of_the_time_term_only():
    pair = matches(6, filters=("F150W",)).pairs[0]
    swapped = replace(
        pair, modules_first=pair.modules_second, modules_second=pair.modules_first,
        mag_first=pair.mag_second, mag_second=pair.mag_first,
    )  # fmt: skip

    one, other = (measure_module_offsets(replace_pairs(each)).arrays for each in (pair, swapped))

    for before, after in zip(one, other, strict=True):
        assert after.delta_ab == pytest.approx(before.delta_ab)
        assert after.time == pytest.approx(-before.time)


def test_the_same_orientation_leaves_only_the_time_term():
    found = measure_module_offsets(matches(8, labels=("1", "3"), filters=SHORT, times={"3": 0.03}))

    assert all(np.isnan(one.delta_ab) for one in found.arrays)
    assert any("cannot be separated" in one for one in found.messages)
    for one in found.arrays:
        assert one.time == pytest.approx(0.03, abs=5 * one.time_error)
        assert "only the time term" in one.remark


def test_an_array_with_three_sources_says_so():
    pair = matches(9, filters=("F150W",)).pairs[0]
    inside = np.flatnonzero(pair.of_array("3") & pair.is_q)
    reasons = tuple("left out" if i in inside[3:] else "" for i in range(len(pair)))

    found = measure_module_offsets(
        replace_pairs(replace(pair, reasons=reasons)), OffsetParams(fewest=5)
    )

    poor = next(one for one in found.arrays if one.array == "3")
    assert poor.remark == "Patch q has 3 sources, 5 are needed."
    assert np.isfinite(poor.delta_ab)
    assert not poor.is_trusted
    assert all(one.is_trusted for one in found.arrays if one.array != "3")
    assert any(
        one.startswith("Array 3 in F150W, epochs 1 and 2: Patch q") for one in found.messages
    )


@pytest.mark.rig
def test_medians_of_400_seeds_have_pulls_of_mean_0_and_width_1():
    truth = published_terms()
    pulls = np.array([
        [((one.delta_ab - truth[one.filter, one.array].delta_ab) / one.delta_ab_error,
          (one.time - 0.008) / one.time_error)
         for one in measure_module_offsets(matches(seed, filters=SHORT, times={"2": 0.008})).arrays]
        for seed in range(400)
    ])  # fmt: skip

    rows = pulls[np.isfinite(pulls).all(axis=(1, 2))]
    sys.stdout.write(f"\n{rows.mean(axis=(0, 1))} {rows.std(axis=(0, 1))} of {len(rows)}\n")
    assert len(rows) > 390
    assert np.abs(rows.mean(axis=(0, 1))).max() < 0.2
    assert np.abs(rows.std(axis=(0, 1)) - 1.0).max() < 0.2


def test_sources_left_out_take_no_part():
    pair = matches(6, filters=("F150W",)).pairs[0]
    wild = np.arange(len(pair)) % 7 == 0
    spoiled = replace(
        pair,
        mag_second=frozen(pair.mag_second + 5.0 * wild),
        reasons=tuple("wild" if one else "" for one in wild),
    )

    clean = replace(pair, reasons=spoiled.reasons)
    one, other = (measure_module_offsets(replace_pairs(each)).arrays for each in (spoiled, clean))

    assert [each.delta_ab for each in one] == [each.delta_ab for each in other]


def test_an_array_left_out_whole_says_why():
    pair = matches(6, filters=("F150W",)).pairs[0]
    reasons = tuple("scattered light" if one == "2" else "" for one in pair.arrays)

    found = measure_module_offsets(replace_pairs(replace(pair, reasons=reasons))).arrays

    assert [one.left_out for one in found] == ["", "scattered light", "", ""]
    assert [one.is_trusted for one in found] == [True, False, True, True]
    before = measure_module_offsets(replace_pairs(pair)).arrays
    assert found[1].delta_ab == before[1].delta_ab  # still shown as what it was


def test_leaving_everything_out_is_refused():
    pair = matches(6, filters=("F150W",)).pairs[0]

    with pytest.raises(DataError, match="Every source is left out"):
        measure_module_offsets(replace_pairs(replace(pair, reasons=("no",) * len(pair))))
