"""Tests of engine.project.codec."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DataError
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import HeldValue, Mask, StarResponseParams
from engine.project.codec import canonical, from_plain, to_plain

WAVES = st.floats(0.6, 30.0)

PARAMS = st.builds(
    StarResponseParams,
    breakpoints_um=st.none() | st.lists(WAVES, max_size=6).map(lambda x: tuple(sorted(set(x)))),
    degree=st.integers(1, 5),
    fit_in=st.sampled_from(["automatic", "factor", "inverse", "inverse photon"]),
    cutoffs_um=st.tuples(st.none() | WAVES, st.none() | WAVES),
    masks=st.lists(st.builds(Mask, WAVES, WAVES, st.text(max_size=20)), max_size=4).map(tuple),
    held=st.lists(st.builds(HeldValue, WAVES, st.floats(0.1, 5.0)), max_size=3).map(tuple),
)


@given(PARAMS)
def test_parameters_survive_json(params):
    text = json.dumps(to_plain(params), allow_nan=False)

    assert from_plain(StarResponseParams, json.loads(text)) == params


@pytest.mark.parametrize("center", ["auto", "target", (3.5, 12.0)])
def test_a_union_takes_the_option_that_fits(center):
    params = ExtractionParams(center=center)

    assert from_plain(ExtractionParams, to_plain(params)).center == center


def test_absent_fields_take_their_default_and_unknown_ones_are_ignored():
    plain = {"degree": 2, "from_the_future": 1}

    assert from_plain(StarResponseParams, plain) == StarResponseParams(degree=2)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"degree": "three"}, "degree"),
        ({"degree": True}, "degree"),
        ({"degree": 2.5}, "degree"),
        ({"fit_in": "__import__('os')"}, "fit_in"),
        ({"masks": [{"low_um": 5.0}]}, "masks"),
        ({"masks": 5}, "masks"),
        ({"masks": [{"low_um": 5.0, "high_um": 6.0}, {"low_um": "5"}]}, r"masks\[1\]\.low_um"),
        ({"cutoffs_um": [5.0, []]}, r"cutoffs_um\[1\]"),
        ({"cutoffs_um": [5.0]}, "cutoffs_um"),
        ([], "object"),
        (None, "object"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(plain, words):
    with pytest.raises(DataError, match=words):
        from_plain(StarResponseParams, plain)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400, True, None, "2.0"])
def test_what_is_no_finite_number_is_refused(number):
    with pytest.raises(DataError, match="reject_below"):
        from_plain(StarResponseParams, {"reject_below": number})


def test_text_that_cannot_be_written_is_refused():
    with pytest.raises(DataError, match="name"):
        from_plain(Mask, {"low_um": 5.0, "high_um": 6.0, "name": "\ud800"})


def test_numbers_of_numpy_become_plain():
    held = HeldValue(np.float32(5.5), np.float64(1.25))

    assert json.loads(json.dumps(to_plain(held))) == {"wave_um": 5.5, "value": 1.25}


def test_a_value_becomes_what_it_will_be_after_reading():
    params = StarResponseParams(breakpoints_um=(6, 7), cutoffs_um=(None, 8))

    assert json.dumps(to_plain(canonical(params))) != json.dumps(to_plain(params))
    assert to_plain(canonical(canonical(params))) == to_plain(canonical(params))
    assert canonical(params) == params
