"""The step that multiplies an observation by its calibration vector."""

from collections.abc import Sequence
from dataclasses import replace

from engine.analyses import CALIBRATE, CHANNEL4, COMBINE, EXTRACT, RESPONSE
from engine.arrays import FloatArray
from engine.compare.stated_errors import check_errors
from engine.errors import DataError
from engine.figures import Draw, draw_calibrated_spectra
from engine.model.star_names import star_key
from engine.model.vector import CalibrationVector
from engine.mrs.calibrated_spectra import (
    CalibratedSpectrum,
    add_systematics,
    calibrate_spectrum,
    vector_from_response,
)
from engine.mrs.channel4_vectors import CHANNEL_4, CHANNEL_4_BANDS, vector_of_channel4
from engine.mrs.extraction import Extraction
from engine.mrs.star_combination import COMBINED, vector_from_combination
from engine.project.combine_step import COMBINATION
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_needs, spectrum_of
from engine.project.models import model_of
from engine.project.rate_step import rate_of
from engine.project.red_roles import CHANNEL4_KEY, usual_vector
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of, source_title
from engine.project.tables import calibration_summary


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(
        segment.id
        for segment in session.segments
        if (vector_source(session, segment) or model_of(session, segment) is not None)
        and not is_calibrated_already(session, segment)
    )


def is_calibrated_already(session: Session, segment: Segment) -> bool:
    """Tell whether ``segment`` is in Jy while its vector is made for count rates.

    Such a spectrum, an own export for example, stands beside those that are calibrated here.
    """
    if segment.unit != "Jy" or segment.is_cube:
        return False
    if vector_source(session, segment) in {COMBINED, CHANNEL_4}:
        return segment.id in session.copies
    try:
        giver = vector_giver(session, segment)
    except DataError:
        return False
    return giver is not None and giver.unit == "DN/s"


def vector_source(session: Session, segment: Segment) -> str:
    """Return what `vector_of` says for ``segment``; ``""``: the vector of its own response.

    Asteroids and red disks, which have none below 18 um, get the usual ones.
    """
    params = session.own_params(NodeKey(CALIBRATE.name, segment.id))
    return usual_vector(session, segment) if params is None else str(params.vector_of)


def vector_giver(session: Session, segment: Segment) -> Segment | None:
    """Return the observation whose response calibrates ``segment``; `None`: something else does.

    Raises
    ------
    DataError
        If the observation that is wanted is not there.
    """
    wanted = vector_source(session, segment)
    entry = session.entry(wanted)
    if wanted in {COMBINED, CHANNEL_4} or (entry is not None and entry.kind == "vector"):
        return None
    return segment if not wanted else session.segment(wanted) or _of_star(session, wanted, segment)


def _vector_needs(session: Session, segment: Segment) -> Needs:
    """Return the node or the file that gives the vector for ``segment``."""
    wanted = vector_source(session, segment)
    entry = session.entry(wanted)
    if entry is not None and entry.kind == "vector":
        return Needs(files=((entry, 0),))
    if wanted == COMBINED:
        return Needs(nodes=(COMBINATION,))
    if wanted == CHANNEL_4:
        _require_channel4(segment)
        return Needs(nodes=(CHANNEL4_KEY,))
    giver = vector_giver(session, segment)
    assert giver is not None  # all else was looked at above
    _require_band(giver, segment)
    return Needs(nodes=(NodeKey(RESPONSE.name, giver.id),))


def _require_channel4(segment: Segment) -> None:
    if segment.identity.band not in CHANNEL_4_BANDS:
        raise DataError(
            f"Channel 4 has no vector of band {segment.identity.band or '?'}.",
            hint="Apply the combined vectors below 18 µm.",
        )


