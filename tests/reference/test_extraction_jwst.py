"""Extraction as the pipeline does it, against the pipeline itself on the same arrays."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

pytest.importorskip("jwst")
import asdf
from jwst.assign_wcs.pointing import create_fitswcs
from jwst.extract_1d.ifu import ifu_extract1d
from stdatamodels.jwst import datamodels

from engine.arrays import frozen
from engine.files.load import load
from engine.model.aperture import ApertureCorrection
from engine.mrs.aperture import ConicalAperture
from engine.mrs.aperture_correction import interpolate_correction
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from engine.mrs.pipeline_sums import sum_apertures_as_pipeline
from tests.helpers.cubes import fwhm_arcsec, star_cube

pytestmark = pytest.mark.reference

RTOL = 1e-5
CUBES = {band: f"mrs_16cygb/Level3_ch4-{band}_s3d.fits.gz" for band in ("short", "medium", "long")}


def meta(reference_type):
    return {
        "telescope": "JWST",
        "reftype": reference_type,
        "pedigree": "DUMMY",
        "description": "test",
        "author": "test",
        "useafter": "2022-01-01T00:00:00",
        "instrument": {"name": "MIRI"},
        "exposure": {"type": "MIR_MRS"},
    }


def write_inline(path, tree):
    # jwst 3.0.0 cannot read reference arrays that are stored in blocks (FORMATS 0.13).
    asdf.AsdfFile(tree).write_to(path, all_array_storage="inline")
    return str(path)


def extract1d_reference(path, wave_um, radius, inner, outer):
    """Write radii in arcsec as the reference file that the pipeline reads."""
    data = {
        "wavelength": np.asarray(wave_um),
        "wavelength_units": "micron",
        "radius": radius,
        "radius_units": "arcsec",
        "inner_bkg": inner,
        "inner_bkg_units": "arcsec",
        "outer_bkg": outer,
        "outer_bkg_units": "arcsec",
        "axis_ratio": np.ones(len(wave_um)),
        "axis_pa": np.zeros(len(wave_um)),
    }
    about = {"region_type": "target", "subtract_background": True, "method": "exact"}
    return write_inline(path, {"meta": meta("extract1d") | about | {"subpixels": 10}, "data": data})


def apcorr_reference(path, table):
    """Write a table of aperture corrections as the reference file that the pipeline reads."""
    apcorr_table = {
        "channel": "4",
        "band": "SHORT",
        "wavelength": np.asarray(table.wave_um),
        "wavelength_units": "micron",
        "radius": np.asarray(table.radius_arcsec),
        "radius_units": "arcsec",
        "apcorr": np.asarray(table.factor),
        "apcorr_err": np.asarray(table.factor_error),
    }
    return write_inline(path, {"meta": meta("apcorr"), "apcorr_table": apcorr_table})


def cube_model(cube):
    """Return the cube as the pipeline's data model."""
    model = datamodels.IFUCubeModel(
        data=np.array(cube.data, dtype=np.float32),
        err=np.array(cube.error, dtype=np.float32),
        dq=np.array(cube.flags),
        weightmap=np.array(cube.weights, dtype=np.float32),
    )
    model.meta.instrument.name = "MIRI"
    model.meta.instrument.channel = "4"
    model.meta.exposure.type = "MIR_MRS"
    model.meta.photometry.pixelarea_steradians = cube.pixel_area_sr
    model.meta.target.ra, model.meta.target.dec = cube.target_deg
    degrees = cube.spaxel_arcsec / 3600.0
    values = {
        "wcsaxes": 3,
        "crpix1": cube.sky.reference_pixel[0] + 1,
        "crpix2": cube.sky.reference_pixel[1] + 1,
        "crpix3": 1,
        "crval1": cube.sky.reference_sky_deg[0] % 360.0,
        "crval2": cube.sky.reference_sky_deg[1],
        "crval3": float(cube.wave_um[0]),
        "cdelt1": degrees,
        "cdelt2": degrees,
        "cdelt3": float(np.diff(cube.wave_um).mean()),
        "ctype1": "RA---TAN",
        "ctype2": "DEC--TAN",
        "ctype3": "WAVE",
        "cunit1": "deg",
        "cunit2": "deg",
        "cunit3": "um",
        "dispersion_direction": 2,
    }
    pc = np.zeros((3, 3))
    pc[:2, :2], pc[2, 2] = np.array(cube.sky.matrix_deg) / degrees, 1.0
    values |= {f"pc{i + 1}_{j + 1}": pc[i, j] for i in range(3) for j in range(3)}
    for name, value in values.items():
        setattr(model.meta.wcsinfo, name, value)
    model.meta.wcs = create_fitswcs(model)
    return model


def run_pipeline(cube, reference, **options):
    """Return the pipeline's spectrum, its table copied out."""
    options = {"source_type": "POINT", "subtract_background": None, "bkg_sigma_clip": 3.0} | options
    output = ifu_extract1d(cube_model(cube), reference, **options)
    spectrum = output.spec[0]
    table = {name: np.array(spectrum.spec_table[name]) for name in spectrum.spec_table.names}
    return table, (spectrum.extraction_x, spectrum.extraction_y)


