"""Sessions made by hand, for tests that need no files."""

from engine.model.identity import Identity
from engine.project.entries import Entry
from engine.project.session import Session


def entry(
    number, *, kind="cube", role="standard star", target="16 Cyg B", bands=("4A",), program="1538"
):
    """Return an entry whose file does not exist."""
    parts = tuple(
        Identity(target=target, program=program, observation="1", band=band) for band in bands
    )
    return Entry(
        id=f"e{number}",
        path=f"/data/{target}-{number}.fits",
        sha256=f"{number:064x}",
        size=1000,
        kind=kind,
        role=role,
        parts=parts,
    )


def star_session():
    """Return a session with three cubes of 16 Cyg B, its model, and a model of 10 Lac."""
    entries = (
        entry(1, bands=("4A",)),
        entry(2, bands=("4B",)),
        entry(3, bands=("4C",)),
        entry(4, kind="model spectrum", role="model", target="16CYGB", bands=("",)),
        entry(5, kind="model spectrum", role="model", target="10LAC", bands=("",)),
    )
    return Session(entries=entries, next_id=6)
