"""What of a session is of the LRS, and which spectrum was extracted from which image."""

from pathlib import PurePath

from engine.files.images import BARE_IMAGE
from engine.lrs.modes import is_lrs, is_slit, is_slitless
from engine.project.entries import Entry, Segment
from engine.project.session import Session

_RATE = "DN/s"


def lrs_segments(session: Session) -> tuple[Segment, ...]:
    """Return the extracted spectra of the LRS, in the order of opening."""
    return tuple(one for one in session.segments if is_lrs(one.identity) and not one.is_cube)


def spectral_images(session: Session) -> tuple[Entry, ...]:
    """Return two-dimensional spectra: calibrated images of the slit, and bare images."""
    return tuple(
        entry
        for entry in session.entries
        if entry.kind == "image" and len(entry.parts) == 1 and _may_be_spectrum(entry)
    )


def slitless_images(session: Session) -> tuple[Entry, ...]:
    """Return rate images without the slit, one entry for all integrations of an exposure."""
    return tuple(
        entry
        for entry in session.entries
        if entry.kind == "image" and is_slitless(entry.parts[0]) and _unit(entry) == _RATE
    )


def noisy_exposures(session: Session) -> tuple[Entry, ...]:
    """Return ramps of MIRI, and rate images without the slit: what has read times."""
    slitless = {entry.id for entry in slitless_images(session)}
    return tuple(
        entry
        for entry in session.entries
        if entry.id in slitless
        or (entry.kind == "ramp" and entry.parts[0].instrument.upper() == "MIRI")
    )


def spectrum_of(session: Session, entry: Entry) -> Segment | None:
    """Return the spectrum that was extracted from an image; `None`: none is open.

    It has the same name but for the kind of product; else it is the only one of the observation.
    """
    key = entry.parts[0].source_key
    found = [one for one in session.sources.get(key, ()) if is_slit(one.identity)]
    stem = _stem(entry)
    same = [one for one in found if _stem(one.entry) == stem]
    if same:
        return same[-1]
    return found[0] if len(found) == 1 and not _other_images(session, entry) else None


def image_of(session: Session, segment: Segment) -> Entry | None:
    """Return the image that a spectrum was extracted from; `None`: it is not open."""
    for entry in spectral_images(session):
        found = spectrum_of(session, entry)
        if found is not None and found.id == segment.id:
            return entry
    return None


def title_of(entry: Entry) -> str:
    """Return what stands above results of an entry: its source, or the name of its file."""
    identity = entry.parts[0]
    name = PurePath(entry.path).name
    return f"{identity.source_key} · {name}" if identity.target else name


def _may_be_spectrum(entry: Entry) -> bool:
    identity = entry.parts[0]
    if is_slit(identity):
        return _unit(entry) != _RATE
    return not identity.instrument and any(BARE_IMAGE in one for one in entry.warnings)


def _other_images(session: Session, entry: Entry) -> bool:
    key = entry.parts[0].source_key
    return any(
        one.parts[0].source_key == key
        for one in spectral_images(session)
        if one.id != entry.id and is_slit(one.parts[0])
    )


def _unit(entry: Entry) -> str:
    return entry.units[0] if entry.units else ""


def _stem(entry: Entry) -> str:
    """Return the name of a file without its extensions and its kind of product."""
    name = PurePath(entry.path).name.removesuffix(".gz").rpartition(".")[0]
    return name.rpartition("_")[0] or name
