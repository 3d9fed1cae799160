"""Tests of engine.project.export_limits, and of tables that are limited."""

import json

import pytest
from astropy.table import Table

from engine.files.making import read_making
from engine.model.bands import band_named
from engine.project.chain import Chain
from engine.project.export_limits import is_wanted, limited_name, limits_in_words
from engine.project.export_tables import build_table, tables_of
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.rerun import rerun_export
from engine.project.session import Session
from engine.simulate.fits_products import x1d_bytes
from tests.helpers.figures import texts
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_files import (
    COUNTS_4A,
    MODEL,
    OTHER_MODEL,
    OTHER_SPECTRUM_4A,
    SPECTRUM_4A,
    exposure,
    spectrum,
    write_files,
)


@pytest.fixture
def files():
    """Return a spectrum of each of two stars, and their models."""
    files = OpenFiles()
    files.spectrum("Star A", "1B")
    files.spectrum("Star B", "1B", seed=2)
    files.model("Star A")
    files.model("Star B")
    return files


def test_a_subject_limits_to_its_used_results_and_a_result_to_itself(files):
    session, first = files.session, NodeKey("response", "e1")
    not_used = NodeKey("fringe", "e1")

    assert is_wanted(session, first, frozenset({"e1"}), "")
    assert not is_wanted(session, first, frozenset({"e2"}), "")
    assert not is_wanted(session, not_used, frozenset({"e1"}), "")
    assert is_wanted(session, not_used, frozenset({not_used}), "")
    assert is_wanted(session, not_used, None, "fringe")


def test_a_limited_table_has_fewer_rows_and_says_to_what_it_is_limited(files):
    whole = build_table(files.session, files.chain, "responses")
    part = build_table(files.session, files.chain, "responses", of=("response:e2",))

    assert (len(whole), len(part)) == (2, 1)
    assert part.title.startswith(f"{whole.title}: limited to Star B")
    assert part.title.endswith(" 1B")


def test_a_table_that_all_results_are_in_is_not_called_limited(files):
    part = dict(tables_of("", files.session, files.chain, frozenset({"e1"})))
    whole = dict(tables_of("", files.session, files.chain, frozenset({"e1", "e2"})))

    assert part["responses"] == ("response:e1",)
    assert whole["responses"] == ()
    assert "junctions" not in part


def test_the_name_of_a_part_is_not_that_of_the_whole(files):
    names = [
        limited_name(files.session, "responses", nodes, "ecsv")
        for nodes in ((), ("response:e1",), ("response:e1", "response:e2"))
    ]

    assert names[0] == "responses.ecsv"
    assert names[1].startswith("Star-A_")
    assert names[1].endswith("_1B_responses.ecsv")
    assert names[2] == "selected_responses.ecsv"


def test_of_many_results_some_are_named_and_the_others_counted(files):
    nodes = [f"loss:band {number}" for number in range(5)]

    assert limits_in_words(files.session, nodes) == "band 0, band 1, band 2 and 2 more"


def test_the_bands_of_a_source_are_named_in_order_of_wavelength():
    files = OpenFiles()
    for star, band in (("Star B", "1C"), ("Star A", "2A"), ("Star B", "1B")):
        files.spectrum(star, band)

    said = limits_in_words(files.session, ("response:e1", "response:e2", "response:e3"))

    assert said == "Star B 1-1 1B, Star B 1-1 1C, Star A 1-1 2A"


def test_a_limited_table_is_made_again_from_its_recipe(tmp_path):
    data = write_files(tmp_path / "data", SPECTRUM_4A, COUNTS_4A, MODEL)
    session = add_files(Session(), read_files([data], Library())).session
    source = session.segments[0].identity.source_key
    plan = plan_exports(session, Chain(), ["tables"], only=frozenset({source}))
    limited = [one for one in plan if one.table == "band-snr"]

    [path] = write_exports(session, Chain(), tmp_path / "out", limited).paths
    again = rerun_export(path, [data], tmp_path / "again", Chain())

    assert limited[0].of == (f"band_snr:{source}",)
    assert "limited to 16 Cyg B 1538-1" in str(Table.read(path).meta)
    assert again.is_identical


