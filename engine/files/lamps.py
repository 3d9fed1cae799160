"""Lamp spectra of many dates in one table (docs/formats.md)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.notes import FileNotes, quoted
from engine.files.own_facts import identity_of
from engine.files.raw_table import RawTable
from engine.files.samples import Samples, ordered
from engine.model.identity import Origin
from engine.model.spectrum import Spectrum
from engine.units import flux_unit, to_canonical, wave_factor

_KEYS = ("band", "mjd", "program", "observation")
_MAX_SPECTRA = 5000


def read_lamps(
    table: RawTable, facts: Mapping[str, Any], notes: FileNotes, origin: Origin
) -> tuple[Spectrum, ...]:
    """Split a table of lamp spectra into one spectrum a band and date.

    Parameters
    ----------
    table : RawTable
        Columns ``band``, ``mjd``, ``wave_um``, ``rate_dn_s`` and optional others.
    facts : mapping
        Meta data that stand for columns with one value.
    notes : FileNotes
        Told what was done.
    origin : Origin
        Where the table comes from.

    Returns
    -------
    tuple of Spectrum
        In order of band and date; unit DN/s as a rule.

    Raises
    ------
    FileError
        If a column is missing.
    """
    everything, unit = _samples(table, notes)
    base = identity_of(facts)
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(zip(*_labels(table, facts), strict=True)):
        groups.setdefault(key, []).append(row)
    if not groups or len(groups) > _MAX_SPECTRA:
        raise notes.refused(
            f"The table of lamp spectra holds {len(groups)} spectra in its rows.",
            f"Check the file; it may hold up to {_MAX_SPECTRA}.",
        )
    spectra = []
    for key in sorted(groups):
        known = dict(zip(_KEYS, key, strict=True))
        label = f"lamp {known['band']} of MJD {known['mjd']}"
        samples = ordered(everything.taken(np.array(groups[key])), notes, label=label)
        mjd = _time(known.pop("mjd"), notes)
        identity = replace(base, **known, mjd=base.mjd if mjd is None else mjd)
        spectra.append(
            Spectrum(
                wave_um=freeze(samples.wave_um),
                flux=freeze(samples.flux),
                error=freeze(samples.error),
                flags=freeze(samples.flags),
                unit=unit,
                identity=replace(identity, target=identity.target or "lamp"),
                origin=origin,
            )
        )
    return tuple(spectra)


def _samples(table: RawTable, notes: FileNotes) -> tuple[Samples, str]:
    """Return all rows in canonical units, and the unit of the rates."""
    wave = _numbers(table, "wave_um", notes) * (wave_factor(table.unit("wave_um") or "um") or 1.0)
    unit = flux_unit(table.unit("rate_dn_s") or "DN/s")
    rate = to_canonical(_numbers(table, "rate_dn_s", notes), unit, wave)
    error = np.full(wave.size, np.nan)
    if "rate_error_dn_s" in table:
        error = to_canonical(_numbers(table, "rate_error_dn_s", notes), unit, wave)
    flags = np.zeros(wave.size)
    if "flags" in table:
        flags = np.nan_to_num(_numbers(table, "flags", notes))
    return Samples(wave, rate, error, flags.astype(np.int64).astype(np.uint32)), unit.canonical


def _labels(table: RawTable, facts: Mapping[str, Any]) -> list[list[str]]:
    """Return band, time, program and observation of each row as text."""
    labels = []
    for name in _KEYS:
        values = table.column(name) if name in table else None
        if values is None:
            stated = facts.get(name, "")
            text = str(stated) if isinstance(stated, str | int | float) else ""
            labels.append([text] * table.n_rows)
        elif values.dtype.kind in "fiu":
            labels.append([f"{value:.10g}" for value in values])
        else:
            labels.append([str(value) for value in values])
    return labels


def _time(text: str, notes: FileNotes) -> float | None:
    if not text:
        return None
    try:
        mjd = float(text)
    except ValueError as error:
        raise notes.refused(
            f"The time (mjd) {quoted(text)} of a lamp spectrum is no number.", "Write MJD in days."
        ) from error
    return mjd if np.isfinite(mjd) else None


def _numbers(table: RawTable, name: str, notes: FileNotes) -> FloatArray:
    values = table.numbers(name) if name in table else None
    if values is None:
        raise notes.refused(
            f"The table of lamp spectra lacks the column {quoted(name)}.",
            "See the page on formats for the columns it needs.",
        )
    return values
