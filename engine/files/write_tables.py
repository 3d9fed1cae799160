"""Spectra and tables of results as ECSV, which keeps everything, or CSV, which opens anywhere."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np

from engine.errors import FileError
from engine.files.atomic import IfExists, atomic_write
from engine.files.cells import harmless_cell, one_line
from engine.files.facts import identity_facts, origin_facts, provenance_facts
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.model.table import Column, ResultTable

_LINE_END = re.compile(r"\r\n|\r|\n")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_SEPARATOR = re.compile("[,;|]")
_QUANTITIES = {
    "Jy": ("flux_jy", "flux_error_jy"),
    "MJy/sr": ("surf_bright_mjy_sr", "surf_bright_error_mjy_sr"),
    "DN/s": ("rate_dn_s", "rate_error_dn_s"),
}
_UNITS_BY_ENDING = {
    "_mjy_sr": "MJy / sr",
    "_dn_s": "DN / s",
    "_arcsec": "arcsec",
    "_jy": "Jy",
    "_um": "um",
    "_sr": "sr",
}


def write_spectrum_table(
    path: str | Path,
    spectrum: Spectrum,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
    columns: Sequence[Column] = (),
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> Path:
    """Write a spectrum as ``.ecsv`` or ``.csv``, as the suffix says.

    Parameters
    ----------
    path : path-like
        The file.
    spectrum : Spectrum
        Any unit. NaN is written as ``nan``. All columns are kept; ECSV keeps the header facts,
        CSV puts target, band and date into comments.
    provenance : Provenance
        Written into the file.
    exists : {"refuse", "replace"}
        What to do when the file is there already.
    columns : sequence of Column, optional
        Further columns, of any type.
    facts : mapping, optional
        Further facts for the header: text, numbers, truth values, lists and mappings of them.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the suffix is another one, or the file cannot be written.
    """
    said: dict[str, Any] = {
        "kind": "spectrum",
        "unit": spectrum.unit,
        "identity": identity_facts(spectrum.identity),
        "origin": origin_facts(spectrum.origin),
    }
    if spectrum.pixel_area_sr is not None:
        said["pixel_area_sr"] = float(spectrum.pixel_area_sr)
    every = (*_spectrum_columns(spectrum), *columns)
    return _write(path, every, {**said, **facts}, provenance=provenance, exists=exists)


def write_table(
    path: str | Path,
    table: ResultTable,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a table of results as ``.ecsv`` or ``.csv``, as the suffix says.

    Parameters
    ----------
    path : path-like
        The file.
    table : ResultTable
        NaN is written as ``nan``. In CSV, text that a spreadsheet would run as a formula gets an
        apostrophe in front, and stays on one line; numbers are never touched.
    provenance : Provenance
        Written into the file.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the suffix is another one, or the file cannot be written.
    """
    facts = {"kind": "table", "title": table.title}
    return _write(path, table.columns, facts, provenance=provenance, exists=exists)


