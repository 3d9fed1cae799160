"""Extracted spectra of the JWST pipeline: x1d of every class, x1dints and c1d.

Columns are found by name, so that products of every version of the pipeline read alike. A file
may hold many spectra: one extension each, or, in time series, one row each.
"""

from collections.abc import Iterator
from dataclasses import replace
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
from engine.units import FluxKind, flux_unit, to_canonical, wave_factor

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


def _read_extension(file: FitsFile, hdu: Hdu, label: str) -> Iterator[Spectrum]:
    table = file.table(hdu)
    if "WAVELENGTH" not in table or not ("FLUX" in table or "SURF_BRIGHT" in table):
        raise file.notes.refused(
            f"The extension {quoted(hdu.name)} lacks the column "
            f"{'WAVELENGTH' if 'WAVELENGTH' not in table else 'FLUX'}.",
            "Extract the spectrum again.",
        )
    identity = file.identity(hdu)
    wave = _column(file, table, "WAVELENGTH")
    if wave.ndim == 1:
        if wave.size:
            yield _spectrum(file, hdu, table, None, identity, label)
        return
    times = table.numbers("MJD-AVG") if "MJD-AVG" in table else None
    for row in range(len(wave)):
        of_row = identity
        if times is not None and np.isfinite(times[row]):
            of_row = replace(identity, mjd=float(times[row]))
        yield _spectrum(file, hdu, table, row, of_row, f"{label} row {row + 1}".strip())


def _spectrum(
    file: FitsFile,
    hdu: Hdu,
    table: RawTable,
    row: int | None,
    identity: Identity,
    label: str,
) -> Spectrum:
    length = _row_length(table, row)
    wave = _cells(_column(file, table, "WAVELENGTH"), row, length)
    wave = wave * _wave_factor(file, table, wave)
    extra = _extra_columns(file, table, row, length, wave)
    main, errors = _main_column(file, table, (row, length), identity)
    unit = flux_unit(table.unit(main))
    flux = to_canonical(_cells(_column(file, table, main), row, length), unit, wave)
    error = np.full(wave.size, np.nan)
    error_name = next((name for name in errors if name in table), "")
    if error_name:
        cells = _cells(_column(file, table, error_name), row, length)
        error = to_canonical(cells, flux_unit(table.unit(error_name) or table.unit(main)), wave)
    if unit.kind in {"none", "unknown"}:
        file.notes.warn(
            f"The unit of {main} is {quoted(unit.written) if unit.written else 'missing'}: values "
            "are shown raw, never converted."
        )
    raw = Samples(wave, flux, error, _flags(table, row, length, wave.size), extra)
    samples = ordered(raw, file.notes, label=label)
    _check_wavelengths(file, samples.wave_um)
    check_band(file.notes, identity.band, samples.wave_um)
    dropped = {_EXTRA[name][0] for name in (main, error_name) if name in _EXTRA}
    columns = {name: freeze(v) for name, v in samples.columns.items() if name not in dropped}
    origin = file.origin(hdu)
    if row is not None:
        origin = replace(origin, header=(*origin.header, ("ROW", str(row + 1))))
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


def _main_column(
    file: FitsFile, table: RawTable, place: tuple[int | None, int | None], identity: Identity
) -> tuple[str, tuple[str, ...]]:
    """Return the column to look at first, and the possible names of its errors."""

    def has_values(name: str) -> bool:
        if name not in table:
            return False
        return bool(np.any(np.isfinite(_cells(_column(file, table, name), *place))))

    wanted, other = _FLUX, _BRIGHTNESS
    if identity.source_type == "EXTENDED":
        wanted, other = other, wanted
    if has_values(wanted[0]) or not has_values(other[0]):
        return wanted if wanted[0] in table else other
    file.notes.note(f"The column {wanted[0]} is empty: {other[0]} is shown.")
    return other


def _extra_columns(
    file: FitsFile, table: RawTable, row: int | None, length: int | None, wave: FloatArray
) -> dict[str, FloatArray]:
    columns: dict[str, FloatArray] = {}
    for name, (canonical, kind) in _EXTRA.items():
        if name not in table:
            continue
        cells = _cells(_column(file, table, name), row, length)
        if not np.any(np.isfinite(cells)):
            continue
        unit = flux_unit(table.unit(name))
        if kind in {"none", unit.kind}:
            columns[canonical] = to_canonical(cells, unit, wave)
        elif name.startswith(("FLUX", "SURF", "SB")):
            continue  # shown raw when it is the main column
        else:
            file.notes.note(f"The column {name} was left out: its unit is {quoted(unit.written)}.")
    return columns


def _column(file: FitsFile, table: RawTable, name: str) -> FloatArray:
    values = table.numbers(name)
    if values is None:
        raise file.notes.refused(
            f"The column {quoted(name)} holds no numbers.", "Extract the spectrum again."
        )
    return values


def _row_length(table: RawTable, row: int | None) -> int | None:
    """Return how many elements of a row are filled; `None`: all."""
    if row is None or "N_ALONGDISP" not in table:
        return None
    lengths = table.numbers("N_ALONGDISP")
    if lengths is None or lengths.ndim != 1 or not lengths[row] >= 1:
        return None
    return int(lengths[row])


def _cells(values: FloatArray, row: int | None, length: int | None) -> FloatArray:
    cells = values if row is None else np.atleast_1d(values[row])
    return cells[:length]


def _flags(table: RawTable, row: int | None, length: int | None, size: int) -> FlagArray:
    values = table.column("DQ") if "DQ" in table else None
    if values is None or values.dtype.kind not in "iu":
        return np.zeros(size, dtype=np.uint32)
    cells = values if row is None else np.atleast_1d(values[row])
    return cells[:length].astype(np.uint32)


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
            f"Wavelengths {wave[0]:.4g}-{wave[-1]:.4g} um are not plausible for JWST "
            f"({SHORTEST_UM}-{LONGEST_UM:.0f} um). Check the unit."
        )
