"""What an export is limited to, told by names as a person types them."""

import re
from collections.abc import Iterable
from pathlib import PurePath

from engine.counting import counted
from engine.errors import DataError
from engine.model.star_names import shown_star_name
from engine.project.entries import Segment
from engine.project.export_limits import Only
from engine.project.session import Session

_BETWEEN = re.compile(r"[\s_/·-]+")
_MOST_NAMED = 6


def subjects_named(session: Session, names: Iterable[str]) -> Only:
    """Return the observations and sources that ``names`` are of, as an export takes them.

    Parameters
    ----------
    session : Session
        With them.
    names : iterable of str
        A target (``"16 Cyg B"``), a source (``"16 Cyg B 1538-1"``), one of its bands
        (``"16 Cyg B 1538-1 4A"``), or a file; in any case, with blanks, ``-`` or ``_``.

    Returns
    -------
    frozenset of str
        Segment ids and source keys, and the ids of files that were named.

    Raises
    ------
    DataError
        If a name is of nothing in the session.
    """
    known = [(_names_of(one), one) for one in session.segments]
    found: set[str] = set()
    for name in names:
        wanted = _plain(name)
        segments = [one for called, one in known if wanted in called]
        files = [one for one in session.entries if wanted == _plain(PurePath(one.path).name)]
        if not wanted or not (segments or files):
            raise DataError(f"Nothing in the session is called {name[:60]!r}.", hint=_hint(session))
        found |= {name for one in segments for name in (one.id, one.identity.source_key)}
        found |= {one.id for one in files}
    return frozenset(found)


def _names_of(segment: Segment) -> frozenset[str]:
    """Return every name that an observed band is known by."""
    identity = segment.identity
    observed = f"{identity.program}-{identity.observation}"
    names = {PurePath(segment.entry.path).name, identity.source_key}
    for target in (identity.target, shown_star_name(identity.target)):
        names |= {target, f"{target} {observed}", f"{target} {observed} {identity.band}"}
    return frozenset(_plain(name) for name in names if name)


def _plain(name: str) -> str:
    return _BETWEEN.sub(" ", name).strip().casefold()


def _hint(session: Session) -> str:
    """Return some of the names that there are."""
    targets = (shown_star_name(one.identity.target) for one in session.segments)
    known = list(dict.fromkeys(target for target in targets if target))
    if not known:
        return "It holds no observed spectrum: name a file."
    more = len(known) - _MOST_NAMED
    rest = f" and {counted(more, 'more', 'more')}" if more > 0 else ""
    return f"There are {', '.join(known[:_MOST_NAMED])}{rest}."
