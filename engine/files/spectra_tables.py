"""Spectra, curves and other tables from FITS tables, ECSV, CSV, IPAC and plain text.

A table with a wavelength and a flux is a spectrum; with a wavelength and something else a curve;
all others are tables, kept as they are.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.column_guess import Columns, chosen_columns, guess_columns, guessed_wave_unit
from engine.files.headers import band_of_coverage, check_band
from engine.files.loaded import ColumnMapping
from engine.files.notes import FileNotes, quoted
from engine.files.raw_table import RawTable
from engine.files.samples import Samples, ordered
from engine.files.table_checks import check_table, check_units
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.model.tabulated import ColumnValues, Curve, DataTable
from engine.units import converted, flux_unit, to_canonical, wave_factor

_PLAIN_NAMES = re.compile(r"[a-z][a-z0-9_]*")
# Words of file names that do not name a target.
_NO_NAME = re.compile(
    r"ch\d[-\d]*|[1-4][abc]|short|medium|long|multiple|s1d|x1d|c1d|s3d|spec|spectrum|miri|mrs|irs|"
    r"nircam|nirspec|jwst|spitzer|flux|v?\d{1,2}|level\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a table.

    Attributes
    ----------
    identity : Identity
        What the header says was observed.
    origin : Origin
        Where the table comes from.
    stem : str
        Name of the file without endings, for a suggested target.
    """

    identity: Identity
    origin: Origin
    stem: str


def read_table_product(
    table: RawTable,
    around: Around,
    notes: FileNotes,
    *,
    mapping: ColumnMapping | None = None,
    kind: str = "",
) -> Spectrum | Curve | DataTable:
    """Make of a table what it is.

    Parameters
    ----------
    table : RawTable
        The table.
    around : Around
        Header facts and file name.
    notes : FileNotes
        Told what was guessed.
    mapping : ColumnMapping, optional
        The user's choice of columns; makes a spectrum of any table.
    kind : str, optional
        What the table says that it is: a stated spectrum may have columns of text.

    Returns
    -------
    Spectrum, Curve or DataTable
        Wavelengths in um; flux in canonical units where its unit is known.

    Raises
    ------
    FileError
        If the user's choice does not fit, or no wavelength is valid.
    """
    if mapping is not None and (mapping.wave or mapping.flux):
        columns = chosen_columns(table, mapping, notes)
        return _spectrum(table, columns, around, notes, mapping)
    columns = guess_columns(table)
    is_other = has_text(table) and kind != "spectrum"
    if not columns.wave or table.n_rows < 1 or is_other:
        return checked_table(table, around, notes)
    if columns.flux:
        return _spectrum(table, columns, around, notes, mapping or ColumnMapping())
    if len(_number_columns(table, {columns.wave})) == 0:
        return checked_table(table, around, notes)
    return _curve(table, columns, around, notes)


def checked_table(
    table: RawTable,
    around: Around,
    notes: FileNotes,
    *,
    kind: str = "",
    stated: Collection[str] = (),
) -> DataTable:
    """Return all columns as they are, and warn of what is suspicious in them."""
    product = data_table(table, around)
    check_table(product.columns, notes, kind=kind, stated=stated)
    check_units(product.units, notes, kind=kind)
    return product


def data_table(table: RawTable, around: Around) -> DataTable:
    """Return all columns that can be read, as they are."""
    columns: dict[str, ColumnValues] = {}
    units: dict[str, str] = {}
    for name, unit in zip(table.names, table.units, strict=True):
        values = table.column(name)
        if values is None or values.ndim != 1:
            continue
        is_text = values.dtype.kind not in "fiub"
        columns[name] = tuple(map(str, values)) if is_text else freeze(values.astype(np.float64))
        units[name] = unit
    return DataTable(
        name=table.name,
        columns=MappingProxyType(columns),
        units=MappingProxyType(units),
        meta=tuple(sorted(table.meta.items())),
        identity=around.identity,
        origin=around.origin,
    )


def has_text(table: RawTable) -> bool:
    """Tell whether some column holds text: spectra and curves have none."""
    columns = (table.column(name) for name in table.names)
    return any(values is not None and values.dtype.kind in "OUS" for values in columns)


