"""CALSPEC spectra: the models that calibration factors are made with.

Wavelengths are vacuum Angstrom, fluxes F_lambda in FLAM = erg / (s cm2 Angstrom), spelled in ways
that no general parser knows. Columns are found by name.
"""

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.notes import quoted
from engine.files.raw_table import RawTable
from engine.files.samples import Samples, ordered
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name
from engine.units import converted, flux_unit, to_canonical, wave_factor

_EXTRA = {"SYSERROR": "sys_error_jy", "CONTINUUM": "continuum_jy"}
_MARKS = ("STATERROR", "SYSERROR", "CONTINUUM", "TOTEXP", "DATAQUAL")


def calspec_hdu(file: FitsFile) -> Hdu | None:
    """Return the table of a CALSPEC file, or `None` when the file is none.

    Its marks: WAVELENGTH and FLUX in FLAM, and either a keyword of CALSPEC or one of its columns.
    """
    if "TELESCOP" in file.primary and file.primary.text("TELESCOP") == "JWST":
        return None
    is_named = "TARGETID" in file.primary or file.primary.text("MAPKEY").lower() == "calspec"
    for hdu in file.tables():
        names = file.columns(hdu)
        if not {"WAVELENGTH", "FLUX"} <= set(names):
            continue
        unit = hdu.header.text(f"TUNIT{names.index('FLUX') + 1}").upper()
        if unit == "FLAM" and (is_named or any(mark in names for mark in _MARKS)):
            return hdu
    return None


def read_calspec(file: FitsFile) -> Spectrum:
    """Read a CALSPEC spectrum.

    Parameters
    ----------
    file : FitsFile
        A file for which `calspec_hdu` finds a table.

    Returns
    -------
    Spectrum
        Flux in Jy against vacuum um. The error is STATERROR; beyond the observed range, where
        the file gives 0, it is NaN. SYSERROR, CONTINUUM and FWHM go along as columns.

    Raises
    ------
    FileError
        If the columns hold no numbers or the unit of wavelength is not known.
    """
    hdu = calspec_hdu(file)
    if hdu is None:
        raise file.notes.refused("This is no CALSPEC spectrum.", "Open a file of CALSPEC.")
    table = file.table(hdu)
    factor = wave_factor(table.unit("WAVELENGTH"))
    if factor is None:
        raise file.notes.refused(
            f"The unit of WAVELENGTH {quoted(table.unit('WAVELENGTH'))} is not known.",
            "Write ANGSTROMS into TUNIT.",
        )
    wave = converted(_numbers(file, table, "WAVELENGTH"), factor)
    columns = {
        canonical: _in_jy(file, table, name, wave)
        for name, canonical in _EXTRA.items()
        if name in table
    }
    if "FWHM" in table:
        columns["fwhm_um"] = _numbers(file, table, "FWHM") * (
            wave_factor(table.unit("FWHM")) or factor
        )
    error = np.full(wave.size, np.nan)
    if "STATERROR" in table:
        error = _in_jy(file, table, "STATERROR", wave)
        error = np.where(error == 0.0, np.nan, error)
    flux = _in_jy(file, table, "FLUX", wave)
    raw = Samples(wave, flux, error, np.zeros(wave.size, dtype=np.uint32), columns)
    samples = ordered(raw, file.notes)
    return Spectrum(
        wave_um=freeze(samples.wave_um),
        flux=freeze(samples.flux),
        error=freeze(samples.error),
        flags=freeze(samples.flags),
        unit="Jy",
        identity=_identity(file),
        origin=file.origin(hdu),
        columns=MappingProxyType({name: freeze(v) for name, v in samples.columns.items()}),
    )


def _identity(file: FitsFile) -> Identity:
    """Return the star; the dates of a CALSPEC header are not those of an observation."""
    identity = file.identity()
    name = file.primary.text("TARGETID") or identity.target
    return replace(Identity(), target=shown_star_name(name), source_type="POINT")


def _numbers(file: FitsFile, table: RawTable, name: str) -> FloatArray:
    values = table.numbers(name)
    if values is None or values.ndim != 1:
        raise file.notes.refused(
            f"The column {quoted(name)} holds no numbers.", "Fetch the file again."
        )
    return values


def _in_jy(file: FitsFile, table: RawTable, name: str, wave: FloatArray) -> FloatArray:
    unit = flux_unit(table.unit(name) or table.unit("FLUX"))
    return to_canonical(_numbers(file, table, name), unit, wave)
