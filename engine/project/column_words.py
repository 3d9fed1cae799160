"""Names of columns in words: what people read in place of what programs do."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from engine.model.table import Column
from engine.resources import read_toml

_UNITS = {  # ends of names that say a unit in another way than the unit is written
    "%": ("_percent",), "percent": ("_percent",), "pix": ("_px",), "pixel": ("_px",),
    "1/cm": ("_cm",), "1 / yr": ("_per_year",),
}  # fmt: skip
_ERROR = re.compile(r"_error(?=_|$)")


def column_words(column: Column) -> str:
    """Return what a column is called in words, without its unit; ``""``: it has no words yet."""
    for name in (column.name, _without_unit(column.name, column.unit)):
        words = _known().get(name, "")
        if words:
            return words
    without = _ERROR.sub("", column.name, count=1)
    if without == column.name:
        return ""
    words = column_words(Column(without, column.unit, column.values))
    return f"{words} error" if words else ""


def _without_unit(name: str, unit: str) -> str:
    """Return a name without the unit at its end: ``"wave"`` of ``"wave_um"``."""
    written = "_" + re.sub(r"\W+", "_", unit.lower()).strip("_")
    ends = (written, *_UNITS.get(unit, ())) if unit else ()
    return next((name.removesuffix(end) for end in ends if name.endswith(end)), name)


@cache
def _known() -> Mapping[str, str]:
    content = read_toml("column_words.toml")
    return MappingProxyType({name: name for name in content["plain"]} | content["words"])
