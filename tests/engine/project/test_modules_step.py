"""Tests of engine.project.modules_step, of its tables, and of corrected copies."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.files import Loaded, load
from engine.nircam.module_correction import CorrectionParams
from engine.nircam.module_offsets import array_subject
from engine.nircam.module_terms import read_module_terms
from engine.project.chain import Chain
from engine.project.export_corrected import planned_copies
from engine.project.exports import plan_exports, write_exports
from engine.project.module_tables import (
    correction_table,
    difference_table,
    file_table,
    gradient_table,
    offset_table,
)
from engine.project.nircam_inputs import CORRECTION_KEY, GRADIENTS_KEY, OFFSETS_KEY
from engine.project.recipes import recipe_text, restore_session
from engine.project.result_codec import pack_result, unpack_result
from engine.project.session import Session
from engine.simulate.nircam_field import published_terms
from tests.helpers.nircam_session import entries_of, nircam_demo


@pytest.fixture(scope="module")
def demo():
    """Return session and chain of the demo."""
    return nircam_demo()


def rows_of(table, **wanted):
    """Return the rows of a table, as dicts, whose columns have these values."""
    names = [one.name for one in table.columns]
    rows = [
        dict(zip(names, row, strict=True))
        for row in zip(*(one.values for one in table.columns), strict=True)
    ]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_the_demo_gives_table_2_back(demo):
    session, chain = demo

    table = gradient_table([("", chain.evaluate(session, GRADIENTS_KEY))])

    rows = rows_of(table, calibration="jwst_1130.pmap", first="1", second="2")
    assert [(row["array"], row["filter"]) for row in rows] == [
        ("1", "F150W"), ("1", "F200W"), ("2", "F150W"), ("2", "F200W"), ("3", "F150W"),
        ("3", "F200W"), ("4", "F150W"), ("4", "F200W"), ("long", "F356W"), ("long", "F444W"),
    ]  # fmt: skip
    assert [one.name for one in table.columns][:6] == [
        "array", "filter", "delta_ab", "delta_ab_error", "slope", "slope_error",
    ]  # fmt: skip
    for row in rows:
        term = published_terms()[row["filter"], row["array"]]
        assert abs(row["delta_ab"] - term.delta_ab) < 3.5 * row["delta_ab_error"]
        if row["array"] == "long":
            assert abs(row["slope"] - term.slope) < 3.5 * row["slope_error"]
        else:
            assert np.isnan(row["slope"])
    first = [row["calibration"] for row in rows_of(table)]
    assert first == sorted(first, reverse=True)


def test_the_numbers_of_sources_are_like_those_of_table_1(demo):
    session, chain = demo

    table = offset_table([("", chain.evaluate(session, OFFSETS_KEY))])

    rows = rows_of(table, calibration="jwst_1130.pmap", first="1", second="2")
    published = {"F150W": 197 / 8, "F200W": 227 / 8, "F356W": 90, "F444W": 83}
    for name, mean in published.items():
        found = [row["n_p"] + row["n_q"] for row in rows if row["filter"] == name]
        assert np.mean(found) / 2 == pytest.approx(mean, rel=0.4)


def test_the_correction_brings_all_arrays_below_0_02_mag(demo):
    session, chain = demo

    found = chain.evaluate(session, CORRECTION_KEY)

    rows = rows_of(correction_table([("", found)]), first="1")
    rows = [row for row in rows if row["second"] == "2"]
    assert len(rows) == 10  # of the calibration of the fit alone
    assert max(abs(row["delta_ab_before"]) for row in rows) > 0.04
    for row in rows:
        for name in ("delta_p_after", "delta_q_after", "delta_ab_after"):
            assert abs(row[name]) < 0.02
    for row in rows_of(difference_table([("", found)])):
        assert abs(row["after"]) < 4.0 * row["error"]
    assert len(rows_of(file_table([("", found)]), remarks="")) == 6


def test_an_array_left_out_is_not_corrected(demo):
    session, chain = demo
    edited = session.with_exclusion(array_subject("F444W", "long"), "ghosts")

    for terms in ("fitted", "published"):
        found = chain.evaluate(
            edited.with_params(CORRECTION_KEY, CorrectionParams(terms=terms)), CORRECTION_KEY
        )
        reasons = [one.reason for one in found.files if one.filter == "F444W"]
        assert all("no offset for array long in F444W" in one for one in reasons)
        assert any(not one.reason for one in found.files)


def test_table_2_is_applied_without_any_catalog(demo):
    session, chain = demo
    images = entries_of(session, kind="image", name="f444w")[:2]
    bare = replace(Session(), entries=tuple(images)).with_params(
        CORRECTION_KEY, CorrectionParams(terms="published")
    )

    found = chain.evaluate(bare, CORRECTION_KEY)

    assert found.center_deg is None
    assert any("middle of both modules" in one for one in found.messages)
    corrected = next(one for one in found.files if one.module == "A")
    # Delta_AB - k x at the middle of module A, x = -1.4625 arcmin.
    expected = 10.0 ** (0.4 * (-0.01654 + 0.00433 * 1.4625))
    assert corrected.factor == pytest.approx(expected, rel=1e-4)
    with pytest.raises(DataError, match="no fit"):
        chain.digest(replace(Session(), entries=tuple(images)), CORRECTION_KEY)


def test_a_table_that_this_program_wrote_can_be_applied(demo, tmp_path):
    session, chain = demo
    plan = plan_exports(session, chain, ["tables"], step="module_gradients")
    [path] = write_exports(session, chain, tmp_path, plan).paths
    loaded = load(path)
    other = Chain()
    entry = _entry(other, loaded, "e99")
    edited = replace(session, entries=(*session.entries, entry)).with_params(
        CORRECTION_KEY, CorrectionParams(terms="file")
    )

    found = other.evaluate(edited, CORRECTION_KEY)

    fitted = chain.evaluate(session, CORRECTION_KEY)
    assert loaded.kind == "module offsets"
    assert found.terms.calibration == "jwst_1130.pmap"
    for term in fitted.terms.terms:
        assert found.terms.of(term.filter, term.array).delta_ab == term.delta_ab
    assert read_module_terms(loaded.products[0], "x").terms[0].array == "1"


def _entry(chain, loaded: Loaded, name):
    from engine.project.entries import Entry

    chain.library.keep(loaded)
    parts = tuple(one.identity for one in loaded.products)
    return Entry(name, loaded.path, loaded.sha256, loaded.size, loaded.kind, loaded.role, parts)


def test_copies_are_written_of_the_other_module_and_the_files_stay(demo, tmp_path):
    session, chain = demo
    before = {one.path: Path(one.path).read_bytes() for one in session.entries}
    plan = plan_exports(session, chain, ["images"])

    written = write_exports(session, chain, tmp_path, plan)

    assert not written.skipped
    assert [path.name for path in written.paths][:2] == [
        "JWIDF_2738-1_F200W_nrca2-corrected.fits", "JWIDF_2738-1_F444W_nrcalong-corrected.fits",
    ]  # fmt: skip
    assert len(written.paths) == 6
    assert {one.path: Path(one.path).read_bytes() for one in session.entries} == before
    result = chain.evaluate(session, CORRECTION_KEY)
    with fits.open(written.paths[1]) as hdus:
        term = result.terms.of("F444W", "long")
        assert hdus[0].header["MODC_DAB"] == pytest.approx(term.delta_ab)
        assert hdus[0].header["MODC_K"] == pytest.approx(term.slope)
        assert hdus[0].header["MODC_BAS"] == "B"
        assert hdus[0].header["MODC_SRC"] == "fit of epochs 1 and 2"
        assert "Ma+2023" in str(hdus[0].header["HISTORY"])
        copy = hdus["SCI"].data
    source = entries_of(session, kind="image", name="jw02738001001_f444w_nrcalong")[0]
    with fits.open(source.path) as hdus:
        share = copy[5:, 5:].astype(float) / hdus["SCI"].data[5:, 5:]
    x = -1.46 + (np.arange(5, 144) - 71.5) * 129.0 / 60.0 / 144.0
    expected = 10.0 ** (0.4 * (term.delta_ab - term.slope * x))
    assert_allclose(share, np.broadcast_to(expected, share.shape), rtol=2e-4)


def test_a_corrected_copy_that_is_opened_is_not_corrected_again(demo, tmp_path):
    session, chain = demo
    plan = [one for one in plan_exports(session, chain, ["images"]) if "nrcalong" in one.name][:1]
    [path] = write_exports(session, chain, tmp_path, plan).paths
    entry = _entry(chain, load(path), "e99")
    edited = replace(session, entries=(*session.entries, entry))

    found = chain.evaluate(edited, CORRECTION_KEY)
    again = [one for one in plan_exports(edited, chain, ["images"]) if one.band == "e99"]
    written = write_exports(edited, chain, tmp_path / "twice", again)

    about = next(one for one in found.files if one.name == "e99")
    assert "corrected for the offset of its module already" in about.reason
    assert written.paths == ()
    assert "already" in written.skipped[0][1]


def test_the_copies_follow_the_baseline(demo):
    session, _ = demo

    for params, detectors in (
        (CorrectionParams(), {"nrca2", "nrcalong"}),
        (CorrectionParams(baseline="A"), {"nrcb2", "nrcblong"}),
        (CorrectionParams(slope_to="half to each"), {"nrca2", "nrcalong", "nrcb2", "nrcblong"}),
    ):
        names = [name for name, _ in planned_copies(session.with_params(CORRECTION_KEY, params))]
        assert {name.split("_")[3].removesuffix("-corrected.fits") for name in names} == detectors


def test_every_table_is_exported(demo, tmp_path):
    session, chain = demo

    for step in (
        "image_sources",
        "epochs",
        "module_offsets",
        "module_gradients",
        "module_correction",
    ):
        plan = plan_exports(session, chain, ["tables", "figures"], step=step)
        assert [one.name for one in plan if one.what == "figures"] == [
            f"all_{step.replace('_', '-')}.pdf"
        ]
        tables = [one for one in plan if one.what == "tables"]
        written = write_exports(session, chain, tmp_path / step, tables)
        assert not written.skipped
        assert tables


def test_results_come_back_from_the_disk_as_they_were(demo):
    session, chain = demo

    for key in (OFFSETS_KEY, GRADIENTS_KEY, CORRECTION_KEY):
        text, arrays = pack_result(chain.evaluate(session, key))
        assert pack_result(unpack_result(text, arrays))[0] == text


def test_a_recipe_brings_arrays_and_sources_back_that_were_left_out(demo):
    session, chain = demo
    catalog = entries_of(session, kind="source catalog", name="1130_epoch1_f444w")[0]
    edited = session.with_exclusion(array_subject("F150W", "2"), "ghosts")
    edited = edited.with_exclusion(f"{catalog.id}.5", "blended")
    paths = [one.path for one in session.entries]

    restored, key = restore_session(recipe_text(edited, chain, GRADIENTS_KEY), paths)

    assert {one.reason for one in restored.exclusions} == {"ghosts", "blended"}
    before, after = (
        rows_of(gradient_table([("", chain.evaluate(one, key))])) for one in (edited, restored)
    )
    for one, other in zip(before, after, strict=True):
        assert one["remarks"] == other["remarks"]
        np.testing.assert_equal(other["delta_ab"], one["delta_ab"])


def test_an_edit_of_the_correction_leaves_the_fit_alone(demo):
    session, chain = demo
    edited = session.with_params(CORRECTION_KEY, CorrectionParams(baseline="A"))

    assert chain.digest(session, GRADIENTS_KEY) == chain.digest(edited, GRADIENTS_KEY)
    assert chain.digest(session, CORRECTION_KEY) != chain.digest(edited, CORRECTION_KEY)
