"""What is the same in two versions of a calibration, whatever numbers their files have."""

from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.session import Session


def counterpart(key: NodeKey, session: Session, other: Session) -> NodeKey | None:
    """Return the node of ``other`` that shows the same as ``key`` of ``session``; `None`: none.

    Observations are the same when the file is, else when star, program, observation, visit and
    band are.
    """
    found = counterpart_of(key.subject, session, other)
    return None if found is None else NodeKey(key.step, found)


def counterpart_of(subject: str, session: Session, other: Session) -> str | None:
    """Return what ``subject`` of ``session`` is called in ``other``; `None`: it is not there.

    Sources and stars, which are neither a file nor a part of one, are called the same in both.
    """
    segment = session.segment(subject)
    if segment is not None:
        found = _same_segment(segment, other)
        return None if found is None else found.id
    entry = session.entry(subject)
    if entry is not None:
        same = same_entry(entry, other)
        return None if same is None else same.id
    file, dot, row = subject.partition(".")
    entry = session.entry(file) if dot else None
    if entry is not None:  # a row of a table
        same = same_entry(entry, other)
        return None if same is None else f"{same.id}.{row}"
    return subject


def same_entry(entry: Entry, other: Session) -> Entry | None:
    """Return the file of ``other`` with the content of ``entry``, else with its name."""
    name = entry.path.rpartition("/")[2]
    by_file = (one for one in other.entries if one.sha256 == entry.sha256)
    by_name = (one for one in other.entries if one.path.rpartition("/")[2] == name)
    return next(by_file, None) or next(by_name, None)


def _same_segment(segment: Segment, other: Session) -> Segment | None:
    by_file = (
        one
        for one in other.segments
        if (one.entry.sha256, one.part) == (segment.entry.sha256, segment.part)
    )
    wanted = segment.identity
    by_name = (
        one
        for one in other.segments
        if (one.identity.source_key, one.identity.visit, one.identity.band)
        == (wanted.source_key, wanted.visit, wanted.band)
    )
    return next(by_file, None) or next(by_name, None)
