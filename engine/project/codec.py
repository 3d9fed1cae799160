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
from itertools import cycle
from typing import Any

import numpy as np

from engine.errors import DataError

#: From a JSON value, and what every leaf is handed, to a value. Raises `UnfitError`.
Read = Callable[[Any, Any], Any]
#: From a type to what reads its values.
Leaves = Callable[[Any], Read]


class UnfitError(Exception):
    """A JSON value is not of the announced type; `read_plain` makes a sentence of it.

    Parameters
    ----------
    plain : object
        The value.
    wanted : str
        What should stand there.
    """

    def __init__(self, plain: Any, wanted: str) -> None:
        super().__init__(wanted)
        self.plain = plain
        self.wanted = wanted
        self.place = ""  # grows on the way out


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


def scalar(kind: Any) -> Read:
    """Return what reads the scalar ``kind``: finite, and text that can be written as UTF-8."""
    readers: dict[Any, Read] = {float: _float, int: _int, bool: _bool, str: _str}
    wanted = getattr(kind, "__name__", str(kind))

    def never(plain: Any, _held: Any) -> Any:
        raise UnfitError(plain, wanted)

    return _none if kind is type(None) else readers.get(kind, never)


def from_plain(kind: Any, plain: Any, *, where: str = "") -> Any:
    """Return an instance of ``kind`` from JSON values.

    Parameters
    ----------
    kind : type
        A frozen dataclass, or a type such as ``tuple[float, ...]``, ``float | None``.
    plain : object
        What `json.loads` gave. Fields that are absent take their default; unknown ones are ignored.
    where : str, optional
        Path of the value, for the message.

    Returns
    -------
    object
        The value.

    Raises
    ------
    DataError
        If a value does not have the announced type, or a number is not finite.
    """
    return read_plain(reader(kind, scalar), plain, where=where)


def read_plain(read: Read, plain: Any, *, where: str, held: Any = None) -> Any:
    """Return what ``read`` makes of ``plain``.

    Parameters
    ----------
    read : Read
        See `reader`.
    plain : object
        What `json.loads` gave.
    where : str
        Path of the value, for the message.
    held : object, optional
        Handed to every leaf.

    Raises
    ------
    DataError
        If a value does not have the announced type.
    """
    try:
        return read(plain, held)
    except UnfitError as error:
        raise refused(where + error.place, error.plain, error.wanted) from error


@cache
def reader(kind: Any, leaves: Leaves) -> Read:
    """Return what reads values of ``kind``; the types are looked at once, not for each value.

    Parameters
    ----------
    kind : type
        A frozen dataclass, or a type such as ``tuple[float, ...]``, ``float | None``.
    leaves : callable
        From a type that is no dataclass, union, tuple or choice to what reads its values.
    """
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, leaves)
    makers = {
        typing.Union: _union,
        types.UnionType: _union,
        tuple: _tuple,
        typing.Literal: _literal,
    }
    make = makers.get(typing.get_origin(kind))
    return leaves(kind) if make is None else make(kind, leaves)


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


def _dataclass(kind: Any, leaves: Leaves) -> Read:
    hints = typing.get_type_hints(kind)
    fields = [(one.name, reader(hints[one.name], leaves)) for one in dataclasses.fields(kind)]
    complete = f"a complete {kind.__name__}"

    def read(plain: Any, held: Any) -> Any:
        if not isinstance(plain, dict):
            raise UnfitError(plain, "an object")
        values = {}
        try:
            for name, of_field in fields:
                if name in plain:
                    values[name] = of_field(plain[name], held)
        except UnfitError as error:
            error.place = f".{name}{error.place}"
            raise
        try:
            return kind(**values)
        except TypeError as error:
            raise UnfitError(plain, complete) from error

    return read


def _union(kind: Any, leaves: Leaves) -> Read:
    options = [reader(one, leaves) for one in typing.get_args(kind)]
    takes_none = type(None) in typing.get_args(kind)

    def read(plain: Any, held: Any) -> Any:
        if plain is None and takes_none:
            return None
        for option in options:
            try:
                return option(plain, held)
            except (UnfitError, DataError):
                continue
        raise UnfitError(plain, "one of the allowed values")

    return read


def _tuple(kind: Any, leaves: Leaves) -> Read:
    args = typing.get_args(kind)
    of_any_length = len(args) == 2 and args[1] is Ellipsis
    readers = [reader(one, leaves) for one in args if one is not Ellipsis]

    def read(plain: Any, held: Any) -> Any:
        if not isinstance(plain, list):
            raise UnfitError(plain, "a list")
        if not of_any_length and len(plain) != len(readers):
            raise UnfitError(plain, f"a list of {len(readers)}")
        found: list[Any] = []
        try:
            for item, of_item in zip(plain, cycle(readers), strict=False):
                found.append(of_item(item, held))
        except UnfitError as error:
            error.place = f"[{len(found)}]{error.place}"
            raise
        return tuple(found)

    return read


def _literal(kind: Any, _leaves: Leaves) -> Read:
    options = typing.get_args(kind)
    allowed = {(type(option), option) for option in options}
    wanted = "one of " + ", ".join(repr(option) for option in options)

    def read(plain: Any, _held: Any) -> Any:
        if isinstance(plain, list | dict) or (type(plain), plain) not in allowed:
            raise UnfitError(plain, wanted)
        return plain

    return read


def _none(plain: Any, _held: Any) -> None:
    if plain is not None:
        raise UnfitError(plain, "NoneType")


def _float(plain: Any, _held: Any) -> float:
    if type(plain) is float and math.isfinite(plain):
        return plain
    if not isinstance(plain, int | float) or isinstance(plain, bool):
        raise UnfitError(plain, "float")
    try:
        number = float(plain)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UnfitError(plain, "a finite number")
    return number


def _int(plain: Any, _held: Any) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise UnfitError(plain, "int")
    return plain


def _bool(plain: Any, _held: Any) -> bool:
    if not isinstance(plain, bool):
        raise UnfitError(plain, "bool")
    return plain


def _str(plain: Any, _held: Any) -> str:
    if not isinstance(plain, str):
        raise UnfitError(plain, "str")
    if not plain.isascii():
        try:
            plain.encode("utf-8")
        except UnicodeEncodeError:
            raise UnfitError(plain, "text in Unicode") from None
    return plain
