"""What a report tells of the version that is compared with, and how its recipe keeps that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import DataError
from engine.project.chain import Chain
from engine.project.codec import from_plain, to_plain
from engine.project.keys import parse_key
from engine.project.recipes import limited_versions
from engine.project.session import Session
from engine.project.strict_json import parse_json
from engine.project.version_changes import VersionChange, version_changes


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was decided otherwise in another version than in the one that is reported.

    Attributes
    ----------
    label : str
        What the other version is called.
    changes : tuple of VersionChange
        Empty: both are made in the same way.
    """

    label: str
    changes: tuple[VersionChange, ...] = ()


def comparison_of(session: Session, chain: Chain, of: Sequence[str]) -> Comparison | None:
    """Return what differs from the version that ``session`` is compared with; `None`: no such.

    Parameters
    ----------
    session : Session
        All of it.
    chain : Chain
        Knows what results rest on.
    of : sequence of str
        Results: decisions that neither version of them rests on are left out; empty: all count.
    """
    if session.other is None:
        return None
    then, now = session.other.session, session
    if of:
        then, now = limited_versions(session, then, chain, map(parse_key, of))
    return Comparison(session.other.label, version_changes(then, now))


def comparison_text(comparison: Comparison | None) -> str:
    """Return what a recipe keeps: the decisions as they were told; ``""`` for `None`.

    The other version itself is not kept: its files would be needed to make the report again.
    """
    if comparison is None:
        return ""
    return json.dumps(to_plain(comparison), sort_keys=True, ensure_ascii=False, allow_nan=False)


def comparison_from(text: str) -> Comparison | None:
    """Return what `comparison_text` wrote.

    Raises
    ------
    DataError
        If ``text`` is not of that kind.
    """
    if not text:
        return None
    try:
        found: Comparison = from_plain(Comparison, parse_json(text), where="compared")
    except ValueError as error:
        raise DataError(
            "The recipe does not say what the report is compared with.", hint="Export it again."
        ) from error
    return found
