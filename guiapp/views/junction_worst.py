"""Which junction is the worst, and among which sources it was looked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.compare.jumps import Jumps
from engine.compare.junctions import SourceJunctions
from engine.counting import counted
from engine.model.star_names import is_standard_star


@dataclass(frozen=True, slots=True)
class WorstJunction:
    """The most significant jump of the sources that count.

    Attributes
    ----------
    source, junction : str
        Where it is.
    said : str
        Among which sources, in one sentence.
    """

    source: str
    junction: str
    said: str


def counting_sources(
    sources: Sequence[SourceJunctions], jumps: Jumps | None
) -> dict[str, frozenset[str]]:
    """Return the junctions, by source, that the search for the worst one looks at.

    They are those that the verdicts rest on, of standard stars; of all sources where no standard
    star is among them. Without verdicts yet: every junction with a number of its own.
    """
    used = (
        {(one.source, one.junction) for one in jumps.points if one.is_used}
        if jumps is not None
        else None
    )
    found: dict[str, set[str]] = {}
    for source in sources:
        for one in source.measures:
            is_known = math.isfinite(one.ratio) and math.isfinite(one.significance)
            is_used = used is None or (source.source, one.junction) in used
            if is_known and is_used and not one.by_construction:
                found.setdefault(source.source, set()).add(one.junction)
    standard = {name: own for name, own in found.items() if _is_standard(name)}
    return {name: frozenset(own) for name, own in (standard or found).items()}


def worst_junction(sources: Sequence[SourceJunctions], jumps: Jumps | None) -> WorstJunction | None:
    """Return the most significant jump of the sources that count; `None`: none has a number."""
    counting = counting_sources(sources, jumps)
    found = [
        (one.significance, source.source, one.junction)
        for source in sources
        for one in source.measures
        if one.junction in counting.get(source.source, ())
    ]
    if not found:
        return None
    _, source, junction = max(found)
    return WorstJunction(source, junction, _said(counting, len(sources)))


def _said(counting: dict[str, frozenset[str]], n_sources: int) -> str:
    n_others = n_sources - len(counting)
    is_standard = any(_is_standard(one) for one in counting)
    kind = "observation of a standard star" if is_standard else "source"
    kinds = "observations of standard stars" if is_standard else "sources"
    said = f"The worst by σ, not by %, of {counted(len(counting), kind, kinds)} that count"
    return (
        f"{said} ({counted(n_others, 'other does', 'others do')} not)." if n_others else f"{said}."
    )


def _is_standard(source: str) -> bool:
    return is_standard_star(source.rpartition("/")[0] or source)
