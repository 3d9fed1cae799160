"""Names of exported files, made from header text that nobody can trust.

``<target>_<program>-<obs>_<band>_<kind>.<ext>``: letters, digits, ``+`` and ``-`` only, so that no
name leaves its folder, hides, looks like an option, or means a device.
"""

import re
from collections.abc import Iterable

from engine.files.header_text import header_text
from engine.model.identity import Identity

UNNAMED = "unnamed"
_UNSAFE = re.compile(r"[^A-Za-z0-9+]+")
_LONGEST = {"target": 60, "number": 12, "band": 12, "kind": 40}
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CLOCK", "CONIN", "CONOUT"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in range(10)
}


def export_name(identity: Identity, kind: str, extension: str) -> str:
    """Return the name of an exported file.

    Parameters
    ----------
    identity : Identity
        What the file shows; parts that are not known are left out.
    kind : str
        What the file is: ``"x1d"``, ``"vector"``, ``"junctions"``.
    extension : str
        ``"fits"``, ``"ecsv"``, ...

    Returns
    -------
    str
        For example ``"16-Cyg-B_1538-1_4A_x1d.fits"``.
    """
    numbers = (identity.program, identity.observation)
    place = "-".join(filter(None, (safe_part(part, _LONGEST["number"]) for part in numbers)))
    parts = (
        safe_part(identity.target, _LONGEST["target"]) or UNNAMED,
        place,
        safe_part(identity.band, _LONGEST["band"]),
        safe_part(kind, _LONGEST["kind"]),
    )
    suffix = safe_part(extension, _LONGEST["band"]).lower()
    return "_".join(filter(None, parts)) + (f".{suffix}" if suffix else "")


def safe_part(text: str, longest: int = 60) -> str:
    """Return ``text`` as a part of a file name; ``""`` when nothing of it can stay."""
    part = _UNSAFE.sub("-", header_text(text)).strip("-")[:longest].strip("-")
    return f"{part}-name" if part.upper() in _DEVICES else part


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in their order, repeated ones numbered: ``a.fits``, ``a-2.fits``.

    Names that differ in case only count as the same: some disks cannot tell them apart.
    """
    listed = list(names)
    taken = {name.casefold() for name in listed}
    given: set[str] = set()
    unique = []
    for name in listed:
        stem, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
        chosen, number = name, 1
        while chosen.casefold() in given or (number > 1 and chosen.casefold() in taken):
            number += 1
            chosen = f"{stem}-{number}{dot}{extension}"
        given.add(chosen.casefold())
        unique.append(chosen)
    return tuple(unique)
