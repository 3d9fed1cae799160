"""Tests of engine.project.growth_step: measured aperture corrections in the chain."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import DataError
from engine.files import load
from engine.model.bands import band_named
from engine.mrs.extraction import ExtractionParams
from engine.mrs.growth_curve import GrowthParams
from engine.project.export_limits import is_used
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.result_codec import pack_result, unpack_result
from engine.simulate.aperture_reference import encircled_energy_bytes
from engine.simulate.cubes import simulate_cube
from tests.helpers.open_files import OpenFiles

GROWTH, EXTRACT = NodeKey("growth", "e1"), NodeKey("extract", "e1")
MEASURED = ExtractionParams(aperture_correction="measured")


@pytest.fixture
def energy(tmp_path):
    """Return the encircled energy of 2B, read from the file of the demo."""
    path = tmp_path / "energy.ecsv"
    path.write_bytes(encircled_energy_bytes(band_named("2B")))
    loaded = load(path)
    assert (loaded.kind, loaded.messages) == ("encircled energy", ())
    return loaded.products[0]


@pytest.fixture
def files(rng, energy):
    """Open cubes of a bright (e1) and of a faint star (e2) in 2B, and the encircled energy (e3)."""
    files = OpenFiles()
    for star, snr in (("10 Lac", 3000.0), ("16 Cyg B", 300.0)):
        made = simulate_cube(
            rng, "2B", snr=snr, side=31, background="none", footprint="whole frame",
            cosmic_rays="none",
        )  # fmt: skip
        names = ("wave_um", "data", "error", "flags", "weights")
        thin = {name: getattr(made.cube, name)[::30] for name in names}
        identity = replace(made.cube.identity, target=star, program="1", observation="1")
        files.add(replace(made.cube, **thin, identity=identity), "cube", "standard star")
        if star == "10 Lac":
            files.truth = made.truth
    files.add(energy, "encircled energy", "other")
    return files


def test_the_extraction_with_the_measured_correction_gives_the_whole_light(files):
    session = files.session.with_params(EXTRACT, MEASURED)

    found = files.chain.evaluate(session, EXTRACT)

    total = np.interp(found.spectrum.wave_um, files.truth.wave_um, files.truth.total)
    good = found.spectrum.is_good
    assert np.median(found.spectrum.flux[good] / total[good]) == pytest.approx(1.0, abs=0.004)


def test_a_faint_star_borrows_the_correction_of_a_bright_one(files):
    faint = NodeKey("extract", "e2")
    session = files.session.with_params(faint, replace(MEASURED, correction_star="10 Lac"))

    found = files.chain.evaluate(session, faint)

    growth = files.chain.evaluate(session, GROWTH)
    assert found.aperture_correction[0] == pytest.approx(growth.correction.factor[6, 0], rel=2e-3)
    assert is_used(session, GROWTH)
    assert not is_used(files.session, GROWTH)


def test_another_annulus_of_the_bright_star_is_refused(files):
    faint = NodeKey("extract", "e2")
    params = replace(MEASURED, correction_star="10 Lac", annulus_fwhm=(4.0, 5.0))

    with pytest.raises(DataError, match="another annulus"):
        files.chain.digest(files.session.with_params(faint, params), faint)


def test_a_star_without_a_cube_is_refused(files):
    params = replace(MEASURED, correction_star="Vega")

    with pytest.raises(DataError, match="no cube of Vega in 2B"):
        files.chain.digest(files.session.with_params(EXTRACT, params), EXTRACT)


def test_the_model_outside_is_the_users_choice(files):
    ideal = files.session.with_params(GROWTH, GrowthParams(outside="diffraction"))
    closed = files.session.without_entries(["e3"])
    wanted = closed.with_params(NodeKey("growth", EVERYTHING), GrowthParams(outside="file"))

    assert files.chain.evaluate(files.session, GROWTH).outside == "encircled energy of a file"
    assert files.chain.evaluate(ideal, GROWTH).outside == "diffraction"
    with pytest.raises(DataError, match="No table of encircled energy of 2B"):
        files.chain.digest(wanted, GROWTH)


def test_the_join_radius_changes_only_what_depends_on_it(files):
    session = files.session.with_params(EXTRACT, MEASURED)

    moved = session.with_params(GROWTH, GrowthParams(join_fwhm=2.0))

    assert files.chain.digest(moved, EXTRACT) != files.chain.digest(session, EXTRACT)
    other = NodeKey("extract", "e2")
    assert files.chain.digest(moved, other) == files.chain.digest(session, other)
    back = moved.with_params(GROWTH, None)
    assert files.chain.digest(back, EXTRACT) == files.chain.digest(session, EXTRACT)


def test_the_radius_of_the_aperture_does_not_matter_to_the_growth_curve(files):
    other = files.session.with_params(EXTRACT, ExtractionParams(radius_fwhm=1.0))
    wider = files.session.with_params(EXTRACT, ExtractionParams(annulus_fwhm=(4.0, 5.0)))

    assert files.chain.digest(other, GROWTH) == files.chain.digest(files.session, GROWTH)
    assert files.chain.digest(wider, GROWTH) != files.chain.digest(files.session, GROWTH)


def test_a_result_survives_the_cache(files):
    result = files.chain.evaluate(files.session, GROWTH)

    again = unpack_result(*pack_result(result))

    assert_array_equal(again.correction.factor, result.correction.factor)
    assert_array_equal(again.encircled, result.encircled)


def test_tables_give_every_radius(files):
    growth = build_table(files.session, files.chain, "growth")
    corrections = build_table(files.session, files.chain, "aperture-corrections")

    assert {"data", "model"} <= set(growth.column("from").values)
    assert len(corrections) == 2 * 10 * 11


def test_the_measured_correction_is_exported_as_a_reference_file(files, tmp_path):
    plan = plan_exports(files.session, files.chain, ["references", "figures"], step="growth")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    path = next(one for one in written.paths if one.suffix == ".asdf" and "10-Lac" in one.name)
    loaded = load(path)
    [table] = loaded.products
    measured = files.chain.evaluate(files.session, GROWTH).correction
    assert (loaded.kind, table.band) == ("aperture correction", "2B")
    assert_allclose(table.factor, measured.factor, rtol=1e-6)
    assert_allclose(table.factor_error, measured.factor_error, rtol=1e-5)
    assert not written.skipped
