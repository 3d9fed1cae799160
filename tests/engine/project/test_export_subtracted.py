"""Tests of engine.project.export_subtracted, and of what chooses among copies of images."""

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import load
from engine.lrs.slitless_background import subtract_background
from engine.project.exports import plan_exports, write_exports
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from tests.helpers.lrs_files import lrs_files

NAME = "HD-2811_1536-43_background-subtracted.fits"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


@pytest.fixture
def copy(files, tmp_path):
    plan = [
        one
        for one in plan_exports(files.session, files.chain, ["images"], step="slitless_background")
        if one.name == NAME
    ]
    [path] = write_exports(files.session, files.chain, tmp_path / "out", plan).paths
    return path


def test_every_slitless_exposure_has_a_copy(files):
    plan = plan_exports(files.session, files.chain, ["images"], step="slitless_background")

    assert len(plan) == 2
    assert NAME in [one.name for one in plan]
    assert not plan_exports(files.session, files.chain, ["images"], step="periodic_noise")


def test_the_copy_has_no_background_and_everything_else_as_it_was(files, copy):
    source = files.entry("01536043", "rateints")
    before, after = fits.open(source.path), fits.open(copy)
    with before, after:
        result = files.result("slitless_background", "01536043", "rateints")
        for i in range(8):
            expected = before["SCI"].data[i] - result.image_of(i)
            assert np.allclose(after["SCI"].data[i][:, 4:], expected[:, 4:], rtol=1e-6, atol=1e-5)
            assert np.array_equal(after["SCI"].data[i][:, :4], before["SCI"].data[i][:, :4])
        for name in ("ERR", "DQ"):
            assert np.array_equal(before[name].data, after[name].data)
        assert after[0].header["LRSBKSUB"] is True
        assert after[0].header["LRSB_LFT"] == "4-15"
        assert "background of each integration" in str(after[0].header["HISTORY"])

    left = subtract_background(load(copy).products)
    assert np.all(np.abs(left.level) < 0.1)


def test_a_background_is_not_subtracted_twice(files, copy, tmp_path):
    opened = add_files(Session(), read_files([copy], files.chain.library)).session
    plan = plan_exports(opened, files.chain, ["images"], step="slitless_background")

    with pytest.raises(FileError, match="already"):
        write_exports(opened, files.chain, tmp_path / "again", plan)
