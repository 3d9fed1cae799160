"""How observations of images are told apart: color by type of star, symbol by subarray."""

from collections.abc import Sequence, Set

import numpy as np

from engine.compare.factor_table import FactorTable
from engine.model.stars import STELLAR_CLASSES
from guiapp.plots.legend import LegendEntry
from guiapp.plots.stamps import PointStyle, Symbol
from guiapp.views.trend_groups import CROSS, LEFT_OUT, Groups

TYPE_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs", "other": "others"}
#: The same symbol in every filter; coronagraphs have filters of their own.
SUBARRAY_SYMBOLS: dict[str, Symbol] = {
    "FULL": "circle", "BRIGHTSKY": "square", "SUB256": "diamond", "SUB128": "plus",
    "SUB64": "triangle", "MASK1065": "circle", "MASK1140": "circle", "MASK1550": "circle",
    "MASKLYOT": "circle", "other": "crossed circle",
}  # fmt: skip
_CLASSES = (*STELLAR_CLASSES, "other")
_SUBARRAYS = tuple(SUBARRAY_SYMBOLS)
_SIZE, _SMALL = 7.0, 5.0
_MANY = 60


def groups_of_filter(table: FactorTable) -> Groups:
    """Return the kinds of points of the observations of one filter."""
    subarray = table.parameter("subarray")
    texts = ("",) * len(table) if subarray is None else subarray.texts
    of_row = np.array([_place(_CLASSES, one) for one in table.classes], dtype=np.int64)
    of_symbol = np.array([_place(_SUBARRAYS, one) for one in texts], dtype=np.int64)
    each = len(_SUBARRAYS)
    size = _SIZE if len(table) <= _MANY else _SMALL
    styles = [
        PointStyle(f"class {star_class}", symbol, size)
        for star_class in _CLASSES
        for symbol in SUBARRAY_SYMBOLS.values()
    ]
    return Groups(
        names=_CLASSES,
        titles=tuple(TYPE_NAMES[one] for one in _CLASSES),
        levels=(None,) * len(_CLASSES),
        of_row=of_row,
        kinds=np.where(table.used, 1 + each * of_row + of_symbol, LEFT_OUT),
        styles=(CROSS, *styles),
        symbols=tuple(SUBARRAY_SYMBOLS.items()),
    )


def legend_of(tables: tuple[FactorTable, ...]) -> tuple[LegendEntry, ...]:
    """Return entries for the types and subarrays that these tables hold, and for what is out."""
    classes = {one if one in _CLASSES else "other" for table in tables for one in table.classes}
    found = {
        one if one in SUBARRAY_SYMBOLS else "other"
        for table in tables
        if (subarray := table.parameter("subarray")) is not None
        for one in subarray.texts
    }
    entries = [
        LegendEntry(
            f"class {one}", TYPE_NAMES[one], "points", f"class {one}",
            PointStyle(f"class {one}", "circle", _SIZE), f"{TYPE_NAMES[one]}: click to hide",
        )
        for one in _CLASSES
        if one in classes
    ]  # fmt: skip
    entries += [
        LegendEntry(
            f"subarray {symbol}", _title(members), "points", "dim",
            PointStyle("dim", symbol, _SIZE), f"{', '.join(members)}: click to hide or show",
        )
        for symbol, members in _by_symbol(found).items()
    ]  # fmt: skip
    entries.append(
        LegendEntry("left out", "left out", "points", "wrong", CROSS, "No average rests on it")
    )
    return tuple(entries)


def hidden_kinds(is_on: dict[str, bool]) -> frozenset[int]:
    """Return the kinds of points that the legend hides."""
    hidden = set() if is_on.get("left out", True) else {LEFT_OUT}
    each = len(_SUBARRAYS)
    for place, name in enumerate(_CLASSES):
        for at, subarray in enumerate(_SUBARRAYS):
            symbol = SUBARRAY_SYMBOLS[subarray]
            shown = is_on.get(f"class {name}", True) and is_on.get(f"subarray {symbol}", True)
            if not shown:
                hidden.add(1 + each * place + at)
    return frozenset(hidden)


def _by_symbol(found: Set[str]) -> dict[Symbol, list[str]]:
    """Return the subarrays that are there, by symbol: an entry of the legend each."""
    entries: dict[Symbol, list[str]] = {}
    for one, symbol in SUBARRAY_SYMBOLS.items():
        if one in found:
            entries.setdefault(symbol, []).append(one)
    return entries


def _title(members: Sequence[str]) -> str:
    """Return how subarrays of one symbol are called: the masks have filters of their own."""
    if len(members) == 1:
        return members[0]
    return "FULL, masks" if "FULL" in members else "masks"


def short_name(category: str) -> str:
    """Return a name of a type or subarray that fits below a small panel."""
    if category in {"BRIGHTSKY", "FULL"}:
        return "BS" if category == "BRIGHTSKY" else "F"
    return category.removeprefix("SUB").removeprefix("MASK")


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names) - 1
