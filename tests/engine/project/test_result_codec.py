"""Tests of engine.project.result_codec."""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Literal

import numpy as np
import pytest

from engine.analyses import ANALYSES
from engine.errors import DataError
from engine.project.keys import NodeKey
from engine.project.result_codec import pack_result, unpack_result
from tests.helpers.bits import same_bits
from tests.helpers.open_files import OpenFiles


def response():
    files = OpenFiles()
    files.spectrum()
    files.model()
    return files.chain.evaluate(files.session, NodeKey("response", "e1"))


def test_a_result_survives_to_the_bit():
    result = replace(response(), scatter=float("nan"))

    assert same_bits(unpack_result(*pack_result(result)), result)


def parts_of(kind):
    """Yield every type that a field of ``kind`` may hold, through all nesting."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if is_dataclass(kind):
        for inner in typing.get_type_hints(kind).values():
            yield from parts_of(inner)
    elif origin in {tuple, typing.Union, types.UnionType}:
        for inner in args:
            yield from parts_of(inner) if inner is not Ellipsis else ()
    elif origin is Mapping:
        yield from parts_of(args[1])
    else:
        yield origin or kind


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_results_of_every_analysis_are_made_of_what_can_be_kept(analysis):
    kept = {np.ndarray, Literal, float, int, str, bool, type(None)}

    assert set(parts_of(analysis.result)) <= kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"analysis": "os.system", "result": {}}',
        '{"analysis": "response", "result": {}}',
        '{"analysis": "response", "result": []}',
        '{"analysis": ["response"], "result": {}}',
        "[" * 100_000,
    ],
)
def test_text_that_describes_no_result_is_refused(text):
    with pytest.raises(DataError):
        unpack_result(text, {})


def test_fields_of_another_type_are_refused():
    text, arrays = pack_result(response())
    plain = json.loads(text)

    for name, wrong in (("scatter", "0.1"), ("kind", "magic"), ("wave_um", {"array": "99"})):
        changed = {**plain, "result": {**plain["result"], name: wrong}}
        with pytest.raises(DataError, match=name):
            unpack_result(json.dumps(changed), arrays)


def test_only_results_of_analyses_are_packed():
    with pytest.raises(DataError, match="no result of an analysis"):
        pack_result({"a": 1})


def test_objects_in_arrays_are_not_kept():
    odd = replace(response(), vector=np.array([None]))

    with pytest.raises(DataError, match="an array of object"):
        pack_result(odd)
