"""Calibration vectors as FITS or ECSV, with the recipe that restores them inside."""

from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import Card, primary_hdu, provenance_hdu, table_hdu, write_fits
from engine.files.facts import identity_cards, identity_facts, origin_facts
from engine.files.packed_recipes import pack_recipe
from engine.files.write_tables import write_ecsv
from engine.model.bands import band_named
from engine.model.provenance import Provenance
from engine.model.table import Column
from engine.model.vector import CalibrationVector, FactorKind

# As astropy parses it; FACTOR_UNITS is how people write it.
_FILE_UNITS: dict[FactorKind, str] = {
    "calibration factor": "MJy s / (DN sr)",
    "relative factor": "",
}


def write_vector(
    path: str | Path,
    vector: CalibrationVector,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a vector as ``.fits`` or ``.ecsv``, as the suffix says.

    Parameters
    ----------
    path : path-like
        The file.
    vector : CalibrationVector
        NaN stays NaN. Its own recipe is kept beside that of the export.
    provenance : Provenance
        Written into the file.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the suffix is another one, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".fits":
        return _write_fits(path, vector, provenance=provenance, exists=exists)
    if suffix == ".ecsv":
        return _write_ecsv(path, vector, provenance=provenance, exists=exists)
    raise FileError(path, f"A vector is not written as {suffix!r}.", hint="Choose .fits or .ecsv.")


def _write_fits(
    path: str | Path, vector: CalibrationVector, *, provenance: Provenance, exists: IfExists
) -> Path:
    band = band_named(vector.identity.band)
    cards: list[Card] = [
        ("FILENAME", Path(path).name, "Name of the file"),
        ("CREATOR", provenance.creator, "Program that wrote the file"),
        ("FACTKIND", vector.kind, "What the factor is"),
        *identity_cards(vector.identity),
        ("CAL_VER", vector.origin.cal_version, "Calibration software of the data"),
        ("CRDS_CTX", vector.origin.crds_context, "CRDS context of the data"),
    ]
    if band:
        cards.append(("CHANNEL", str(band.channel), "Instrument channel"))
        cards.append(("BAND", band.grating, "MRS wavelength band"))
    names = ("WAVELENGTH", "FACTOR", "STAT_ERROR", "SYS_ERROR", "FLAGS")
    columns = [
        Column(name, column.unit, column.values)
        for name, column in zip(names, _columns(vector), strict=True)
    ]
    table = table_hdu("VECTOR", columns, [("FACTKIND", vector.kind, "What the factor is")])
    making = provenance_hdu(provenance, [("VECTOR", pack_recipe(vector.recipe))])
    return write_fits(path, [primary_hdu(cards), table, making], exists=exists)


def _write_ecsv(
    path: str | Path, vector: CalibrationVector, *, provenance: Provenance, exists: IfExists
) -> Path:
    facts = {
        "kind": "vector",
        "factor_kind": vector.kind,
        "identity": identity_facts(vector.identity),
        "origin": origin_facts(vector.origin),
        "vector_recipe": pack_recipe(vector.recipe),
    }
    return write_ecsv(path, _columns(vector), facts, provenance=provenance, exists=exists)


def _columns(vector: CalibrationVector) -> tuple[Column, ...]:
    unit = _FILE_UNITS[vector.kind]
    return (
        Column("wave_um", "um", vector.wave_um, "Vacuum wavelength"),
        Column("factor", unit, vector.value, f"The {vector.kind}"),
        Column("stat_error", unit, vector.stat_error, "Statistical standard deviation"),
        Column("sys_error", unit, vector.sys_error, "Systematic standard deviation"),
        Column("flags", "", vector.flags.astype(np.uint32), "1 extrapolated, 2 background-limited"),
    )
