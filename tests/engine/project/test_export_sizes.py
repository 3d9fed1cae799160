"""Tests of engine.project.export_sizes."""

import pytest

from engine.project.export_sizes import about_bytes, about_report_bytes
from engine.project.exports import PlannedFile
from engine.project.keys import NodeKey
from engine.project.report import write_report
from tests.helpers.open_files import OpenFiles


@pytest.fixture(scope="module")
def files():
    files = OpenFiles()
    files.spectrum("Star A", "1B")
    files.model("Star A")
    return files


def test_a_table_takes_the_room_of_its_recipe_and_its_rows(files):
    whole = PlannedFile("responses.ecsv", "tables", None, "responses")
    part = PlannedFile("a_responses.ecsv", "tables", None, "responses", of=("response:e1",))

    sizes = [about_bytes([one], files.session, recipe_bytes=300_000) for one in (whole, part)]

    assert 300_000 < sizes[1] < sizes[0] < 500_000


def test_sizes_of_files_add_up(files):
    key = NodeKey("response", "e1")
    planned = [
        PlannedFile(name, what, key)
        for name, what in (("a.pdf", "figures"), ("a.fits", "vectors"), ("a.fits", "references"))
    ]

    each = [about_bytes([one], files.session, recipe_bytes=1) for one in planned]

    assert about_bytes(planned, files.session, recipe_bytes=1) == sum(each)
    assert min(each) > 10_000


def test_what_is_said_of_a_small_report_is_near_the_truth(files, tmp_path):
    path = write_report(files.session, files.chain, tmp_path / "report.html")

    about = about_report_bytes(files.session)
    assert 0.2 < about / path.stat().st_size < 5.0
    assert about_report_bytes(files.session, has_figures=False) < about
    assert about_report_bytes(files.session, 2) < about
