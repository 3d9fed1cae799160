"""Extracted spectra of the JWST pipeline: x1d of every class, x1dints and c1d.

Columns are found by name, so that products of every version of the pipeline read alike. A file
may hold many spectra: one extension each, or, in time series, one row each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import FlagArray, FloatArray, freeze
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.headers import check_band
from engine.files.notes import quoted
from engine.files.raw_table import RawTable
from engine.files.samples import Samples, ordered
from engine.files.wave_axis import LONGEST_UM, SHORTEST_UM
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.units import FluxKind, converted, flux_unit, to_canonical, wave_factor

EXTENSIONS = ("EXTRACT1D", "COMBINE1D")  #: names of the extensions with spectra
_MAX_SPECTRA = 20_000

# Column of the file: canonical name, and the kind of unit that this name promises.
_EXTRA: dict[str, tuple[str, FluxKind]] = {
    "FLUX": ("flux_jy", "flux"),
    "FLUX_ERROR": ("flux_error_jy", "flux"),
    "SURF_BRIGHT": ("surf_bright_mjy_sr", "surface brightness"),
    "SB_ERROR": ("surf_bright_error_mjy_sr", "surface brightness"),
    "BACKGROUND": ("background_mjy_sr", "surface brightness"),
    "BKGD_ERROR": ("background_error_mjy_sr", "surface brightness"),
    "BERROR": ("background_error_mjy_sr", "surface brightness"),
    "NPIXELS": ("n_pixels", "none"),
    "RF_FLUX": ("fringe_corrected_flux_jy", "flux"),
    "RF_SURF_BRIGHT": ("fringe_corrected_surf_bright_mjy_sr", "surface brightness"),
    "RF_BACKGROUND": ("fringe_corrected_background_mjy_sr", "surface brightness"),
    "WEIGHT": ("weight", "none"),
    "N_INPUT": ("n_input", "none"),
}
_FLUX: tuple[str, tuple[str, ...]] = ("FLUX", ("FLUX_ERROR", "ERROR"))
_BRIGHTNESS: tuple[str, tuple[str, ...]] = ("SURF_BRIGHT", ("SB_ERROR",))


def read_x1d(file: FitsFile) -> tuple[Spectrum, ...]:
    """Read all spectra of a file.

    Parameters
    ----------
    file : FitsFile
        A file with extensions ``EXTRACT1D`` or ``COMBINE1D``.

    Returns
    -------
    tuple of Spectrum
        In the order of the file. The flux is FLUX, for extended sources SURF_BRIGHT; the other
        one goes along as a column. All-NaN columns are left out.

    Raises
    ------
    FileError
        If a table has no wavelengths or no values.
    """
    hdus = [hdu for hdu in file.hdus if hdu.name in EXTENSIONS and hdu.kind == "table"]
    spectra: list[Spectrum] = []
    for hdu in hdus:
        label = f"spectrum {hdu.version}" if len(hdus) > 1 else ""
        spectra.extend(_read_extension(file, hdu, label))
        if len(spectra) > _MAX_SPECTRA:
            raise file.notes.refused(
                f"More than {_MAX_SPECTRA} spectra in one file.", "Split the file."
            )
    if not spectra:
        raise file.notes.refused("The tables of spectra have no rows.", "Make the file again.")
    return tuple(spectra)


@dataclass(frozen=True, eq=False, slots=True)
class _Row:
    """One spectrum of a table: all of its rows, or one row of vectors."""

    file: FitsFile
    table: RawTable
    row: int | None = None
    length: int | None = None

    def __contains__(self, name: str) -> bool:
        return name in self.table

    def numbers(self, name: str) -> FloatArray:
        """Return a column; `FileError` when it is not as long as the wavelengths."""
        values = self.table.numbers(name)
        if values is None:
            raise self.file.notes.refused(
                f"The column {quoted(name)} holds no numbers.", "Extract the spectrum again."
            )
        cells = values if self.row is None else np.atleast_1d(values[self.row])
        cells = cells[: self.length]
        if name != "WAVELENGTH" and cells.shape != self.numbers("WAVELENGTH").shape:
            raise self.file.notes.refused(
                f"The column {quoted(name)} does not have one number a wavelength.",
                "The table is damaged; extract the spectrum again.",
            )
        return cells

    def flags(self) -> FlagArray:
        """Return the data-quality bits; 0 when there are none."""
        if "DQ" not in self.table:
            return np.zeros(self.numbers("WAVELENGTH").size, dtype=np.uint32)
        return np.nan_to_num(self.numbers("DQ")).astype(np.int64).astype(np.uint32)

    def has_values(self, name: str) -> bool:
        return name in self.table and bool(np.any(np.isfinite(self.numbers(name))))


def _read_extension(file: FitsFile, hdu: Hdu, label: str) -> Iterator[Spectrum]:
    table = file.table(hdu)
    if "WAVELENGTH" not in table or not ("FLUX" in table or "SURF_BRIGHT" in table):
        raise file.notes.refused(
            f"The extension {quoted(hdu.name)} lacks the column "
            f"{'WAVELENGTH' if 'WAVELENGTH' not in table else 'FLUX'}.",
            "Extract the spectrum again.",
        )
    identity = file.identity(hdu)
    wave = _Row(file, table).numbers("WAVELENGTH")
    if wave.ndim == 1:
        if wave.size:
            yield _spectrum(_Row(file, table), hdu, identity, label)
        return
    times = table.numbers("MJD-AVG") if "MJD-AVG" in table else None
    for row in range(len(wave)):
        of_row = identity
        if times is not None and times.ndim == 1 and np.isfinite(times[row]):
            of_row = replace(identity, mjd=float(times[row]))
        one = _Row(file, table, row, _row_length(table, row))
        yield _spectrum(one, hdu, of_row, f"{label} row {row + 1}".strip())


def _spectrum(row: _Row, hdu: Hdu, identity: Identity, label: str) -> Spectrum:
    table, notes = row.table, row.file.notes
    wave = row.numbers("WAVELENGTH")
    wave = converted(wave, _wave_factor(row.file, table, wave))
    main, errors = _main_column(row, identity)
    unit = flux_unit(table.unit(main))
    flux = to_canonical(row.numbers(main), unit, wave)
    error = np.full(wave.size, np.nan)
    error_name = next((name for name in errors if name in table), "")
    if error_name:
        of_error = flux_unit(table.unit(error_name) or table.unit(main))
        error = to_canonical(row.numbers(error_name), of_error, wave)
    if unit.kind in {"none", "unknown"}:
        notes.warn(
            f"The unit of {main} is {quoted(unit.written) if unit.written else 'missing'}: values "
            "are shown raw, never converted."
        )
    raw = Samples(wave, flux, error, row.flags(), _extra_columns(row, wave))
    samples = ordered(raw, notes, label=label)
    _check_wavelengths(row.file, samples.wave_um)
    check_band(notes, identity.band, samples.wave_um)
    dropped = {_EXTRA[name][0] for name in (main, error_name) if name in _EXTRA}
    columns = {name: freeze(v) for name, v in samples.columns.items() if name not in dropped}
    origin = row.file.origin(hdu)
    if row.row is not None:
        origin = replace(origin, header=(*origin.header, ("ROW", str(row.row + 1))))
    return Spectrum(
        wave_um=freeze(samples.wave_um),
        flux=freeze(samples.flux),
        error=freeze(samples.error),
        flags=freeze(samples.flags),
        unit=unit.canonical,
        identity=identity,
        origin=origin,
        pixel_area_sr=hdu.header.number("PIXAR_SR"),
        columns=MappingProxyType(columns),
    )


def _main_column(row: _Row, identity: Identity) -> tuple[str, tuple[str, ...]]:
    """Return the column to look at first, and the possible names of its errors."""
    wanted, other = _FLUX, _BRIGHTNESS
    if identity.source_type == "EXTENDED":
        wanted, other = other, wanted
    if row.has_values(wanted[0]) or not row.has_values(other[0]):
        return wanted if wanted[0] in row else other
    row.file.notes.note(f"The column {wanted[0]} is empty: {other[0]} is shown.")
    return other


def _extra_columns(row: _Row, wave: FloatArray) -> dict[str, FloatArray]:
    columns: dict[str, FloatArray] = {}
    for name, (canonical, kind) in _EXTRA.items():
        if not row.has_values(name):
            continue
        unit = flux_unit(row.table.unit(name))
        if kind in {"none", unit.kind}:
            columns[canonical] = to_canonical(row.numbers(name), unit, wave)
        elif not name.startswith(("FLUX", "SURF", "SB")):  # these are shown raw when they are main
            row.file.notes.note(
                f"The column {name} was left out: its unit is {quoted(unit.written)}."
            )
    return columns


def _row_length(table: RawTable, row: int) -> int | None:
    """Return how many elements of a row are filled; `None`: all."""
    lengths = table.numbers("N_ALONGDISP") if "N_ALONGDISP" in table else None
    if lengths is None or lengths.ndim != 1 or not lengths[row] >= 1:
        return None
    return int(lengths[row])


def _wave_factor(file: FitsFile, table: RawTable, wave: FloatArray) -> float:
    written = table.unit("WAVELENGTH")
    factor = wave_factor(written)
    if factor is not None:
        return factor
    finite = wave[np.isfinite(wave)]
    if not written and finite.size and SHORTEST_UM <= float(np.median(finite)) <= LONGEST_UM:
        file.notes.warn("The unit of WAVELENGTH is missing: um is assumed. Check it.")
        return 1.0
    raise file.notes.refused(
        f"The unit of WAVELENGTH is {quoted(written) if written else 'missing'}: it is not known.",
        "Write um, nm, Angstrom or m into TUNIT.",
    )


def _check_wavelengths(file: FitsFile, wave: FloatArray) -> None:
    if wave[0] < SHORTEST_UM or wave[-1] > LONGEST_UM:
        file.notes.warn(
            f"Wavelengths {wave[0]:.4g}-{wave[-1]:.4g} µm are not plausible for JWST "
            f"({SHORTEST_UM}-{LONGEST_UM:.0f} µm). Check the unit."
        )