def test_results_of_one_source_that_are_asked_for_as_such_share_a_figure(files):
    files.spectrum("Star A", "1C", seed=3)
    session = files.session
    seen = frozenset(NodeKey("calibrate", one) for one in ("e1", "e2", "e5"))

    plan = plan_exports(session, files.chain, ["spectra", "tables", "figures"], only=seen)
    alone = plan_exports(session, files.chain, ["figures"], only=frozenset({"e1"}))

    figures = [one for one in plan if one.what == "figures"]
    assert [one.name for one in figures] == [
        "Star-B_1-1_1B_calibrated.pdf",
        "Star-A_1-1_calibrated.pdf",
    ]
    assert [one.of for one in figures] == [(), ("calibrate:e1", "calibrate:e5")]
    assert len([one for one in plan if one.what == "spectra"]) == 3
    assert [one.name for one in plan if one.what == "tables"] == ["calibrated.ecsv"]
    assert not any(one.of for one in alone)


def test_the_step_of_calibrated_spectra_has_a_figure_a_source_and_everything_one_a_band(files):
    files.spectrum("Star A", "1C", seed=3)
    session = files.session

    of_step = plan_exports(session, files.chain, ["figures"], step="calibrate")
    every = plan_exports(session, files.chain, ["figures"])

    names = [one.name for one in of_step]
    assert "Star-A_1-1_calibrated.pdf" in names
    assert len(names) == len(session.sources)
    assert "Star-A_1-1_1C_calibrated.pdf" in [one.name for one in every]


def test_extractions_that_are_seen_together_share_a_figure_and_those_of_a_step_do_not(tmp_path):
    files = OpenFiles()
    seen = frozenset(NodeKey("extract", files.cube(band=band)) for band in ("1B", "1C"))
    formats = {"figures": ("svg",)}

    plan = plan_exports(files.session, files.chain, ["figures"], formats=formats, only=seen)
    of_step = plan_exports(files.session, files.chain, ["figures"], step="extract")
    write_exports(files.session, files.chain, tmp_path, plan)

    assert [one.name for one in plan] == ["Star-A_1-1_extraction.svg"]
    assert {"1B", "1C"} <= set(texts(tmp_path / plan[0].name))
    assert [one.name for one in of_step] == [
        f"Star-A_1-1_{band}_extraction.pdf" for band in ("1B", "1C")
    ]


def test_a_part_lists_the_files_that_it_rests_on_alone_and_is_made_again_from_them(tmp_path):
    strangers = OTHER_SPECTRUM_4A, OTHER_MODEL
    data = write_files(tmp_path / "data", SPECTRUM_4A, MODEL, *strangers)
    neighbor, star = "cyg_4b_x1d.fits", exposure("16 Cyg B")
    simulated = x1d_bytes(spectrum("4B").observed, star, band_named("4B"), filename=neighbor)
    (data / neighbor).write_bytes(simulated)
    session = add_files(Session(), read_files([data], Library())).session
    own = frozenset(
        NodeKey("calibrate", one.id)
        for one in session.segments
        if one.identity.target.startswith("16")
    )
    plan = plan_exports(session, Chain(), ["tables", "figures"], only=own)

    paths = write_exports(session, Chain(), tmp_path / "out", plan).paths
    again = [rerun_export(one, [data], tmp_path / "again", Chain()) for one in paths]

    assert sorted(one.name.rpartition("_")[2] for one in paths) == [
        "calibrated.ecsv",
        "calibrated.pdf",
    ]
    recipes = [json.loads(read_making(one).recipe) for one in paths]
    inputs = [{entry["name"] for entry in one["entries"]} for one in recipes]
    assert inputs == 2 * [{SPECTRUM_4A, neighbor, MODEL}]
    assert all(one.is_identical for one in again)
