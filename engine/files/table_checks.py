"""What is suspicious in a table of a catalog or of observations: warned of, never blocked."""

import re
from collections.abc import Collection, Mapping

import numpy as np

from engine.arrays import FloatArray
from engine.files.notes import FileNotes, quoted
from engine.model.tabulated import ColumnValues
from engine.units import CANONICAL, FluxKind, flux_unit

# Columns that a table of this meta kind must have (docs/formats.md).
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "etc curve": ("band", "wave_um", "snr"),
    "observations": ("name", "program", "filter", "subarray", "time_mjd", "rate_dn_s"),
    "parameters": ("name",),
    "catalog": ("ra_deg", "dec_deg", "mag_ab"),
    "photometry": ("name", "filter", "flux_jy"),
    "map": ("wave_um",),
    "coordinates": ("name", "ra_deg", "dec_deg"),
}
# Of these columns, one at least.
_NEEDED_ONE: Mapping[str, tuple[str, ...]] = {"map": ("surf_bright_mjy_sr", "temperature_k")}
# What the units of columns must measure, where they are given.
_MEASURED: Mapping[str, Mapping[str, FluxKind]] = {
    "photometry": {"flux_jy": "flux", "flux_error_jy": "flux"},
    "map": {
        "surf_bright_mjy_sr": "surface brightness",
        "surf_bright_error_mjy_sr": "surface brightness",
    },
}
_RA = re.compile(r"(.*_)?ra(_?deg|_?j?2000|_icrs)?|right_?ascension|alpha(_j2000)?")
_DEC = re.compile(r"(.*_)?dec(_?deg|_?j?2000|_icrs)?|declination|delta(_j2000)?")
_ERROR = re.compile(r".*(err|error|unc|sigma)(_.*)?")
_QUANTITY = re.compile(r"(.*_)?(mag|flux|rate|e?_?mag|snr)(_.*)?")
_SENTINELS = (-99.0, 99.0, -999.0, 999.0, -9999.0, -99.99, 99.99, -999.9)


def check_table(
    columns: Mapping[str, ColumnValues],
    notes: FileNotes,
    *,
    kind: str = "",
    stated: Collection[str] = (),
) -> None:
    """Warn of positions off the sky, negative errors, and numbers that mean "nothing".

    Parameters
    ----------
    columns : mapping of str to ndarray or tuple of str
        The table.
    notes : FileNotes
        Takes the warnings.
    kind : str, optional
        What the table says it is; the tables of docs/formats.md need certain columns.
    stated : collection of str, optional
        Meta entries, which stand for columns with one value.

    Raises
    ------
    FileError
        If the table has no rows, or lacks a column that its kind needs.
    """
    if not columns or not any(len(values) for values in columns.values()):
        raise notes.refused("The table has no rows, or no column of one value each.", "Check it.")
    _require_columns(columns, notes, kind=kind, stated=stated)
    if kind == "photometry":
        _check_positive("flux_jy", columns.get("flux_jy"), notes)
    for name, values in columns.items():
        lower = name.lower()
        if _RA.fullmatch(lower):
            _check_angle(name, values, notes, low=-180.0, high=360.0)
        elif _DEC.fullmatch(lower):
            _check_angle(name, values, notes, low=-90.0, high=90.0)
        elif isinstance(values, np.ndarray) and _ERROR.fullmatch(lower):
            _check_errors(name, values, notes)
        elif isinstance(values, np.ndarray) and _QUANTITY.fullmatch(lower):
            _check_sentinels(name, values, notes)


def _require_columns(
    columns: Mapping[str, ColumnValues], notes: FileNotes, *, kind: str, stated: Collection[str]
) -> None:
    """Refuse a table that lacks a column of its kind."""
    missing = [name for name in _NEEDED.get(kind, ()) if name not in columns and name not in stated]
    if missing:
        raise notes.refused(
            f"The table of the kind {quoted(kind)} lacks the columns {quoted(', '.join(missing))}.",
            "See the page on formats for the columns it needs.",
        )
    one_of = _NEEDED_ONE.get(kind, ())
    if one_of and not any(name in columns for name in one_of):
        raise notes.refused(
            f"The table of the kind {quoted(kind)} has none of the columns "
            f"{quoted(', '.join(one_of))}.",
            "See the page on formats for the columns it needs.",
        )


def check_units(units: Mapping[str, str], notes: FileNotes, *, kind: str) -> None:
    """Refuse a table whose units measure something else than its kind says.

    Raises
    ------
    FileError
        If a unit is given that is not of the right kind.
    """
    for name, wanted in _MEASURED.get(kind, {}).items():
        written = units.get(name, "")
        if written and flux_unit(written).kind != wanted:
            raise notes.refused(
                f"The column {quoted(name)} is in {quoted(written)}, which is no {wanted}.",
                f"Convert it to {CANONICAL[wanted]}, or correct its unit.",
            )


def _check_positive(name: str, values: ColumnValues | None, notes: FileNotes) -> None:
    if not isinstance(values, np.ndarray):
        return
    n_bad = int(np.count_nonzero(~(values > 0.0)))
    if n_bad:
        notes.warn(
            f"{n_bad} of {values.size} values of {quoted(name)} are empty, zero or negative: they "
            "take no part. Check the file."
        )


def _check_angle(
    name: str, values: ColumnValues, notes: FileNotes, *, low: float, high: float
) -> None:
    if not isinstance(values, np.ndarray):
        notes.warn(f"The column {quoted(name)} holds text, not degrees. Convert it to degrees.")
        return
    n_empty = int(np.count_nonzero(~np.isfinite(values)))
    n_outside = int(np.count_nonzero((values < low) | (values > high)))
    if n_empty:
        notes.warn(f"{n_empty} of {values.size} values of {quoted(name)} are missing.")
    if n_outside:
        notes.warn(
            f"{n_outside} of {values.size} values of {quoted(name)} lie outside {low:g} to "
            f"{high:g} deg. Check columns and units."
        )


def _check_errors(name: str, values: FloatArray, notes: FileNotes) -> None:
    n_negative = int(np.count_nonzero(values < 0.0))
    if n_negative:
        notes.warn(
            f"{n_negative} of {values.size} errors in {quoted(name)} are negative: they are not "
            "valid. Leave such cells empty."
        )


def _check_sentinels(name: str, values: FloatArray, notes: FileNotes) -> None:
    n_sentinels = int(np.count_nonzero(np.isin(values, _SENTINELS)))
    if n_sentinels:
        value = next(v for v in _SENTINELS if np.any(values == v))
        notes.warn(
            f"{n_sentinels} of {values.size} values of {quoted(name)} are {value:g}, which often "
            "means 'no measurement'. Leave such cells empty."
        )
