"""Corrected copies of images: which results give some, and what writes them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analyses import HISTORY, SLITLESS_BACKGROUND
from engine.files.atomic import IfExists
from engine.imaging.calibration_history import CalibrationHistory
from engine.lrs.slitless_background import SlitlessBackground
from engine.model.provenance import Provenance
from engine.project.chain import Chain
from engine.project.export_calibrated import calibrated_writer, planned_calibrations
from engine.project.export_corrected import copy_writer, planned_copies
from engine.project.export_subtracted import planned_subtractions, subtracted_writer
from engine.project.keys import NodeKey
from engine.project.nircam_inputs import CORRECTION_KEY
from engine.project.session import Session


def planned_images(session: Session, key: NodeKey) -> tuple[tuple[str, str], ...]:
    """Return name and id of the copies of images that the result of ``key`` gives."""
    if key.step == HISTORY.name:
        return planned_calibrations(session)
    if key.step == SLITLESS_BACKGROUND.name:
        return planned_subtractions(session, key.subject)
    return planned_copies(session) if key == CORRECTION_KEY else ()


def image_writer(
    session: Session, chain: Chain, result: Any, image: str, provenance: Provenance
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the copy of one image that ``result`` corrects.

    Raises
    ------
    DataError
        If the image cannot be corrected: it says why.
    """
    if isinstance(result, CalibrationHistory):
        return calibrated_writer(session, chain, result, image, provenance)
    if isinstance(result, SlitlessBackground):
        return subtracted_writer(session, result, image, provenance)
    return copy_writer(session, chain, result, image, provenance)
