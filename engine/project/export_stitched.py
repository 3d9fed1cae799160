"""The stitched spectrum of a source as a table that says what was scaled, and by how much."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.arrays import freeze
from engine.compare.junctions import SourceJunctions
from engine.compare.stitch_scales import anchor_of
from engine.compare.stitching import scale_errors, stitch
from engine.errors import DataError
from engine.files.atomic import IfExists
from engine.files.write_tables import write_spectrum_table
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.model.table import Column
from engine.project.keys import NodeKey
from engine.spectra.overlaps import stitch_segments

_SHARED = "Systematic: of the scale, one sigma, common to all samples of a band; not in the error"
_SHARED_NAMES = {
    "Jy": ("flux_scale_error_jy", "Jy"),
    "MJy/sr": ("surf_bright_scale_error_mjy_sr", "MJy / sr"),
    "DN/s": ("rate_scale_error_dn_s", "DN / s"),
}


def stitched_suffix(key: NodeKey) -> str:
    """Return the part of a file's name that says what it is: two stages are two spectra."""
    return "stitched-calibrated" if key.stage == "calibrated" else "stitched"


def stitched_writer(
    junctions: SourceJunctions,
    spectra: Sequence[Spectrum],
    *,
    stage: str,
    anchor: str,
    identity: Identity,
    provenance: Provenance,
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the stitched spectrum of a source.

    Parameters
    ----------
    junctions : SourceJunctions
        With the scale of each band.
    spectra : sequence of Spectrum
        What was measured, one a band, in order of wavelength.
    stage : str
        ``"extracted"`` or ``"calibrated"``: stands in the header.
    anchor : str
        The user's choice of the band that keeps its level; ``""``: none.
    identity : Identity
        Of the source, without a band.
    provenance : Provenance
        Written into the file.

    Raises
    ------
    DataError
        If no junction with the anchor has a number, so that nothing is stitched; or if units are
        mixed.
    """
    scales = dict(junctions.stitch_scales)
    if sum(bool(np.isfinite(scale)) for scale in scales.values()) < 2:
        raise DataError(
            f"No band of {junctions.source} has a ratio to its anchor: there is nothing to stitch.",
            hint="Choose another anchor band, or open the bands beside it.",
        )
    spectrum = replace(stitch(spectra, junctions), identity=identity)
    bands = np.array([one.identity.band for one in spectra])[_numbers(spectra)]
    applied = {band: scale if np.isfinite(scale) else 1.0 for band, scale in scales.items()}
    factors = freeze(np.array([applied[band] for band in bands], dtype=np.float64))
    relative = scale_errors(spectra, junctions)
    shared, unit = _shared_error(spectrum.unit)
    columns = (
        Column(shared, unit, freeze(np.abs(spectrum.flux) * relative), _SHARED),
        Column("band", "", bands, "Band that the sample is from"),
        Column("scale", "", factors, "Factor that flux and error were multiplied by"),
        Column("scale_error", "", freeze(factors * relative), "Of the scale, one sigma"),
        Column("is_scaled", "", factors != 1.0, "Whether the level is not that of the band"),
    )
    facts = {
        "is_scaled": True,
        "stage": stage,
        "anchor": anchor_of(tuple(scales), anchor),
        "scales": {band: float(s) for band, s in scales.items() if np.isfinite(s)},
        "scale_errors": {band: float(s) for band, s in junctions.stitch_errors if np.isfinite(s)},
        "left_at_1": dict(junctions.stitch_left),
        "unscaled": [band for band, scale in scales.items() if not np.isfinite(scale)],
    }
    return lambda path, exists: write_spectrum_table(
        path, spectrum, provenance=provenance, exists=exists, columns=columns, facts=facts
    )


def _shared_error(unit: str) -> tuple[str, str]:
    """Return name and unit of the column with the error that all samples of a band share."""
    return _SHARED_NAMES.get(unit, ("scale_error_of_flux", unit))


def _numbers(spectra: Sequence[Spectrum]) -> Any:
    """Return which spectrum each sample of the stitched one is from."""
    numbered = [
        replace(one, flux=freeze(np.full(one.size, float(i)))) for i, one in enumerate(spectra)
    ]
    return stitch_segments(numbered, [1.0] * len(numbered)).flux.astype(np.int64)