def default_reference(path, cube):
    width = fwhm_arcsec(cube.wave_um)
    return extract1d_reference(path, cube.wave_um, 2 * width, 3 * width, 4 * width)


def assert_same_spectrum(extraction, table):
    # The pipeline flags planes without a voxel; here planes without a number are flagged too.
    good = ((table["DQ"] & 1) == 0) & np.isfinite(table["FLUX"])
    spectrum = extraction.spectrum
    assert np.array_equal(good, (spectrum.flags & 1) == 0)
    columns = {
        "FLUX": spectrum.flux,
        "FLUX_ERROR": spectrum.error,
        "SURF_BRIGHT": spectrum.columns["surf_bright_mjy_sr"],
        "SB_ERROR": spectrum.columns["surf_bright_error_mjy_sr"],
        "BACKGROUND": spectrum.columns["background_mjy_sr"],
        "BKGD_ERROR": spectrum.columns["background_error_mjy_sr"],
        "NPIXELS": spectrum.columns["n_pixels"],
    }
    for name, values in columns.items():
        assert_allclose(values[good], table[name][good], rtol=RTOL, err_msg=name)
    assert np.isnan(spectrum.flux[~good]).all()


# ------------------------------------------------------------------------------ real cubes


@pytest.mark.real_data
@pytest.mark.parametrize("band", CUBES)
@pytest.mark.parametrize("center", ["auto", "target", (14.2, 11.7)])
def test_real_cubes_of_16_cyg_b_give_the_same_spectrum(band, center, real_data, tmp_path):
    cube = load(real_data(CUBES[band])).products[0]
    reference = default_reference(tmp_path / "extract1d.asdf", cube)
    options = {"auto": {"ifu_autocen": True}, "target": {}}.get(center, {"center_xy": center})

    table, position = run_pipeline(cube, reference, **options)
    extraction = extract_spectrum(cube, ExtractionParams(center=center, method="pipeline"))

    assert_allclose(extraction.center_pixel, position, atol=1e-6)
    assert_same_spectrum(extraction, table)


# ------------------------------------------------------------------------------ made cubes


@pytest.fixture
def gappy_cube(rng):
    """Return a noisy cube off center, with gaps in WMAP, NaN, a dead plane and a neighbor."""
    cube = star_cube(
        n_wave=40, background=2e5, noise=2e3, shape=(30, 28), center=(9.3, 17.8), rng=rng
    )
    data, weights = cube.data.copy(), cube.weights.copy()
    weights[rng.random(weights.shape) < 0.05] = 0.0
    weights[:, :, 24:] = 0.0
    weights[5] = 0.0
    weights[12, 12:24, 3:16] = 0.0  # nothing in the aperture
    weights[13] = np.where(np.hypot(*np.indices((30, 28)) - [[[18]], [[9]]]) > 5.0, 0.0, 3.0)
    weights[20] = rng.uniform(0.0, 2.0, weights[20].shape)  # weights that are not counts
    data[weights == 0.0] = np.nan
    data[25, 18, 9] = np.nan  # reached, yet not a number
    data[26, 11, 9] = np.nan  # the same in the annulus
    data[:, 25, 9] = 9e5  # clipped, in the annulus
    error = rng.uniform(1e3, 3e3, data.shape).astype(np.float32)
    return replace(cube, data=data, weights=weights, error=error)


def test_gaps_nan_and_partial_weights_are_treated_alike(gappy_cube, tmp_path):
    reference = default_reference(tmp_path / "extract1d.asdf", gappy_cube)

    table, _ = run_pipeline(gappy_cube, reference, center_xy=(9.3, 17.8))
    params = ExtractionParams(center=(9.3, 17.8), method="pipeline")
    extraction = extract_spectrum(gappy_cube, params)

    # Where the annulus is empty the pipeline's background is the sum of nothing.
    assert table["BACKGROUND"][13] == 0.0
    assert np.isnan(table["FLUX"][25])
    assert np.isnan(table["FLUX"][26])
    assert (table["DQ"] & 1).sum() == 2
    assert_same_spectrum(extraction, table)


def test_background_off_or_scaled_errors_are_treated_alike(gappy_cube, tmp_path):
    reference = default_reference(tmp_path / "extract1d.asdf", gappy_cube)

    table, _ = run_pipeline(
        gappy_cube, reference, center_xy=(9.3, 17.8), subtract_background=False, ifu_covar_scale=1.7
    )
    params = ExtractionParams(
        center=(9.3, 17.8), method="pipeline", background="none", covariance_factor=1.7
    )
    spectrum = extract_spectrum(gappy_cube, params).spectrum

    good = np.isfinite(spectrum.flux)
    assert np.array_equal(good, ((table["DQ"] & 1) == 0) & np.isfinite(table["FLUX"]))
    assert_allclose(spectrum.flux[good], table["FLUX"][good], rtol=RTOL)
    assert_allclose(spectrum.error[good], table["FLUX_ERROR"][good], rtol=RTOL)


