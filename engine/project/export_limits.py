"""To which results an export is limited, and how its files say so."""

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.files.names import export_name, safe_part
from engine.model.identity import Identity
from engine.model.star_names import shown_source_name, shown_star_name
from engine.project.keys import NodeKey, parse_key
from engine.project.session import Session
from engine.project.steps import step_named

Only = frozenset[str | NodeKey]  #: subjects whose used results are wanted, and results as such
SEVERAL = "selected"  #: begins the name of a file that is about several sources
_OF_ALL = {"all", "all sources"}  # subjects that name no source
_MOST_NAMED = 3


def is_used(session: Session, key: NodeKey) -> bool:
    """Tell whether something follows from a result; a correction that is off is only looked at."""
    return step_named(key.step).is_used(session, key.subject)


def is_wanted(session: Session, key: NodeKey, only: Only | None, step: str) -> bool:
    """Tell whether an export limited to ``only`` and to ``step`` is of the result of ``key``.

    Parameters
    ----------
    session : Session
        What is exported.
    key : NodeKey
        A result.
    only : frozenset of (str or NodeKey), or None
        Subjects (segment ids, source keys) whose results are wanted as far as they are used, and
        results that are wanted anyhow; `None`: no limit.
    step : str
        Step whose results are wanted, used or not; ``""``: all steps, as far as they are used.
    """
    if only is not None and key in only:
        return True
    if only is not None and key.settings.subject not in only:
        return False
    return key.step == step if step else is_used(session, key)


def limits_in_words(session: Session, nodes: Iterable[str]) -> str:
    """Return what ``nodes`` are about: ``"16 Cyg B 1538-1 4A, 10 Lac 1524-16 4A and 2 more"``.

    What is about all there is has no name. The bands of a source stand in their order.
    """
    found = [one for one in _identities(session, nodes) if one.target not in _OF_ALL]
    sources = list(dict.fromkeys(one.source_key for one in found))
    found.sort(key=lambda one: (sources.index(one.source_key), _band_order(one.band)))
    names = [_name(one) for one in found]
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def bands_of_source(source: str, count: int) -> str:
    """Return ``"12 bands of 10 Lac 1524-16"``."""
    return f"{count} bands of {shown_source_name(source).replace('/', ' ')}"


def limited_name(session: Session, table: str, nodes: Iterable[str], extension: str) -> str:
    """Return the name of the file of a table: a part is not called like the whole."""
    found = _identities(session, nodes)
    if not found:
        return f"{table}.{extension}"
    if len({one.source_key for one in found}) > 1:
        return f"{SEVERAL}_{safe_part(table)}.{extension}"
    bands = {one.band for one in found}
    return export_name(
        replace(found[0], band=bands.pop() if len(bands) == 1 else ""), table, extension
    )


def _identities(session: Session, nodes: Iterable[str]) -> list[Identity]:
    subjects = dict.fromkeys(parse_key(one).settings.subject for one in nodes)
    return [_identity(session, subject) for subject in subjects]


def _identity(session: Session, subject: str) -> Identity:
    segment = session.segment(subject)
    if segment is not None:
        return segment.identity
    entry, segments = session.entry(subject), session.sources.get(subject, ())
    if entry is not None and entry.parts:
        return entry.parts[0]
    return replace(segments[0].identity, band="") if segments else Identity(target=subject)


def _band_order(band: str) -> tuple[tuple[int, str], ...]:
    """Sort 1A before 1B, and F560W before F1000W: by wavelength, as they are named."""
    parts = re.split(r"([0-9]+)", band)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _name(identity: Identity) -> str:
    key = identity.source_key
    source = shown_source_name(key) if "/" in key else shown_star_name(key)
    return " ".join(part for part in (source.replace("/", " "), identity.band) if part)
