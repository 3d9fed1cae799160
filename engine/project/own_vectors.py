"""Spectra that are calibrated with the response that was fitted to them: they say nothing new."""

from collections import Counter
from collections.abc import Sequence

from engine.errors import EngineError
from engine.model.star_names import shown_source_name
from engine.mrs.channel4_vectors import CHANNEL_4
from engine.mrs.star_combination import COMBINED
from engine.project.calibrate_step import is_calibrated_already, vector_giver, vector_source
from engine.project.entries import Segment
from engine.project.session import Session

CALIBRATED_ALREADY = "calibrated already"

_FEW_TITLES = 2  # as many as sides of a junction: all are named
_TITLES_SAID = {"own response": "own responses"}

BY_CONSTRUCTION = (
    "Both bands are calibrated with their own responses: they meet where the model does, by "
    "construction."
)


def has_own_vector(session: Session, segment: Segment) -> bool:
    """Tell whether ``segment`` is calibrated with its own response: to its own model, that is."""
    return _giver_id(session, segment) == segment.id


def other_giver(session: Session, segment: Segment) -> Segment | None:
    """Return the observation of another source whose response calibrates ``segment``, if any."""
    giver = session.segment(_giver_id(session, segment))
    if giver is None or giver.identity.source_key == segment.identity.source_key:
        return None
    return giver


def has_only_own_vectors(session: Session, segments: Sequence[Segment]) -> bool:
    """Tell whether `has_own_vector` holds for each of ``segments``."""
    return all(has_own_vector(session, one) for one in segments)


def sources_with_own_vectors(session: Session, segments: Sequence[Segment]) -> tuple[str, ...]:
    """Return the sources of which some spectrum has its own vector and those beside it another.

    A vector that all spectra of a band share says how they differ, whosever it is.
    """
    givers: dict[str, set[str]] = {}
    for one in segments:
        givers.setdefault(one.identity.band, set()).add(_giver_id(session, one))
    own = (
        one.identity.source_key
        for one in segments
        if len(givers[one.identity.band]) > 1 and has_own_vector(session, one)
    )
    return tuple(dict.fromkeys(own))


def bands_with_own_vectors(session: Session, segments: Sequence[Segment]) -> frozenset[str]:
    """Return the bands whose spectra have their own vectors."""
    return frozenset(one.identity.band for one in segments if has_own_vector(session, one))


def vector_title(session: Session, segment: Segment) -> str:
    """Return whose vector calibrates ``segment``: ``"own response"``, ``"combined vector"``."""
    if is_calibrated_already(session, segment):
        return CALIBRATED_ALREADY
    wanted = vector_source(session, segment)
    entry = session.entry(wanted)
    if entry is not None and entry.kind == "vector":
        return f"vector of {entry.path.rpartition('/')[2]}"
    if wanted == COMBINED:
        return "combined vector"
    if wanted == CHANNEL_4:
        return "channel-4 vector"
    if has_own_vector(session, segment):
        return "own response"
    giver = session.segment(_giver_id(session, segment))
    name = wanted if giver is None else giver.identity.source_key
    return f"response of {shown_source_name(name)}"


def vectors_said(session: Session, segments: Sequence[Segment]) -> str:
    """Return what calibrates ``segments`` in one phrase: of many, what most of them have."""
    titles = Counter(vector_title(session, one) for one in segments)
    most = titles.most_common()
    named = [title for title, _ in (most if len(most) <= _FEW_TITLES else most[:1])]
    said = " and ".join(_TITLES_SAID.get(title, title) for title in named)
    others = len(segments) - sum(titles[title] for title in named)
    return said + (f", {others} spectra otherwise" if others else "")


def _giver_id(session: Session, segment: Segment) -> str:
    """Return the id of the observation that gives the vector; ``""``: none does."""
    try:
        giver = vector_giver(session, segment)
    except EngineError:
        return ""
    return "" if giver is None else giver.id
