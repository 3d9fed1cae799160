"""Which junction is the worst, and among which sources it was looked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.compare.jumps import Jumps
from engine.compare.junction_judgments import shows_jump
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.counting import counted
from engine.model.star_names import is_standard_star, shown_source_name
from guiapp.look import number_text


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
    found = _most_certain(sources, counting)
    if found is None:
        return None
    others = [one for one in sources if one.source not in counting]
    return WorstJunction(found[0], found[1].junction, _said(counting, others))


def _most_certain(
    sources: Sequence[SourceJunctions], counting: dict[str, frozenset[str]]
) -> tuple[str, JunctionMeasure] | None:
    """Return the jump with the largest σ among ``counting``, and the source that has it."""
    found = [
        (source.source, one)
        for source in sources
        for one in source.measures
        if one.junction in counting.get(source.source, ())
    ]
    return max(found, key=lambda one: one[1].significance, default=None)


def _said(counting: dict[str, frozenset[str]], others: Sequence[SourceJunctions]) -> str:
    is_standard = any(_is_standard(one) for one in counting)
    kind = "observation of a standard star" if is_standard else "source"
    kinds = "observations of standard stars" if is_standard else "sources"
    said = f"The worst by σ, not by %, of {counted(len(counting), kind, kinds)} that count"
    if not others:
        return f"{said}."
    return f"{said} ({counted(len(others), 'other does', 'others do')} not{_worst_of(others)})."


def _worst_of(others: Sequence[SourceJunctions]) -> str:
    """Name the worst junction of sources that do not count, for it is not looked for."""
    known = {
        source.source: frozenset(
            one.junction
            for one in source.measures
            if math.isfinite(one.ratio * one.significance) and not one.by_construction
        )
        for source in others
    }
    found = _most_certain(others, known)
    if found is None or not shows_jump(found[1]):
        return ""
    source, one = found
    sign = "+" if one.ratio > 1.0 else ""
    jump = sign + number_text(100.0 * (one.ratio - 1.0), 100.0 * one.ratio_error, "%")
    sigma = f"{one.significance:.1f}\N{NO-BREAK SPACE}σ"
    return f", of them {shown_source_name(source)}, {one.junction}: {jump}, {sigma}"


def _is_standard(source: str) -> bool:
    return is_standard_star(source.rpartition("/")[0] or source)
