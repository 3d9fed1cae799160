"""The rows of the data browser, made from a session."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.counting import counted
from engine.health.issues import Finding, worst
from engine.lrs.modes import is_lrs
from engine.model.star_names import shown_star_name, star_key
from engine.model.stars import star_named
from engine.project.entries import Entry, Segment
from engine.project.models import model_of
from engine.project.session import Session
from engine.project.subset_members import subset_sources
from guiapp.controllers.segment_names import words_apart
from guiapp.panels.browser_rows import Badge, BrowserRow

_OTHER_GROUPS = (
    ("models", "Models", ("model spectrum",)),
    ("lamps", "Lamps", ()),
    (
        "references",
        "References",
        (
            "aperture correction",
            "leak curve",
            "encircled energy",
            "fringe flat",
            "vector",
            "curve",
            "reference",
            "photom reference",
            "imaging photom reference",
            "flat reference",
        ),
    ),
    ("exposures", "Nebula exposures", ("detector image",)),
    ("images", "Images", ("image", "ramp")),
    (
        "tables",
        "Tables",
        (
            "table",
            "factors",
            "parameters",
            "photometry",
            "observations",
            "map",
            "coordinates",
            "source catalog",
            "module offsets",
        ),
    ),
)


SUBSET = "subset"  #: beginning of the id of the row of a named subset

_TroubleOf = Callable[[Entry], str]
_FindingsOf = Callable[[Entry], tuple[Finding, ...]]
_BadgeOf = Callable[[Entry], tuple[Badge, str]]


def rows_of(
    session: Session,
    trouble_of: _TroubleOf = lambda _entry: "",
    findings_of: _FindingsOf = lambda _entry: (),
) -> tuple[BrowserRow, ...]:
    """Return the tree: stars with their observations and bands, then models, references, rest.

    Parameters
    ----------
    session : Session
        What is shown.
    trouble_of : callable, optional
        Says what happened to the file of an entry since it was opened; ``""``: nothing.
    findings_of : callable, optional
        From an entry to the known issues of its file.
    """

    def badge_of(entry: Entry) -> tuple[Badge, str]:
        return _badge(entry, trouble_of(entry), findings_of(entry))

    return (
        *_target_rows(session, badge_of),
        *_subset_rows(session),
        *_group_rows(session, badge_of),
    )


def segments_of_row(session: Session, row_id: str) -> tuple[str, ...]:
    """Return the ids of the segments below the row ``row_id``."""
    kind, _, name = row_id.partition(":")
    if kind == "target":
        return tuple(one.id for one in session.segments if star_key(_target(one)) == name)
    if kind == "source":
        return tuple(one.id for one in session.sources.get(name, ()))
    if kind == SUBSET:
        sources = subset_of_row(session, row_id)
        return tuple(one.id for source in sources for one in session.sources.get(source, ()))
    entry = session.entry(row_id)
    is_image = entry is not None and entry.kind == "image"
    return (row_id,) if session.segment(row_id) or is_image else ()


def subset_of_row(session: Session, row_id: str) -> tuple[str, ...]:
    """Return the source keys of the subset that the row ``row_id`` stands for."""
    name = row_id.removeprefix(f"{SUBSET}:")
    found = [one for one in session.subsets if one.name == name]
    return subset_sources(session, found[0]) if found else ()


def entries_of_row(session: Session, row_id: str) -> tuple[str, ...]:
    """Return the ids of the files below the row ``row_id``."""
    kind, _, name = row_id.partition(":")
    if kind == SUBSET:
        return ()  # it names observations: their files are not its own
    if kind == "group":
        return tuple(entry.id for entry in _grouped(session).get(name, ()))
    segments = [session.segment(one) for one in segments_of_row(session, row_id)]
    found = [segment.entry.id for segment in segments if segment is not None]
    if not found and session.entry(row_id) is not None:
        found = [row_id]
    return tuple(dict.fromkeys(found))


def _target(segment: Segment) -> str:
    return segment.identity.target or "unnamed"


def _target_rows(session: Session, badge_of: _BadgeOf) -> tuple[BrowserRow, ...]:
    by_target: dict[str, list[str]] = {}
    for source, segments in session.sources.items():
        by_target.setdefault(star_key(_target(segments[0])), []).append(source)
    return tuple(_target_row(session, key, sources, badge_of) for key, sources in by_target.items())


def _target_row(session: Session, key: str, sources: list[str], badge_of: _BadgeOf) -> BrowserRow:
    firsts = [session.sources[source][0] for source in sources]
    first = next((one for one in firsts if one.identity.is_of_webb), firsts[0])
    name = _target(first)
    star = star_named(name)
    model = model_of(session, first) if first.entry.role == "standard star" else None
    lacks_model = first.entry.role == "standard star" and model is None
    children = tuple(_source_row(session, source, badge_of) for source in sorted(sources))
    model_tip = "" if model is None else f"Model: {Path(model.path).name}"
    return BrowserRow(
        id=f"target:{key}",
        text=shown_star_name(name),
        detail=star.spectral_type if star is not None else "",
        role=first.entry.role,
        star_class=star.star_class if star is not None else "",
        badge="info" if lacks_model else "",
        badge_tip=f"No model of {shown_star_name(name)} is open." if lacks_model else "",
        is_excluded=_is_left_out(children),
        tip=children[0].tip if _is_left_out(children) else model_tip,
        children=children,
    )


def _source_row(session: Session, source: str, badge_of: _BadgeOf) -> BrowserRow:
    segments = session.sources[source]
    identity = segments[0].identity
    place = " ".join(
        part
        for part in (
            identity.program,
            f"o{identity.observation}" if identity.observation else "",
        )
        if part
    )
    children = _told_apart(tuple(_segment_row(session, one, badge_of) for one in segments))
    return BrowserRow(
        id=f"source:{source}",
        text=place or identity.instrument or "observation",
        detail=identity.date,
        is_excluded=_is_left_out(children),
        tip=children[0].tip if _is_left_out(children) else "",
        children=children,
    )


def _told_apart(rows: tuple[BrowserRow, ...]) -> tuple[BrowserRow, ...]:
    """Add to rows that read alike what differs between the names of their files."""
    alike: dict[tuple[str, str], list[BrowserRow]] = {}
    for row in rows:
        alike.setdefault((row.text, row.detail), []).append(row)
    words: dict[str, str] = {}
    for same in alike.values():
        words |= zip((row.id for row in same), words_apart([row.path for row in same]), strict=True)
    return tuple(replace(row, detail=f"{row.detail} {words[row.id]}".rstrip()) for row in rows)


def _is_left_out(rows: tuple[BrowserRow, ...]) -> bool:
    """Tell whether nothing below a row is used: it is struck through as a whole then."""
    return bool(rows) and all(row.is_excluded for row in rows)


def _segment_row(session: Session, segment: Segment, badge_of: _BadgeOf) -> BrowserRow:
    exclusion = session.exclusion_of(segment)
    badge, badge_tip = badge_of(segment.entry)
    return BrowserRow(
        id=segment.id,
        text=segment.identity.band or _kind_of(segment),
        detail="cube" if segment.is_cube else _place_in_file(segment),
        band=segment.identity.band,
        badge=badge,
        badge_tip=badge_tip,
        tip=f"Left out: {exclusion.reason}" if exclusion else _path_tip(segment.entry),
        path=segment.entry.path,
        is_excluded=exclusion is not None,
    )


def _kind_of(segment: Segment) -> str:
    return "LRS" if is_lrs(segment.identity) else "spectrum"


def _place_in_file(segment: Segment) -> str:
    n_parts = len(segment.entry.parts)
    return "spectrum" if n_parts == 1 else f"spectrum {segment.part + 1} of {n_parts}"


def _badge(entry: Entry, trouble: str, findings: tuple[Finding, ...]) -> tuple[Badge, str]:
    """Return the badge of a file and its words: what happened to it outweighs what it holds."""
    issues = tuple(one.what for one in findings)
    tip = "\n".join(one for one in (trouble, *entry.warnings, *issues) if one)
    if trouble:
        return "wrong", tip
    if entry.warnings:
        return ("wrong" if worst(findings) == "wrong" else "care"), tip
    return worst(findings), tip


def _grouped(session: Session) -> dict[str, list[Entry]]:
    """Return what is no observation, by the name of its group."""
    shown = {segment.entry.id for segment in session.segments}
    found: dict[str, list[Entry]] = {}
    for name, _, kinds in _OTHER_GROUPS:
        found[name] = [
            entry
            for entry in session.entries
            if entry.id not in shown and (entry.kind in kinds or _has_role(entry, name))
        ]
        shown.update(entry.id for entry in found[name])
    return found


def _subset_rows(session: Session) -> tuple[BrowserRow, ...]:
    if not session.subsets:
        return ()
    rows = tuple(
        BrowserRow(
            id=f"{SUBSET}:{one.name}",
            text=one.name,
            detail=one.text,
            tip=f"{len(subset_sources(session, one))} open observations: {one.text}",
        )
        for one in session.subsets
    )
    return (BrowserRow("subsets:", "Subsets", str(len(rows)), children=rows),)


def _group_rows(session: Session, badge_of: _BadgeOf) -> tuple[BrowserRow, ...]:
    grouped = _grouped(session)
    return tuple(
        BrowserRow(
            id=f"group:{name}",
            text=title,
            detail=str(len(entries)),
            is_open=len(entries) <= 4,
            children=tuple(_entry_row(entry, badge_of) for entry in entries),
        )
        for name, title, _ in _OTHER_GROUPS
        if (entries := grouped[name])
    )


def _has_role(entry: Entry, group: str) -> bool:
    return (group, entry.role) in {("models", "model"), ("lamps", "lamp")}


def _entry_row(entry: Entry, badge_of: _BadgeOf) -> BrowserRow:
    identity = entry.parts[0] if entry.parts else None
    target = shown_star_name(identity.target) if identity is not None and identity.target else ""
    band = identity.band if identity is not None and len(entry.parts) == 1 else ""
    badge, badge_tip = badge_of(entry)
    return BrowserRow(
        id=entry.id,
        text=_entry_text(entry, f"{target} {band}".strip() if target else ""),
        detail=_entry_detail(entry),
        role=entry.role if entry.role in {"model", "lamp"} else _role_icon(entry),
        band=band,
        badge=badge,
        badge_tip=badge_tip,
        tip=_path_tip(entry),
        path=entry.path,
    )


def _entry_text(entry: Entry, name: str) -> str:
    """Return what a file is called: an image by its filter, for which a long name leaves no room.

    An array of NIRCam is called by its name too: there are ten of them.
    """
    if not _has_filter(entry) or is_lrs(entry.parts[0]):
        return name or Path(entry.path).name
    one = entry.parts[0]
    return f"{one.filter} {one.detector}" if one.instrument == "NIRCAM" else one.filter


def _has_filter(entry: Entry) -> bool:
    return entry.kind == "image" and bool(entry.parts) and bool(entry.parts[0].filter)


def _entry_detail(entry: Entry) -> str:
    """Return what tells a file from others of its target, else what it is."""
    if entry.role == "lamp":
        return counted(len(entry.parts), "spectrum", "spectra")
    if _has_filter(entry):
        one = entry.parts[0]
        if is_lrs(one):
            return one.filter
        target = shown_star_name(one.target) if one.target else Path(entry.path).name
        return f"{one.date} {target}" if one.instrument == "NIRCAM" else target
    has_target = bool(entry.parts and entry.parts[0].target)
    has_many = entry.role == "model" or entry.kind == "source catalog"
    return Path(entry.path).name if has_target and has_many else entry.kind


def _role_icon(entry: Entry) -> str:
    tables = {
        "table",
        "factors",
        "parameters",
        "photometry",
        "observations",
        "map",
        "coordinates",
        "source catalog",
        "module offsets",
        "image",
    }
    return "table" if entry.kind in tables else "reference"


def _path_tip(entry: Entry) -> str:
    return f"{entry.path}\nSHA-256 {entry.sha256[:12]}…"