@pytest.mark.parametrize("bad", [(0.0, 1.2), (1.2, 0.9), (-0.1, 1.2)])
def test_one_bad_annulus_turns_the_background_off_alike(bad, rng, tmp_path):
    cube = star_cube(n_wave=12, background=2e5, noise=2e3, rng=rng)
    width = fwhm_arcsec(cube.wave_um)
    inner, outer = 3 * width, 4 * width
    inner[7], outer[7] = bad
    reference = extract1d_reference(
        tmp_path / "extract1d.asdf", cube.wave_um, 2 * width, inner, outer
    )

    table, _ = run_pipeline(cube, reference, center_xy=(20.3, 19.8))
    radii = (2 * width, inner, outer)
    aperture = ConicalAperture((20.3, 19.8), *(radius / cube.spaxel_arcsec for radius in radii))
    sums = sum_apertures_as_pipeline(cube, aperture)

    assert_allclose(sums.total * cube.pixel_area_sr * 1e6, table["FLUX"], rtol=RTOL)
    assert_allclose(sums.level[:7], table["BACKGROUND"][:7], rtol=RTOL)
    assert np.isnan(sums.level[7:]).all()
    assert (table["BACKGROUND"][7:] == 0.0).all()


def test_a_smaller_radius_is_scaled_alike_and_the_annulus_stays(rng, tmp_path):
    cube = star_cube(n_wave=8, background=2e5, noise=2e3, rng=rng)
    reference = default_reference(tmp_path / "extract1d.asdf", cube)

    table, _ = run_pipeline(cube, reference, center_xy=(20.3, 19.8), ifu_rscale=0.8)
    params = ExtractionParams(radius_fwhm=0.8, center=(20.3, 19.8), method="pipeline")

    assert_same_spectrum(extract_spectrum(cube, params), table)


def test_the_radii_of_a_reference_file_are_used_alike(rng, tmp_path):
    cube = star_cube(n_wave=50, background=2e5, noise=2e3, rng=rng)
    wave = np.linspace(5.1, 5.5, 7)  # curved, and shorter than the cube
    width = fwhm_arcsec(wave) * (1.0 + 0.2 * np.sin(9.0 * wave))
    path = extract1d_reference(tmp_path / "extract1d.asdf", wave, 2 * width, 3 * width, 4 * width)

    table, _ = run_pipeline(cube, path, center_xy=(20.3, 19.8), ifu_rscale=1.3)
    params = ExtractionParams(radius_fwhm=1.3, center=(20.3, 19.8), method="pipeline")
    extraction = extract_spectrum(cube, params, radii=load(path).products[0])

    assert_same_spectrum(extraction, table)


# ------------------------------------------------------------------------------ aperture correction


def correction_table(cube):
    """Return a table that is curved in wavelength and radius and ends inside the cube's range."""
    wave = np.linspace(cube.wave_um[0] + 0.05, cube.wave_um[-1] - 0.05, 9)
    width = fwhm_arcsec(wave) * (1.0 + 0.05 * np.sin(9.0 * wave))
    radius = np.outer([0.5, 1.0, 1.5, 2.0, 3.0], width)
    factor = 1.0 + 0.1 / radius + 0.02 * np.cos(3.0 * wave)
    return ApertureCorrection(
        "4A", frozen(wave), frozen(radius), frozen(factor), frozen(0.01 * factor)
    )


@pytest.mark.parametrize("radius_fwhm", [0.5, 1.37, 2.0, 3.0])
def test_the_aperture_correction_is_interpolated_alike(radius_fwhm, rng, tmp_path):
    cube = star_cube(n_wave=60, background=2e5, noise=2e3, rng=rng)
    table_of_corrections = correction_table(cube)
    reference = default_reference(tmp_path / "extract1d.asdf", cube)
    apcorr = apcorr_reference(tmp_path / "apcorr.asdf", table_of_corrections)
    options = {"center_xy": (20.3, 19.8), "ifu_rscale": radius_fwhm}

    plain, _ = run_pipeline(cube, reference, **options)
    corrected, _ = run_pipeline(cube, reference, apcorr_ref_file=apcorr, **options)
    params = ExtractionParams(radius_fwhm=radius_fwhm, center=(20.3, 19.8), method="pipeline")
    extraction = extract_spectrum(cube, params, correction=table_of_corrections)

    factor = interpolate_correction(
        table_of_corrections, cube.wave_um, radius_fwhm * fwhm_arcsec(cube.wave_um)
    )
    assert_allclose(factor, corrected["FLUX"] / plain["FLUX"], rtol=1e-6)
    assert_allclose(extraction.aperture_correction, factor, rtol=1e-12)
    assert_same_spectrum(extraction, corrected)
