"""Tables of files as columns of factors and of what they may depend on (docs/formats.md)."""

import re
from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.compare.factor_table import FactorTable, Parameter, Scale
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.star_names import shown_star_name, star_key
from engine.model.stars import star_named
from engine.model.tabulated import ColumnValues, DataTable

#: Columns that say what a row is; all others are parameters.
OWN_COLUMNS = (
    "name", "program", "observation", "visit", "date", "class", "factor", "factor_error", "flag",
)  # fmt: skip
_LOG_RANGE = 30.0  # largest over smallest value from which trends are sought in the logarithm
_UNIT_SUFFIX = re.compile(r"_(dn_s|mjy_sr|dn|jy|mjy|um|s|d|deg|arcsec|mag)$")
_WORDS = {"mjd": "Date", "time_mjd": "Date", "mjysr": "MJy/sr"}
_UNITS = {"mjd": "MJD", "time_mjd": "MJD"}


def parameter_of(name: str, unit: str, values: ColumnValues) -> Parameter:
    """Return a column of a file as a parameter.

    Parameters
    ----------
    name, unit : str
        As in the file.
    values : ndarray or tuple of str
        Numbers, NaN for empty cells; or text, which makes categories.
    """
    label = _WORDS.get(name.lower()) or _UNIT_SUFFIX.sub("", name.lower()).replace("_", " ")
    label = label[:1].upper() + label[1:]
    unit = _UNITS.get(name.lower(), unit)
    if not isinstance(values, np.ndarray):
        return Parameter(name.lower(), label, unit, texts=tuple(one.strip() for one in values))
    numbers = np.where(np.isfinite(values), values, np.nan).astype(np.float64)
    return Parameter(name.lower(), label, unit, frozen(numbers), scale=scale_of(numbers))


def scale_of(numbers: FloatArray) -> Scale:
    """Return ``"log"`` for positive values over more than a factor of 30, else ``"linear"``."""
    known = numbers[np.isfinite(numbers)]
    is_wide = known.size > 1 and known.min() > 0 and known.max() > _LOG_RANGE * known.min()
    return "log" if is_wide else "linear"


def read_factor_table(table: DataTable, title: str, row_id: str) -> FactorTable:
    """Return a table of a file that has a column ``factor``.

    Parameters
    ----------
    table : DataTable
        With the columns ``name`` and ``factor``; see docs/formats.md.
    title : str
        What the factors are.
    row_id : str
        Beginning of the id of each row, to which its number is added.

    Raises
    ------
    DataError
        If a column is missing, or ``factor`` holds no numbers.
    """
    columns = {name.lower(): values for name, values in table.columns.items()}
    factor = columns.get("factor")
    if not isinstance(factor, np.ndarray) or "name" not in columns:
        raise DataError(
            f"{title} has no column “name”, or no numbers in the column “factor”.",
            hint="See the page on formats for the columns it needs.",
        )
    error = columns.get("factor_error")
    names = _texts(columns["name"])
    return FactorTable(
        title=title,
        unit=_factor_unit(table),
        ids=tuple(f"{row_id}{number}" for number in range(1, len(names) + 1)),
        stars=tuple(shown_star_name(name) for name in names),
        classes=_classes(columns, names),
        factor=frozen(np.where(np.isfinite(factor), factor, np.nan)),
        error=frozen(_valid_errors(error, len(names))),
        reasons=("",) * len(names),
        flags=_texts(columns["flag"]) if "flag" in columns else ("",) * len(names),
        notes=_notes(columns, len(names)),
        parameters=_parameters(table),
    )


def joined_parameters(
    tables: Sequence[DataTable], observations: Sequence[Identity]
) -> tuple[Parameter, ...]:
    """Return columns of files for open observations, matched by star, program and observation.

    Parameters
    ----------
    tables : sequence of DataTable
        With a column ``name``; ``program`` and ``observation`` where one star has several.
    observations : sequence of Identity
        Those of the table to which columns are added.

    Returns
    -------
    tuple of Parameter
        A value that no row gives, or several rows differ in, is not known.
    """
    found: dict[str, Parameter] = {}
    for table in tables:
        rows = _matching_rows(table, observations)
        for one in _parameters(table):
            picked = _picked(one, rows)
            found[one.name] = picked if one.name not in found else _merged(found[one.name], picked)
    return tuple(found.values())


