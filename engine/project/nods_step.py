"""The step that compares the nods of LRS sources and measures the errors of their spectra."""

from dataclasses import replace
from pathlib import PurePath

import numpy as np

from engine.analyses import DROPOUTS, NODS, USABLE
from engine.arrays import freeze
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_nods
from engine.lrs.dropouts import DropoutSearch
from engine.lrs.modes import is_slitless
from engine.lrs.nods import Nod, NodComparison, compare_nods
from engine.lrs.response_curve import AdoptedResponse, adopted_response
from engine.lrs.usable_range import UsableRange
from engine.model.spectrum import Spectrum
from engine.project.codec import plain_text
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.lrs_inputs import image_of, lrs_segments
from engine.project.lrs_tables import error_table, nod_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_MOST = 200  # integrations that are compared; more tell nothing new about errors


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.identity.source_key for one in lrs_segments(session)))


def _segments(session: Session, subject: str) -> tuple[Segment, ...]:
    found = [one for one in lrs_segments(session) if one.identity.source_key == subject]
    if not found:
        raise DataError(f"There is no LRS spectrum of {subject}.", hint="Open its x1d files.")
    return tuple(found[:_MOST])


def _searches(session: Session, segment: Segment) -> tuple[NodeKey, ...]:
    image = image_of(session, segment)
    return () if image is None else (NodeKey(DROPOUTS.name, image.id),)


def usable_segment(session: Session, subject: str) -> Segment:
    """Return the spectrum whose usable range holds for all nods of a source.

    Raises
    ------
    DataError
        If the source has no spectrum.
    """
    segments = _segments(session, subject)
    return next((one for one in segments if one.part == 0), segments[0])


def _usable_key(session: Session, subject: str) -> NodeKey:
    return NodeKey(USABLE.name, usable_segment(session, subject).id)


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion_of(segment)
    return "" if exclusion is None else exclusion.reason or "left out"


def _needs(session: Session, subject: str) -> Needs:
    segments = _segments(session, subject)
    searches = [key for one in segments for key in _searches(session, one)]
    return Needs(
        files=(*((one.entry, one.part) for one in segments), *_curves(session)),
        facts=tuple(
            f"{one.id}: {_reason(session, one)} {plain_text(one.identity)}" for one in segments
        ),
        options=(_usable_key(session, subject), *searches),
    )


def _run(work: Work, subject: str) -> NodComparison:
    segments = _segments(work.session, subject)
    nods, said = [], []
    for done, segment in enumerate(segments):
        work.progress.step(done, len(segments), segment.title)
        spectrum, n_dropped = _spectrum(work, segment)
        label = _label(spectrum, segment, done)
        if n_dropped:
            one, many = f"sample of {label} in dropouts does", f"samples of {label} in dropouts do"
            said.append(f"{counted(n_dropped, one, many)} not count.")
        nods.append(Nod(segment.id, label, spectrum, _reason(work.session, segment)))
    if len(lrs_segments(work.session)) > _MOST and len(segments) == _MOST:
        said.append(f"Only the first {_MOST} spectra of {subject} are compared.")
    found = compare_nods(subject, nods, work.params, usable=_usable(work, subject))
    response = _response(work)
    if response is not None:
        said.append(f"The error of the response of {response.name} is laid beside.")
    return replace(found, messages=(*found.messages, *said), response=response)


def _curves(session: Session) -> tuple[tuple[Entry, int], ...]:
    """Return the curves over wavelength that may be a response, in the order of opening."""
    return tuple(
        (entry, part)
        for entry in session.entries
        if entry.kind == "curve"
        for part in range(len(entry.parts))
    )


def _response(work: Work) -> AdoptedResponse | None:
    """Return the response of the LRS that was opened last; `None`: none is open."""
    for entry, part in reversed(_curves(work.session)):
        name = PurePath(entry.path).name
        found = adopted_response(work.product(entry, part), name=name)
        if found is not None:
            return found
    return None


def _label(spectrum: Spectrum, segment: Segment, place: int) -> str:
    if is_slitless(segment.identity):
        return f"integration {segment.part + 1}"
    number = dict(spectrum.origin.header).get("PATT_NUM", "")
    return f"nod {number if number.isdecimal() else place + 1}"


def _spectrum(work: Work, segment: Segment) -> tuple[Spectrum, int]:
    """Return a spectrum without its dropouts, filled or not, and how many samples that are."""
    spectrum: Spectrum = work.product(segment.entry, segment.part)
    spectrum = replace(spectrum, identity=segment.identity)
    search = _search(work, segment)
    if search is None or not search.dropouts or not search.matched.n_rows:
        return spectrum, 0
    flux = np.array(spectrum.flux)
    rows = search.missing & (search.matched.sample >= 0)
    flux[search.matched.sample[rows]] = np.nan
    return replace(spectrum, flux=freeze(flux)), int(np.count_nonzero(rows))


def _search(work: Work, segment: Segment) -> DropoutSearch | None:
    for key in _searches(work.session, segment):
        try:
            found: DropoutSearch = work.result(key)
        except EngineError:
            return None
        return found
    return None


def _usable(work: Work, subject: str) -> UsableRange | None:
    try:
        usable: UsableRange = work.result(_usable_key(work.session, subject))
    except EngineError:
        return None
    return usable


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_nods(figure, shown.result)


NODS_STEP = Step(
    NODS,
    _subjects,
    _needs,
    _run,
    tables=(("nods", nod_table), ("lrs-errors", error_table)),
    draw=_draw,
)
