"""Calibration vectors, as `engine.files.write_vectors` writes them (docs/formats.md)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.files.fits_file import FitsFile
from engine.files.notes import FileNotes, quoted
from engine.files.own_facts import identity_of, origin_of, recipe_of
from engine.files.packed_recipes import unpack_recipe
from engine.files.raw_table import RawTable
from engine.model.identity import Identity, Origin
from engine.model.vector import FACTOR_UNITS, CalibrationVector
from engine.units import converted, wave_factor

_KIND_KEYWORDS = ("FACTKIND", "FXKIND")
_PLAUSIBLE = (0.3, 3.0)


def read_vector(file: FitsFile) -> CalibrationVector:
    """Read a vector from the extension ``VECTOR``, with its recipe from ``FLUXKNOT``.

    Raises
    ------
    FileError
        If a column is missing, or the file does not say which kind of factor it holds.
    """
    hdu = file.find("VECTOR")
    if hdu is None:
        raise file.notes.refused("There is no extension VECTOR.", "Export the vector again.")
    kind = next(
        (
            text
            for key in _KIND_KEYWORDS
            for text in (hdu.header.text(key), file.primary.text(key))
            if text
        ),
        "",
    )
    identity = file.identity(hdu)
    if not identity.band:
        identity = replace(identity, band=hdu.header.text("FXBAND") or file.primary.text("FXBAND"))
    return _vector(
        file.table(hdu),
        ("WAVELENGTH", "FACTOR", "STAT_ERROR", "SYS_ERROR", "FLAGS"),
        kind,
        file.notes,
        identity=identity,
        recipe=_fits_recipe(file),
        origin=file.origin(hdu),
    )


def read_vector_table(
    table: RawTable, facts: Mapping[str, Any], notes: FileNotes, origin: Origin
) -> CalibrationVector:
    """Read a vector from ECSV, with the recipe from its meta data.

    Raises
    ------
    FileError
        As `read_vector`.
    """
    return _vector(
        table,
        ("wave_um", "factor", "stat_error", "sys_error", "flags"),
        str(facts.get("factor_kind", "")),
        notes,
        identity=identity_of(facts),
        recipe=recipe_of(facts, "vector_recipe"),
        origin=origin_of(facts, origin),
    )


def _vector(
    table: RawTable,
    names: tuple[str, str, str, str, str],
    kind: str,
    notes: FileNotes,
    *,
    identity: Identity,
    recipe: str,
    origin: Origin,
) -> CalibrationVector:
    if kind not in FACTOR_UNITS:
        raise notes.refused(
            f"The vector does not say what its factor is: {quoted(kind) if kind else 'nothing'}.",
            f"Set FACTKIND to one of {', '.join(FACTOR_UNITS)}.",
        )
    wave, value, stat, system, flags = (_numbers(table, name, notes) for name in names)
    if "wave_um" not in table:
        wave = converted(wave, wave_factor(table.unit(names[0])) or 1.0)
    if not wave.size or not np.all(np.isfinite(wave)) or not np.all(np.diff(wave) > 0.0):
        raise notes.refused(
            "The wavelengths of the vector are NaN, repeat or do not increase.",
            "Export the vector again.",
        )
    if not np.any(np.isfinite(value)):
        notes.warn("All values of the vector are NaN: it calibrates nothing.")
    elif kind == "relative factor" and not _PLAUSIBLE[0] <= np.nanmedian(value) <= _PLAUSIBLE[1]:
        notes.warn(
            f"The typical relative factor {np.nanmedian(value):.3g} is not plausible "
            f"({_PLAUSIBLE[0]} to {_PLAUSIBLE[1]}). Check which data it was derived from."
        )
    whole = _whole(recipe)
    if recipe and not whole:
        notes.warn("The recipe inside the vector is damaged: its breakpoints cannot be restored.")
    return CalibrationVector(
        wave_um=freeze(wave),
        value=freeze(value),
        stat_error=freeze(stat),
        sys_error=freeze(system),
        flags=freeze(np.nan_to_num(flags).astype(np.int64).astype(np.uint32)),
        kind=kind,
        identity=identity,
        recipe=whole,
        origin=origin,
    )


def _numbers(table: RawTable, name: str, notes: FileNotes) -> FloatArray:
    values = table.numbers(name) if name in table else None
    if values is None or values.ndim != 1:
        raise notes.refused(
            f"The vector lacks the column {quoted(name)}.", "Export the vector again."
        )
    return values


def _fits_recipe(file: FitsFile) -> str:
    """Return the row VECTOR of ``FLUXKNOT``, or the only cell of ``RECIPE``."""
    own, plain = file.find("FLUXKNOT"), file.find("RECIPE")
    if own is not None and own.kind == "table":
        table = file.table(own)
        if "KEY" in table and "VALUE" in table:
            keys, values = table.column("KEY"), table.column("VALUE")
            if keys is not None and values is not None:
                return str(dict(zip(keys, values, strict=True)).get("VECTOR", ""))
    if plain is not None and plain.kind == "table":
        table = file.table(plain)
        cells = table.read_column(0) if table.names and table.n_rows else None
        return str(cells[0]) if cells is not None and cells.size else ""
    return ""


def _whole(recipe: str) -> str:
    """Return a recipe with all of its files; ``""``: it is damaged."""
    try:
        return unpack_recipe(recipe) if _is_json(recipe) else ""
    except DataError:
        return ""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
