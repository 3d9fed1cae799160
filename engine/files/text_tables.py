"""Text tables: ECSV, IPAC, CSV and columns between blanks."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError
from engine.files.notes import FileNotes, quoted
from engine.files.raw_table import RawTable
from engine.files.safe_yaml import read_yaml
from engine.units import wave_factor

_COMMENTS = ("#", "%", ";")
_DELIMITERS = (",", "\t", ";", "|")
_EMPTY = {"", "nan", "null", "none", "--", "n/a", "...", "-"}
_MAX_COLUMNS = 999
_MAX_LINES = 1_000_000
_MAX_LINE = 1 << 17  # characters of a row
_MAX_CELLS = 4_000_000
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LONGEST_NAME = 200  # characters of a name with its unit, or of one line of names
_MAX_FACTS_BYTES = 8 << 20
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+([eE][-+]?\d+)?")
_WITH_UNIT = re.compile(r"(.+?)\s*[\[(]([^\])]*)[\])]\s*")


@dataclass(frozen=True, eq=False, slots=True)
class TextTable:
    """A text table with what stands around it.

    Attributes
    ----------
    table : RawTable
        The columns.
    facts : dict
        Meta data of ECSV, or what comments of the form ``name: JSON`` say.
    has_names : bool
        Whether the file names its columns; else they are ``"1"``, ``"2"``, ...
    """

    table: RawTable
    facts: dict[str, Any] = field(default_factory=dict)
    has_names: bool = True


def read_ecsv(text: str, notes: FileNotes) -> TextTable:
    """Read ECSV 1.0: a YAML header in comments, then delimited rows.

    Raises
    ------
    FileError
        If the header is damaged or the rows do not fit it.
    """
    lines = _lines(text, notes)
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = "\n".join(line[2:] for line in lines[1:start])
    described = read_yaml(header, notes)
    if not isinstance(described, dict) or not isinstance(described.get("datatype"), list):
        raise notes.refused("The ECSV header describes no columns.", "Write the file again.")
    entries = [entry for entry in described["datatype"] if isinstance(entry, dict)]
    delimiter = described.get("delimiter", " ")
    if delimiter not in {" ", ","}:
        raise notes.refused(
            f"The ECSV delimiter is {quoted(delimiter)}.", "Use a blank or a comma."
        )
    rows = _rows(lines[start:], delimiter, notes)
    names = [str(entry.get("name", "")) for entry in entries]
    if not rows or rows[0] != names:
        raise notes.refused(
            "The column names of the ECSV header and of the table differ.", "Write the file again."
        )
    is_text = [str(entry.get("datatype", "")) == "string" for entry in entries]
    meta = described.get("meta")
    return TextTable(
        table=_table(
            names, [_written_unit(entry.get("unit")) for entry in entries], rows[1:], is_text
        ),
        facts=meta if isinstance(meta, dict) else {},
    )


def read_ipac(text: str, notes: FileNotes) -> TextTable:
    r"""Read an IPAC table: lines with ``|`` name columns, types, units and empty values.

    Raises
    ------
    FileError
        If the lines of the header do not agree.
    """
    lines = [line for line in _lines(text, notes) if line.strip()]
    head = [line for line in lines if line.lstrip().startswith("|")]
    rows = [line for line in lines if not line.lstrip().startswith(("|", "\\"))]
    edges = [match.start() for match in re.finditer(r"\|", head[0])]
    fields = [[part.strip() for part in line.strip().strip("|").split("|")] for line in head[:4]]
    if len(edges) * len(rows) > _MAX_CELLS or len(edges) > _MAX_COLUMNS:
        raise notes.refused(
            f"The table is too large: {len(rows)} rows of {len(edges) - 1} columns.",
            f"Tables of text may have {_MAX_CELLS} cells; write it as FITS.",
        )
    if len({len(one) for one in fields}) != 1 or len(fields[0]) != len(edges) - 1:
        raise notes.refused(
            "The header lines of the IPAC table have different numbers of columns.",
            "Write the file again.",
        )
    cells = [
        [
            row[low + 1 : high].strip()
            for low, high in zip(edges, [*edges[1:-1], None], strict=False)
        ]
        for row in (line.expandtabs() for line in rows)
    ]
    null = fields[3] if len(fields) > 3 else [""] * len(fields[0])
    cells = [["" if c == n and n else c for c, n in zip(row, null, strict=False)] for row in cells]
    units = fields[2] if len(fields) > 2 else [""] * len(fields[0])
    is_text = [kind.startswith("c") for kind in fields[1]] if len(fields) > 1 else []
    return TextTable(_table(fields[0], units, cells, is_text), _keywords(lines))


def read_plain(text: str, notes: FileNotes) -> TextTable:
    """Read CSV, or columns between blanks, with or without names.

    Raises
    ------
    FileError
        If the text is no table, or its rows have different numbers of columns.
    """
    lines = _lines(text, notes)
    comments = [line for line in lines if line.lstrip().startswith(_COMMENTS)]
    body = [line for line in lines if line.strip() and not line.lstrip().startswith(_COMMENTS)]
    if not body:
        raise notes.refused("The text holds no rows of a table.", "Check the file.")
    delimiter = _delimiter(body[:50])
    rows = _rows(body, delimiter, notes)
    if len(rows[0]) < 2:
        raise notes.refused(
            "The text is no table: its lines have one column.",
            "Separate columns by commas, tabs or blanks.",
        )
    rows = _with_decimal_points(rows, delimiter, notes)
    n_heads = 0
    while n_heads < min(2, len(rows)) and not _is_data(rows[n_heads]):
        n_heads += 1
    if n_heads == len(rows) and not _has_numbers(body):
        raise _no_table(body, notes)
    names = rows[0] if n_heads else _names_in_comments(comments, len(rows[0]))
    has_names = names is not None
    names = names or [str(number) for number in range(1, len(rows[0]) + 1)]
    split = [_split_unit(name) for name in names]
    units = [unit for _, unit in split]
    if not any(units):
        units = rows[1] if n_heads == 2 else _units_in_comments(comments, len(rows[0]))
    return TextTable(
        _table([name for name, _ in split], units, rows[n_heads:], []),
        facts_in_comments(comments),
        has_names=has_names,
    )


def _lines(text: str, notes: FileNotes) -> list[str]:
    """Return the lines of a text; lines in a number or of a length that no table has are refused.

    The ends are counted before anything is split: a text of two letters a line takes a hundred
    bytes of memory for each.
    """
    count = sum(text.count(end) for end in _LINE_ENDS)
    lines = text.splitlines() if count <= _MAX_LINES else []
    longest = max(map(len, lines), default=0)
    if longest > _MAX_LINE:  # of rows, that is: a comment may hold a recipe
        longest = max((len(line) for line in lines if not line.startswith(_COMMENTS)), default=0)
    if count > _MAX_LINES or longest > _MAX_LINE:
        found = f"{count} lines" if count > _MAX_LINES else f"a line of {longest} characters"
        raise notes.refused(
            f"The table is too large: it has {found}.",
            f"Tables of text may have {_MAX_LINES} lines of {_MAX_LINE} characters; write FITS.",
        )
    return lines


def _rows(lines: Sequence[str], delimiter: str, notes: FileNotes) -> list[list[str]]:
    """Split lines into cells; all rows must have the same number."""
    kept = [line for line in lines if line.strip()]
    rows: list[list[str]] = []
    try:
        for number, cells in enumerate(_split(kept, delimiter), 1):
            rows.append([cell.strip() for cell in cells])
            n_columns = len(rows[0])
            if len(cells) != n_columns and not _has_numbers(kept):
                raise _no_table(kept, notes)
            if len(cells) != n_columns or n_columns > _MAX_COLUMNS:
                raise notes.refused(
                    f"Row {number} has {len(cells)} columns, the first one {n_columns}.",
                    "Check delimiter and quotes; separate columns by commas, tabs or blanks.",
                )
            if n_columns * len(kept) > _MAX_CELLS:
                raise notes.refused(
                    f"The table is too large: {len(kept)} rows of {n_columns} columns.",
                    f"Tables of text may have {_MAX_CELLS} cells; write it as FITS.",
                )
    except csv.Error as error:
        raise notes.refused("The rows of the text cannot be split.", "Check quotes.") from error
    return rows


def _has_numbers(lines: Sequence[str]) -> bool:
    """Tell whether there is a number among the words of a text."""
    return any(_is_number(word) for line in lines for word in re.split(r"[\s,;|]+", line))


def _no_table(lines: Sequence[str], notes: FileNotes) -> FileError:
    """Return the refusal of a text that nobody meant as a table."""
    return notes.refused(
        f"It holds text, and no table of numbers: {quoted(lines[0].strip())}.",
        "Open FITS, ASDF, ECSV, CSV, IPAC or text tables.",
    )


def _split(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of each row."""
    if delimiter != " ":
        return csv.reader(lines, delimiter=delimiter)
    if any('"' in line for line in lines):
        squeezed = (line.strip() for line in lines)
        return csv.reader(squeezed, delimiter=" ", skipinitialspace=True)
    return (line.split() for line in lines)


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives every line the same number of columns, two at least."""
    best, most = " ", 0
    for delimiter in _DELIMITERS:
        try:
            counts = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
        except csv.Error:
            continue
        if len(counts) == 1 and (count := counts.pop()) > max(1, most):
            best, most = delimiter, count
    if most:
        return best
    by_blanks = {len(line.split()) for line in lines}
    if by_blanks == {1} or len(by_blanks) > 1:
        seen = [delimiter for delimiter in _DELIMITERS if delimiter in lines[0]]
        return seen[0] if seen else " "
    return " "


def _with_decimal_points(
    rows: list[list[str]], delimiter: str, notes: FileNotes
) -> list[list[str]]:
    if delimiter == "," or not any(_DECIMAL_COMMA.fullmatch(cell) for cell in rows[-1]):
        return rows
    notes.warn("Numbers are written with a decimal comma: 1,5 is read as 1.5. Check the values.")
    return [
        [c.replace(",", ".") if _DECIMAL_COMMA.fullmatch(c) else c for c in row] for row in rows
    ]


def _is_data(row: Sequence[str]) -> bool:
    """Tell whether a row holds a number: names and units never do."""
    return any(_is_number(cell) for cell in row)


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace("D", "E").replace("d", "e"))
    except ValueError:
        return False
    return True


def _names_in_comments(comments: Sequence[str], n_columns: int) -> list[str] | None:
    """Return names from the last comment that has one word a column, and units after it."""
    for line in reversed(comments):
        if len(line) > _LONGEST_NAME * n_columns:
            continue
        words = line.lstrip("".join(_COMMENTS) + "* ").split()
        joined = re.sub(r"\s(?=[\[(][^\])]{0,80}[\])])", "", " ".join(words)).split()
        has_wave = any(re.match(r"(wave|lambda|wl\b)", word, re.IGNORECASE) for word in joined)
        if len(joined) == n_columns and has_wave:
            return joined
    return None


def _units_in_comments(comments: Sequence[str], n_columns: int) -> list[str]:
    """Return units from a comment with one word a column that begins with a unit of length."""
    for line in reversed(comments):
        if len(line) > _LONGEST_NAME * n_columns:
            continue
        words = line.lstrip("".join(_COMMENTS) + "* ").split()
        if len(words) == n_columns and wave_factor(words[0]) is not None:
            return words
    return [""] * n_columns


def _split_unit(name: str) -> tuple[str, str]:
    """Return ``("wave", "um")`` for ``"wave [um]"`` and ``"wave (um)"``."""
    bare = name.strip().strip('"').strip()
    found = _WITH_UNIT.fullmatch(bare) if len(bare) <= _LONGEST_NAME else None
    return (found[1], found[2].strip()) if found else (bare, "")


def _written_unit(unit: object) -> str:
    return unit if isinstance(unit, str) else ""


def _keywords(lines: Sequence[str]) -> dict[str, Any]:
    r"""Return what ``\keyword = value`` lines say."""
    found = (re.fullmatch(r"\\\s*(\w+)\s*=\s*(.*)", line.strip()) for line in lines)
    return {match[1]: match[2].strip().strip("'\"") for match in found if match}


def facts_in_comments(comments: Sequence[str]) -> dict[str, Any]:
    """Return what comments of the form ``# name: JSON`` say."""
    facts: dict[str, Any] = {}
    budget = _MAX_FACTS_BYTES
    for line in comments[:200]:
        found = re.fullmatch(r"#\s*(\w+): (.+)", line.strip())
        budget -= len(line)
        if found is None or budget < 0:
            continue
        try:
            facts[found[1]] = json.loads(found[2])
        except (ValueError, RecursionError):
            facts[found[1]] = found[2].strip()
    return facts


def _table(
    names: Sequence[str],
    units: Sequence[str],
    rows: Sequence[Sequence[str]],
    is_text: Sequence[bool],
) -> RawTable:
    @cache
    def read_column(index: int) -> NDArray[Any]:
        cells = [row[index] for row in rows]
        if index < len(is_text) and is_text[index]:
            return np.array(cells, dtype=object)
        return _parsed(cells)

    return RawTable(
        name="",
        names=tuple(names),
        units=tuple("" if unit.lower() in _EMPTY else unit for unit in units),
        n_rows=len(rows),
        read_column=read_column,
    )


def _parsed(cells: Sequence[str]) -> NDArray[Any]:
    """Return numbers (empty cells NaN) if all cells are numbers or empty, else texts."""
    truth = {"true": 1.0, "false": 0.0}
    try:
        return np.array(
            [
                np.nan
                if (low := cell.lower()) in _EMPTY
                else truth[low]
                if low in truth
                else float(low.replace("d", "e"))
                for cell in cells
            ],
            dtype=np.float64,
        )
    except ValueError:
        return np.array(list(cells), dtype=object)
