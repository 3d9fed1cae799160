"""Tests of engine.project.junction_steps_step and its tables."""

import pytest

from engine.compare.junctions import JunctionLimits, JunctionParams
from engine.model.identity import Identity
from engine.mrs.extraction import ExtractionParams
from engine.mrs.residual_fringes import ResidualFringeParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports
from engine.project.keys import NodeKey
from tests.helpers.cubes import star_cube
from tests.helpers.junctions import JUMP, jumping_stars
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def files(rng):
    """Return six stars in 2A and 2B; 2B lies 3 % above."""
    return jumping_stars(rng)


def test_the_steps_of_the_chain_that_change_nothing_are_left_out(files):
    key = NodeKey("junction_steps", "Star 1/1-1")

    found = files.chain.evaluate(files.session, key)

    assert [name for name, _ in found.steps] == ["extract"]
    assert any("after calibrate" in one for one in found.messages)


def test_a_fringe_correction_that_is_on_is_a_step_of_its_own(files):
    segment = files.session.segments[0].id
    session = files.session.with_params(
        NodeKey("fringe", segment), ResidualFringeParams(apply="on")
    )

    found = files.chain.evaluate(session, NodeKey("junction_steps", "Star 1/1-1"))

    rows = found.at("2A|2B")
    assert [name for name, _ in rows] == ["extract", "fringe"]
    assert rows[1][1].ratio == pytest.approx(JUMP, abs=0.01)


def test_the_limits_that_were_dragged_hold_for_all_steps(files):
    key = NodeKey("junction_steps", "Star 1/1-1")
    limits = JunctionParams(limits=(JunctionLimits("2A|2B", 8.69, 8.74),))
    session = files.session.with_params(NodeKey("junctions", "Star 1/1-1"), limits)

    found = files.chain.evaluate(session, key)

    assert files.chain.digest(session, key) != files.chain.digest(files.session, key)
    assert found.at("2A|2B")[0][1].limits_um == (8.69, 8.74)


def test_cubes_have_centroids_and_apertures_to_compare(rng):
    files = OpenFiles()
    for band, low, place in (("1A", 4.92, (10.0, 11.0)), ("1B", 5.70, (10.6, 11.0))):
        identity = Identity(target="Star A", program="1", observation="1", band=band)
        cube = star_cube(wave_um=(low, low + 0.82), n_wave=150, identity=identity, center=place)
        files.add(cube, "cube", "standard star")
    wide = ExtractionParams(radius_fwhm=2.5)
    session = files.session.with_params(NodeKey("extract", "e2"), wide)

    found = files.chain.evaluate(session, NodeKey("junction_steps", "Star A/1-1"))

    shift = [(one.east_arcsec**2 + one.north_arcsec**2) ** 0.5 for one in found.offsets]
    assert [one.band for one in found.offsets] == ["1A", "1B"]
    assert 2.0 * shift[0] == pytest.approx(0.6 * cube.spaxel_arcsec, rel=0.1)
    assert any("apertures" in one for one in found.messages)


def test_replaced_spectra_have_no_part_in_it(files):
    [other] = [one for one in files.session.segments if one.id == "e1"]
    session = files.session.with_exclusion(other.id, "bad")

    keys = [key for key in files.chain.keys(session) if key.step == "junction_steps"]

    assert NodeKey("junction_steps", "Star 1/1-1") not in keys
    assert NodeKey("junction_steps", "Star 2/2-1") in keys


def test_figure_and_tables_have_clear_names(files):
    names = [one.name for one in plan_exports(files.session, files.chain, ("figures", "tables"))]

    assert "Star-1_1-1_junction-steps.pdf" in names
    assert "junction-steps.ecsv" in names


def test_the_table_has_a_row_for_each_step_and_junction(files):
    table = build_table(files.session, files.chain, "junction-steps")

    assert list(table.column("after").values) == ["extract"] * 6
    assert table.column("ratio").values == pytest.approx(JUMP, abs=0.003)
