"""Imaging photom references: valid for the pipeline, whose photom gives C(t) with them."""

import warnings

import numpy as np
import pytest

pytest.importorskip("jwst")
import asdf
from jwst.photom.photom import DataSet
from stdatamodels.jwst import datamodels

from engine.files import load
from engine.files.write_imaging_photom import write_imaging_photom
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import factors_at, photom_of
from engine.imaging.published_factors import published_bands
from engine.model.provenance import Provenance

pytestmark = pytest.mark.reference

_CURVES = {name: published_curve(name) for name in published_bands()}
_MASKS = {"F1065C": "MASK1065", "F1140C": "MASK1140", "F1550C": "MASK1550", "F2300C": "MASKLYOT"}
_SUBARRAYS = ("FULL", "BRIGHTSKY", "SUB256", "SUB128", "SUB64")


def _written(folder, **options):
    errors = {name: 0.01 * one.sigma_factor_percent for name, one in published_bands().items()}
    made = photom_of(list(_CURVES.values()), errors, **options)
    path = write_imaging_photom(
        folder / "photom.fits", made.reference, provenance=Provenance("0.1.0", (), "{}")
    )
    return path, made


def _applied(path, name, subarray, mjd):
    """Return the conversion that the pipeline's photom finds, and applies to an image of ones."""
    model = datamodels.ImageModel((8, 8))
    model.data = np.ones((8, 8), np.float32)
    model.err = np.ones((8, 8), np.float32)
    model.var_poisson = np.ones((8, 8), np.float32)
    model.var_rnoise = np.ones((8, 8), np.float32)
    model.meta.instrument.name = "MIRI"
    model.meta.instrument.detector = "MIRIMAGE"
    model.meta.instrument.filter = name
    model.meta.subarray.name = subarray
    model.meta.exposure.type = "MIR_LYOT" if subarray == "MASKLYOT" else "MIR_IMAGE"
    model.meta.exposure.mid_time = mjd
    done = DataSet(model).apply_photom(str(path), "N/A")
    assert done.data == pytest.approx(done.meta.photometry.conversion_megajanskys, rel=1e-6)
    return float(done.meta.photometry.conversion_megajanskys)


@pytest.mark.parametrize("tables", ["both", "exponential", "power law"])
def test_strict_validation_passes_without_a_warning(tables, tmp_path):
    path, _ = _written(tmp_path, tables=tables)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        # The file names the version of asdf that wrote it, which may be newer than this one.
        warnings.simplefilter("ignore", asdf.exceptions.AsdfPackageVersionWarning)
        with datamodels.open(path, strict_validation=True) as model:
            model.validate()
            model.get_crds_parameters()
            assert type(model).__name__ == "MirImgPhotomModel"
    assert [str(one.message) for one in said] == []


@pytest.mark.parametrize("mjd", [59720.0, 59990.5, 61000.0])
def test_the_pipelines_photom_gives_c_of_t_in_every_filter_and_subarray(mjd, tmp_path):
    path, made = _written(tmp_path)
    opened = load(path).products[0]
    ours = factors_at(opened, mjd)

    for name, curve in _CURVES.items():
        for subarray in [_MASKS[name]] if name in _MASKS else _SUBARRAYS:
            theirs = _applied(path, name, subarray, mjd)
            assert theirs == pytest.approx(ours[opened.row(name, subarray)], rel=1e-6)
            worst = 0.01 * made.worst_percent[name] + 1e-6
            assert theirs == pytest.approx(float(curve.factor_at(mjd, subarray)), rel=worst)


def test_a_subarray_without_a_row_gets_that_of_all_others(tmp_path, caplog):
    path, _ = _written(tmp_path)

    assert _applied(path, "F770W", "SLITLESSPRISM", 6e4) == pytest.approx(
        _applied(path, "F770W", "FULL", 6e4), rel=1e-12
    )


def test_what_is_written_is_what_the_pipelines_model_holds(tmp_path):
    path, made = _written(tmp_path)

    with datamodels.open(path, strict_validation=True) as model:
        table = model.phot_table
        assert [str(one).strip() for one in table["filter"]] == list(made.reference.filters)
        np.testing.assert_array_equal(table["photmjsr"], made.reference.factor.astype("f4"))
        np.testing.assert_array_equal(
            model.timecoeff_exponential["tau"],
            made.reference.losses["TIMECOEFF_EXPONENTIAL"]["tau"].astype("f4"),
        )
