"""Tests of engine.project.older_values."""

import dataclasses
import typing
from pathlib import Path

import pytest

from engine.analyses import ANALYSES, analysis_named
from engine.errors import DataError
from engine.project.older_values import RENAMED, params_from_plain

OPTIONS = Path(__file__).parents[2] / "data" / "sessions" / "options.txt"


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


def test_every_option_that_ever_was_is_still_understood():
    """``options.txt`` is only added to: an option that gets another name goes to `RENAMED`."""
    ever = {tuple(line.split("\t")) for line in OPTIONS.read_text(encoding="utf-8").splitlines()}
    now = {
        (analysis.name, *found) for analysis in ANALYSES for found in options_in(analysis.params)
    }

    assert {option for option in ever - now if option not in RENAMED} == set()
    assert now - ever == set(), "add these to options.txt"


def options_in(kind, place=""):
    """Yield the place and the name of every option that parameters of ``kind`` know."""
    if dataclasses.is_dataclass(kind):
        for name, hint in typing.get_type_hints(kind).items():
            yield from options_in(hint, f"{place}.{name}".strip("."))
    elif typing.get_origin(kind) is typing.Literal:
        yield from ((place, option) for option in typing.get_args(kind))
    else:
        for inner in typing.get_args(kind):
            yield from options_in(inner, place)
