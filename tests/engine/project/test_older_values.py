"""Tests of engine.project.older_values."""

import typing

import pytest

from engine.analyses import analysis_named
from engine.errors import DataError
from engine.project.older_values import RENAMED, params_from_plain


@pytest.mark.parametrize(("step", "field", "older"), RENAMED)
def test_an_option_is_known_by_its_older_name(step, field, older):
    params = params_from_plain(step, {field: older}, where=step)

    now = getattr(params, field)
    assert now == RENAMED[step, field, older]
    hints = typing.get_type_hints(analysis_named(step).params)
    assert now in typing.get_args(hints[field])
    assert older not in typing.get_args(hints[field])


def test_what_was_never_an_option_is_refused():
    with pytest.raises(DataError, match=r"energy\.dithers is 'something'"):
        params_from_plain("energy", {"dithers": "something"}, where="energy")


@pytest.mark.parametrize("plain", [None, [], "dithers"])
def test_what_is_no_object_is_refused(plain):
    with pytest.raises(DataError, match="not an object"):
        params_from_plain("energy", plain, where="energy")
