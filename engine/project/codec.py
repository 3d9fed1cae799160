"""Frozen dataclasses to plain JSON values and back.

Only what the type of a field announces is accepted; nothing in a file can choose which class or
function is used.
"""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

from engine.errors import DataError

#: Reads what is no dataclass, union, tuple or choice: from type, JSON value and place.
Leaf = Callable[[Any, Any, str], Any]


def to_plain(value: Any) -> Any:
    """Return ``value`` as JSON values: dataclasses as objects, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


@lru_cache(maxsize=16384)
def plain_text(value: Any) -> str:
    """Return frozen parameters as JSON text in ASCII: equal values give equal text."""
    return json.dumps(to_plain(value), sort_keys=True)


def read_scalar(kind: Any, plain: Any, where: str) -> Any:
    """Return ``plain`` as the scalar ``kind``: finite, and text that can be written as UTF-8."""
    if kind is type(None) and plain is None:
        return None
    if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        return _finite(plain, where)
    if kind is int and isinstance(plain, int) and not isinstance(plain, bool):
        return plain
    if kind is bool and isinstance(plain, bool):
        return plain
    if kind is str and isinstance(plain, str):
        return _writable(plain, where)
    raise refused(where, plain, getattr(kind, "__name__", str(kind)))


def from_plain(kind: Any, plain: Any, *, where: str = "", leaf: Leaf = read_scalar) -> Any:
    """Return an instance of ``kind`` from JSON values.

    Parameters
    ----------
    kind : type
        A frozen dataclass, or a type such as ``tuple[float, ...]``, ``float | None``.
    plain : object
        What `json.loads` gave. Fields that are absent take their default; unknown ones are ignored.
    where : str, optional
        Path of the value, for the message.
    leaf : callable, optional
        Reads what is no dataclass, union, tuple or choice.

    Returns
    -------
    object
        The value.

    Raises
    ------
    DataError
        If a value does not have the announced type, or a number is not finite.
    """
    read = _reader(kind)
    return leaf(kind, plain, where) if read is None else read(kind, plain, where, leaf)


def canonical(value: Any) -> Any:
    """Return a frozen dataclass as it is after being written and read: ``2`` for a float is 2.0.

    Raises
    ------
    DataError
        If a value does not have the type of its field.
    """
    return from_plain(type(value), to_plain(value), where=type(value).__name__)


def refused(where: str, plain: Any, wanted: str) -> DataError:
    """Return the error that says what stands at ``where`` in place of ``wanted``."""
    shown = repr(plain)[:60].encode("ascii", "backslashreplace").decode()
    return DataError(f"{where.lstrip('.') or 'value'} is {shown}, not {wanted}.")


@cache
def _reader(kind: Any) -> Callable[[Any, Any, str, Leaf], Any] | None:
    """Return what reads values of ``kind``; `None`: a leaf."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass
    readers = {
        typing.Union: _union,
        types.UnionType: _union,
        tuple: _tuple,
        typing.Literal: _literal,
    }
    return readers.get(typing.get_origin(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _dataclass(kind: Any, plain: Any, where: str, leaf: Leaf) -> Any:
    if not isinstance(plain, dict):
        raise refused(where, plain, "an object")
    hints = _hints(kind)
    values = {
        field.name: from_plain(
            hints[field.name], plain[field.name], where=f"{where}.{field.name}", leaf=leaf
        )
        for field in dataclasses.fields(kind)
        if field.name in plain
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise refused(where, plain, f"a complete {kind.__name__}") from error


def _union(kind: Any, plain: Any, where: str, leaf: Leaf) -> Any:
    for option in typing.get_args(kind):
        try:
            return from_plain(option, plain, where=where, leaf=leaf)
        except DataError:
            continue
    raise refused(where, plain, "one of the allowed values")


def _tuple(kind: Any, plain: Any, where: str, leaf: Leaf) -> Any:
    args = typing.get_args(kind)
    if not isinstance(plain, list):
        raise refused(where, plain, "a list")
    if len(args) == 2 and args[1] is Ellipsis:
        kinds: tuple[Any, ...] = (args[0],) * len(plain)
    elif len(args) == len(plain):
        kinds = args
    else:
        raise refused(where, plain, f"a list of {len(args)}")
    return tuple(
        from_plain(one, item, where=f"{where}[{i}]", leaf=leaf)
        for i, (one, item) in enumerate(zip(kinds, plain, strict=True))
    )


def _literal(kind: Any, plain: Any, where: str, _leaf: Leaf) -> Any:
    allowed = typing.get_args(kind)
    if not any(plain == option and type(plain) is type(option) for option in allowed):
        raise refused(where, plain, "one of " + ", ".join(repr(option) for option in allowed))
    return plain


def _finite(plain: float, where: str) -> float:
    try:
        number = float(plain)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise refused(where, plain, "a finite number")
    return number


def _writable(plain: str, where: str) -> str:
    try:
        plain.encode("utf-8")
    except UnicodeEncodeError:
        raise refused(where, plain, "text in Unicode") from None
    return plain
