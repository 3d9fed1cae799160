"""In which order the sources of the map of junctions stand."""

import math
from collections.abc import Sequence
from typing import Literal

from engine.compare.junctions import SourceJunctions
from engine.model.star_names import shown_source_name

Order = Literal["opened", "name", "flux", "jump"]
ORDERS: dict[Order, str] = {
    "opened": "As opened",
    "name": "By name",
    "flux": "By flux",
    "jump": "By jump",
}
Row = tuple[str, SourceJunctions]


def ordered(rows: Sequence[Row], order: Order, junction: str) -> tuple[Row, ...]:
    """Return the rows in order; those without a number come last, equals as they were opened.

    The brightest comes first, or the largest jump at ``junction`` in either direction.
    """
    if order == "opened":
        return tuple(rows)
    if order == "name":
        return tuple(sorted(rows, key=lambda row: shown_source_name(row[0]).casefold()))
    size = _flux if order == "flux" else _jump
    sizes = {name: size(one, junction) for name, one in rows}
    return tuple(
        sorted(rows, key=lambda row: -sizes[row[0]] if math.isfinite(sizes[row[0]]) else math.inf)
    )


def _flux(source: SourceJunctions, junction: str) -> float:
    """Return the level at the junction; without one, that at the first junction with a level."""
    levels = {one.junction: one.level for one in source.measures if math.isfinite(one.level)}
    return levels.get(junction, next(iter(levels.values()), math.nan))


def _jump(source: SourceJunctions, junction: str) -> float:
    for one in source.measures:
        if one.junction == junction and not one.by_construction:
            return abs(one.ratio - 1.0)
    return math.nan
