"""Aperture corrections as reference files of the pipeline (`MirMrsApcorrModel`, ASDF)."""

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.errors import FileError
from engine.files.atomic import IfExists, atomic_write
from engine.model.aperture import ApertureCorrection
from engine.model.bands import band_named
from engine.model.provenance import Provenance

_ASDF_STANDARD = "1.5.0"  # what the pipeline of 2022 reads too


def write_aperture_correction(
    path: str | Path,
    table: ApertureCorrection,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a table of aperture corrections as ASDF, arrays inline as the pipeline needs them.

    Parameters
    ----------
    path : path-like
        The file, ``.asdf``.
    table : ApertureCorrection
        Of one band. Errors that are not known are written as 0.
    provenance : Provenance
        Version, inputs and recipe go into the entry ``fluxknot``.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the suffix is another one, the band is not known, or the file cannot be written.
    """
    import asdf  # noqa: PLC0415  (slow to import)

    band = band_named(table.band)
    if Path(path).suffix.lower() != ".asdf":
        raise FileError(path, "aperture corrections are written as .asdf.", hint="Choose .asdf.")
    if not table.wave_um.size:
        raise FileError(path, "no correction could be measured.", hint="Measure a brighter star.")
    if band is None:
        raise FileError(path, f"there is no MRS band {table.band!r}.", hint="Name the band.")
    tree = {
        "meta": {
            "model_type": "MirMrsApcorrModel",
            "telescope": "JWST",
            "reftype": "apcorr",
            "filename": Path(path).name,
            "description": "Aperture corrections from the growth curve of a star, annulus included",
            "author": provenance.creator,
            "pedigree": "INFLIGHT",
            "useafter": "2022-01-01T00:00:00",
            "instrument": {"name": "MIRI", "channel": str(band.channel), "band": band.grating},
            "exposure": {"type": "MIR_MRS"},
        },
        "apcorr_table": {
            "channel": str(band.channel),
            "band": band.grating,
            "wavelength": table.wave_um.astype(np.float32),
            "wavelength_units": "microns",
            "radius": table.radius_arcsec.astype(np.float32),
            "radius_units": "arcseconds",
            "apcorr": table.factor.astype(np.float32),
            "apcorr_err": np.nan_to_num(table.factor_error).astype(np.float32),
        },
        "fluxknot": {
            "version": provenance.version,
            "inputs": [list(one) for one in provenance.inputs],
            "recipe": provenance.recipe,
        },
    }
    buffer = io.BytesIO()
    asdf.AsdfFile(tree, version=_ASDF_STANDARD).write_to(buffer, all_array_storage="inline")
    content = buffer.getvalue()
    return atomic_write(path, lambda stream: _put(stream, content), exists=exists)


def _put(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)
