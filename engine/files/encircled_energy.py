"""Tables of encircled energy: one row a wavelength and radius (docs/formats.md)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.notes import FileNotes, quoted
from engine.files.own_facts import identity_of
from engine.files.raw_table import RawTable
from engine.model.identity import Origin
from engine.model.point_spread import EncircledEnergy

_NAMES = ("wave_um", "radius_arcsec", "encircled_energy")


def read_encircled_energy(
    table: RawTable, facts: Mapping[str, Any], notes: FileNotes, origin: Origin
) -> EncircledEnergy:
    """Read the encircled energy of a point source.

    Parameters
    ----------
    table : RawTable
        Columns ``wave_um``, ``radius_arcsec`` and ``encircled_energy``, in any order of rows:
        each wavelength with the same radii.
    facts : mapping
        ``band`` says where it holds.
    notes : FileNotes
        Told what is not plausible.
    origin : Origin
        Where the table comes from.

    Returns
    -------
    EncircledEnergy
        Wavelengths and radii increasing.

    Raises
    ------
    FileError
        If a column is missing, rows are missing or double, or a fraction is not from 0 to 1.
    """
    wave, radius, energy = (_numbers(table, name, notes) for name in _NAMES)
    waves, radii = np.unique(wave), np.unique(radius)
    order = np.lexsort((wave, radius))
    if (
        not wave.size
        or waves.size * radii.size != wave.size
        or not _is_grid(wave[order], radius[order], waves, radii)
    ):
        raise notes.refused(
            f"{wave.size} rows do not give each of {waves.size} wavelengths the same radii.",
            "Write one row for each wavelength and radius.",
        )
    fraction = energy[order].reshape(radii.size, waves.size)
    if not (np.all(np.isfinite(fraction)) and np.all(fraction >= 0) and np.all(fraction <= 1.001)):
        raise notes.refused(
            "Some encircled energies are not from 0 to 1.", "Divide by the light at infinity."
        )
    if np.any(np.diff(fraction, axis=0) < -1e-6) or radii[0] <= 0:
        raise notes.refused(
            "The encircled energy falls with the radius, or a radius is not positive.",
            "Check the columns.",
        )
    return EncircledEnergy(
        wave_um=freeze(waves),
        radius_arcsec=freeze(radii),
        fraction=freeze(fraction),
        identity=identity_of(facts),
        origin=origin,
    )


def _is_grid(wave: FloatArray, radius: FloatArray, waves: FloatArray, radii: FloatArray) -> bool:
    return bool(
        np.array_equal(wave, np.tile(waves, radii.size))
        and np.array_equal(radius, np.repeat(radii, waves.size))
    )


def _numbers(table: RawTable, name: str, notes: FileNotes) -> FloatArray:
    values = table.numbers(name) if name in table else None
    if values is None or values.ndim != 1:
        raise notes.refused(
            f"The table of encircled energy lacks the column {quoted(name)}.",
            "It needs wave_um, radius_arcsec and encircled_energy.",
        )
    return values
