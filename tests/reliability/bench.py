"""A session made from changed files on a disk, and what it exports: the way that a user goes."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table

from engine.model.bands import band_named
from engine.project.chain import Chain
from engine.project.export_products import FORMATS
from engine.project.exports import plan_exports, write_exports
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report import write_report
from engine.project.session import Session
from engine.simulate.fits_products import x1d_bytes
from tests.helpers import star_files

_MARKUP = re.compile(r"<pre>.*?</pre>|<svg.*?</svg>|<style>.*?</style>|<[^>]*>", re.DOTALL)
_NO_NUMBER = re.compile(r"(?<![\w.-])[-+]?(inf|nan|Infinity|None)(?![\w-])")


def x1d_hdus(band="4A"):
    """Return the HDUs of the simulated x1d of 16 Cyg B in a band."""
    if band == "4A":
        content = star_files.content(star_files.SPECTRUM_4A)
    else:
        observed = star_files.spectrum(band).observed
        star = star_files.exposure("16 Cyg B")
        content = x1d_bytes(observed, star, band_named(band), filename=f"{band}_x1d.fits")
    with fits.open(io.BytesIO(content), memmap=False) as hdus:
        return fits.HDUList([hdu.copy() for hdu in hdus])


def with_columns(hdus, change, *, units=None):
    """Return ``hdus`` with the columns of its table changed: a mapping to a mapping."""
    table = hdus["EXTRACT1D"]
    values = change({name: np.array(table.data[name]) for name in table.columns.names})
    old = {column.name: column for column in table.columns}
    columns = [
        fits.Column(
            name,
            _code(array),
            unit=(units or {}).get(name, old[name].unit) or None,
            array=array,
        )
        for name, array in values.items()
    ]
    again = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D", ver=table.ver)
    for keyword in ("PIXAR_SR", "SRCTYPE", "EXTVER"):
        if keyword in table.header:
            again.header[keyword] = table.header[keyword]
    return fits.HDUList([hdus[0], again])


def _code(array):
    codes = {"f8": "D", "f4": "E", "i4": "J", "u4": "J", "i8": "K"}
    return codes[array.dtype.str[1:]]


def bytes_of(hdus):
    """Return the bytes of a FITS file."""
    stream = io.BytesIO()
    hdus.writeto(stream)
    return stream.getvalue()


@dataclass
class Outcome:
    """What became of a session.

    ``told`` is what opening its files said, ``skipped`` why files were not written.
    """

    session: Session
    chain: Chain
    folder: Path
    told: tuple[str, ...]
    skipped: dict[str, str]

    def table(self, name):
        """Return an exported table."""
        return Table.read(self.folder / f"{name}.ecsv")

    def result(self, step):
        """Return the only result of a step."""
        [key] = [one for one in self.chain.keys(self.session) if one.step == step]
        return self.chain.evaluate(self.session, key)

    def report(self):
        """Return the text that the report shows, without markup and recipe."""
        path = write_report(self.session, self.chain, self.folder / "report.html", exists="replace")
        return _MARKUP.sub(" ", path.read_text(encoding="utf-8"))

    def words(self):
        """Return everything that is said in words: messages, reasons, cells of tables."""
        cells = [
            str(cell)
            for path in self.folder.glob("*.ecsv")
            for column in Table.read(path).columns.values()
            if column.dtype.kind in "US"
            for cell in column
        ]
        return "\n".join([*self.told, *self.skipped.values(), *cells])

    def infinite(self):
        """Return the exported numbers that are infinite, by file and column."""
        found = []
        for path in self.folder.glob("*.ecsv"):
            table = Table.read(path)
            found += [
                (path.name, name)
                for name in table.colnames
                if table[name].dtype.kind == "f" and np.isinf(np.asarray(table[name])).any()
            ]
        for path in self.folder.glob("*.fits"):
            with fits.open(path, memmap=False) as hdus:
                found += [
                    (path.name, name)
                    for hdu in hdus
                    if isinstance(hdu, fits.BinTableHDU)
                    for name in hdu.columns.names
                    if hdu.data[name].dtype.kind == "f" and np.isinf(hdu.data[name]).any()
                ]
        return found

    def shows_no_number_that_is_none(self):
        """Tell whether no infinity is exported, and no word is one or a NaN."""
        return not _NO_NUMBER.findall(self.words()) and not self.infinite()

    def reports_no_number_that_is_none(self):
        """Tell whether the report shows no infinity and no NaN."""
        return not _NO_NUMBER.findall(self.report())


_TABLES = ("responses", "breakpoints", "calibrated", "junctions", "loss", "lamp-dates")


def outcome(
    folder,
    files,
    *,
    decide=lambda session: session,
    what=("tables", "vectors"),
    tables=_TABLES,
):
    """Write files, open them, decide, and export.

    Parameters
    ----------
    folder : Path
        Empty.
    files : mapping of str to bytes
        Names and contents.
    decide : callable
        Session in, session out: what the user does.
    what : sequence of str
        Kinds of exports.
    tables : sequence of str
        Which tables.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (data / name).write_bytes(content)
    opened = add_files(Session(), read_files([data], Library()))
    session, chain = decide(opened.session), Chain()
    formats = {**FORMATS, "spectra": ("fits", "ecsv"), "vectors": ("ecsv",), "tables": ("ecsv",)}
    plan = plan_exports(session, chain, what, formats=formats)
    plan = [one for one in plan if not one.table or one.table in tables]
    written = write_exports(session, chain, folder / "out", plan)
    told = tuple(message.text for message in opened.messages)
    refused = tuple(f"{one.what} {one.hint}" for one in opened.refusals)
    return Outcome(session, chain, folder / "out", told + refused, dict(written.skipped))
