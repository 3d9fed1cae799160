"""Tests of engine.files.load on real files, and of what it promises for all files."""

import gzip

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.errors import Cancelled, FileError
from engine.files import find_files, load
from tests.hazards import baselines
from tests.hazards.baselines import written

# Folder of the real data: kind, number of files, and whether each file loads without a warning.
REAL = {
    "mrs_16cygb": ("cube", 3, "loads"),
    "calspec": ("model spectrum", 10, "loads"),
    "mrs_vv114": ("spectrum", 13, "loads"),
    "mrs_residual_fringe": ("curve", 13, "loads"),
    "irac": ("curve", 4, "loads"),
    "bandpasses_nircam": ("curve", 8, "warns"),  # the unit of wavelength is not written
    "p750l_response": ("curve", 1, "loads"),
    "published_tables": ("table", 7, "loads"),
    "lrs_simulated": ("image", 1, "warns"),  # no keywords at all
}


@pytest.mark.real_data
@pytest.mark.parametrize("folder", REAL)
def test_every_real_file_is_what_it_is(folder, real_data):
    kind, number, verdict = REAL[folder]

    loaded = [load(path) for path in find_files(real_data(folder))]

    assert len(loaded) == number
    others = {"leak curve", "module offsets", "observations"}
    assert {one.kind for one in loaded} - others == {kind}
    assert {"warns" if one.warnings else "loads" for one in loaded} == {verdict}


@pytest.mark.real_data
def test_the_real_leak_opens_as_a_leak_curve_of_2_7_percent(real_data):
    loaded = load(real_data("mrs_residual_fringe/MRS_spectral_leak_fractional.fits"))

    [curve] = loaded.products
    assert (loaded.kind, curve.unit) == ("leak curve", "Jy")
    assert np.nanmax(curve.fraction) == pytest.approx(0.027, abs=0.002)
    assert curve.wave_um[np.nanargmax(curve.fraction)] == pytest.approx(12.21, abs=0.02)


@pytest.mark.real_data
def test_the_folder_of_bandpasses_holds_curves_and_two_spectra(real_data):
    loaded = {path.name: load(path) for path in find_files(real_data("bandpasses"))}

    spectra = {name for name, one in loaded.items() if one.kind == "spectrum"}
    assert spectra == {"hd204172_irs.fits", "hd229238_irs.fits"}
    assert {one.kind for name, one in loaded.items() if name not in spectra} == {"curve"}
    irac = loaded["IRAC3.dat"].products[0]
    weights = irac.values["transmission"]
    assert (irac.wave_um * weights).sum() / weights.sum() == pytest.approx(5.7, abs=0.05)
    assert loaded["WISE4.dat"].products[0].wave_um[0] == pytest.approx(19.05)


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "band"), [("short", "4A"), ("medium", "4B"), ("long", "4C")])
def test_the_real_cubes_know_their_star_band_and_date(name, band, real_data):
    loaded = load(real_data(f"mrs_16cygb/Level3_ch4-{name}_s3d.fits.gz"))

    cube = loaded.products[0]
    assert (loaded.role, cube.identity.source_key) == ("standard star", "16 Cyg B/1538-1")
    assert (cube.identity.band, cube.identity.date) == (band, "2022-08-08")
    assert cube.unit == "MJy/sr"
    assert cube.spaxel_arcsec == pytest.approx(0.35, rel=1e-6)
    assert cube.origin.cal_version == "1.11.4"


@pytest.mark.real_data
def test_a_real_cube_equals_what_astropy_reads(real_data):
    from astropy.io import fits

    path = real_data("mrs_16cygb/Level3_ch4-short_s3d.fits.gz")

    cube = load(path).products[0]

    with fits.open(path) as truth:
        assert_array_equal(cube.data, truth["SCI"].data)
        assert_array_equal(cube.error, truth["ERR"].data)
        assert_array_equal(cube.flags, truth["DQ"].data)
        assert_array_equal(cube.weights, truth["WMAP"].data)


def test_the_name_of_a_file_does_not_say_what_it_is(tmp_path):
    cube = written(baselines.s3d(), tmp_path / "spectrum_x1d.fits")
    text = tmp_path / "cube_s3d.fits"
    text.write_text("wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n")

    assert load(cube).kind == "cube"
    assert load(text).kind == "spectrum"


@pytest.mark.parametrize("name", ["bad.fits", "bad.FIT", "bad.fits.gz"])
def test_text_that_is_called_fits_and_is_no_table_is_named_as_that(name, tmp_path):
    path = tmp_path / name
    said = b"this is not a fits file\n"
    path.write_bytes(gzip.compress(said) if name.endswith(".gz") else said)

    with pytest.raises(FileError) as caught:
        load(path)

    assert "called FITS but holds text: 'this is not a fits file'" in caught.value.what
    assert "rename it to .txt or .csv" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["just notes\n", "These are my notes.\nIt rained.\n", "import os\nprint(1)\n"]
)
def test_notes_are_said_to_be_no_table_and_not_to_be_a_broken_one(text, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(text)

    with pytest.raises(FileError) as caught:
        load(path)

    first = text.partition("\n")[0]
    assert caught.value.what.endswith(f"It holds text, and no table of numbers: '{first}'.")
    assert "text tables" in caught.value.hint


def test_a_table_that_is_called_fits_is_read_with_a_warning(tmp_path):
    path = tmp_path / "table.fits"
    path.write_text("wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n")

    loaded = load(path)

    assert_array_equal(loaded.products[0].wave_um, [5.0, 5.1])
    assert "table.fits: It is called FITS but holds text, which was read as such." in (
        message.text for message in loaded.messages if message.level == "warning"
    )


def test_loading_the_same_file_twice_gives_the_same(tmp_path):
    path = written(baselines.x1d(), tmp_path / "x1d.fits")

    first, second = load(path), load(path)

    assert (first.sha256, first.size, first.messages) == (
        second.sha256,
        second.size,
        second.messages,
    )
    assert_array_equal(first.products[0].flux, second.products[0].flux)


def test_loading_can_be_cancelled_at_any_step(tmp_path):
    path = written(baselines.s3d(), tmp_path / "cube.fits")

    class CancelsLater:
        def __init__(self, steps):
            self.steps = steps

        def step(self, done, total, note=""):
            self.steps -= 1
            if self.steps < 0:
                raise Cancelled

    for steps in range(4):
        with pytest.raises(Cancelled):
            load(path, progress=CancelsLater(steps))


def test_paths_become_absolute(tmp_path, monkeypatch):
    written(baselines.x1d(), tmp_path / "x1d.fits")
    monkeypatch.chdir(tmp_path)

    loaded = load("x1d.fits")

    assert loaded.path == str(tmp_path / "x1d.fits")
    assert loaded.products[0].origin.path == loaded.path
