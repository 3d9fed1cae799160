"""The step that chains the levels of channel 4."""

from dataclasses import replace

import numpy as np

from engine.analyses import ASTEROID, CHANNEL4, RESPONSE
from engine.arrays import freeze
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_channel4
from engine.model.spectrum import Spectrum
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.mrs.channel4 import AnchorSpectrum, Channel4, chain_channel4
from engine.mrs.channel4_vectors import CHANNEL_4_BANDS
from engine.mrs.star_response import StarResponse
from engine.project.asteroid_step import calibrated_needs, joined_needs
from engine.project.channel4_tables import channel4_level_table, channel4_vector_table
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_needs, spectrum_of
from engine.project.red_roles import CHANNEL4_KEY, bands_of, channel4_sources, sources_of_role
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_ANCHOR = "3C"


def _subjects(session: Session) -> tuple[str, ...]:
    both = [sources_of_role(session, role) for role in ("asteroid", "red disk")]
    return (CHANNEL4_KEY.subject,) if all(both) else ()


def _responses(session: Session, asteroid: str) -> dict[str, NodeKey]:
    """Return the nodes of the asteroid's responses by band."""
    return {
        band: NodeKey(RESPONSE.name, one.id)
        for band, one in bands_of(session, asteroid).items()
        if band in CHANNEL_4_BANDS
    }


def _anchor_segment(session: Session, red: str) -> Segment:
    segment = bands_of(session, red).get(_ANCHOR)
    if segment is None:
        raise DataError(
            f"{red} has no spectrum of 3C, from which channel 4 gets its level.",
            hint="Open it, or name another red source.",
        )
    return segment


def _needs(session: Session, _subject: str) -> Needs:
    asteroid, red = channel4_sources(session)
    parts = [calibrated_needs(session, _anchor_segment(session, red))]
    for band, segment in bands_of(session, red).items():
        if band in CHANNEL_4_BANDS:
            own = spectrum_needs(session, segment)
            parts.append(replace(own, nodes=(), options=own.nodes))
    joined = joined_needs(parts)
    return replace(
        joined,
        nodes=(NodeKey(ASTEROID.name, asteroid), *joined.nodes),
        options=(*_responses(session, asteroid).values(), *joined.options),
        facts=(asteroid, red, *joined.facts),
    )


def _run(work: Work, _subject: str) -> Channel4:
    session = work.session
    asteroid, red = channel4_sources(session)
    said: list[str] = []
    model = work.result(NodeKey(ASTEROID.name, asteroid))
    anchor, remark = _anchor(work, _anchor_segment(session, red))
    said += [remark] if remark else []
    responses: dict[str, StarResponse] = {}
    for band, key in _responses(session, asteroid).items():
        try:
            responses[band] = work.result(key)
        except EngineError as error:
            said.append(f"The asteroid has no response in {band}: {error.what}")
    spectra: dict[str, Spectrum] = {}
    for band, segment in bands_of(session, red).items():
        if band in CHANNEL_4_BANDS:
            try:
                spectra[band] = spectrum_of(work, segment)
            except EngineError as error:
                said.append(f"The red source is missing in {band}: {error.what}")
    found = chain_channel4(model, responses, spectra, anchor, work.params)
    return replace(found, messages=(*found.messages, *said))


def _anchor(work: Work, segment: Segment) -> tuple[AnchorSpectrum, str]:
    """Return the red source in 3C with the errors of its vector apart from its noise."""
    observed = spectrum_of(work, segment)
    try:
        calibrated: CalibratedSpectrum = work.result(_calibrate_key(segment))
    except EngineError:
        if observed.unit != "Jy":
            raise
        nothing = freeze(np.zeros(observed.size))
        said = "3C is taken as the pipeline calibrated it: the error of its level is not known."
        return AnchorSpectrum(observed, nothing, nothing), said
    spectrum = calibrated.spectrum
    with np.errstate(invalid="ignore", divide="ignore"):
        noise = observed.error * np.abs(spectrum.flux / observed.flux)
        vector = np.sqrt(np.maximum(spectrum.error**2 - noise**2, 0.0)) / np.abs(spectrum.flux)
        systematic = calibrated.sys_error / np.abs(spectrum.flux)
    return (
        AnchorSpectrum(
            replace(spectrum, error=freeze(noise), identity=segment.identity),
            freeze(vector),
            freeze(systematic),
        ),
        "",
    )


def _calibrate_key(segment: Segment) -> NodeKey:
    return NodeKey("calibrate", segment.id)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_channel4(figure, shown.result, title=shown.title)


CHANNEL4_STEP = Step(
    CHANNEL4,
    _subjects,
    _needs,
    _run,
    tables=(
        ("channel4-levels", channel4_level_table),
        ("channel4-vectors", channel4_vector_table),
    ),
    draw=_draw,
)
