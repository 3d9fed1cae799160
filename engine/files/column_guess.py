"""Guesses which columns of a table make a spectrum.

The wavelength is a column called ``wave…``, ``lambda`` or ``wl``, or the first one with a unit of
length; the flux one called ``flux``, ``f_nu``, ``flam``, ``surf_bright``, ``rate`` ..., or the
only one with a unit of flux; the error ``err…``, ``sigma``, ``unc…``, best with the name of the
flux in it; the flags ``dq``, ``flag…``. Case does not matter. A unit may be part of a name:
``wave_um``, ``flux_jy``, ``flux [Jy]``.
"""

import re
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.files.loaded import ColumnMapping
from engine.files.notes import FileNotes, quoted
from engine.files.raw_table import RawTable
from engine.units import flux_unit, wave_factor

_WAVE = re.compile(r"(w_?)?(wave|wavelen|wavelength|wavelengths|lambda|lam|wl|wvl|microns?)\d*")
_FLUX = re.compile(
    r"(flux|fluxes|flux_?density|f_?nu|f_?lambda|f_?lam|flam|fnu|spec|spectrum|intensity|i_?nu|"
    r"surf_?bright|surface_?brightness|sb|rate|value|jy|signal|counts?)\d*"
)
_ERROR = re.compile(
    r"(.*_)?(e|err|error|errors|sigma|unc|uncertainty|std|stdev|stderr|rms|noise)\d*(_.*)?|"
    r"(e_|d|sig_|err_|unc_)?(stat|flux|f)_?(err|error|unc|sigma)|e_flux|d_?flux"
)
_FLAGS = re.compile(r"dq|flag|flags|quality|qual|mask")
_ENDINGS = {
    "_um": "um", "_micron": "um", "_microns": "um", "_aa": "Angstrom", "_angstrom": "Angstrom",
    "_angstroms": "Angstrom", "_nm": "nm", "_mjy_sr": "MJy/sr", "_dn_s": "DN/s", "_jy": "Jy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a spectrum in a table, with their units.

    Attributes
    ----------
    wave, flux, error, flags : str
        Names; ``""``: there is none.
    wave_unit, flux_unit : str
        Units as written, or from the name, or as the user said.
    """

    wave: str = ""
    flux: str = ""
    error: str = ""
    flags: str = ""
    wave_unit: str = ""
    flux_unit: str = ""


def guess_columns(table: RawTable) -> Columns:
    """Return the columns that make a spectrum; names that stay empty were not found."""
    names = [name for name in table.names if _is_numeric(table, name)]
    by_unit = (name for name in names if wave_factor(unit_of(table, name)) is not None)
    wave = _best(names, _WAVE) or next(by_unit, "") or _unnamed_wave(table, names)
    others = [name for name in names if name != wave]
    flux = _best([name for name in others if not _is_error(name)], _FLUX)
    if not flux:
        fluxes = [n for n in others if not _is_error(n) and _has_flux_unit(unit_of(table, n))]
        flux = fluxes[0] if len(fluxes) == 1 else ""
    return Columns(
        wave=wave,
        flux=flux,
        error=_error_of(flux, [name for name in others if name != flux]) if flux else "",
        flags=_best([name for name in others if name != flux], _FLAGS),
        wave_unit=unit_of(table, wave) if wave else "",
        flux_unit=unit_of(table, flux) if flux else "",
    )


def chosen_columns(table: RawTable, mapping: ColumnMapping, notes: FileNotes) -> Columns:
    """Return the columns that the user chose, guessing what was left open.

    Raises
    ------
    FileError
        If a chosen column is not there, or wavelength or flux are still not known.
    """
    guess = guess_columns(table)
    picked: dict[str, str] = {}
    for role in ("wave", "flux", "error", "flags"):
        name = getattr(mapping, role) or getattr(guess, role)
        if name and name not in table:
            raise notes.refused(
                f"There is no column {quoted(name)}; there are {quoted(', '.join(table.names))}.",
                "Choose the columns again.",
            )
        picked[role] = name
    if not picked["wave"] or not picked["flux"]:
        missing = "flux" if picked["wave"] else "wavelength"
        raise notes.refused(f"The column of {missing} is not known.", "Choose it in the dialog.")
    return Columns(
        **picked,
        wave_unit=mapping.wave_unit or unit_of(table, picked["wave"]),
        flux_unit=mapping.flux_unit or unit_of(table, picked["flux"]),
    )


def _unnamed_wave(table: RawTable, names: list[str]) -> str:
    """Return the first of columns without names if its numbers can be wavelengths."""
    if names[:1] != ["1"]:
        return ""
    values = table.numbers("1")
    if values is None or values.size < 3 or not guessed_wave_unit(values):
        return ""
    steps = np.diff(values)
    return "1" if bool(np.all(steps > 0.0) or np.all(steps < 0.0)) else ""


def unit_of(table: RawTable, name: str) -> str:
    """Return the unit of a column: as written, else from the end of its name."""
    written = table.unit(name)
    if written:
        return written
    lower = name.lower()
    return next((unit for ending, unit in _ENDINGS.items() if lower.endswith(ending)), "")


def _is_numeric(table: RawTable, name: str) -> bool:
    values = table.column(name)
    return values is not None and values.ndim == 1 and values.dtype.kind in "fiu"


def _bare(name: str) -> str:
    """Return the name without its unit, in small letters."""
    lower = name.strip().lower().replace(" ", "_").replace("-", "_")
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) > len(ending):
            return lower.removesuffix(ending)
    return lower


def _best(names: list[str], pattern: re.Pattern[str]) -> str:
    return next((name for name in names if pattern.fullmatch(_bare(name))), "")


def _is_error(name: str) -> bool:
    return bool(_ERROR.fullmatch(_bare(name)))


def _error_of(flux: str, names: list[str]) -> str:
    errors = [name for name in names if _is_error(name)]
    near = [name for name in errors if _bare(flux) in _bare(name)]
    return (near or errors or [""])[0]


def _has_flux_unit(unit: str) -> bool:
    return flux_unit(unit).kind in {"flux", "surface brightness", "rate"}


def guessed_wave_unit(values: FloatArray) -> str:
    """Return the unit that numbers without one most likely have: um, Angstrom, or ``""``."""
    finite = values[np.isfinite(values) & (values > 0.0)]
    if not finite.size:
        return ""
    middle = float(np.median(finite))
    if 0.05 <= middle <= 300.0:
        return "um"
    return "Angstrom" if 900.0 <= middle <= 3e6 else ""
