"""An export from the command line that is limited to an observation, a step, or some sections."""

import pytest

from engine.cli.commands import SECTIONS
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report_choice import ALL_SECTIONS
from engine.project.session import Session
from engine.project.session_file import write_session
from tests.helpers.star_files import CUBE_4B, MODEL, SPECTRUM_4A, write_files


@pytest.fixture
def saved(tmp_path):
    """Save a session of a spectrum in 4A, a cube of 4B, and their model."""
    folder = write_files(tmp_path / "data", SPECTRUM_4A, CUBE_4B, MODEL)
    session = add_files(Session(), read_files([folder], Library())).session
    write_session(session, tmp_path / "star.fluxknot")
    return tmp_path / "star.fluxknot"


def test_vectors_and_report_are_of_the_band_and_step_that_were_named(tmp_path, fluxknot, saved):
    limits = ("--of", "16 Cyg B 1538-1 4A", "--step", "response", "--sections", "tables,health")

    code, _, err = fluxknot(
        "export", saved, "--what", "vectors,report", *limits, "--out", tmp_path / "out"
    )

    stem = "16-Cyg-B_1538-1_4A"
    report = (tmp_path / "out" / f"{stem}_report.html").read_text(encoding="utf-8")
    assert (code, err) == (0, "")
    assert {one.name for one in (tmp_path / "out").iterdir()} == {
        f"{stem}_vector.fits",
        f"{stem}_report.html",
    }
    assert "Limited to Response of 16 Cyg B 1538-1 4A" in report
    assert "Sections that are left out: Changes and what is left out, Figures, Files." in report


@pytest.mark.parametrize(
    ("limits", "code", "told"),
    [
        (("--of", "Vega"), 1, "Nothing in the session is called 'Vega'. There are 16 Cyg B."),
        (("--step", "poems"), 2, "There is no analysis 'poems'."),
        (("--step", "leak"), 1, "What is chosen gives no result to report on."),
        (("--sections", "poems"), 2, "choose from changes, health, figures, tables, files"),
    ],
)
def test_limits_that_leave_nothing_are_told(tmp_path, fluxknot, saved, limits, code, told):
    found, _, err = fluxknot(
        "export", saved, "--what", "report", *limits, "--out", tmp_path / "out"
    )

    assert found == code
    assert told in err


def test_the_command_line_offers_the_sections_that_there_are():
    assert SECTIONS == ALL_SECTIONS
