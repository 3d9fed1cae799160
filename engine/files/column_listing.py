"""The columns of a table, for the person who says which of them make a spectrum."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.files.column_guess import guess_columns, unit_of
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import read_structure
from engine.files.gate import GatedFile, open_gated
from engine.files.load_text import read_text_table
from engine.files.loaded import ColumnMapping
from engine.files.notes import FileNotes, clipped
from engine.files.raw_table import RawTable
from engine.files.recognize import recognize_format

_SAMPLES = 4
_LONGEST_SAMPLE = 60
_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column of a table.

    Attributes
    ----------
    name, unit : str
        As written; a unit may come from the end of the name. ``""``: none.
    sample : str
        The first values, for people.
    """

    name: str
    unit: str
    sample: str


@dataclass(frozen=True, slots=True)
class ColumnListing:
    """What the column dialog shows.

    Attributes
    ----------
    columns : tuple of ListedColumn
        In the order of the table.
    guess : ColumnMapping
        What would be taken without asking; empty where nothing fits.
    """

    columns: tuple[ListedColumn, ...]
    guess: ColumnMapping


def list_columns(path: str | Path) -> ColumnListing:
    """List the columns of the first table in a file, whatever it is a table of.

    Parameters
    ----------
    path : path-like
        A FITS table, ECSV, CSV, IPAC, or columns of text.

    Returns
    -------
    ColumnListing
        The columns, and the best guess.

    Raises
    ------
    FileError
        If the file cannot be opened or holds no table.
    """
    notes = FileNotes(Path(path))
    with open_gated(path) as gated:
        table = _first_table(gated, notes)
        columns = tuple(
            ListedColumn(name, unit_of(table, name), _sample(table, name)) for name in table.names
        )
        guess = guess_columns(table)
    return ColumnListing(
        columns,
        ColumnMapping(
            wave=guess.wave,
            flux=guess.flux,
            error=guess.error,
            flags=guess.flags,
            wave_unit=guess.wave_unit,
            flux_unit=guess.flux_unit,
        ),
    )


def _first_table(gated: GatedFile, notes: FileNotes) -> RawTable:
    found = recognize_format(gated.read(0, _HEAD))
    if found == "fits":
        file = FitsFile(gated, read_structure(gated, notes), notes)
        for hdu in file.tables():
            return file.table(hdu)
    elif found in {"ecsv", "ipac", "text"}:
        return read_text_table(gated, notes, found).table
    raise notes.refused("There is no table in the file.", "Choose a file with columns.")


def _sample(table: RawTable, name: str) -> str:
    values = table.column(name)
    if values is None:
        return ""
    shown = [f"{v:.6g}" if isinstance(v, np.floating) else str(v) for v in values[:_SAMPLES]]
    return clipped(", ".join(shown), _LONGEST_SAMPLE)
