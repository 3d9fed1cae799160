"""Pixel flats as reference files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.files.atomic import IfExists
from engine.files.write_flat import write_flat
from engine.model.provenance import Provenance
from engine.mrs.narrow_feature import NarrowFeature
from engine.mrs.pixel_flat import PixelFlat


def flat_writer(
    result: PixelFlat | NarrowFeature, provenance: Provenance
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the flat of ``result``: the clean one, with the feature where it has one.

    Parameters
    ----------
    result : PixelFlat or NarrowFeature
        Of one band.
    provenance : Provenance
        Written into the file.
    """
    if isinstance(result, NarrowFeature):
        write = partial(
            write_flat,
            band=result.band,
            flat=result.flat,
            error=result.flat_error,
            wave_um=result.wave_map_um,
        )
    else:
        write = partial(
            write_flat,
            band=result.band,
            flat=result.clean,
            error=result.error,
            wave_um=result.wave_um,
            is_patched=result.is_patched,
        )
    return lambda path, exists: write(path, provenance=provenance, exists=exists)
