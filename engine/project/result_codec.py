"""Results of the analyses as JSON and arrays, and back to the same bits.

As with parameters, the announced types decide what is accepted, beginning with the result class
of an analysis in the registry; unlike there, numbers may be NaN.
"""

import dataclasses
import json
import typing
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.analyses import ANALYSES, Analysis
from engine.errors import DataError
from engine.project.codec import Read, UnfitError, read_plain, reader, scalar

Arrays = dict[str, NDArray[Any]]

_finite = scalar(float)


def analysis_of(result: Any) -> Analysis | None:
    """Return the analysis that makes results like this one, or `None`."""
    return next((one for one in ANALYSES if type(result) is one.result), None)


def pack_result(result: Any) -> tuple[str, Arrays]:
    """Return a result as text and arrays.

    Raises
    ------
    DataError
        If no analysis makes such results, or something inside has no place in JSON.
    """
    analysis = analysis_of(result)
    if analysis is None:
        raise DataError(f"{type(result).__name__} is no result of an analysis.")
    arrays: Arrays = {}
    try:
        text = json.dumps({"analysis": analysis.name, "result": _packed(result, arrays)})
    except TypeError as error:
        raise DataError(f"A result of {analysis.name} cannot be kept: {error}.") from error
    return text, arrays


def unpack_result(text: str, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Return the result that `pack_result` gave ``text`` and ``arrays``.

    Raises
    ------
    DataError
        If they make no result of an analysis in the registry.
    """
    try:
        plain = json.loads(text)
        analysis = {one.name: one for one in ANALYSES}[plain["analysis"]]
        packed = plain["result"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError("This is no kept result.") from error
    read = reader(analysis.result, _leaf)
    return read_plain(read, packed, where=analysis.name, held=arrays)


def _packed(value: Any, arrays: Arrays) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fiub":
            raise TypeError(f"an array of {value.dtype}")
        name = str(len(arrays))
        arrays[name] = value
        return {"array": name}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _packed(getattr(value, field.name), arrays)
            for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [_packed(item, arrays) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _packed(item, arrays) for name, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _leaf(kind: Any) -> Read:
    """Return what reads numbers, arrays by their names, and mappings."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind is float:
        return _float
    if origin is np.ndarray:
        return _array
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(reader(args[1], _leaf))
    return scalar(kind)


def _mapping(of_item: Read) -> Read:
    def read(plain: Any, arrays: Any) -> Any:
        if not isinstance(plain, dict):
            raise UnfitError(plain, "an object")
        found = {}
        try:
            for name, item in plain.items():
                found[name] = of_item(item, arrays)
        except UnfitError as error:
            error.place = f".{name}{error.place}"
            raise
        return MappingProxyType(found)

    return read


def _float(plain: Any, arrays: Any) -> float:
    return plain if type(plain) is float else _finite(plain, arrays)


def _array(plain: Any, arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    name = plain.get("array") if isinstance(plain, dict) else None
    if not isinstance(name, str) or name not in arrays:
        raise UnfitError(plain, "an array")
    return arrays[name]
