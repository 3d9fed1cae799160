"""Corrected copies of NIRCam cal files: which ones, under which names, and how they are written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.errors import DataError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import Card
from engine.files.names import export_name
from engine.files.write_corrected_image import write_corrected_image
from engine.model.image import Image
from engine.model.nircam import array_of
from engine.model.provenance import Provenance
from engine.nircam.epoch_images import epoch_image
from engine.nircam.module_correction import CorrectionParams, Corrector, ModuleCorrection
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.nircam_inputs import CORRECTION_KEY, image_entries, image_id
from engine.project.session import Session


def planned_copies(session: Session) -> tuple[tuple[str, str], ...]:
    """Return name and image id of the copies that a correction may give.

    Images of the baseline stay as they are and have none; whether another one can be corrected
    shows when it is written.
    """
    params: CorrectionParams = session.own_params(CORRECTION_KEY) or CorrectionParams()
    found = []
    for entry, part in image_entries(session):
        identity = entry.parts[part]
        module, _ = array_of(identity.detector) or ("", "")
        if module == params.baseline and params.slope_to != "half to each":
            continue
        kind = f"{identity.detector.lower()}-corrected"
        name = export_name(replace(identity, band=identity.filter), kind, "fits")
        found.append((name, image_id(entry, part)))
    return tuple(found)


def copy_writer(
    session: Session,
    chain: Chain,
    result: ModuleCorrection,
    image_name: str,
    provenance: Provenance,
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the corrected copy of one image.

    Raises
    ------
    DataError
        If the image must not be corrected: it says why.
    FileError
        If the file cannot be read.
    """
    entry, part = _entry_of(session, image_name)
    about = next((one for one in result.files if one.name == image_name), None)
    if about is None or about.reason or about.term is None:
        raise DataError(about.reason if about is not None else "This is no image of an array.")
    if len(entry.parts) > 1:
        raise DataError("A file with several images is not corrected.")
    image: Image = chain.library.product(entry, part)
    shown = epoch_image(image_name, image)
    assert shown is not None
    corrector = Corrector(result.terms, result.baseline, result.slope_to, result.center_deg)
    factor = corrector.factor(shown)
    term, has_slope = about.term, about.term.slope != 0.0
    cards: list[Card] = [
        ("MODC_SRC", result.terms.source, "Where the offset comes from"),
        ("MODC_CTX", result.terms.calibration, "Context that the offset holds for"),
        ("MODC_BAS", result.baseline, "Module that stays as it is"),
        ("MODC_DAB", term.delta_ab, "[mag] m_A - m_B"),
        ("MODC_DER", term.delta_ab_error, "[mag] One sigma of it"),
        ("MODC_K", term.slope if has_slope else None, "[mag/arcmin] Sum of both gradients"),
        ("MODC_KER", term.slope_error if has_slope else None, "[mag/arcmin] One sigma of it"),
        ("MODC_TO", result.slope_to if has_slope else None, "Module that has the gradient"),
        ("MODC_FAC", about.factor, "Median factor of the pixels"),
    ]
    if has_slope and result.center_deg is not None:
        cards += [
            ("MODC_RA", result.center_deg[0], "[deg] Where the gradient is zero"),
            ("MODC_DEC", result.center_deg[1], "[deg] Where the gradient is zero"),
        ]
    history = (
        f"Offset between the NIRCam modules taken out (Ma+2023, Sec. 5.2): SCI and ERR were "
        f"multiplied by {about.lowest:.6f} to {about.highest:.6f}, variances by the square.",
    )
    return lambda path, exists: write_corrected_image(
        path,
        entry.path,
        factor,
        cards=cards,
        history=history,
        sha256=entry.sha256,
        provenance=provenance,
        exists=exists,
    )


def _entry_of(session: Session, image_name: str) -> tuple[Entry, int]:
    found = {image_id(entry, part): (entry, part) for entry, part in image_entries(session)}
    if image_name not in found:
        raise DataError(f"There is no image {image_name!r} in this session.")
    return found[image_name]
