"""The step that measures aperture corrections on a star, and which of them an extraction uses."""

from engine.analyses import EXTRACT, GROWTH
from engine.errors import DataError
from engine.figures import Draw, draw_growth_curve
from engine.model.star_names import star_key
from engine.mrs.extraction import ExtractionParams
from engine.mrs.growth_curve import GrowthCurve, GrowthParams, measure_growth_curve
from engine.project.codec import plain_text
from engine.project.entries import Entry, Segment
from engine.project.growth_tables import correction_table, growth_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of

ENERGY_KIND = "encircled energy"


def extraction_params(session: Session, segment: Segment) -> ExtractionParams:
    """Return how ``segment`` is extracted."""
    own: ExtractionParams | None = session.own_params(NodeKey(EXTRACT.name, segment.id))
    return ExtractionParams() if own is None else own


def measured_correction(session: Session, segment: Segment) -> NodeKey:
    """Return the growth curve whose corrections the extraction of ``segment`` uses.

    Raises
    ------
    DataError
        If the star that is named has no cube of the band, or is extracted in another way.
    """
    params = extraction_params(session, segment)
    star, band = params.correction_star, segment.identity.band
    giver: Segment | None = segment
    if star:
        same = session.observations.get((star_key(star), band), ())
        giver = next((one for one in same if one.is_cube), None)
    if giver is None:
        raise DataError(
            f"There is no cube of {star} in {band or 'this band'} to measure a correction on.",
            hint="Name another star, or choose a reference file.",
        )
    theirs = extraction_params(session, giver)
    for name in ("annulus_fwhm", "fwhm_slope_arcsec_per_um", "fwhm_offset_arcsec", "background"):
        if getattr(theirs, name) != getattr(params, name):
            raise DataError(
                f"The correction of {star} was measured with another {name.partition('_')[0]}: "
                f"{getattr(theirs, name)}, not {getattr(params, name)}.",
                hint="Extract both in the same way.",
            )
    return NodeKey(GROWTH.name, giver.id)


def energy_source(session: Session, segment: Segment) -> tuple[Entry, int] | None:
    """Return the open table of encircled energy that holds for ``segment``, if one is to be used.

    Raises
    ------
    DataError
        If one is wanted and none is open.
    """
    own: GrowthParams | None = session.own_params(NodeKey(GROWTH.name, segment.id))
    wanted = GrowthParams().outside if own is None else own.outside
    if wanted == "diffraction":
        return None
    bands = {"", segment.identity.band}
    fitting = [
        (entry, part)
        for entry in session.entries_by_kind.get(ENERGY_KIND, ())
        for part, identity in enumerate(entry.parts)
        if identity.band in bands and not identity.filter
    ]
    if not fitting and wanted == "file":
        raise DataError(
            f"No table of encircled energy of {segment.identity.band or 'this band'} is open.",
            hint="Open one, or choose diffraction.",
        )
    return fitting[-1] if fitting else None


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(one.id for one in session.segments if one.is_cube)


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    energy = energy_source(session, segment)
    params = extraction_params(session, segment)
    used = (params.center, params.annulus_fwhm, params.background)
    fwhm = (params.fwhm_slope_arcsec_per_um, params.fwhm_offset_arcsec)
    return Needs(
        files=((segment.entry, segment.part), *((energy,) if energy else ())),
        facts=(plain_text(segment.identity), f"{used} {fwhm}"),
        settings=(NodeKey(EXTRACT.name, segment.id),),
    )


def _run(work: Work, subject: str) -> GrowthCurve:
    segment = segment_of(work.session, subject)
    energy = energy_source(work.session, segment)
    return measure_growth_curve(
        work.product(segment.entry, segment.part),
        work.params,
        extraction=extraction_params(work.session, segment),
        outside=None if energy is None else work.product(*energy),
        progress=work.progress,
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_growth_curve(figure, shown.result, title=shown.title)


def _is_used(session: Session, subject: str) -> bool:
    """Tell whether some extraction uses the corrections that ``subject`` gives."""
    for segment in session.segments:
        if (
            segment.is_cube
            and extraction_params(session, segment).aperture_correction == "measured"
        ):
            try:
                if measured_correction(session, segment).subject == subject:
                    return True
            except DataError:
                continue
    return False


GROWTH_STEP = Step(
    GROWTH,
    _subjects,
    _needs,
    _run,
    tables=(("growth", growth_table), ("aperture-corrections", correction_table)),
    draw=_draw,
    is_used=_is_used,
)
