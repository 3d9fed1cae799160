"""The spectra of one source, one a band, for the steps that look at a source as a whole."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engine.errors import DataError, EngineError
from engine.model.spectrum import Spectrum
from engine.project.entries import Segment
from engine.project.leak_step import spectrum_needs, spectrum_of
from engine.project.session import Session
from engine.project.step import Needs, Work


def banded_segments(session: Session, source: str) -> tuple[Segment, ...]:
    """Return one segment a band: a cube before a spectrum, the last opened first."""
    every = session.sources.get(source, ())
    segments = [one for one in every if one.id not in session.copies]
    if any(session.exclusion(one.id) for one in segments):
        return _banded(one for one in segments if not session.exclusion(one.id))
    known, key = session.beside_exclusions, ("one segment a band", source)
    if key not in known:
        known[key] = _banded(segments)
    found: tuple[Segment, ...] = known[key]
    return found


def _banded(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    chosen: dict[str, Segment] = {}
    for segment in segments:
        band = segment.identity.band
        held = chosen.get(band)
        if band and (held is None or segment.is_cube >= held.is_cube):
            chosen[band] = segment
    return tuple(chosen[band] for band in sorted(chosen))


def joined_sources(session: Session) -> tuple[str, ...]:
    """Return the sources with two bands or more, in the order of opening."""
    known, key = session.beside_exclusions, "sources with two bands"
    if key not in known:
        known[key] = [name for name, own in session.sources.items() if len(_banded(own)) >= 2]
    changed = session.sources_with_exclusions()
    return tuple(
        name
        for name in known[key]
        if name not in changed or len(banded_segments(session, name)) >= 2
    )


def sources_with_bands(session: Session) -> tuple[str, ...]:
    """Return the sources that have a spectrum of a known band."""
    return tuple(name for name in session.sources if banded_segments(session, name))


def required_segments(session: Session, source: str) -> tuple[Segment, ...]:
    """Return `banded_segments`.

    Raises
    ------
    DataError
        If there is none.
    """
    found = banded_segments(session, source)
    if not found:
        raise DataError(
            f"{source} has no spectrum of a known band.", hint="Open its cubes or spectra."
        )
    return found


def source_needs(session: Session, source: str) -> Needs:
    """Return what the spectra of ``source``, ready to be calibrated, are computed from."""
    parts = [(one.id, spectrum_needs(session, one)) for one in required_segments(session, source)]
    return Needs(
        options=tuple(node for _, part in parts for node in part.nodes),
        files=tuple(file for _, part in parts for file in part.files),
        facts=tuple(f"{name} {fact}" for name, part in parts for fact in part.facts),
    )


def source_spectra(work: Work, source: str) -> tuple[list[tuple[str, Spectrum]], list[str]]:
    """Return ids and spectra of ``source``, ready to be calibrated, and what is missing.

    Raises
    ------
    EngineError
        If there is none at all.
    """
    segments = required_segments(work.session, source)
    return gathered(segments, lambda one: (one.id, spectrum_of(work, one)))


def gathered(
    segments: Sequence[Segment], result_of: Callable[[Segment], Any]
) -> tuple[list[Any], list[str]]:
    """Return a result for each segment that has one, and one sentence for each that has none.

    Raises
    ------
    EngineError
        If no segment has a result: the reason of the first.
    """
    found, missing, first = [], [], None
    for segment in segments:
        try:
            found.append(result_of(segment))
        except EngineError as error:
            first = first or error
            missing.append(f"{segment.identity.band} is missing: {error.what}")
    if first is not None and not found:
        raise first
    return found, missing
