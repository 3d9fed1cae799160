"""Tests of the steps of the static fringe flat and of footprints."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.files import load
from engine.model.bands import band_named
from engine.model.frames import frame_named
from engine.model.identity import Identity, Origin
from engine.mrs.footprints import FootprintParams
from engine.mrs.fringe_flat import FringeFlatParams
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.footprints_step import FOOTPRINTS_KEY
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.result_codec import pack_result, unpack_result
from engine.simulate.cubes import simulate_cube
from engine.simulate.detector import background_frame_bytes
from engine.simulate.field_image import field_image_bytes
from engine.simulate.fringe_flat import fringe_flat_bytes, fringe_flat_map
from engine.simulate.program import standard_stars
from tests.helpers.fringes import fringed_spectrum
from tests.helpers.open_files import OpenFiles

OVERLAY = NodeKey("fringe_flat", "e1")


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Return the files of the demo: fringe flat, map of wavelengths, image."""
    folder, frame = tmp_path_factory.mktemp("field"), frame_named("12B")
    rng = np.random.default_rng(1)
    contents = {
        "fringe.fits.gz": fringe_flat_bytes(frame, filename="fringe.fits"),
        "frame_cal.fits.gz": background_frame_bytes(frame, filename="frame_cal.fits"),
        "image.fits": field_image_bytes(standard_stars()[0], rng, filename="image.fits"),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    assert gzip.decompress(contents["fringe.fits.gz"]).startswith(b"SIMPLE")
    return {name: folder / name for name in contents}


def _opened(files, paths, *names):
    read = read_files([paths[name] for name in names], Library())
    for one in read.loaded:
        files.chain.library.keep(one)
    opened = add_files(files.session, read)
    assert not opened.refusals
    files.session = opened.session


@pytest.fixture
def files(rng):
    """Open a spectrum of 1B with S_FRINGE COMPLETE (e1)."""
    files = OpenFiles()
    spectrum, _ = fringed_spectrum("1B", rng, amplitude=0.0)
    origin = Origin(
        steps=(("S_FRINGE", "COMPLETE"),), references=(("R_FRINGE", "crds://fringe.fits"),)
    )
    files.add(replace(spectrum, origin=origin), "spectrum", "standard star")
    return files


def test_the_header_alone_is_told_without_a_flat(files):
    found = files.chain.evaluate(files.session, OVERLAY)

    assert (found.applied, found.reference) == ("applied", "fringe.fits")
    assert found.flat.size == 0


def test_a_fringe_flat_is_read_one_product_a_band(paths):
    loaded = load(paths["fringe.fits.gz"])

    assert loaded.kind == "fringe flat"
    assert [one.identity.band for one in loaded.products] == ["1B", "2B"]
    truth = fringe_flat_map(frame_named("12B"))
    np.testing.assert_allclose(loaded.products[0].data, truth, atol=1e-3)


def test_the_flat_is_laid_over_the_spectrum_of_its_band(files, paths):
    _opened(files, paths, "fringe.fits.gz", "frame_cal.fits.gz")

    found = files.chain.evaluate(files.session, OVERLAY)

    assert found.flat.size > 900
    assert np.nanmax(found.flat) == pytest.approx(1.10, abs=0.005)
    assert abs(found.share) < 5 * found.share_error + 0.02
    assert found.flat_wave_um[0] < band_named("1B").wave_min_um + 0.02


def test_another_column_is_another_overlay_and_one_outside_is_refused(files, paths):
    _opened(files, paths, "fringe.fits.gz", "frame_cal.fits.gz")
    here = files.chain.evaluate(files.session, OVERLAY)

    other = files.session.with_params(OVERLAY, FringeFlatParams(column=here.column - 60))
    outside = files.session.with_params(OVERLAY, FringeFlatParams(column=800))

    assert files.chain.evaluate(other, OVERLAY).column == here.column - 60
    with pytest.raises(DataError, match="Column 800"):
        files.chain.evaluate(outside, OVERLAY)


def _with_cubes(files, rng):
    star = standard_stars()[0]
    for band in ("1B", "3B"):
        cube = simulate_cube(rng, band, snr=100.0, side=21).cube
        thin = {
            n: getattr(cube, n)[::100] for n in ("wave_um", "data", "error", "flags", "weights")
        }
        sky = replace(cube.sky, reference_sky_deg=star.sky_deg)
        identity = Identity(target=star.header_name, program="1", observation="1", band=band)
        files.add(replace(cube, **thin, sky=sky, identity=identity), "cube", "standard star")


def test_footprints_lie_over_the_image_that_is_open(files, paths, rng):
    _with_cubes(files, rng)
    _opened(files, paths, "image.fits", "frame_cal.fits.gz")

    found = files.chain.evaluate(files.session, FOOTPRINTS_KEY)

    assert found.image == "image.fits"
    assert found.arcsec_per_pixel == pytest.approx(0.11)
    assert [one.band for one in found.footprints] == ["1B", "3B"]
    for one in found.footprints:
        assert one.x.mean() == pytest.approx(90.0, abs=15.0)
    assert found.footprints[1].area_arcsec2 > found.footprints[0].area_arcsec2


def test_one_band_a_channel_is_a_choice(files, paths, rng):
    _with_cubes(files, rng)
    session = files.session.with_params(FOOTPRINTS_KEY, FootprintParams("one band a channel"))

    found = files.chain.evaluate(session, FOOTPRINTS_KEY)

    assert len(found.footprints) == 2
    assert "no ground" in " ".join(found.messages)


def test_results_tables_and_figures_leave_the_program(files, paths, rng, tmp_path):
    _with_cubes(files, rng)
    _opened(files, paths, "fringe.fits.gz", "frame_cal.fits.gz", "image.fits")
    for key, table in ((OVERLAY, "fringe-flats"), (FOOTPRINTS_KEY, "footprints")):
        result = files.chain.evaluate(files.session, key)
        assert unpack_result(*pack_result(result)).messages == result.messages
        assert len(build_table(files.session, files.chain, table)) >= 1
        only = frozenset({key.subject})
        plan = plan_exports(files.session, files.chain, ["figures"], step=key.step, only=only)

        written = write_exports(files.session, files.chain, tmp_path / key.step, plan)

        assert (len(written.paths), written.skipped) == (1, ())
