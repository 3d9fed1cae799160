"""Copies of slitless LRS integrations without their background, for the rest of the pipeline."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.errors import DataError
from engine.files.atomic import IfExists
from engine.files.names import export_name
from engine.files.write_corrected_image import Mark, write_corrected_image
from engine.lrs.slitless_background import REFERENCE_COLUMNS, SlitlessBackground
from engine.model.provenance import Provenance
from engine.project.session import Session

_MARK = Mark(
    "LRSBKSUB",
    "Background off the target subtracted",
    "The background was subtracted from this file already.",
)


def planned_subtractions(session: Session, subject: str) -> tuple[tuple[str, str], ...]:
    """Return name and entry of the copy of one exposure."""
    entry = session.entry(subject)
    if entry is None:
        return ()
    return ((export_name(entry.parts[0], "background-subtracted", "fits"), entry.id),)


def subtracted_writer(
    session: Session, result: SlitlessBackground, subject: str, provenance: Provenance
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the copy of an exposure without the background of each integration.

    Raises
    ------
    DataError
        If the exposure is not open any more.

    Notes
    -----
    LRS known issues: "If this operation is performed on the rateints product, the same file can
    then be processed further through the calwebb_spec2 pipeline." Where the background is not
    known nothing is subtracted; errors stay as they are.
    """
    entry = session.entry(subject)
    if entry is None:
        raise DataError(f"There is no exposure {subject!r} in this session.")
    levels = np.stack([result.image_of(i) for i in range(result.n_integrations)])
    known = np.where(np.isfinite(levels), levels, 0.0)
    known[:, :, :REFERENCE_COLUMNS] = 0.0  # reference pixels see no sky
    taken = known if result.n_integrations > 1 else known[0]
    return lambda path, exists: write_corrected_image(
        path,
        entry.path,
        None,
        subtracted=taken,
        cards=[
            ("LRSB_LFT", _columns(result.left_columns), "Columns at the left, from 0"),
            ("LRSB_RGT", _columns(result.right_columns), "Columns at the right, from 0"),
            ("LRSB_SHP", result.shape, "Shape of the background across the columns"),
            ("LRSB_LEV", float(np.nanmedian(result.level)), "Median of what was subtracted"),
        ],
        history=("The background of each integration was subtracted from SCI.",),
        mark=_MARK,
        sha256=entry.sha256,
        provenance=provenance,
        exists=exists,
    )


def _columns(ends: tuple[int, ...]) -> str:
    return "-".join(str(one) for one in ends) or "none"
