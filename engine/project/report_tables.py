"""Tables of a report: numbers with their errors and units, as a person reads them."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.figures.labels import with_error
from engine.model.table import Column, ResultTable
from engine.project.column_words import column_words

_SIGNIFICANT = 5
_NOTHING = "\N{EN DASH}"
_DIGITS = r"[-+\N{MINUS SIGN}]?\d[\d.]*(e[-+\N{MINUS SIGN}]?\d+)?"
_NUMBER = re.compile(rf"{_DIGITS}( ± {_DIGITS})?|{_NOTHING}|")
_MICRON = re.compile(r"\bum(?=\d|\b)")
_UNITS = {  # as the window writes them
    "arcsec2": "arcsec²", "percent": "%", "MJy s / (DN sr)": "(MJy/sr)/(DN/s)", "arcsec": "″",
    "pix": "px", "um2": "µm²", "1 / um2": "1 / µm²",
}  # fmt: skip
_SYMBOLS = {"snr": "S/N", "chi2": "χ²", "mjd": "MJD", "fwhm": "FWHM"}  # of tables of the user
_SHARES = {"annulus_spread", "aperture_spread", "centroid_spread"}  # said in percent
_PERCENT_DECIMALS, _PERCENT_DIGITS = 3, 4
_ERROR = "_error"
_LONG = 40  # letters, from which on a text takes several lines
_MOST_DECIMALS = 7  # of a number that is written without exponent


def table_in_html(table: ResultTable, *, most_rows: int) -> str:
    """Return a table with value and error in one cell; of a long one its beginning.

    Columns that say nothing in any row are left out.
    """
    shown = min(len(table), most_rows)
    header, tips, columns = [], [], []
    for column, error in _with_errors([_in_percent(one) for one in table.columns]):
        cells = _cells(column, error, shown)
        if any(cell not in {"", _NOTHING} for cell in cells):
            header.append(heading(column))
            tips.append(micron(column.about))
            columns.append(cells)
    return rows_in_html(header, list(zip(*columns, strict=True)), tips=tips)


def rows_in_html(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, tips: Sequence[str] = ()
) -> str:
    """Return rows of text as a table; columns of numbers stand at their right."""
    cells = list(rows)
    kinds = [_kind([row[i] for row in cells]) for i in range(len(header))]
    said = list(tips) or [""] * len(header)
    head = "".join(
        f"<th{kind}{_tip(tip)}>{html.escape(name)}</th>"
        for name, kind, tip in zip(header, kinds, said, strict=True)
    )
    body = "\n".join(f"<tr>{_tds(row, kinds)}</tr>" for row in cells)
    return (
        f"<div class='wide'><table><thead><tr>{head}</tr></thead>\n"
        f"<tbody>{body}</tbody></table></div>"
    )


def heading(column: Column) -> str:
    """Return the name of a column in words, with its unit."""
    words = column_words(column)
    if not words:
        name = column.name.replace("_", " ").removesuffix(f" {column.unit.lower()}")
        words = " ".join(_SYMBOLS.get(word, word) for word in name.split(" "))
    unit = micron(_UNITS.get(column.unit, column.unit))
    if not unit or words.endswith(unit):
        return words
    return f"{words} {unit if unit.startswith('(') else f'({unit})'}"


def micron(text: str) -> str:
    """Return ``text`` with µm for um: what machines read as a unit, people do not."""
    return _MICRON.sub("µm", text)


def _with_errors(columns: Sequence[Column]) -> list[tuple[Column, Column | None]]:
    """Return each column with that of its error, which is called like it."""
    named = {column.name: column for column in columns}
    errors = {
        column.name: named[wanted]
        for column in columns
        for wanted in _names_of_error(column)
        if wanted in named and named[wanted].unit == column.unit and _is_real(column)
    }
    taken = {error.name for error in errors.values()}
    return [(one, errors.get(one.name)) for one in columns if one.name not in taken]


def _names_of_error(column: Column) -> tuple[str, ...]:
    """Return what the error of a column may be called: ``rate_error_dn_s`` for ``rate_dn_s``."""
    suffix = "_" + re.sub(r"\W+", "_", column.unit.lower())
    stem = column.name.removesuffix(suffix) if column.unit else column.name
    return (f"{column.name}{_ERROR}", f"{stem}{_ERROR}{suffix}", f"{stem}{_ERROR}")


def _is_real(column: Column) -> bool:
    return np.asarray(column.values).dtype.kind == "f"


def _cells(column: Column, error: Column | None, count: int) -> list[str]:
    is_day = column.unit == "d"
    if error is None and column.unit == "percent" and _is_real(column):
        return [_share(float(value)) for value in column.values[:count]]
    if error is None:
        return [cell(value, is_day=is_day) for value in column.values[:count]]
    both = zip(column.values[:count], error.values[:count], strict=True)
    return [_measured(float(value), float(sigma)) for value, sigma in both]


def _in_percent(column: Column) -> Column:
    """Return a relative error in percent, as the window says it; any other column as it is."""
    if column.name not in _SHARES:
        return column
    return replace(column, unit="percent", values=100.0 * np.asarray(column.values))


def _share(value: float) -> str:
    """Return percent with as many decimals as in the window."""
    if not np.isfinite(value):
        return _NOTHING
    before = len(str(int(abs(value))))
    decimals = min(max(_PERCENT_DIGITS - before, 0), _PERCENT_DECIMALS)
    return f"{value:.{decimals}f}".replace("-", "−")


def _measured(value: float, error: float) -> str:
    if not np.isfinite(value):
        return _NOTHING
    if not (np.isfinite(error) and 10.0**-_MOST_DECIMALS < error < abs(value) * 1e6 + 1.0):
        return cell(value)
    return with_error(value, error).replace("-", "−")


def cell(value: Any, *, is_day: bool = False) -> str:
    """Return one value as text: five digits, a real minus, – for no measurement."""
    if isinstance(value, str | np.str_):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if not np.isfinite(value):
        return _NOTHING
    text = f"{value:.3f}" if is_day else f"{value:.{_SIGNIFICANT}g}"
    return text.replace("-", "−")


def _tip(text: str) -> str:
    return f' title="{html.escape(text, quote=True)}"' if text else ""


def _tds(row: Sequence[str], kinds: Sequence[str]) -> str:
    both = zip(row, kinds, strict=True)
    return "".join(f"<td{kind}>{html.escape(text)}</td>" for text, kind in both)


def _kind(cells: Sequence[str]) -> str:
    """Return the class of a column: text stands at its left, sentences take several lines."""
    if cells and all(_NUMBER.fullmatch(text) for text in cells):
        return ""
    is_long = max((len(text) for text in cells), default=0) > _LONG
    return ' class="t long"' if is_long else " class=t"
