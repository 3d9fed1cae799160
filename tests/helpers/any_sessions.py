"""Sessions with anything that may be in one: for round trips through files."""

import dataclasses
import math
import types
import typing
from functools import cache

from hypothesis import strategies as st

from engine.analyses import ANALYSES
from engine.compare.subsets import Subset
from engine.model.identity import Identity
from engine.project.codec import canonical
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.layout import Layout
from engine.project.session import Exclusion, Session

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
_SCALARS = {
    float: st.floats(allow_nan=False, allow_infinity=False),
    int: st.integers(),
    str: _TEXTS,
    bool: st.booleans(),
    type(None): st.none(),
}


@cache
def any_value(kind):
    """Return a strategy for the type of a field of parameters."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return st.builds(kind, **{name: any_value(one) for name, one in _fields(kind).items()})
    if origin is typing.Literal:
        return st.sampled_from(args)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([any_value(one) for one in args])
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(any_value(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_value(one) for one in args))
    return _SCALARS[kind]


def changed_params(kind):
    """Return parameters that differ from the defaults in every field."""
    return canonical(_changed(kind, kind()))


def any_sessions(*, depth=1):
    """Return a strategy for sessions; ``depth`` more inside to be compared with."""
    others = st.none() if depth == 0 else st.none() | any_sessions(depth=depth - 1)
    return st.builds(
        _session,
        st.lists(_ENTRIES, max_size=4, unique_by=lambda entry: entry.id),
        st.lists(st.sampled_from(ANALYSES).flatmap(_of_analysis), max_size=4),
        st.dictionaries(_TEXTS, _TEXTS, max_size=2),
        st.lists(st.builds(Exclusion, _TEXTS, _TEXTS), max_size=3),
        st.lists(any_value(Subset), max_size=3, unique_by=lambda subset: subset.name),
        others,
        any_value(Layout),
    )


def _of_analysis(analysis):
    subjects = st.sampled_from(["*", "e1", "e2.3", "16 Cyg B/1538-1", "12A", "μ Col"])
    return st.tuples(
        st.builds(NodeKey, st.just(analysis.name), subjects), any_value(analysis.params)
    )


def _session(entries, params, models, exclusions, subsets, other, layout):
    next_id = max([1, *(int(one.id[1:]) + 1 for one in entries)])
    session = Session(
        entries=tuple(entries),
        next_id=next_id,
        exclusions=tuple(exclusions),
        subsets=tuple(subsets),
        layout=layout,
    )
    for key, value in params:
        session = session.with_params(key, value)
    for target, entry_id in models.items():
        session = session.with_model(target, entry_id)
    return session if other is None else session.with_other("before", other)


def _fields(kind):
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _changed(kind, value):
    """Return another value of the type ``kind``."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return kind(
            **{
                name: _changed(one, getattr(value, name, None))
                for name, one in _fields(kind).items()
            }
        )
    if origin is typing.Literal:
        return next(one for one in args if one != value)
    if origin in {typing.Union, types.UnionType}:
        return _changed(next(one for one in reversed(args) if one is not type(None)), None)
    if origin is tuple and args[-1] is Ellipsis:
        return (_changed(args[0], None),)
    if origin is tuple:
        return tuple(
            _changed(one, old) for one, old in zip(args, value or (None,) * len(args), strict=True)
        )
    return {float: math.pi, int: 7, str: "changed · µ", bool: not value}[kind]


_ENTRIES = st.builds(
    Entry,
    id=st.integers(1, 99).map("e{}".format),
    path=st.sampled_from(["/data/a.fits", "/data/more/µ b.fits", "/elsewhere/c d.csv"]),
    sha256=st.binary(min_size=32, max_size=32).map(bytes.hex),
    size=st.integers(0, 2**40),
    kind=st.sampled_from(["cube", "spectrum", "image", "model spectrum", "vector"]),
    role=any_value(typing.get_type_hints(Entry)["role"]),
    parts=st.lists(any_value(Identity), max_size=2).map(tuple),
    mapping=st.just("") | _TEXTS,
    warnings=st.lists(_TEXTS, max_size=2).map(tuple),
    units=st.lists(_TEXTS, max_size=2).map(tuple),
    wave_maps=st.lists(_TEXTS, max_size=2).map(tuple),
)
