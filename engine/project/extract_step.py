"""The step that extracts the spectrum of a point source from a cube."""

from collections.abc import Sequence

from engine.analyses import EXTRACT
from engine.figures import Draw, draw_extracted_spectra, draw_extraction
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.mrs.extraction import Extraction, extract_spectrum
from engine.mrs.growth_curve import GrowthCurve
from engine.project.entries import Entry, Segment
from engine.project.growth_step import extraction_params, measured_correction
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of, source_title
from engine.project.tables import extraction_summary


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(segment.id for segment in session.segments if segment.is_cube)


def reference_correction(session: Session, segment: Segment) -> tuple[Entry, int] | None:
    """Return the last opened aperture correction that fits the band, if any is to be applied."""
    if extraction_params(session, segment).aperture_correction != "when available":
        return None
    wanted = {"", segment.identity.band}
    fitting = [found for found in session.corrections if found[0].parts[found[1]].band in wanted]
    return fitting[-1] if fitting else None


def _is_measured(session: Session, segment: Segment) -> bool:
    return extraction_params(session, segment).aperture_correction == "measured"


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    correction = reference_correction(session, segment)
    measured = _is_measured(session, segment)
    return Needs(
        nodes=(measured_correction(session, segment),) if measured else (),
        files=((segment.entry, segment.part), *((correction,) if correction else ())),
    )


def _run(work: Work, subject: str) -> Extraction:
    segment = segment_of(work.session, subject)
    cube: Cube = work.product(segment.entry, segment.part)
    found = reference_correction(work.session, segment)
    correction: ApertureCorrection | None = work.product(*found) if found else None
    if _is_measured(work.session, segment):
        growth: GrowthCurve = work.result(measured_correction(work.session, segment))
        correction = growth.correction
    return extract_spectrum(cube, work.params, correction=correction, progress=work.progress)


def _draw(shown: Shown) -> Draw:
    segment = segment_of(shown.session, shown.key.subject)
    cube = shown.product(segment.entry, segment.part)
    return lambda figure: draw_extraction(figure, shown.result, cube, title=shown.title)


def _draw_together(shown: Sequence[Shown]) -> Draw:
    spectra = [one.result.spectrum for one in shown]
    return lambda figure: draw_extracted_spectra(figure, spectra, title=source_title(shown[0]))


EXTRACT_STEP = Step(
    EXTRACT,
    _subjects,
    _needs,
    _run,
    tables=(("extractions", extraction_summary),),
    draw=_draw,
    draw_together=_draw_together,
)
