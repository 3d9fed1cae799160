"""Files written by the pipeline's own data models are read back equal."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

pytest.importorskip("jwst")
from stdatamodels.jwst import datamodels

from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import written

pytestmark = pytest.mark.reference


def by_the_pipeline(hdus, model_class, folder, name):
    """Write a baseline, pass it through a data model, and return the path of the new file."""
    first = written(hdus, folder / f"astropy_{name}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with model_class(str(first), strict_validation=True) as model:
            model.save(str(folder / name))
    return folder / name


def test_cubes_are_read_back_equal(tmp_path):
    path = by_the_pipeline(baselines.s3d(), datamodels.IFUCubeModel, tmp_path, "cube_s3d.fits")

    cube = load(path).products[0]

    with datamodels.open(str(path)) as model:
        assert_array_equal(cube.data, model.data)
        assert_array_equal(cube.error, model.err)
        assert_array_equal(cube.flags, model.dq)
        assert_array_equal(cube.weights, model.weightmap)
        assert_allclose(cube.wave_um, np.ravel(model.wavetable["wavelength"]), rtol=1e-7)
        assert cube.pixel_area_sr == model.meta.photometry.pixelarea_steradians


def test_cubes_of_several_bands_are_read_back_equal(tmp_path):
    path = by_the_pipeline(baselines.s3d_multi(), datamodels.IFUCubeModel, tmp_path, "m_s3d.fits")

    cube = load(path).products[0]

    with datamodels.open(str(path)) as model:
        assert_array_equal(cube.wave_um, np.ravel(model.wavetable["wavelength"]))


@pytest.mark.parametrize("name", ["x1d", "x1d_three", "lrs_x1d"])
def test_extracted_spectra_are_read_back_equal(name, tmp_path):
    models = {"x1d": datamodels.MRSMultiSpecModel}
    model_class = models.get(name, datamodels.MultiSpecModel)
    path = by_the_pipeline(getattr(baselines, name)(), model_class, tmp_path, f"{name}.fits")

    spectra = load(path).products

    with datamodels.open(str(path)) as model:
        assert len(spectra) == len(model.spec)
        for spectrum, truth in zip(spectra, model.spec, strict=True):
            assert_array_equal(spectrum.wave_um, truth.spec_table["WAVELENGTH"])
            assert_array_equal(spectrum.flux, truth.spec_table["FLUX"])
            assert_array_equal(spectrum.error, truth.spec_table["FLUX_ERROR"])
            assert_array_equal(spectrum.columns["n_pixels"], truth.spec_table["NPIXELS"])


def test_a_time_series_is_read_back_equal(tmp_path):
    path = by_the_pipeline(
        baselines.x1dints(), datamodels.TSOMultiSpecModel, tmp_path, "x1dints.fits"
    )

    spectra = load(path).products

    with datamodels.open(str(path)) as model:
        rows = model.spec[0].spec_table
        assert len(spectra) == len(rows)
        for spectrum, row in zip(spectra, rows, strict=True):
            assert_array_equal(spectrum.flux, row["FLUX"][: row["N_ALONGDISP"]])


def test_a_combined_spectrum_is_read_back_equal(tmp_path):
    path = by_the_pipeline(baselines.c1d(), datamodels.MultiCombinedSpecModel, tmp_path, "c1d.fits")

    spectrum = load(path).products[0]

    with datamodels.open(str(path)) as model:
        assert_array_equal(spectrum.flux, model.spec[0].spec_table["FLUX"])
        assert_array_equal(spectrum.error, model.spec[0].spec_table["ERROR"])


@pytest.mark.parametrize("name", ["cal", "rate"])
def test_images_are_read_back_equal(name, tmp_path):
    path = by_the_pipeline(baselines.image(name), datamodels.ImageModel, tmp_path, f"{name}.fits")

    image = load(path).products[0]

    with datamodels.open(str(path)) as model:
        assert_array_equal(image.data, model.data)
        assert_array_equal(image.error, model.err)
        assert_array_equal(image.flags, model.dq)
        assert image.unit == model.meta.bunit_data
        assert image.conversion_mjy_sr == model.meta.photometry.conversion_megajanskys


def test_a_photom_reference_is_read_back_equal(tmp_path):
    hdus = baselines.mrs_photom()
    for name in ("SCI", "ERR", "DQ"):
        value = hdus[name].data.flat[0]
        hdus[name].data = np.full((1024, 1032), value)
    hdus[0].header.update(
        {
            "PEDIGREE": "GROUND",
            "DESCRIP": "test",
            "AUTHOR": "test",
            "USEAFTER": "2022-01-01T00:00:00",
        }
    )
    path = by_the_pipeline(hdus, datamodels.MirMrsPhotomModel, tmp_path, "photom.fits")

    reference, *_other_half = load(path).products

    with datamodels.open(str(path), guess=True) as model:
        assert_array_equal(reference.factor, model.data)
        assert model.meta.reftype in {"photom", "PHOTOM"}
        table = model.getarray_noinit("timecoeff_powerlaw_ch3")
        ours = reference.losses["TIMECOEFF_POWERLAW_CH3"]
        assert set(ours) == {"binwave", "t0", "year1value", "tsoft", "alpha"}
        for name in ours:
            assert_array_equal(ours[name], table[name])


def test_an_aperture_correction_is_read_back_equal(tmp_path):
    wave = np.linspace(17.7, 21.0, 9, dtype="f4")
    radius = np.array([[0.5], [1.0], [2.0]], dtype="f4") * np.ones_like(wave)
    model = datamodels.MirMrsApcorrModel()
    model.apcorr_table = {
        "channel": "4", "band": "SHORT", "wavelength": wave, "wavelength_units": "micron",
        "radius": radius, "radius_units": "arcsec", "apcorr": 1.0 + 0.3 / radius,
        "apcorr_err": 0.01 * radius,
    }  # fmt: skip
    path = tmp_path / "apcorr.asdf"
    model.to_asdf(str(path))

    (table,) = load(path).products

    assert table.band == "4A"
    assert_array_equal(table.wave_um, wave.astype(float))
    assert_array_equal(table.factor, (1.0 + 0.3 / radius).astype(float))