def write_votable(
    path: str | Path,
    table: ResultTable,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a table of results as VOTable, for programs of the virtual observatory.

    Parameters
    ----------
    path : path-like
        The file.
    table : ResultTable
        NaN stays NaN; units and descriptions are kept.
    provenance : Provenance
        Written into the description.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    from astropy.io.votable import from_table  # noqa: PLC0415  (slow to import)

    document = from_table(_astropy_table(table.columns, {}))
    facts = json.dumps(provenance_facts(provenance), sort_keys=True)
    document.description = f"{table.title}. {one_line(facts)}"
    content = io.BytesIO()
    document.to_xml(content)
    return atomic_write(path, lambda stream: _copy(stream, content), exists=exists)


def _copy(stream: BinaryIO, content: io.BytesIO) -> None:
    stream.write(content.getbuffer())


def write_ecsv(
    path: str | Path,
    columns: Sequence[Column],
    facts: Mapping[str, Any],
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write columns as ECSV; the facts and the provenance go to the meta entry ``fluxknot``."""
    text = io.StringIO()
    table = _astropy_table(columns, {**facts, **provenance_facts(provenance)})
    table.write(text, format="ascii.ecsv")
    lines = _quoted_where_comments_begin(text.getvalue().removesuffix("\n").split("\n"))
    return atomic_write(path, lambda stream: _put(stream, "\n".join(lines) + "\n"), exists=exists)


def _quoted_where_comments_begin(lines: Iterable[str]) -> Iterator[str]:
    """Quote a first cell such as ``#1`` below the names: readers would skip the row."""
    is_below_names = False
    for line in lines:
        if is_below_names and line.startswith("#"):
            cell, space, rest = line.partition(" ")
            yield f'"{cell}"{space}{rest}'
        else:
            yield line
        is_below_names = is_below_names or not line.startswith("#")


def _write(
    path: str | Path,
    columns: Sequence[Column],
    facts: Mapping[str, Any],
    *,
    provenance: Provenance,
    exists: IfExists,
) -> Path:
    suffix = Path(path).suffix.lower()
    if suffix == ".ecsv":
        return write_ecsv(path, columns, facts, provenance=provenance, exists=exists)
    if suffix == ".csv":
        making = provenance_facts(provenance)
        making["recipe"] = _as_json(making["recipe"])
        text = _csv_text(columns, {**facts, **making})
        return atomic_write(path, lambda stream: _put(stream, text), exists=exists)
    raise FileError(path, f"A table is not written as {suffix!r}.", hint="Choose .ecsv or .csv.")


def _put(stream: BinaryIO, text: str) -> None:
    stream.write(text.encode("utf-8"))


def _spectrum_columns(spectrum: Spectrum) -> tuple[Column, ...]:
    value, error = _QUANTITIES.get(spectrum.unit, ("value", "value_error"))
    unit = _unit_of(value) or spectrum.unit
    columns = [
        Column("wave_um", "um", spectrum.wave_um, "Vacuum wavelength"),
        Column(value, unit, spectrum.flux, "NaN: no measurement"),
        Column(error, unit, spectrum.error, "Standard deviation"),
        Column("flags", "", spectrum.flags.astype(np.uint32), "JWST data-quality bits"),
    ]
    names = {column.name for column in columns}
    columns += [
        Column(name, _unit_of(name), values)
        for name, values in spectrum.columns.items()
        if name not in names
    ]
    return tuple(columns)


def _unit_of(name: str) -> str:
    """Return the unit that the end of a canonical column name states."""
    return next((unit for end, unit in _UNITS_BY_ENDING.items() if name.endswith(end)), "")


def _astropy_table(columns: Iterable[Column], facts: Mapping[str, Any]) -> Any:
    from astropy.table import Column as TableColumn  # noqa: PLC0415  (slow to import)
    from astropy.table import Table  # noqa: PLC0415

    table = Table(meta={"fluxknot": _without_line_ends({"format": 1, **facts})})
    for column in columns:
        values = np.asarray(column.values)
        if values.dtype.kind in "OUS":
            values = np.array([one_line(str(value)) for value in values])
        table[column.name] = TableColumn(
            values, unit=_known_unit(column.unit), description=column.about or None
        )
    return table


def _without_line_ends(fact: Any) -> Any:
    """Return ``fact`` with spaces for line ends, which ECSV headers lose; JSON means the same."""
    if isinstance(fact, dict):
        return {name: _without_line_ends(value) for name, value in fact.items()}
    if isinstance(fact, list):
        return [_without_line_ends(value) for value in fact]
    return _LINE_END.sub(" ", fact) if isinstance(fact, str) else fact


def _known_unit(unit: str) -> Any:
    """Return an astropy unit; one that it does not know is kept as written."""
    from astropy import units as u  # noqa: PLC0415  (slow to import)

    return u.Unit(unit, parse_strict="silent") if unit else None


def _csv_text(columns: Sequence[Column], facts: Mapping[str, Any]) -> str:
    text = io.StringIO(newline="")
    for line in _comments(columns, facts):
        text.write(f"# {line}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless_cell(column.name) for column in columns])
    writer.writerows(zip(*(_cells(column) for column in columns), strict=True))
    return text.getvalue()


def _comments(columns: Sequence[Column], facts: Mapping[str, Any]) -> Iterable[str]:
    for name, fact in facts.items():
        yield f"{name}: {_one_cell(fact)}"
    for column in columns:
        unit = f" [{column.unit}]" if column.unit else ""
        about = f": {column.about}" if column.about else ""
        yield f"column {_one_cell(column.name + unit + about)}"


def _one_cell(fact: Any) -> str:
    """Return JSON in which no text continues after a separator of cells.

    A spreadsheet splits comments into cells too, and would run what follows a comma inside a
    text; JSON's own commas are followed by a space.
    """
    return _JSON_TEXT.sub(_without_separators, json.dumps(fact, ensure_ascii=True))


def _without_separators(found: re.Match[str]) -> str:
    return _SEPARATOR.sub(lambda separator: f"\\u{ord(separator[0]):04x}", found[0])


def _as_json(recipe: str) -> Any:
    """Return what the JSON in ``recipe`` means; the text itself when it is none."""
    try:
        return json.loads(recipe)
    except ValueError:
        return recipe


def _cells(column: Column) -> list[str]:
    values = np.asarray(column.values)
    if values.dtype.kind == "f":
        return [repr(float(value)) for value in values]
    if values.dtype.kind in "iu":
        return [str(int(value)) for value in values]
    if values.dtype.kind == "b":
        return [str(bool(value)) for value in values]
    return [harmless_cell(str(value)) for value in values]
