"""Frozen parameter dataclasses to plain JSON values and back.

Only what the type of a field announces is accepted; nothing in a file can choose which class or
function is used.
"""

import dataclasses
import types
import typing
from typing import Any

from engine.errors import DataError


def to_plain(value: Any) -> Any:
    """Return ``value`` as JSON values: dataclasses as objects, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


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
        If a value does not have the announced type.
    """
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, plain, where)
    if origin in {typing.Union, types.UnionType}:
        return _union(kind, plain, where)
    if origin is tuple:
        return _tuple(typing.get_args(kind), plain, where)
    if origin is typing.Literal:
        return _literal(kind, plain, where)
    return _scalar(kind, plain, where)


def _dataclass(kind: Any, plain: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        raise _refused(where, plain, "an object")
    hints = typing.get_type_hints(kind)
    values = {
        field.name: from_plain(hints[field.name], plain[field.name], where=f"{where}.{field.name}")
        for field in dataclasses.fields(kind)
        if field.name in plain
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise _refused(where, plain, f"a complete {kind.__name__}") from error


def _union(kind: Any, plain: Any, where: str) -> Any:
    for option in typing.get_args(kind):
        try:
            return from_plain(option, plain, where=where)
        except DataError:
            continue
    raise _refused(where, plain, "one of the allowed values")


def _tuple(args: tuple[Any, ...], plain: Any, where: str) -> Any:
    if not isinstance(plain, list):
        raise _refused(where, plain, "a list")
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(
            from_plain(args[0], item, where=f"{where}[{i}]") for i, item in enumerate(plain)
        )
    if len(args) != len(plain):
        raise _refused(where, plain, f"a list of {len(args)}")
    return tuple(
        from_plain(arg, item, where=f"{where}[{i}]")
        for i, (arg, item) in enumerate(zip(args, plain, strict=True))
    )


def _literal(kind: Any, plain: Any, where: str) -> Any:
    allowed = typing.get_args(kind)
    if not any(plain == option and type(plain) is type(option) for option in allowed):
        raise _refused(where, plain, "one of " + ", ".join(repr(option) for option in allowed))
    return plain


def _scalar(kind: Any, plain: Any, where: str) -> Any:
    if kind is type(None) and plain is None:
        return None
    if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        return float(plain)
    if kind is int and isinstance(plain, int) and not isinstance(plain, bool):
        return plain
    if kind in {str, bool} and isinstance(plain, kind):
        return plain
    raise _refused(where, plain, getattr(kind, "__name__", str(kind)))


def _refused(where: str, plain: Any, wanted: str) -> DataError:
    shown = repr(plain)
    return DataError(f"{where.lstrip('.') or 'value'} is {shown[:60]}, not {wanted}.")
