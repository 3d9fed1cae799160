"""Which bandpass of a filter a session uses: of an open file, else of the package."""

from collections.abc import Iterable
from pathlib import PurePath

from engine.errors import EngineError
from engine.files.packaged_bandpasses import packaged_bandpass
from engine.model.bandpass import Bandpass
from engine.photometry.bandpasses import Weighting, bandpass_of, filter_name, is_bandpass
from engine.project.entries import Entry
from engine.project.session import Session
from engine.project.step import Work


def bandpass_curves(session: Session) -> tuple[tuple[Entry, int], ...]:
    """Return the open curves (file, product) that may be bandpasses, in the order of opening."""
    return tuple(
        (entry, part)
        for entry in session.entries
        if entry.kind == "curve"
        for part, identity in enumerate(entry.parts)
        if not identity.band
    )


def curve_facts(session: Session) -> tuple[str, ...]:
    """Return what the choice depends on beside the files: their names."""
    return tuple(f"{one.id} {PurePath(one.path).stem}" for one, _ in bandpass_curves(session))


def curve_filter(entry: Entry, part: int) -> str:
    """Return the filter that a curve would be the bandpass of."""
    return filter_name(entry.parts[part].filter or PurePath(entry.path).stem)


def chosen_bandpasses(
    work: Work, names: Iterable[str], *, weighting: Weighting | None = None
) -> tuple[dict[str, Bandpass], list[str]]:
    """Return the bandpasses of filters, and why an open file gives none.

    Parameters
    ----------
    work : Work
        Gives the files.
    names : iterable of str
        The filters.
    weighting : {"photon", "energy"}, optional
        What the bandpasses of open files count. `None`: what they say.
    """
    wanted = tuple(names)
    found = {name: one for name in wanted if (one := packaged_bandpass(name)) is not None}
    said: list[str] = []
    for entry, part in bandpass_curves(work.session):
        name = curve_filter(entry, part)
        curve = work.product(entry, part)
        if name not in wanted or not is_bandpass(curve):
            continue
        try:
            found[name] = bandpass_of(curve, name, weighting=weighting)
        except EngineError as error:
            said.append(error.sentence)
    return found, said
