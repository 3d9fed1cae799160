"""JSON from files: read without what Python would take too generously."""

import json
import math
from typing import Any

from engine.files.json_size import require_bearable

_DEEPEST = 64  # nested values; ours need 6


def parse_json(text: str) -> Any:
    """Return what the JSON in ``text`` says.

    Raises
    ------
    ValueError
        If it is damaged, a number is not finite, a key comes twice in one object, or values are
        too many, or nested so deeply that they could not be written again.
    """
    require_bearable(text)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_repetition,
        )
    except RecursionError as error:
        raise ValueError("values are nested too deeply") from error
    _require_shallow(value)
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large")
    return number


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _require_shallow(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
    if level:
        raise ValueError("values are nested too deeply")
