"""Tests of engine.project.exports, export_session and export_tables."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from engine import __version__
from engine.errors import Cancelled, DataError, FileError
from engine.files import load
from engine.files.folders import require_free
from engine.files.gate import open_gated
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import HeldValue, Mask, SampleWeight, StarResponseParams
from engine.project.chain import Chain
from engine.project.edits import rename_target, restore_recipe
from engine.project.export_products import FORMATS, WHATS
from engine.project.export_session import export_session
from engine.project.export_tables import TABLES, build_table
from engine.project.exports import PlannedFile, plan_exports, provenance_of, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.report_choice import REPORT_NAME
from engine.project.session import Session
from tests.helpers import star_files
from tests.helpers.disk import file_size_limit
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_files import (
    CORRECTION_4A,
    COUNTS_4A,
    CUBE_4A,
    CUBE_4B,
    MODEL,
    SPECTRUM_4A,
    write_files,
)


def opened(folder, *names):
    """Open simulated files from a folder."""
    read = read_files([write_files(folder, *names)], Library())
    return add_files(Session(), read).session


@pytest.fixture
def star(tmp_path):
    """Open two cubes of a star with its model and one aperture correction."""
    return opened(tmp_path / "data", CORRECTION_4A, CUBE_4A, CUBE_4B, MODEL)


@pytest.fixture
def memory():
    """Return files in memory: a spectrum of each of two stars, one a standard, and their models."""
    files = OpenFiles()
    files.spectrum("Star A", "1B")
    files.spectrum("Star B", "1B", seed=2, role="other")
    files.model("Star A")
    files.model("Star B")
    return files


def names_of(plan):
    return [one.name for one in plan]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# The plan


def test_the_plan_names_every_file_before_anything_is_computed(star):
    chain = Chain()

    products = names_of(plan_exports(star, chain, ["spectra", "vectors"]))
    others = names_of(plan_exports(star, chain, ["figures", "tables"]))

    assert [name for name in products if "fringe" not in name] == [
        "16-Cyg-B_1538-1_4A_x1d.fits", "16-Cyg-B_1538-1_4B_x1d.fits",
        "16-Cyg-B_1538-1_4A_vector.fits", "16-Cyg-B_1538-1_4B_vector.fits",
        "16-Cyg-B_1538-1_4A_calibrated.fits", "16-Cyg-B_1538-1_4B_calibrated.fits",
        "16-Cyg-B_1538-1_stitched.ecsv", "16-Cyg-B_1538-1_stitched-calibrated.ecsv",
    ]  # fmt: skip
    assert {
        "16-Cyg-B_1538-1_4A_extraction.pdf", "16-Cyg-B_1538-1_4B_response.pdf",
        "16-Cyg-B_1538-1_4A_calibrated.pdf", "16-Cyg-B_1538-1_junctions-extracted.pdf",
        "16-Cyg-B_1538-1_junctions-calibrated.pdf", "extractions.ecsv", "responses.ecsv",
        "breakpoints.ecsv", "calibrated.ecsv", "junctions.ecsv",
    } <= set(others)  # fmt: skip
    assert all(chain.state(star, key) == "stale" for key in chain.keys(star))


def test_the_plan_can_be_limited_by_kind_by_subject_and_by_format(star):
    chain = Chain()

    vectors = plan_exports(star, chain, ["vectors"], formats=FORMATS)
    of_one = plan_exports(star, chain, ["vectors", "figures"], only=frozenset({"e2"}))

    assert names_of(vectors) == [
        f"16-Cyg-B_1538-1_{band}_vector.{extension}"
        for band in ("4A", "4B")
        for extension in ("fits", "ecsv")
    ]
    assert {one.node.subject for one in of_one} == {"e2"}


def test_equal_observations_get_names_of_their_own(tmp_path):
    session = opened(tmp_path, CUBE_4A, SPECTRUM_4A, MODEL)

    names = names_of(plan_exports(session, Chain(), ["vectors"]))

    assert names == ["16-Cyg-B_1538-1_4A_vector.fits", "16-Cyg-B_1538-1_4A_vector-2.fits"]


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "/root/x", "CON", "a\0b", "x" * 500, "<b>μ Col</b>", "-rf", ""]
)
def test_no_name_of_a_target_leaves_the_folder(tmp_path, memory, target):
    session = rename_target(memory.session, ("e1",), target).with_model(target, "e3")
    plan = plan_exports(session, memory.chain, ["vectors"])

    written = write_exports(session, memory.chain, tmp_path / "out", plan)

    assert all(re.fullmatch(r"[A-Za-z0-9+][A-Za-z0-9+._-]{0,150}", one.name) for one in plan)
    assert {path.parent for path in written.paths} == {tmp_path / "out"}
    assert len(list((tmp_path / "out").iterdir())) == len(written.paths) == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_targets_that_differ_in_case_alone_do_not_share_a_file(memory):
    session = rename_target(memory.session, ("e1",), "star b")

    names = names_of(plan_exports(session, memory.chain, ["vectors"]))

    assert len({name.casefold() for name in names}) == 2


# Nothing is lost


def test_nothing_is_written_when_one_name_is_taken(tmp_path, memory):
    plan = plan_exports(memory.session, memory.chain, ["vectors", "tables"])
    (tmp_path / plan[-1].name).write_text("mine")

    with pytest.raises(FileError, match=f"{plan[-1].name}: it is in"):
        write_exports(memory.session, memory.chain, tmp_path, plan)

    assert contents(tmp_path) == {plan[-1].name: b"mine"}
    assert memory.chain.state(memory.session, plan[0].node) == "stale"


def test_a_name_that_turns_out_to_be_needed_is_checked_as_well(tmp_path):
    session = opened(tmp_path / "data", COUNTS_4A)
    plan = plan_exports(session, Chain(), ["spectra", "figures"])
    out = tmp_path / "out"
    out.mkdir()
    (out / "10-Lac_1524-16_4A_x1d.ecsv").write_text("mine")

    with pytest.raises(FileError, match=r"10-Lac_1524-16_4A_x1d\.ecsv"):
        write_exports(session, Chain(), out, plan)

    assert contents(out) == {"10-Lac_1524-16_4A_x1d.ecsv": b"mine"}


def test_a_link_that_leads_nowhere_counts_as_taken(tmp_path):
    (tmp_path / "a.fits").symlink_to(tmp_path / "nothing")

    with pytest.raises(FileError, match=r"a\.fits: it is in .* already\."):
        require_free(tmp_path, ["a.fits"])
    require_free(tmp_path, ["b.fits"])
    require_free(tmp_path / "nothing", ["a.fits"])


def test_files_are_replaced_when_that_is_allowed(tmp_path, memory):
    plan = plan_exports(memory.session, memory.chain, ["vectors"])
    (tmp_path / plan[0].name).write_text("old")

    write_exports(memory.session, memory.chain, tmp_path, plan, exists="replace")

    assert load(tmp_path / plan[0].name).kind == "vector"


def test_a_disk_that_fills_up_is_told_and_leaves_no_half_file(tmp_path, memory):
    plan = plan_exports(memory.session, memory.chain, ["vectors"])
    old = tmp_path / plan[0].name
    old.write_text("old")

    with file_size_limit(5000), pytest.raises(FileError, match=plan[0].name):
        write_exports(memory.session, memory.chain, tmp_path, plan, exists="replace")

    assert contents(tmp_path) == {plan[0].name: b"old"}


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path, memory, name):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match="not a folder"):
        write_exports(memory.session, memory.chain, tmp_path / name, ())


def test_cancelling_leaves_whole_files_only(tmp_path, memory):
    class StopsAtTheSecond:
        n_begun = 0

        def step(self, done, total, note=""):
            self.n_begun += note.startswith("writing")
            if self.n_begun > 1:
                raise Cancelled

    plan = plan_exports(memory.session, memory.chain, ["vectors"])

    with pytest.raises(Cancelled):
        write_exports(memory.session, memory.chain, tmp_path, plan, progress=StopsAtTheSecond())

    assert list(contents(tmp_path)) == [plan[0].name]
    assert load(tmp_path / plan[0].name).kind == "vector"


def test_progress_goes_from_nothing_to_all_files_and_never_back(tmp_path):
    session, told = opened(tmp_path / "data", CUBE_4A, CUBE_4B, MODEL), []

    class Told:
        def step(self, done, total, note=""):
            told.append((done, total))

    what = ["spectra", "vectors"]
    written = export_session(session, Chain(), tmp_path / "out", what, progress=Told())

    counts = [done for done, _ in told]
    n_files = len(written.paths)
    assert {total for _, total in told} == {n_files}
    assert counts == sorted(counts)
    assert {0, n_files - 1, n_files} <= set(counts)


# What cannot be had


def test_a_result_that_cannot_be_had_is_skipped_with_the_reason(tmp_path, memory):
    session = memory.session.with_params(
        NodeKey("response", "e1"), StarResponseParams(cutoffs_um=(1.0, 2.0))
    )
    plan = plan_exports(session, memory.chain, ["vectors", "spectra", "figures"])

    written = write_exports(session, memory.chain, tmp_path, plan)

    skipped = {name.partition("_1B_")[2]: why for name, why in written.skipped if "_1B_" in name}
    assert set(skipped) == {"vector.fits", "response.pdf", "calibrated.fits", "calibrated.pdf"}
    assert all("cut-offs" in reason for reason in skipped.values())
    assert sorted(path.name for path in written.paths) == sorted(contents(tmp_path))
    assert len([path for path in written.paths if "_1B_" in path.name]) == 4


def test_an_input_that_is_gone_costs_only_what_needs_it(tmp_path):
    session = opened(tmp_path / "data", CUBE_4A, CUBE_4B, MODEL)
    (tmp_path / "data" / CUBE_4A).unlink()
    chain = Chain()

    written = write_exports(
        session, chain, tmp_path / "out", plan_exports(session, chain, ["vectors", "figures"])
    )

    names = {path.name for path in written.paths}
    assert "16-Cyg-B_1538-1_4B_vector.fits" in names
    assert "16-Cyg-B_1538-1_4A_vector.fits" not in names
    assert any(CUBE_4A in reason and "no such file" in reason for _, reason in written.skipped)


def test_tables_of_steps_that_the_session_has_not_are_not_planned(memory):
    planned = names_of(plan_exports(memory.session, memory.chain, ["tables"]))

    assert {"responses.ecsv", "breakpoints.ecsv", "calibrated.ecsv"} <= set(planned)
    assert not {"extractions.ecsv", "junctions.ecsv"} & set(planned)


def test_tables_without_a_row_are_skipped(tmp_path, memory):
    impossible = StarResponseParams(cutoffs_um=(1.0, 2.0))
    session = memory.session.with_params(NodeKey("response", EVERYTHING), impossible)

    written = write_exports(
        session, memory.chain, tmp_path, plan_exports(session, memory.chain, ["tables"])
    )

    assert {"responses.ecsv", "calibrated.ecsv"} <= {name for name, _ in written.skipped}
    assert all("Nothing in this session" in reason for _, reason in written.skipped)
    with pytest.raises(DataError, match="responses"):
        build_table(session, memory.chain, "responses")


# Formats


def test_count_rates_go_to_ecsv_and_never_to_x1d(tmp_path):
    session = opened(tmp_path / "data", COUNTS_4A)
    chain = Chain()

    written = write_exports(
        session, chain, tmp_path / "out", plan_exports(session, chain, ["spectra"])
    )

    assert [path.name for path in written.paths] == ["10-Lac_1524-16_4A_x1d.ecsv"]
    assert load(written.paths[0]).products[0].unit == "DN/s"


def test_count_rates_that_are_wanted_both_ways_are_written_once(tmp_path):
    session = opened(tmp_path / "data", COUNTS_4A)
    chain = Chain()
    plan = plan_exports(session, chain, ["spectra"], formats=FORMATS)

    written = write_exports(session, chain, tmp_path / "out", plan)

    assert sorted(contents(tmp_path / "out")) == [
        "10-Lac_1524-16_4A_x1d.csv", "10-Lac_1524-16_4A_x1d.ecsv",
    ]  # fmt: skip
    [(name, reason)] = written.skipped
    assert name.endswith(".fits")
    assert "ECSV" in reason


def test_every_format_holds_the_same_numbers(tmp_path, star):
    chain = Chain()
    only = frozenset({"e2"})
    plan = plan_exports(star, chain, ["spectra", "vectors"], formats=FORMATS, only=only)

    written = write_exports(star, chain, tmp_path / "out", plan)

    spectrum = chain.result(star, NodeKey("calibrate", "e2")).spectrum
    for path in written.paths:
        product = load(path).products[0]
        if "calibrated" in path.name:
            np.testing.assert_array_equal(product.flux, spectrum.flux)
            np.testing.assert_array_equal(product.wave_um, spectrum.wave_um)
            np.testing.assert_array_equal(product.error, spectrum.error)
    assert len(written.paths) == 2 * 3 + 2


@pytest.mark.parametrize("kind", [one for one in WHATS if one not in {"references", "images"}])
def test_two_runs_give_the_same_bytes(tmp_path, star, kind):
    for run in ("one", "two"):
        chain = Chain()
        formats = {**FORMATS, "figures": ("pdf",)}  # others: tests of engine.figures
        only = frozenset({"e2"}) if kind == "figures" else None
        plan = plan_exports(star, chain, [kind], formats=formats, only=only)
        write_exports(star, chain, tmp_path / run, plan)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) >= 3


def test_no_clock_and_no_path_of_this_machine_is_in_any_export(tmp_path, star):
    chain = Chain()
    formats = {**FORMATS, "figures": ("svg",)}
    write_exports(star, chain, tmp_path / "out", plan_exports(star, chain, formats=formats))

    for name, content in contents(tmp_path / "out").items():
        assert str(tmp_path).encode() not in content, name


# Provenance


def test_every_export_says_from_what_and_how_it_was_made(tmp_path, star):
    session = star.with_params(NodeKey("extract", EVERYTHING), ExtractionParams(radius_fwhm=1.75))
    chain = Chain()
    write_exports(session, chain, tmp_path / "out", plan_exports(session, chain, ["vectors"]))

    with fits.open(tmp_path / "out" / "16-Cyg-B_1538-1_4A_vector.fits", memmap=False) as hdus:
        table = hdus["FLUXKNOT"].data
        rows = dict(zip(table["KEY"], table["VALUE"], strict=True))

    assert rows["VERSION"] == __version__
    hashes = dict(json.loads(rows["INPUTS"]))
    assert list(hashes) == [CORRECTION_4A, CUBE_4A, MODEL]
    for name, digest in hashes.items():
        with open_gated(tmp_path / "data" / name) as file:
            assert file.sha256 == digest
    recipe = json.loads(rows["RECIPE"])
    assert recipe["upstream"][0]["params"]["radius_fwhm"] == 1.75


def test_a_table_over_everything_names_every_file(memory):
    provenance = provenance_of(memory.session, memory.chain, None)

    assert [name for name, _ in provenance.inputs] == ["1.fits", "2.fits", "3.fits", "4.fits"]


@pytest.mark.parametrize("extension", ["fits", "ecsv"])
def test_an_exported_vector_restores_what_was_decided(tmp_path, star, extension):
    params = StarResponseParams(
        breakpoints_um=(18.3, 19.1, 20.0),
        masks=(Mask(18.6, 18.75, "H I 7–6, “wide”"),),
        held=(HeldValue(19.5, 1.02),),
        weights=(SampleWeight(19.2, 0.0, "cosmic ray"),),
        fit_in="inverse",
    )
    key = NodeKey("response", "e2")
    session, chain = star.with_params(key, params), Chain()
    plan = plan_exports(session, chain, ["vectors"], formats={"vectors": (extension,)})
    path = write_exports(session, chain, tmp_path / "out", plan[:1]).paths[0]

    restored, node = restore_recipe(star, load(path).products[0])

    assert node == key
    assert restored.own_params(key) == params
    again = chain.evaluate(restored, node)
    assert again is chain.result(session, key)


def test_an_opened_vector_calibrates_as_the_response_it_came_from(tmp_path, star):
    chain = Chain()
    plan = plan_exports(star, chain, ["vectors"])
    write_exports(star, chain, tmp_path / "out", plan[:1])
    read = read_files([tmp_path / "out"], chain.library)
    opened = add_files(star, read)
    [vector] = opened.added
    key = NodeKey("calibrate", "e2")

    session = opened.session.with_params(key, CalibrationParams(vector_of=vector))

    np.testing.assert_array_equal(
        chain.evaluate(session, key).spectrum.flux, chain.evaluate(star, key).spectrum.flux
    )


def test_the_exported_vector_is_the_truth_that_was_simulated(tmp_path, star):
    chain = Chain()
    plan = plan_exports(star, chain, ["vectors"], only=frozenset({"e2"}))
    [path] = write_exports(star, chain, tmp_path / "out", plan).paths

    vector = load(path).products[0]

    truth = star_files.cube("4A").truth.response
    middle = slice(60, -60)
    assert abs(np.nanmedian(vector.value[middle] / truth[middle]) - 1.0) < 0.01
    assert vector.kind == "relative factor"


# Everything at once


def test_a_session_is_exported_with_its_report(tmp_path, memory):
    written = export_session(memory.session, memory.chain, tmp_path / "out")

    assert written.paths[-1] == tmp_path / "out" / REPORT_NAME
    assert all(path.is_file() for path in written.paths)


def test_the_report_alone(tmp_path, memory):
    written = export_session(memory.session, memory.chain, tmp_path / "out", ["report"])

    assert list(contents(tmp_path / "out")) == [REPORT_NAME]
    assert written.skipped == ()


def test_nothing_is_written_when_the_report_is_there_already(tmp_path, memory):
    (tmp_path / REPORT_NAME).write_text("mine")

    with pytest.raises(FileError, match=REPORT_NAME):
        export_session(memory.session, memory.chain, tmp_path)

    assert contents(tmp_path) == {REPORT_NAME: b"mine"}


# Tables


def test_the_tables_hold_one_row_a_result(tmp_path, star):
    chain = Chain()

    rows = {"extractions": 2, "responses": 2, "calibrated": 2, "junctions": 2 * 11}
    tables = {name: build_table(star, chain, name) for name in (*rows, "breakpoints")}

    assert set(tables) <= set(TABLES)
    assert {name: len(tables[name]) for name in rows} == rows
    assert list(tables["extractions"].column("band").values) == ["4A", "4B"]
    response = chain.result(star, NodeKey("response", "e2"))
    first = tables["breakpoints"]
    of_4a = first.column("band").values == "4A"
    np.testing.assert_array_equal(first.column("wave_um").values[of_4a], response.breakpoints_um)
    np.testing.assert_array_equal(first.column("factor").values[of_4a], response.breakpoint_values)
    assert tables["responses"].column("n_used").values[0] == response.n_used
    assert set(tables["junctions"].column("stage").values) == {"extracted", "calibrated"}


def test_a_table_without_breakpoints_is_written_all_the_same(tmp_path, memory):
    session = memory.session.with_params(
        NodeKey("response", EVERYTHING), StarResponseParams(breakpoints_um=())
    )
    plan = [PlannedFile("breakpoints.ecsv", "tables", None, "breakpoints")]

    [path] = write_exports(session, memory.chain, tmp_path, plan).paths

    table = Table.read(path, format="ascii.ecsv")
    assert len(table) == 0
    assert {"wave_um", "factor", "stat_error"} <= set(table.colnames)


def test_what_is_left_out_is_in_no_table(memory):
    session = memory.session.with_exclusion("e1", "mirror event")

    table = build_table(session, memory.chain, "responses")

    assert list(table.column("target").values) == ["Star B"]


def test_what_failed_is_in_no_table(memory):
    session = memory.session.with_params(
        NodeKey("response", "e1"), StarResponseParams(cutoffs_um=(1.0, 2.0))
    )

    table = build_table(session, memory.chain, "calibrated")

    assert list(table.column("target").values) == ["Star B"]


def test_a_table_without_numbers_says_nan_and_not_zero(memory):
    entry = memory.session.entry("e1")
    spectrum = memory.chain.library.product(entry, 0)
    blind = replace(spectrum, error=np.full(spectrum.size, np.nan))
    memory.chain.library.keep(replace(memory.chain.library.loaded(entry), products=(blind,)))

    table = build_table(memory.session, memory.chain, "calibrated")

    assert np.isfinite(table.column("median_flux_jy").values).all()
    assert np.isnan(table.column("mjd").values).all()
