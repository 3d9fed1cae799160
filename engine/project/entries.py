"""The open files of a session, and the spectra that they hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.model.identity import Identity, Role
from engine.model.star_names import shown_star_name

_MODEL_KINDS = {"spectrum", "model spectrum"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One open file.

    Attributes
    ----------
    id : str
        ``"e1"``, ``"e2"`` ...: never used twice in a session.
    path : str
        Where it lies: absolute while the session is open.
    sha256 : str
        Hash of its bytes when it was opened.
    size : int
        Unit: byte.
    kind : str
        As `engine.files.Loaded.kind`.
    role : str
        Guessed on load, changed by the user.
    parts : tuple of Identity
        What each product in the file shows; the user may have renamed the target.
    mapping : str
        JSON of the column mapping that the user chose for a table; ``""``: none.
    warnings : tuple of str
        What the reader warned of.
    units : tuple of str
        Unit of each product; ``""``: it has none, or an older session does not say.
    wave_maps : tuple of str
        Frame of the detector (``"12A"``) whose map of wavelengths each product holds; ``""``: none.
    """

    id: str
    path: str
    sha256: str
    size: int
    kind: str
    role: Role
    parts: tuple[Identity, ...]
    mapping: str = ""
    warnings: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    wave_maps: tuple[str, ...] = ()

    @property
    def is_model(self) -> bool:
        """Whether it can serve as the model of a star."""
        return self.role == "model" and self.kind in _MODEL_KINDS and bool(self.parts)


@dataclass(frozen=True, slots=True)
class Segment:
    """One observed spectrum, or a cube that gives one.

    Attributes
    ----------
    id : str
        ``"e3"`` for the only product of a file, ``"e3.2"`` for one of several.
    entry : Entry
        The file.
    part : int
        Which product of the file, counted from 0.
    identity : Identity
        What it shows.
    """

    id: str
    entry: Entry
    part: int
    identity: Identity

    @property
    def is_cube(self) -> bool:
        """Whether it has to be extracted first."""
        return self.entry.kind == "cube"

    @property
    def unit(self) -> str:
        """The unit that it has in its file; ``""``: the session does not say."""
        return "".join(self.entry.units[self.part : self.part + 1])

    @property
    def title(self) -> str:
        """For example ``"16 Cyg B · 4A"``."""
        star = shown_star_name(self.identity.target) or "unnamed"
        return f"{star} · {self.identity.band or 'spectrum'}"


def segments_of(entries: Iterable[Entry]) -> tuple[Segment, ...]:
    """Return every product of ``entries`` as a segment, in their order."""
    return tuple(
        Segment(part_id(entry, part), entry, part, identity)
        for entry in entries
        for part, identity in enumerate(entry.parts)
    )


def part_id(entry: Entry, part: int) -> str:
    """Return the id of the segment that product ``part`` of ``entry`` is."""
    return entry.id if len(entry.parts) == 1 else f"{entry.id}.{part + 1}"
