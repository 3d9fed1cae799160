"""Tests of engine.files.references."""

import numpy as np
from astropy.io import fits
from numpy.testing import assert_array_equal

from engine.files import load
from engine.model.image import Image
from engine.model.leak import LeakCurve
from engine.model.tabulated import DataTable
from tests.hazards import baselines
from tests.hazards.baselines import primary, written


def reference(path, *hdus, reftype):
    return load(written(fits.HDUList([primary(REFTYPE=reftype), *hdus]), path))


def test_a_photom_reference_gives_its_image_and_both_forms_of_its_loss_tables(tmp_path):
    loaded = load(written(baselines.mrs_photom(), tmp_path / "photom.fits"))

    image, *tables = loaded.products
    assert loaded.kind == "reference"
    assert isinstance(image, Image)
    assert (image.kind, image.data.shape) == ("photom SCI", (16, 16))
    assert [table.name for table in tables] == ["TIMECOEFF_CH3", "TIMECOEFF_POWERLAW_CH3"]
    assert list(tables[1].columns) == ["binwave", "alpha", "year1value", "tsoft", "t0"]


def test_a_table_of_filters_keeps_its_texts(tmp_path):
    columns = [
        fits.Column("filter", "12A", array=["F560W", "F770W"]),
        fits.Column("photmjsr", "E", array=[0.4, 0.3]),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="PHOTOM")

    (found,) = reference(tmp_path / "photom.fits", table, reftype="PHOTOM").products

    assert isinstance(found, DataTable)
    assert found.columns["filter"] == ("F560W", "F770W")


def test_the_leak_is_a_curve_of_flux_over_flux(tmp_path):
    wave = np.linspace(11.6, 13.4, 50)
    columns = [fits.Column("wavelength", "E", array=wave)]
    columns += [fits.Column(name, "E", array=0.01 * wave) for name in ("frac_leak", "err_leak")]
    table = fits.BinTableHDU.from_columns(columns, name="LEAKCOR")

    loaded = reference(tmp_path / "leak.fits", table, reftype="MRSPTCORR")

    (curve,) = loaded.products
    assert loaded.kind == "leak curve"
    assert isinstance(curve, LeakCurve)
    assert curve.unit == "Jy"
    np.testing.assert_allclose(curve.error, 0.01 * wave, rtol=1e-6)


def test_rows_of_vectors_give_a_curve_each(tmp_path):
    wave = np.array([[12.0, 10.0, 8.0, 0.0], [12.0, 10.0, 8.0, 6.0]])
    columns = [
        fits.Column("subarray", "12A", array=["FULL", "SLITLESSPRISM"]),
        fits.Column("wavelength", "4E", array=wave),
        fits.Column("relresponse", "4E", array=wave / 10.0),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="PHOTOM")

    _, full, slitless = reference(tmp_path / "photom.fits", table, reftype="PHOTOM").products

    assert_array_equal(full.wave_um, [8.0, 10.0, 12.0])
    assert_array_equal(slitless.values["relresponse"], np.float32([0.6, 0.8, 1.0, 1.2]))


def test_a_flat_is_an_image(tmp_path):
    flat = fits.ImageHDU(np.ones((8, 8), "f4"), name="SCI")

    loaded = reference(tmp_path / "flat.fits", flat, reftype="FLAT")

    assert loaded.products[0].kind == "flat SCI"
    assert loaded.messages == ()
