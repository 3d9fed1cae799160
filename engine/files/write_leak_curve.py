"""Leak curves as reference files of the pipeline (`MirMrsPtCorrModel`), or as ECSV."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import FileError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import Card, primary_hdu, provenance_hdu, table_hdu, write_fits
from engine.files.facts import identity_facts
from engine.files.leak_curves import COLUMNS
from engine.files.write_tables import write_ecsv
from engine.model.leak import LeakCurve
from engine.model.provenance import Provenance
from engine.model.table import Column


def write_leak_curve(
    path: str | Path,
    curve: LeakCurve,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a leak curve as ``.fits`` or ``.ecsv``, as the suffix says.

    Parameters
    ----------
    path : path-like
        The file.
    curve : LeakCurve
        A curve in Jy has the columns of the pipeline's reference file; one for count rates has
        columns of other names, which the pipeline does not take for its own.
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
    fraction, error = COLUMNS[curve.unit]
    values = (
        Column(
            fraction, "", curve.fraction, f"Leak over signal at half the wavelength, {curve.unit}"
        ),
        Column(error, "", curve.error, "Standard deviation"),
    )
    if suffix == ".ecsv":
        columns = (Column("wave_um", "um", curve.wave_um, "In band 3A"), *values)
        facts: dict[str, Any] = {"kind": "leak", "identity": identity_facts(curve.identity)}
        return write_ecsv(path, columns, facts, provenance=provenance, exists=exists)
    if suffix != ".fits":
        raise FileError(
            path, f"A leak curve is not written as {suffix!r}.", hint="Choose .fits or .ecsv."
        )
    cards: list[Card] = [
        ("FILENAME", Path(path).name, "Name of the file"),
        ("TELESCOP", "JWST", "Telescope"),
        ("INSTRUME", "MIRI", "Instrument"),
        ("REFTYPE", "MRSPTCORR", "Kind of reference file"),
        ("DATAMODL", "MirMrsPtCorrModel", "Data model"),
        ("PEDIGREE", "INFLIGHT", "Where the numbers come from"),
        ("DESCRIP", "12.2 micron leak of the MRS from a blue and a red source", "Content"),
        ("AUTHOR", provenance.creator, "Program that wrote the file"),
        ("USEAFTER", "2022-01-01T00:00:00", "Valid from"),
        ("EXP_TYPE", "MIR_MRS", "Kind of exposure"),
    ]
    wave = Column("wavelength", "micron", curve.wave_um.astype(np.float32))
    single = tuple(
        Column(one.name, one.unit, one.values.astype(np.float32), one.description) for one in values
    )
    table = table_hdu("LEAKCOR", (wave, *single))
    return write_fits(path, [primary_hdu(cards), table, provenance_hdu(provenance)], exists=exists)