def _require_band(giver: Segment, segment: Segment) -> None:
    """Refuse a vector of another band before anything is computed for it."""
    bands = giver.identity.band, segment.identity.band
    if all(bands) and bands[0] != bands[1]:
        raise DataError(
            f"The vector of band {bands[0]} does not apply to a spectrum of band {bands[1]}.",
            hint=f"Choose a vector of band {bands[1]}.",
        )


def _of_star(session: Session, star: str, segment: Segment) -> Segment:
    """Return the observation of ``star`` in the band of ``segment``: a cube before a spectrum.

    A source that is left out calibrates no other, but still itself.
    """
    key, band = star_key(star), segment.identity.band
    found = session.observations.get((key, band), ()) if key else ()
    own = segment.identity.source_key
    fitting = [
        one
        for one in found
        if session.exclusion(one.id) is None
        and (one.identity.source_key == own or session.exclusion_of(one) is None)
    ]
    if not fitting:
        state = "left out" if found else "not open"
        raise DataError(
            f"The observation of {star} in band {band or '?'}, whose vector is wanted, is {state}.",
            hint="Choose another vector, or bring that observation in.",
        )
    return fitting[0]


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    spectrum, vector = spectrum_needs(session, segment), _vector_needs(session, segment)
    model = model_of(session, segment)
    return Needs(
        nodes=(*spectrum.nodes, *vector.nodes),
        files=(*spectrum.files, *vector.files, *(((model, 0),) if model else ())),
        facts=spectrum.facts,
    )


def _run(work: Work, subject: str) -> CalibratedSpectrum:
    segment = segment_of(work.session, subject)
    model = model_of(work.session, segment)
    calibrated = calibrate_spectrum(
        spectrum_of(work, segment),
        _vector(work, segment),
        model=None if model is None else work.product(model, 0),
    )
    said = check_errors(calibrated.spectrum).message
    if said:
        calibrated = replace(calibrated, messages=(*calibrated.messages, said))
    return _with_own_errors(work, segment, calibrated)


def _with_own_errors(
    work: Work, segment: Segment, calibrated: CalibratedSpectrum
) -> CalibratedSpectrum:
    """Return ``calibrated`` with the systematic errors of its own extraction and loss.

    The response of the same observation holds them already: they are not counted twice.
    """
    rate = rate_of(work, segment)
    is_corrected = rate is not None and rate.outcome == "corrected"
    if rate is not None and is_corrected and rate.is_extrapolated:
        calibrated = replace(calibrated, messages=(*calibrated.messages, *rate.messages))
    if vector_giver(work.session, segment) == segment:
        return calibrated
    terms: tuple[tuple[str, FloatArray], ...] = ()
    if segment.is_cube:
        extraction: Extraction = work.result(NodeKey(EXTRACT.name, segment.id))
        terms = extraction.systematics
    if rate is not None and is_corrected:
        terms = (*terms, ("loss of count rate", rate.relative_error))
    return add_systematics(calibrated, terms)


def _vector(work: Work, segment: Segment) -> CalibrationVector:
    needs = _vector_needs(work.session, segment)
    if needs.files:
        vector: CalibrationVector = work.product(*needs.files[0])
        return vector
    key = needs.nodes[0]
    if key.step == COMBINE.name:
        return vector_from_combination(work.result(key), segment.identity.band, recipe="")
    if key.step == CHANNEL4.name:
        return vector_of_channel4(work.result(key), segment.identity.band, recipe="")
    return vector_from_response(
        work.result(key), segment_of(work.session, key.subject).identity, recipe=""
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_calibrated_spectra(figure, [shown.result], title=shown.title)


def _draw_together(shown: Sequence[Shown]) -> Draw:
    spectra = [one.result for one in shown]
    return lambda figure: draw_calibrated_spectra(figure, spectra, title=source_title(shown[0]))


CALIBRATE_STEP = Step(
    CALIBRATE,
    _subjects,
    _needs,
    _run,
    tables=(("calibrated", calibration_summary),),
    draw=_draw,
    draw_together=_draw_together,
    shares_figures="always",
)