def _valid_errors(error: ColumnValues | None, count: int) -> FloatArray:
    """Return the errors; NaN where they are not positive and finite, or there is no column."""
    if not isinstance(error, np.ndarray):
        return np.full(count, np.nan)
    is_valid = np.isfinite(error) & (error > 0)
    return np.where(is_valid, error, np.nan)


def _parameters(table: DataTable) -> tuple[Parameter, ...]:
    return tuple(
        parameter_of(name, table.units.get(name, ""), values)
        for name, values in table.columns.items()
        if name.lower() not in OWN_COLUMNS
    )


def _picked(parameter: Parameter, rows: Sequence[Sequence[int]]) -> Parameter:
    if parameter.kind == "category":
        texts = ({parameter.texts[i] for i in own} for own in rows)
        return Parameter(
            parameter.name,
            parameter.label,
            parameter.unit,
            texts=tuple(one.pop() if len(one) == 1 else "" for one in texts),
        )
    numbers = [parameter.numbers[list(own)] for own in rows]
    values = np.array([one[0] if one.size and np.ptp(one) == 0 else np.nan for one in numbers])
    return Parameter(
        parameter.name, parameter.label, parameter.unit, frozen(values), scale=scale_of(values)
    )


def _merged(first: Parameter, second: Parameter) -> Parameter:
    """Return two columns of one name as one: the later file counts where both have a value."""
    if first.kind != second.kind:
        return second
    if first.kind == "category":
        texts = tuple(b or a for a, b in zip(first.texts, second.texts, strict=True))
        return Parameter(second.name, second.label, second.unit, texts=texts)
    values = np.where(np.isfinite(second.numbers), second.numbers, first.numbers)
    return Parameter(second.name, second.label, second.unit, frozen(values), scale=scale_of(values))


def _matching_rows(table: DataTable, observations: Sequence[Identity]) -> list[list[int]]:
    columns = {name.lower(): values for name, values in table.columns.items()}
    keys = [star_key(name) for name in _texts(columns.get("name", ()))]
    programs, numbers = (_bare(columns.get(name, ()), len(keys)) for name in _PLACE)
    return [
        [
            row
            for row, key in enumerate(keys)
            if key == star_key(one.target)
            and programs[row] in {"", one.program}
            and numbers[row] in {"", one.observation}
        ]
        for one in observations
    ]


_PLACE = ("program", "observation")


def _bare(values: ColumnValues, count: int) -> list[str]:
    """Return numbers of programs without leading zeros; ``""`` for all when there is no column."""
    return [one.lstrip("0") for one in _texts(values)] or [""] * count


def _texts(values: ColumnValues) -> tuple[str, ...]:
    if isinstance(values, np.ndarray):
        return tuple("" if not np.isfinite(one) else f"{one:.10g}" for one in values)
    return tuple(one.strip() for one in values)


def _classes(columns: dict[str, ColumnValues], names: Sequence[str]) -> tuple[str, ...]:
    stated = _texts(columns["class"]) if "class" in columns else ("",) * len(names)
    return tuple(own or class_of(name) for own, name in zip(stated, names, strict=True))


def class_of(star: str) -> str:
    """Return the class of a listed star: ``"hot"``, ``"A"``, ``"G"``; ``""`` for others."""
    listed = star_named(star) if star.strip() else None
    return "" if listed is None else listed.star_class


def _notes(columns: dict[str, ColumnValues], count: int) -> tuple[str, ...]:
    words = {"program": "PID ", "observation": "obs ", "visit": "visit ", "date": ""}
    parts = [
        [f"{word}{text}" if text else "" for text in _texts(columns[name])]
        for name, word in words.items()
        if name in columns
    ]
    return tuple("   ".join(filter(None, row)) for row in zip(*parts, strict=True)) or ("",) * count


def _factor_unit(table: DataTable) -> str:
    return next((unit for name, unit in table.units.items() if name.lower() == "factor"), "")
