"""Opening files into a session."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import EngineError
from engine.files import Loaded, Message, find_files, load
from engine.model.frames import SHAPE, frame_of
from engine.model.identity import Identity
from engine.model.image import Image
from engine.progress import SILENT, Progress
from engine.project.entries import Entry
from engine.project.library import Library, column_mapping
from engine.project.session import Session


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not opened, and why.

    Attributes
    ----------
    path : str
        The file.
    what, hint : str
        The cause and the next step.
    """

    path: str
    what: str
    hint: str


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """What reading files gave.

    Attributes
    ----------
    loaded : tuple of Loaded
        The files that could be read.
    refusals : tuple of Refusal
        The files that could not.
    mapping : str
        JSON of the column mapping that was used; ``""``: none.
    """

    loaded: tuple[Loaded, ...]
    refusals: tuple[Refusal, ...]
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening files made of a session.

    Attributes
    ----------
    session : Session
        The session with the new entries.
    added : tuple of str
        Ids of the new entries.
    messages : tuple of Message
        What the user should know about the files that were opened.
    refusals : tuple of Refusal
        The files that were not.
    """

    session: Session
    added: tuple[str, ...]
    messages: tuple[Message, ...]
    refusals: tuple[Refusal, ...]


def read_files(
    paths: Iterable[str | Path],
    library: Library,
    *,
    mapping: str = "",
    progress: Progress = SILENT,
) -> Read:
    """Read files, folders and globs into ``library``.

    Parameters
    ----------
    paths : iterable of path-like
        Files, folders or globs in any mixture.
    library : Library
        Keeps what is read.
    mapping : str, optional
        JSON of a column mapping for tables that are not understood without.
    progress : Progress, optional
        Told before each file.

    Returns
    -------
    Read
        Refused files are listed; the others are read all the same.
    """
    files = find_files(paths)
    loaded: list[Loaded] = []
    refusals: list[Refusal] = []
    for done, path in enumerate(files):
        progress.step(done, len(files), f"reading {path.name}")
        try:
            one = load(path, mapping=column_mapping(mapping), progress=progress)
        except EngineError as error:
            refusals.append(Refusal(str(path), error.what, error.hint))
            continue
        library.keep(one, mapping=mapping)
        loaded.append(one)
    progress.step(len(files), len(files), "")
    return Read(tuple(loaded), tuple(refusals), mapping)


def add_files(session: Session, read: Read) -> Opened:
    """Add files that were read to ``session``.

    A file that is open already with the same content is not added again; session files are left
    to the caller.
    """
    known = {(entry.path, entry.sha256) for entry in session.entries}
    entries: list[Entry] = []
    messages: list[Message] = []
    for loaded in read.loaded:
        if (loaded.path, loaded.sha256) in known:
            messages.append(Message("note", f"{Path(loaded.path).name} is open already."))
            continue
        if loaded.kind == "session":
            continue
        known.add((loaded.path, loaded.sha256))
        entries.append(new_entry(loaded, session.next_id + len(entries), mapping=read.mapping))
        messages.extend(loaded.messages)
    opened = replace(session.with_entries(entries), next_id=session.next_id + len(entries))
    return Opened(opened, tuple(entry.id for entry in entries), tuple(messages), read.refusals)


def new_entry(loaded: Loaded, number: int, *, mapping: str = "") -> Entry:
    """Return the entry of a file that was just read."""
    return Entry(
        id=f"e{number}",
        path=loaded.path,
        sha256=loaded.sha256,
        size=loaded.size,
        kind=loaded.kind,
        role=loaded.role,
        parts=tuple(_identity(product) for product in loaded.products),
        mapping=mapping,
        warnings=loaded.warnings,
        units=_if_any(str(getattr(product, "unit", "")) for product in loaded.products),
        wave_maps=_if_any(_frame_of_map(product) for product in loaded.products),
    )


def _if_any(texts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(texts)
    return found if any(found) else ()


def _frame_of_map(product: object) -> str:
    """Return the detector frame whose map of wavelengths an image holds; ``""``: it holds none."""
    if not isinstance(product, Image) or product.wave_um is None or product.wave_um.shape != SHAPE:
        return ""
    setting = dict(product.origin.header).get("BAND", "")
    frame = frame_of(product.identity.detector, setting)
    return "" if frame is None else frame.name


def _identity(product: object) -> Identity:
    """Return what ``product`` shows; an aperture correction knows only its band."""
    identity = getattr(product, "identity", None)
    if isinstance(identity, Identity):
        return identity
    return Identity(band=getattr(product, "band", ""))
