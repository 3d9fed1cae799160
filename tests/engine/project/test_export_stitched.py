"""Tests of engine.project.export_stitched."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table

from engine.compare.junctions import JunctionParams
from engine.files import load
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import NodeKey
from tests.helpers.junctions import JUMP, jumping_stars, two_sides
from tests.helpers.open_files import OpenFiles

SOURCE = "Star 1/1-1"
NAME = "Star-1_1-1_stitched.ecsv"
LEVEL_JY = 0.5


@pytest.fixture
def star():
    """Open 2A and 2B of one star; 2B lies 3 % above."""
    return jumping_stars(np.random.default_rng(4), (LEVEL_JY,))


def exported(files, folder, session=None, **how):
    session = session or files.session
    plan = [
        one
        for one in plan_exports(session, files.chain, ["spectra"], step="junctions", **how)
        if one.node.stage == "extracted"
    ]
    return write_exports(session, files.chain, folder, plan)


def test_each_stage_of_a_source_is_planned_under_a_name_of_its_own(star):
    plan = plan_exports(star.session, star.chain, ["spectra"], step="junctions")

    assert [one.name for one in plan] == [NAME, "Star-1_1-1_stitched-calibrated.ecsv"]


def test_the_table_holds_the_injected_scale_and_gives_back_what_was_observed(star, tmp_path):
    [path] = exported(star, tmp_path).paths

    table = Table.read(path, format="ascii.ecsv")
    assert path.name == NAME
    assert table.colnames[:3] == ["wave_um", "flux_jy", "flux_error_jy"]
    assert np.all(np.diff(table["wave_um"]) > 0)
    first, second = table[table["band"] == "2A"], table[table["band"] == "2B"]
    assert len(first) + len(second) == len(table)
    assert np.all(first["is_scaled"])
    assert not np.any(second["is_scaled"])
    assert first["scale"][0] == pytest.approx(JUMP, abs=0.002)
    assert np.all(second["scale"] == 1.0)
    observed = star.chain.library.product(star.session.entries[0], 0)
    same = np.searchsorted(observed.wave_um, first["wave_um"])
    np.testing.assert_allclose(first["flux_jy"] / first["scale"], observed.flux[same], rtol=1e-12)
    np.testing.assert_allclose(
        first["flux_error_jy"] / first["scale"], observed.error[same], rtol=1e-12
    )


def test_the_error_of_the_scale_stands_apart_from_that_of_the_samples(star, tmp_path):
    [path] = exported(star, tmp_path).paths

    table = Table.read(path, format="ascii.ecsv")
    scaled = table["band"] == "2A"
    shared = table["flux_scale_error_jy"] / table["flux_jy"]
    error = table.meta["fluxknot"]["scale_errors"]["2A"]
    np.testing.assert_allclose(shared[scaled], error / table["scale"][scaled])
    np.testing.assert_allclose(table["scale_error"][scaled], error)
    assert np.all(table["flux_scale_error_jy"][~scaled] == 0.0)
    assert str(table["flux_scale_error_jy"].unit) == "Jy"


def test_a_junction_without_a_jump_is_left_at_1_and_the_header_says_why(tmp_path):
    files = OpenFiles()
    first, second = two_sides(np.random.default_rng(7), LEVEL_JY, program="1", mjd=59700.0)
    files.add(first, "spectrum", "standard star")
    level = replace(second, flux=second.flux / JUMP, error=second.error / JUMP)
    files.add(level, "spectrum", "standard star")

    [path] = exported(files, tmp_path).paths

    table = Table.read(path, format="ascii.ecsv")
    said = table.meta["fluxknot"]
    assert np.all(table["scale"] == 1.0)
    assert np.all(table["flux_scale_error_jy"] == 0.0)
    assert "no jump beyond 3 σ" in said["left_at_1"]["2A|2B"]
    assert any(one.startswith("Not stitched: 2A|2B") for one in said["origin"]["notes"])


def test_the_header_states_the_anchor_and_every_scale(star, tmp_path):
    key = NodeKey("junctions", SOURCE)
    session = star.session.with_params(key, JunctionParams(anchor="2A"))

    [path] = exported(star, tmp_path, session).paths

    said = Table.read(path, format="ascii.ecsv").meta["fluxknot"]
    assert said["is_scaled"] is True
    assert said["anchor"] == "2A"
    assert said["stage"] == "extracted"
    assert said["scales"]["2A"] == 1.0
    assert said["scales"]["2B"] == pytest.approx(1.0 / JUMP, abs=0.002)
    assert said["unscaled"] == []
    assert 0.0 < said["scale_errors"]["2B"] < 0.002
    assert "Stitched: 2A times 1." in said["origin"]["notes"]
    assert "2A" in said["recipe"]


def test_a_band_beyond_a_gap_is_left_as_it_is_and_named(star, tmp_path):
    far = two_sides(np.random.default_rng(5), LEVEL_JY, program="1", mjd=59700.0)[1]
    wave = far.wave_um + 8.0  # 16.67 to 18.13 um: no overlap with 2B
    far = replace(far, wave_um=wave, identity=replace(far.identity, band="3C"))
    star.add(far, "spectrum", "standard star")

    [path] = exported(star, tmp_path).paths

    table = Table.read(path, format="ascii.ecsv")
    assert table.meta["fluxknot"]["unscaled"] == ["3C"]
    beyond = table[table["band"] == "3C"]
    np.testing.assert_array_equal(beyond["flux_jy"], far.flux)
    assert not np.any(beyond["is_scaled"])


def test_what_cannot_be_stitched_is_skipped_with_the_reason(tmp_path):
    files = OpenFiles()
    first, second = two_sides(np.random.default_rng(6), LEVEL_JY, program="1", mjd=59700.0)
    files.add(first, "spectrum", "standard star")
    apart = replace(second, wave_um=second.wave_um + 1.0)
    files.add(apart, "spectrum", "standard star")

    written = exported(files, tmp_path)

    assert written.paths == ()
    [(name, reason)] = written.skipped
    assert name == NAME
    assert "nothing to stitch" in reason


@pytest.mark.parametrize("extension", ["ecsv", "csv"])
def test_the_file_opens_again_as_a_spectrum_of_the_source(star, tmp_path, extension):
    [path] = exported(star, tmp_path, formats={"spectra": (extension,)}).paths

    loaded = load(path)

    [spectrum] = loaded.products
    assert loaded.kind == "spectrum"
    assert spectrum.identity.target == "Star 1"
    assert spectrum.unit == "Jy"
    assert np.median(spectrum.flux) == pytest.approx(JUMP * LEVEL_JY, rel=0.002)


def test_spectra_as_fits_and_as_tables_give_one_stitched_table(star):
    plan = plan_exports(
        star.session,
        star.chain,
        ["spectra"],
        step="junctions",
        formats={"spectra": ("fits", "ecsv")},
    )

    assert [one.name for one in plan if one.node.stage == "extracted"] == [NAME]
