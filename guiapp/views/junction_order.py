"""In which order the sources of the map of junctions stand."""

import math
from collections.abc import Collection, Sequence
from typing import Literal

from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.star_names import shown_source_name

Order = Literal["opened", "name", "flux", "jump", "worst"]
ORDERS: dict[Order, str] = {
    "opened": "As opened",
    "name": "By name",
    "flux": "By flux",
    "jump": "By jump",
    "worst": "Worst first",
}
Row = tuple[str, SourceJunctions]


def ordered(
    rows: Sequence[Row], order: Order, junction: str, *, counting: Collection[str] | None = None
) -> tuple[Row, ...]:
    """Return the rows in order; those without a number come last, equals as they were opened.

    The brightest comes first, or the largest jump at ``junction`` in either direction; or, for the
    worst, the source that has the most significant jump of all junctions: first those that are
    ``counting`` (`None`: all), for among them the worst junction is looked for.
    """
    if order == "opened":
        return tuple(rows)
    if order == "name":
        return tuple(sorted(rows, key=lambda row: shown_source_name(row[0]).casefold()))
    size = {"flux": _flux, "jump": _jump, "worst": _worst}[order]
    sizes = {name: size(one, junction) for name, one in rows}
    aside = set(sizes).difference(counting) if order == "worst" and counting is not None else ()

    def place(row: Row) -> tuple[bool, float]:
        value = sizes[row[0]]
        return row[0] in aside, -value if math.isfinite(value) else math.inf

    return tuple(sorted(rows, key=place))


def junction_of(source: SourceJunctions, bands: Collection[str], before: str) -> str:
    """Return the junction to show of a source when ``bands`` of it are picked.

    It is ``before`` as long as that joins them, else the first that does, with a number if one has.
    """
    names = [one.junction for one in source.measures]
    joins = [one for one in source.measures if set(bands) <= set(one.junction.split("|"))]
    if before in names and (not joins or before in {one.junction for one in joins}):
        return before
    told = [one for one in joins if math.isfinite(one.ratio)]
    return next((one.junction for one in (*told, *joins)), names[0])


def measure_of(
    sources: Sequence[SourceJunctions], source: str, junction: str
) -> JunctionMeasure | None:
    """Return a junction of one of the sources; `None` when it is not among them."""
    for one in sources:
        if one.source == source:
            return next((m for m in one.measures if m.junction == junction), None)
    return None


def _flux(source: SourceJunctions, junction: str) -> float:
    """Return the level at the junction; without one, that at the first junction with a level."""
    levels = {one.junction: one.level for one in source.measures if math.isfinite(one.level)}
    return levels.get(junction, next(iter(levels.values()), math.nan))


def _jump(source: SourceJunctions, junction: str) -> float:
    for one in source.measures:
        if one.junction == junction and not one.by_construction:
            return abs(one.ratio - 1.0)
    return math.nan


def _worst(source: SourceJunctions, _junction: str) -> float:
    known = [
        one.significance
        for one in source.measures
        if math.isfinite(one.significance) and not one.by_construction
    ]
    return max(known, default=math.nan)
