"""The photom reference of imaging and calibrated copies of images, as an export writes them."""

import zlib

import numpy as np
import pytest
from astropy.io import fits

from engine.files import load
from engine.imaging.photom_tables import factors_at
from engine.project.chain import Chain
from engine.project.exports import plan_exports, write_exports
from engine.project.history_step import ALL_HISTORY
from engine.project.opening import Read, add_files
from engine.project.session import Session
from engine.simulate.imaging_frames import imaging_files
from engine.simulate.imaging_table import observation_table


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return the demo's table with one image of 16 Cyg B, and the path of the image."""
    folder = tmp_path_factory.mktemp("imaging")
    table = folder / "observations.ecsv"
    table.write_bytes(observation_table(np.random.default_rng([2025, 5]))[0])
    name, _, make = next(one for one in imaging_files() if "16cygb/" in one[0])
    image = folder / name.rpartition("/")[2]
    image.write_bytes(make(np.random.default_rng(zlib.crc32(name.encode()))).content)
    files = tuple(load(one) for one in (table, image))
    chain = Chain()
    for one in files:
        chain.library.keep(one)
    return add_files(Session(), Read(files, ())).session, chain, image


@pytest.fixture(scope="module")
def written(opened, tmp_path_factory):
    session, chain, _ = opened
    folder = tmp_path_factory.mktemp("out")
    plan = plan_exports(session, chain, ["references", "images"], step="history")
    done = write_exports(session, chain, folder, plan)
    assert done.skipped == ()
    return {path.name: path for path in done.paths}


def test_the_reference_file_holds_c_of_t(opened, written):
    session, chain, _ = opened
    history = chain.result(session, ALL_HISTORY)

    [reference] = load(written["imaging_photom.fits"]).products

    row = reference.row("F2550W", "SUB64")
    truth = float(history.of("F2550W").curve.factor_at(60200.0, "SUB64"))
    worst = 0.011 * history.worst_percent["F2550W"] + 1e-6
    assert factors_at(reference, 60200.0)[row] == pytest.approx(truth, rel=worst)
    assert len(set(reference.filters)) == 14


def test_an_image_is_calibrated_by_c_of_its_day_and_says_so(opened, written):
    session, chain, source = opened
    history = chain.result(session, ALL_HISTORY)
    [copy] = [path for name, path in written.items() if "_ct" in name]

    with fits.open(source) as before, fits.open(copy) as after:
        own = history.of(before[0].header["FILTER"]).curve
        factor = float(own.factor_at(before[0].header["EXPMID"], before[0].header["SUBARRAY"]))
        scale = factor / before["SCI"].header["PHOTMJSR"]
        np.testing.assert_allclose(after["SCI"].data, before["SCI"].data * scale, rtol=1e-6)
        np.testing.assert_allclose(after["ERR"].data, before["ERR"].data * scale, rtol=1e-6)
        assert after["SCI"].header["PHOTMJSR"] == pytest.approx(factor, rel=1e-12)
        assert after["SCI"].header["BUNIT"] == "MJy/sr"
        assert after[0].header["FLXCALIB"] is True
        assert after[0].header["FLX_DSA"] == pytest.approx(0.966)


def test_calibrating_a_copy_again_changes_nothing(opened, written, tmp_path):
    session, chain, _ = opened
    [copy] = [path for name, path in written.items() if "_ct" in name]
    again = load(copy)
    chain.library.keep(again)
    more = add_files(session, Read((again,), ()))
    entry = more.session.entries[-1]
    assert entry.kind == "image"

    plan = [
        one
        for one in plan_exports(more.session, chain, ["images"], step="history")
        if one.band == entry.id
    ]
    [second] = write_exports(more.session, chain, tmp_path, plan).paths

    with fits.open(copy) as first, fits.open(second) as other:
        # The copy is one more observation of the table, which may move the mean factor a little.
        expected = other["SCI"].header["PHOTMJSR"] / first["SCI"].header["PHOTMJSR"]
        np.testing.assert_allclose(other["SCI"].data, first["SCI"].data * expected, rtol=1e-6)
        assert expected == pytest.approx(1.0, abs=0.01)
