"""What a file calls its target cannot do anything: not as a name, a cell, or a piece of a page."""

import csv
import io
import re
from dataclasses import replace

import pytest

from engine.project.chain import Chain
from engine.project.edits import rename_target
from engine.project.export_session import export_session
from engine.project.exports import plan_exports
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from tests.helpers import star_files
from tests.helpers.star_files import MODEL, SPECTRUM_4A
from tests.reliability.bench import bytes_of, x1d_hdus

pytestmark = pytest.mark.rig

# As a header can hold them.
HEADERS = (
    "../../etc/passwd",
    "/etc/cron.d/job",
    "..\\..\\Windows\\System32\\x",
    "C:\\autoexec.bat",
    "~/.bashrc",
    "$(touch canary)",
    "`touch canary`; touch canary",
    "-rf",
    ".hidden",
    "CON",
    "nul.fits",
    "LPT1",
    "file:stream",
    "%2e%2e%2fescape",
    "x" * 60,
    "<img src=x onerror=alert(1)>",
    "=HYPERLINK(1)",
    "+1+1",
    "@SUM(A1)",
    '"><script>alert(1)</script>',
)
# As a session or a table can hold them.
TEXTS = ("null\0byte", "name\nwith\nlines", "a" * 300, "\u202egnp.exe", "星", "\t=1+1", "µ" * 300)
FORMATS = {
    "spectra": ("fits", "ecsv", "csv"),
    "vectors": ("fits", "ecsv"),
    "tables": ("ecsv", "csv"),
    "figures": ("svg",),
}


# Those that are written and not only planned: cells and pages are made of them.
WRITTEN = ("../../etc/passwd", "CON", "=HYPERLINK(1)", "+1+1", "@SUM(A1)", HEADERS[15], HEADERS[-1])


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Open a star under all these names; return the session, and a folder for exports."""
    folder = tmp_path_factory.mktemp("names")
    data = folder / "data"
    data.mkdir()
    (data / "model.fits").write_bytes(star_files.content(MODEL))
    for number, text in enumerate(HEADERS):
        hdus = x1d_hdus()
        for keyword in ("TARGNAME", "TARGPROP"):
            hdus[0].header.remove(keyword, ignore_missing=True)
            hdus[0].header[keyword] = text
        (data / f"{number:02d}_x1d.fits").write_bytes(bytes_of(hdus))
    for number in range(len(TEXTS)):
        content = star_files.content(SPECTRUM_4A)
        (data / f"{number + 40}_x1d.fits").write_bytes(content + bytes(2880 * number))
    session = add_files(Session(), read_files([data], Library())).session
    for entry, text in zip(session.entries[len(HEADERS) :], TEXTS, strict=False):
        session = rename_target(session, (entry.id,), text)
    model = next(entry for entry in session.entries if entry.is_model)
    for entry in session.entries:
        session = session.with_model(entry.parts[0].target, model.id)
    return session, folder


@pytest.fixture(scope="module")
def exported(opened):
    """Export everything of the star under some of the names; return the folder."""
    session, folder = opened
    few = session.without_entries(
        entry.id
        for entry in session.entries
        if not entry.is_model and entry.parts[0].target not in WRITTEN
    )
    what = ("spectra", "vectors", "tables", "report")
    export_session(few, Chain(), folder / "out", what, formats=FORMATS)
    return folder / "out"


def test_every_name_stays_in_its_folder_and_is_one_that_every_system_takes(opened, exported):
    planned = [one.name for one in plan_exports(opened[0], Chain(), formats=FORMATS)]
    written = [path.name for path in exported.iterdir()]

    names = planned + written
    assert len(planned) > 4 * (len(HEADERS) + len(TEXTS))
    assert len(written) > 4 * len(WRITTEN)
    devices = {"con", "nul", "prn", "aux", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9+][A-Za-z0-9+_-]*\.[a-z0-9]+", name), name
        assert len(name) <= 200
        assert not {re.split(r"[._]", name)[0].lower()} & devices
    assert len({name.casefold() for name in planned}) == len(planned)
    everything = {path.relative_to(exported.parent).parts[0] for path in exported.parent.rglob("*")}
    assert everything == {"data", "out"}


def test_no_cell_of_a_csv_file_is_run(exported):
    found = 0
    for path in exported.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
        for row in csv.reader(io.StringIO("".join(lines), newline="")):
            for cell in row:
                is_number = re.fullmatch(r"[-+]?(\d+(\.\d*)?([eE][-+]?\d+)?|nan)", cell)
                assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
                found += cell.startswith(("'=", "'+", "'@"))
    assert found >= 3  # the names are in there, harmless


def test_the_page_holds_every_name_as_text(exported):
    page = (exported / "report.html").read_text(encoding="utf-8")
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)

    assert "<script" not in body
    assert not re.search(r"<img[^>]*onerror", body)
    assert "&lt;img src=x onerror=alert(1)&gt;" in body


def test_a_session_keeps_the_names_as_they_are(exported):
    session = add_files(Session(), read_files([exported.parent / "data"], Library())).session

    targets = {entry.parts[0].target for entry in session.entries}
    assert {"<img src=x onerror=alert(1)>", "=HYPERLINK(1)"} <= targets
    assert all(replace(entry, path="").path == "" for entry in session.entries)
