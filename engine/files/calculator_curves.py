"""Signal-to-noise curves of the exposure-time calculator (docs/formats.md)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.notes import FileNotes, quoted
from engine.files.own_facts import identity_of
from engine.files.raw_table import RawTable
from engine.files.samples import Samples, ordered
from engine.model.bands import band_named
from engine.model.identity import Origin
from engine.model.tabulated import Curve
from engine.units import flux_unit, to_canonical, wave_factor

_MAX_BANDS = 100
_OPTIONAL = ("exposure_s", "n_dithers", "flux_jy")


def read_calculator_curves(
    table: RawTable, facts: Mapping[str, Any], notes: FileNotes, origin: Origin
) -> tuple[Curve, ...]:
    """Split a table of expected signal-to-noise ratios into one curve a band.

    Parameters
    ----------
    table : RawTable
        Columns ``band``, ``wave_um``, ``snr`` and optional others; that they are there is
        checked before.
    facts : mapping
        Meta data that stand for columns with one value.
    notes : FileNotes
        Told what was done.
    origin : Origin
        Where the table comes from.

    Returns
    -------
    tuple of Curve
        In order of the bands' names, with the quantities ``snr`` and, where given,
        ``exposure_s``, ``n_dithers``, ``flux_jy``. A ratio that is not positive is NaN.

    Raises
    ------
    FileError
        If a column holds text, or a band is none of the MRS.
    """
    wave = _numbers(table, "wave_um", notes) * (wave_factor(table.unit("wave_um") or "um") or 1.0)
    snr = _positive(_numbers(table, "snr", notes), notes)
    further = {name: _numbers(table, name, notes) for name in _OPTIONAL if name in table}
    if "flux_jy" in further:
        unit = flux_unit(table.unit("flux_jy") or "Jy")
        further["flux_jy"] = to_canonical(further["flux_jy"], unit, wave)
    everything = Samples(
        wave, snr, np.full(wave.size, np.nan), np.zeros(wave.size, dtype=np.uint32), further
    )
    labels = _bands(table, facts)
    curves = []
    for band in sorted(set(labels)):
        if band_named(band) is None or len(set(labels)) > _MAX_BANDS:
            raise notes.refused(
                f"The band {quoted(band)} of a calculator's curve is none of the MRS.",
                "Write 1A to 4C in the column band.",
            )
        rows = np.array([label == band for label in labels])
        samples = ordered(everything.taken(rows), notes, label=f"curve of {band}")
        values = {"snr": samples.flux, **samples.columns}
        curves.append(
            Curve(
                wave_um=freeze(samples.wave_um),
                values=MappingProxyType({name: freeze(one) for name, one in values.items()}),
                units=MappingProxyType(dict.fromkeys(values, "")),
                identity=replace(identity_of(facts), band=band),
                origin=origin,
            )
        )
    return tuple(curves)


def _bands(table: RawTable, facts: Mapping[str, Any]) -> list[str]:
    values = table.column("band") if "band" in table else None
    if values is None:
        return [str(facts.get("band", "")).strip().upper()] * table.n_rows
    return [str(value).strip().upper() for value in values]


def _positive(snr: FloatArray, notes: FileNotes) -> FloatArray:
    bad = np.isfinite(snr) & ~(snr > 0)
    if bad.any():
        notes.warn(
            f"{int(np.count_nonzero(bad))} of {snr.size} signal-to-noise ratios are not positive: "
            "they count as not given."
        )
    return np.where(snr > 0, snr, np.nan)


def _numbers(table: RawTable, name: str, notes: FileNotes) -> FloatArray:
    values = table.numbers(name)
    if values is None:
        raise notes.refused(
            f"The column {quoted(name)} of the calculator's curve holds no numbers.",
            "See the page on formats for the columns it needs.",
        )
    return values
