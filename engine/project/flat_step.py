"""The steps that make pixel flats, from nebulae and from references that hold the response too."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.analyses import FLAT
from engine.arrays import freeze
from engine.errors import DataError
from engine.figures import Draw, FigureSize, draw_pixel_flat
from engine.model.bands import band_named
from engine.model.detector_image import DetectorImage
from engine.model.frames import frames
from engine.mrs.flat_factoring import factor_reference
from engine.mrs.pixel_flat import PixelFlat, fit_pixel_flat
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.flat_tables import flat_pass_table, flat_patch_table, flat_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_SLACK = 0.03  # of the width of a band: how far detectors see beyond its nominal range
_NEBULA, _REFERENCE = "@nebula", "@reference"


def flat_key(session: Session, band: str) -> NodeKey | None:
    """Return the node of the flat of ``band``, or `None` when nothing gives one."""
    if any(one.identity.band == band for one in session.exposures):
        return NodeKey(FLAT.name, f"{band}{_NEBULA}")
    if band in session.flat_references:
        return NodeKey(FLAT.name, f"{band}{_REFERENCE}")
    return None


def band_of_flat(subject: str) -> str:
    """Return the band of a subject of this step."""
    return subject.partition("@")[0]


def exposures_of(session: Session, band: str) -> tuple[Segment, ...]:
    """Return the exposures of ``band`` that are not left out, in the order of opening.

    Raises
    ------
    DataError
        If there is none.
    """
    found = tuple(one for one in session.exposures if one.identity.band == band)
    used = tuple(one for one in found if session.exclusion_of(one) is None)
    if not used:
        state = "left out" if found else "not open"
        raise DataError(
            f"The exposures of a nebula in {band} are {state}.",
            hint="Open detector images with ALPHA, BETA and WAVELENGTH.",
        )
    return used


def exposure_needs(session: Session, band: str) -> Needs:
    """Return what follows from all exposures of ``band``."""
    used = exposures_of(session, band)
    return Needs(
        files=tuple((one.entry, one.part) for one in used),
        facts=tuple(f"{one.id} {plain_text(one.identity)}" for one in used),
    )


def _subjects(session: Session) -> tuple[str, ...]:
    nebulae = {one.identity.band for one in session.exposures if one.identity.band}
    references = set(session.flat_references) - {""}
    return (
        *(f"{band}{_NEBULA}" for band in sorted(nebulae)),
        *(f"{band}{_REFERENCE}" for band in sorted(references)),
    )


def _needs(session: Session, subject: str) -> Needs:
    band = band_of_flat(subject)
    if subject.endswith(_REFERENCE):
        reference = session.flat_references.get(band)
        if reference is None:
            raise DataError(f"There is no flat reference of {band} with wavelengths.")
        # A flat without wavelengths takes those of a frame of the same detector and setting.
        frame = _frame_of_band(band)
        map_file = session.wave_maps.get(frame)
        return Needs(files=(reference, map_file) if map_file else (reference,))
    return exposure_needs(session, band)


def _run(work: Work, subject: str) -> PixelFlat:
    images = [work.product(*file) for file in _needs(work.session, subject).files]
    if subject.endswith(_REFERENCE):
        return factor_reference(_with_wavelengths(images), work.params)
    return fit_pixel_flat(band_of_flat(subject), images, work.params, progress=work.progress)


def _frame_of_band(name: str) -> str:
    """Return the detector frame that sees a band: ``"12A"``."""
    return next((one.name for one in frames() if name in {one.left.name, one.right.name}), "")


def _with_wavelengths(images: Sequence[Any]) -> DetectorImage:
    """Return a reference with wavelengths: its own, or those of a frame."""
    reference: DetectorImage = images[0]
    if np.any(np.isfinite(reference.wave_um)):
        return reference
    wave = images[1].wave_um if len(images) > 1 else None
    band = band_named(reference.identity.band)
    if wave is None or band is None or wave.shape != reference.shape:
        raise DataError(
            f"The flat reference of {reference.identity.band} holds no wavelengths.",
            hint="Open a calibrated frame of the same detector and setting with WAVELENGTH.",
        )
    slack = _SLACK * (band.wave_max_um - band.wave_min_um)
    with np.errstate(invalid="ignore"):
        inside = (wave > band.wave_min_um - slack) & (wave < band.wave_max_um + slack)
    own = inside & (reference.slices > 0)
    return replace(
        reference,
        wave_um=freeze(np.where(own, wave, np.nan)),
        slices=freeze(np.where(own, reference.slices, 0)),
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_pixel_flat(figure, shown.result)


FLAT_STEP = Step(
    FLAT,
    _subjects,
    _needs,
    _run,
    tables=(
        ("flats", flat_table),
        ("flat-passes", flat_pass_table),
        ("flat-patches", flat_patch_table),
    ),
    draw=_draw,
    figure_size=FigureSize(180.0, 160.0),
)