def _spectrum(
    table: RawTable, columns: Columns, around: Around, notes: FileNotes, mapping: ColumnMapping
) -> Spectrum:
    wave = _numbers(table, columns.wave, notes)
    wave = converted(wave, _wave_factor(columns, wave, notes))
    unit = flux_unit(columns.flux_unit)
    flux = to_canonical(_numbers(table, columns.flux, notes), unit, wave)
    error = np.full(wave.size, np.nan)
    if columns.error:
        own = flux_unit(table.unit(columns.error)) if table.unit(columns.error) else unit
        error_unit = own if own.kind == unit.kind and not mapping.flux_unit else unit
        error = to_canonical(_numbers(table, columns.error, notes), error_unit, wave)
    flags = np.zeros(wave.size, dtype=np.uint32)
    if columns.flags:
        flags = np.nan_to_num(_numbers(table, columns.flags, notes)).astype(np.int64)
        flags = flags.astype(np.uint32)
    if unit.kind in {"none", "unknown"}:
        notes.warn(
            f"The unit of {quoted(columns.flux)} is "
            f"{quoted(unit.written) + ', not known' if unit.written else 'missing'}: values are "
            "shown raw, never converted. Choose the unit in the column dialog."
        )
    taken = {columns.wave, columns.flux, columns.error, columns.flags}
    raw = Samples(wave, flux, error, flags, _canonical_columns(table, taken))
    samples = ordered(raw, notes)
    identity = _identified(around, samples.wave_um, mapping, notes)
    check_band(notes, identity.band, samples.wave_um)
    return Spectrum(
        wave_um=freeze(samples.wave_um),
        flux=freeze(samples.flux),
        error=freeze(samples.error),
        flags=freeze(samples.flags),
        unit=unit.canonical,
        identity=identity,
        origin=around.origin,
        columns=MappingProxyType({name: freeze(v) for name, v in samples.columns.items()}),
    )


def _curve(table: RawTable, columns: Columns, around: Around, notes: FileNotes) -> Curve:
    wave = _numbers(table, columns.wave, notes)
    wave = converted(wave, _wave_factor(columns, wave, notes))
    values = _number_columns(table, {columns.wave})
    padded = np.all([~np.isfinite(one) for one in (wave, *values.values())], axis=0)
    n_padded = int(np.count_nonzero(padded))
    if n_padded and n_padded < wave.size:
        notes.note(f"{n_padded} empty rows were left out.")
        wave, values = wave[~padded], {name: one[~padded] for name, one in values.items()}
    first = next(iter(values.values()))
    nothing = np.full(wave.size, np.nan)
    raw = Samples(wave, first, nothing, np.zeros(wave.size, dtype=np.uint32), values)
    samples = ordered(raw, notes)
    return Curve(
        wave_um=freeze(samples.wave_um),
        values=MappingProxyType({name: freeze(v) for name, v in samples.columns.items()}),
        units=MappingProxyType({name: table.unit(name) for name in values}),
        identity=around.identity,
        origin=around.origin,
    )


def _numbers(table: RawTable, name: str, notes: FileNotes) -> FloatArray:
    values = table.numbers(name)
    if values is None or values.ndim != 1:
        raise notes.refused(
            f"The column {quoted(name)} holds no plain numbers.", "Choose another column."
        )
    return values


def _number_columns(table: RawTable, without: set[str]) -> dict[str, FloatArray]:
    found = {name: table.numbers(name) for name in table.names if name not in without}
    return {name: one for name, one in found.items() if one is not None and one.ndim == 1}


def _canonical_columns(table: RawTable, taken: set[str]) -> Mapping[str, FloatArray]:
    """Return further columns whose names say what they are, as files of our own have them."""
    lowered = {name.lower() for name in taken}
    left_out = {n for n in table.names if n.lower() in lowered or not _PLAIN_NAMES.fullmatch(n)}
    return _number_columns(table, left_out)


def _wave_factor(columns: Columns, wave: FloatArray, notes: FileNotes) -> float:
    factor = wave_factor(columns.wave_unit)
    if factor is not None:
        return factor
    if columns.wave_unit:
        raise notes.refused(
            f"The unit of wavelength {quoted(columns.wave_unit)} is not known.",
            "Choose um, nm, Angstrom or m in the column dialog.",
        )
    guess = guessed_wave_unit(wave)
    if not guess:
        raise notes.refused(
            f"The unit of wavelength ({quoted(columns.wave)}) is missing; the numbers tell none.",
            "Choose it in the column dialog.",
        )
    sentence = (
        f"The unit of wavelength ({quoted(columns.wave)}) is missing: {guess} is assumed from the "
        "numbers. Check it, or choose the unit in the column dialog."
    )
    if columns.flux or guess != "um":
        notes.warn(sentence)
    else:
        notes.note(sentence)
    return wave_factor(guess) or 1.0


def _identified(
    around: Around, wave: FloatArray, mapping: ColumnMapping, notes: FileNotes
) -> Identity:
    """Fill in target and band where the header is silent: by the user, else by a guess."""
    identity = around.identity
    if mapping.target:
        identity = replace(identity, target=mapping.target)
    elif not identity.target and (name := suggested_target(around.stem)):
        identity = replace(identity, target=name)
        notes.note(f"The file does not name its target: called {quoted(name)} after the file.")
    if mapping.band:
        return replace(identity, band=mapping.band)
    if not identity.band and not identity.filter and wave.size > 50:
        step = float(np.median(np.diff(wave)))
        band = band_of_coverage(float(wave[0]), float(wave[-1]), step)
        if band is not None:
            notes.note(
                f"The file does not name its band: its wavelengths are those of {band.name}."
            )
            return replace(identity, band=band.name)
    return identity


def suggested_target(stem: str) -> str:
    """Return the part of a file name that may name a target; ``""`` when nothing is left."""
    words = [word for word in re.split(r"[_\s]+", stem) if word and not _NO_NAME.fullmatch(word)]
    return " ".join(words)[:40]
