"""Tests of engine.files.ramps."""

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import written


def ramp(data, *, model="RampModel", flags=None, unit="DN"):
    primary = baselines.primary(
        DATAMODL=model, EXP_TYPE="MIR_LRS-SLITLESS", SUBARRAY="SLITLESSPRISM", READPATT="FASTR1"
    )
    for keyword in ("CHANNEL", "BAND"):
        del primary.header[keyword]
    science = fits.ImageHDU(data, name="SCI")
    if unit:
        science.header["BUNIT"] = unit
    hdus = [primary, science]
    if flags is not None:
        hdus.append(fits.ImageHDU(flags, name="PIXELDQ"))
    return fits.HDUList(hdus)


def test_a_ramp_keeps_its_four_axes_and_its_flags(tmp_path):
    data = np.arange(2 * 5 * 6 * 8, dtype=np.float32).reshape(2, 5, 6, 8)
    flags = np.zeros((6, 8), dtype=np.uint32)
    flags[0, :4] = 2**31 | 1

    loaded = load(written(ramp(data, flags=flags), tmp_path / "ramp.fits"))

    (found,) = loaded.products
    assert (loaded.kind, found.kind, found.unit) == ("ramp", "ramp", "DN")
    assert np.array_equal(found.data, data)
    assert np.array_equal(found.flags, flags)
    assert found.identity.subarray == "SLITLESSPRISM"
    assert loaded.warnings == ()


def test_an_uncal_file_of_whole_numbers_is_a_ramp_without_flags(tmp_path):
    data = np.full((1, 4, 6, 8), 12000, dtype=np.uint16)

    (found,) = load(
        written(ramp(data, model="Level1bModel", unit=""), tmp_path / "uncal.fits")
    ).products

    assert (found.kind, found.unit) == ("uncal", "DN")
    assert np.all(found.data == 12000)
    assert not found.flags.any()


def test_four_axes_without_an_instrument_are_no_ramp(tmp_path):
    path = written(fits.HDUList([fits.PrimaryHDU(np.zeros((2, 2, 2, 2)))]), tmp_path / "x.fits")

    with pytest.raises(FileError, match="4 axes"):
        load(path)
