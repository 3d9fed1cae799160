"""The bands of a source as one spectrum that is continuous at its junctions."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.compare.junctions import SourceJunctions, spectra_by_band
from engine.model.spectrum import Spectrum
from engine.spectra.overlaps import stitch_segments


def stitch(spectra: Sequence[Spectrum], source_junctions: SourceJunctions) -> Spectrum:
    """Join the bands of a source into one spectrum that is continuous at the junctions.

    Parameters
    ----------
    spectra : sequence of Spectrum
        The spectra that were measured.
    source_junctions : SourceJunctions
        Their stitch scales.

    Returns
    -------
    Spectrum
        One spectrum; each band holds up to the middle of the overlap with the next. Its errors
        are those of the samples times the scale; that of the scale is in `scale_errors`. Its
        notes state the scale of each band with its error, which band has none and was left as it
        is, and which junctions were left at 1 and why.

    Raises
    ------
    DataError
        If units are mixed, or a spectrum has no band.
    """
    by_band = spectra_by_band(source_junctions.source, spectra)
    scales = dict(source_junctions.stitch_scales)
    errors = dict(source_junctions.stitch_errors)
    factors = [scales.get(band, float("nan")) for band in by_band]
    joined = stitch_segments(tuple(by_band.values()), factors)
    bands = tuple(_said(band, scales.get(band, float("nan")), errors) for band in by_band)
    notes = (*bands, *left_at_one(source_junctions))
    return replace(joined, origin=replace(joined.origin, notes=notes))


def scale_errors(spectra: Sequence[Spectrum], source_junctions: SourceJunctions) -> FloatArray:
    """Return the error of the stitch scale of each sample of the stitched spectrum.

    Parameters
    ----------
    spectra : sequence of Spectrum
        The spectra that were measured.
    source_junctions : SourceJunctions
        Their stitch scales.

    Returns
    -------
    ndarray, shape (n,)
        Relative to the scale, one standard deviation: samples of one band share it, and bands
        beyond a junction share that of the junction. 0 where nothing was scaled.
    """
    by_band = spectra_by_band(source_junctions.source, spectra)
    scales, errors = dict(source_junctions.stitch_scales), dict(source_junctions.stitch_errors)
    relative = {
        band: errors.get(band, 0.0) / scale for band, scale in scales.items() if np.isfinite(scale)
    }
    constant = [
        replace(one, flux=freeze(np.full(one.size, relative.get(band, 0.0))))
        for band, one in by_band.items()
    ]
    return stitch_segments(constant, [1.0] * len(constant)).flux


def left_at_one(source_junctions: SourceJunctions) -> tuple[str, ...]:
    """Return a sentence for each junction that was measured and not stitched."""
    return tuple(
        f"Not stitched: {junction}, for {why}." for junction, why in source_junctions.stitch_left
    )


def _said(band: str, scale: float, errors: dict[str, float]) -> str:
    if not np.isfinite(scale):
        return f"Stitched: {band} unscaled."
    error = errors.get(band, 0.0)
    if not error > 0:
        return f"Stitched: {band} times {scale:.6g}."
    return f"Stitched: {band} times {scale:.6g} ± {error:.2g}."
