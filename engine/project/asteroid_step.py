"""The step that models an asteroid from its calibrated bands below 18 um."""

from dataclasses import replace

import numpy as np

from engine.analyses import ASTEROID, CALIBRATE
from engine.arrays import FloatArray
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_asteroid
from engine.model.spectrum import Spectrum
from engine.mrs.asteroid_model import AsteroidModel, model_asteroid
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.project.asteroid_tables import asteroid_band_table, asteroid_table
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_needs, spectrum_of
from engine.project.red_roles import BELOW_18_UM, bands_of, sources_of_role
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work


def calibrated_needs(session: Session, segment: Segment) -> Needs:
    """Return what a calibrated spectrum, or one that was calibrated before, is computed from."""
    own = spectrum_needs(session, segment)
    return Needs(
        options=(NodeKey(CALIBRATE.name, segment.id), *own.nodes),
        files=own.files,
        facts=(f"{segment.id} {segment.identity.band}", *own.facts),
    )


def calibrated_of(work: Work, segment: Segment) -> tuple[Spectrum, FloatArray | None, str]:
    """Return a spectrum in Jy, the relative systematic error of its vector, and a remark.

    Raises
    ------
    EngineError
        If there is no vector for count rates.
    """
    try:
        found: CalibratedSpectrum = work.result(NodeKey(CALIBRATE.name, segment.id))
    except EngineError:
        own = spectrum_of(work, segment)
        if own.unit != "Jy":
            raise
        band = segment.identity.band
        return (
            own,
            None,
            f"{band} is taken as the pipeline calibrated it: there is no vector for it.",
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        systematic = found.sys_error / np.abs(found.spectrum.flux)
    return replace(found.spectrum, identity=segment.identity), systematic, ""


def joined_needs(parts: list[Needs]) -> Needs:
    """Return the needs of several segments together."""
    return Needs(
        nodes=tuple(dict.fromkeys(node for part in parts for node in part.nodes)),
        files=tuple(file for part in parts for file in part.files),
        facts=tuple(fact for part in parts for fact in part.facts),
        options=tuple(dict.fromkeys(node for part in parts for node in part.options)),
    )


def _subjects(session: Session) -> tuple[str, ...]:
    return sources_of_role(session, "asteroid")


def _short_bands(session: Session, source: str) -> list[Segment]:
    """Return the segments of 1A to 3C.

    Raises
    ------
    DataError
        If there is none.
    """
    found = [one for band, one in bands_of(session, source).items() if band in BELOW_18_UM]
    if not found:
        raise DataError(
            f"{source} has no spectrum of 1A to 3C: its temperature cannot be fitted.",
            hint="Open them, and standard stars to calibrate them with.",
        )
    return found


def _needs(session: Session, subject: str) -> Needs:
    return joined_needs([calibrated_needs(session, one) for one in _short_bands(session, subject)])


def _run(work: Work, subject: str) -> AsteroidModel:
    spectra: list[Spectrum] = []
    systematics: dict[str, FloatArray] = {}
    said: list[str] = []
    first: EngineError | None = None
    for segment in _short_bands(work.session, subject):
        try:
            spectrum, systematic, remark = calibrated_of(work, segment)
        except EngineError as error:
            first = first or error
            said.append(f"{segment.identity.band} is missing: {error.what}")
            continue
        spectra.append(spectrum)
        if systematic is not None and np.isfinite(systematic).any():
            systematics[segment.identity.band] = systematic
        said += [remark] if remark else []
    if not spectra and first is not None:
        raise first
    model = model_asteroid(subject, spectra, work.params, systematics=systematics)
    return replace(model, messages=(*model.messages, *said))


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_asteroid(figure, shown.result, title=shown.title)


ASTEROID_STEP = Step(
    ASTEROID,
    _subjects,
    _needs,
    _run,
    tables=(("asteroid", asteroid_table), ("asteroid-bands", asteroid_band_table)),
    draw=_draw,
)
