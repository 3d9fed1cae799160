"""The step that compares spectra with the photometry of an imager."""

from dataclasses import replace

from engine.analyses import FILTERS
from engine.compare.filter_photometry import (
    FilterComparison,
    FilterMeasurement,
    FilterParams,
    SourceSpectrum,
    compare_filters,
)
from engine.compare.photometry_table import measurements_of
from engine.errors import DataError
from engine.figures.filter_photometry import draw_filters
from engine.figures.sizes import PAGE
from engine.figures.writing import Draw
from engine.model.star_names import shown_star_name, star_key
from engine.progress import Part
from engine.project.bandpass_choice import bandpass_curves, chosen_bandpasses, curve_facts
from engine.project.entries import Entry, Segment
from engine.project.filter_tables import filter_table, star_ratio_table
from engine.project.joined_spectra import (
    joined_needs,
    joined_segments,
    joined_spectrum,
    told,
)
from engine.project.keys import STAGES, NodeKey
from engine.project.own_vectors import has_only_own_vectors
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

ALL_STARS = "all stars"  #: subject of the comparison


def filters_key(stage: str) -> NodeKey:
    """Return the node of the comparison at ``stage``."""
    return NodeKey(FILTERS.name, f"{ALL_STARS}@{stage}")


def photometry_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open tables of photometry, in the order of opening."""
    return tuple(one for one in session.entries if one.kind == "photometry")


def _sources(session: Session) -> dict[str, tuple[Segment, ...]]:
    found = {source: joined_segments(session, source) for source in session.sources}
    return {source: segments for source, segments in found.items() if segments}


def _subjects(session: Session) -> tuple[str, ...]:
    if not (photometry_entries(session) and _sources(session)):
        return ()
    return tuple(f"{ALL_STARS}@{stage}" for stage in STAGES)


def _reason(session: Session, source: str) -> str:
    exclusion = session.exclusion(source)
    return "" if exclusion is None else exclusion.reason or "left out"


def _needs(session: Session, subject: str) -> Needs:
    tables, sources = photometry_entries(session), _sources(session)
    if not tables:
        raise DataError(
            "There is no photometry to compare with.",
            hint="Open a table of it: the page on formats says how one looks.",
        )
    if not sources:
        raise DataError("There is no spectrum to compare.", hint="Open spectra of the stars.")
    stage = subject.rpartition("@")[2]
    needs = joined_needs(session, [one for found in sources.values() for one in found], stage)
    reasons = tuple(f"{source}: {_reason(session, source)}" for source in sources)
    return replace(
        needs,
        files=(*needs.files, *((one, 0) for one in tables), *bandpass_curves(session)),
        facts=(*needs.facts, *curve_facts(session), *reasons),
    )


def _run(work: Work, subject: str) -> FilterComparison:
    stage = subject.rpartition("@")[2]
    measured = [
        row for entry in photometry_entries(work.session) for row in measurements_of(
            work.product(entry, 0)
        )
    ]  # fmt: skip
    spectra, messages = _spectra(work, measured, stage)
    names = list(dict.fromkeys(one.filter for one in measured))
    params: FilterParams = work.params
    weighting = None if params.weighting == "as stated" else params.weighting
    bandpasses, said = chosen_bandpasses(work, names, weighting=weighting)
    compared = compare_filters(spectra, measured, bandpasses, work.params)
    return replace(compared, messages=(*messages, *said, *compared.messages))


def _spectra(
    work: Work, measured: list[FilterMeasurement], stage: str
) -> tuple[list[SourceSpectrum], list[str]]:
    """Return the spectra of the stars that have photometry, and what is to be said of them."""
    wanted = {star_key(one.star) for one in measured}
    sources = {
        source: segments
        for source, segments in _sources(work.session).items()
        if star_key(segments[0].identity.target) in wanted
    }
    spectra: list[SourceSpectrum] = []
    missing: dict[str, list[str]] = {}
    for done, (source, segments) in enumerate(sources.items()):
        part = Part(work.progress, done, len(sources))
        part.step(0, 1, source)
        spectrum = joined_spectrum(work, segments, stage, missing=missing)
        if spectrum is not None:
            star = shown_star_name(segments[0].identity.target)
            reason = _reason(work.session, source)
            spectra.append(SourceSpectrum(source, star, spectrum, reason))
    said = told(missing)
    every = [one for segments in sources.values() for one in segments]
    if stage == "calibrated" and every and has_only_own_vectors(work.session, every):
        said.append(
            "Each star is calibrated to its own model: apply “combined” or one star's vector to "
            "all, to compare what the spectra measure."
        )
    return spectra, said


def _draw(shown: Shown) -> Draw:
    title = f"Spectra over photometry, {shown.key.stage}"
    return lambda figure: draw_filters(figure, shown.result, title=title)


FILTERS_STEP = Step(
    FILTERS,
    _subjects,
    _needs,
    _run,
    tables=(("filters", filter_table), ("filter-stars", star_ratio_table)),
    draw=_draw,
    figure_size=PAGE,
)
