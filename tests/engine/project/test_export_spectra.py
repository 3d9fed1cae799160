"""Tests of engine.project.export_spectra: what the file of a spectrum says of its steps."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.files.write_x1d import write_x1d
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.progress import SILENT
from engine.project.export_spectra import errors_text, spectrum_for_export
from engine.project.keys import NodeKey
from engine.project.tables import calibration_summary
from tests.helpers.exports import PROVENANCE
from tests.helpers.open_files import OpenFiles

SKIPPED = (("S_EXTR1D", "SKIPPED"), ("S_FLAT", "COMPLETE"), ("S_PHOTOM", "SKIPPED"))


@pytest.fixture(scope="module")
def files():
    """Return a cube of a star and its model."""
    files = OpenFiles()
    files.cube()
    files.model()
    return files


def exported(files, step):
    key = NodeKey(step, "e1")
    spectrum = files.chain.evaluate(files.session, key).spectrum
    before = replace(spectrum, origin=replace(spectrum.origin, steps=SKIPPED))
    return spectrum_for_export(files.session, files.chain, key, before, SILENT)


def test_a_calibrated_spectrum_was_extracted_and_calibrated_whatever_the_cube_says(files):
    extracted, calibrated = exported(files, "extract"), exported(files, "calibrate")

    done = {"S_EXTR1D": "COMPLETE", "S_FLAT": "COMPLETE", "S_PHOTOM": "SKIPPED"}
    assert dict(extracted.origin.steps) == done
    assert dict(calibrated.origin.steps) == done | {"S_PHOTOM": "COMPLETE"}


def test_the_file_says_where_the_aperture_lay_and_what_its_errors_are(files, tmp_path):
    center = files.chain.evaluate(files.session, NodeKey("extract", "e1")).center_pixel

    spectrum = exported(files, "calibrate")
    said = spectrum.origin.notes
    path = write_x1d(tmp_path / "a.fits", [spectrum], provenance=PROVENANCE, history=said)

    with fits.open(path) as hdus:
        said = " ".join(map(str, hdus[0].header["HISTORY"]))
        own = hdus["EXTRACT1D"].header
        assert hdus[0].header["S_PHOTOM"] == "COMPLETE"
        assert np.isfinite(hdus["EXTRACT1D"].data["BACKGROUND"]).all()
    assert (own["EXTR_X"], own["EXTR_Y"]) == center
    assert "Errors are statistical, of one sample." in said


def test_the_systematic_error_is_said_in_percent_of_the_flux(files):
    result = files.chain.evaluate(files.session, NodeKey("calibrate", "e1"))
    flux = result.spectrum.flux
    share = np.where(np.arange(flux.size) == 7, 0.3, 0.012)
    terms = (("vector", frozen(0.01 * flux)), ("annulus", frozen(0.0066 * flux)))
    known = replace(result, sys_error=frozen(share * np.abs(flux)), sys_terms=terms)
    unknown = replace(result, sys_error=frozen(np.full(flux.size, np.nan)))

    place = f"{result.spectrum.wave_um[7]:.2f} um"
    assert (
        f"The systematic error is 1.2 % (median), at most 30 % at {place}, in quadrature of "
        "vector 1, annulus 0.66 %; by sample"
    ) in errors_text(known)
    assert errors_text(unknown).endswith("The systematic error is not known.")


@pytest.fixture(scope="module")
def two_stars():
    """Return a star that is calibrated with the response of another."""
    files = OpenFiles()
    files.cube()
    files.model()
    files.cube("Star B", program="2")
    params = CalibrationParams(vector_of="Star A")
    files.session = files.session.with_params(NodeKey("calibrate", "e3"), params)
    return files


def test_the_extraction_of_a_source_is_in_its_systematic_error_but_not_twice(two_stars):
    extraction = two_stars.chain.evaluate(two_stars.session, NodeKey("extract", "e3"))
    response = two_stars.chain.evaluate(two_stars.session, NodeKey("response", "e1"))
    own = two_stars.chain.evaluate(two_stars.session, NodeKey("calibrate", "e1"))
    other = two_stars.chain.evaluate(two_stars.session, NodeKey("calibrate", "e3"))

    flux = np.abs(other.spectrum.flux)
    relative = [response.sys_error / response.vector]
    relative += [np.nan_to_num(spread) for _, spread in extraction.systematics]
    expected = flux * np.sqrt(np.sum(np.square(relative), axis=0))
    assert_allclose(other.sys_error, expected, rtol=1e-9)
    assert [name for name, _ in other.sys_terms][:2] == ["vector", "annulus"]
    assert [name for name, _ in own.sys_terms] == ["vector"]
    assert_array_equal(own.sys_error, dict(own.sys_terms)["vector"])


def test_every_sample_has_its_systematic_error_in_the_file(two_stars, tmp_path):
    key = NodeKey("calibrate", "e3")
    result = two_stars.chain.evaluate(two_stars.session, key)

    spectrum = spectrum_for_export(two_stars.session, two_stars.chain, key, result.spectrum, SILENT)
    path = write_x1d(tmp_path / "b.fits", [spectrum], provenance=PROVENANCE)

    with fits.open(path) as hdus:
        table = hdus["SYSTEMATIC"].data
        assert_array_equal(table["WAVELENGTH"], hdus["EXTRACT1D"].data["WAVELENGTH"])
        assert_array_equal(table["SYS_ERROR"], result.sys_error)
        assert table.columns["SYS_ERROR"].unit == "Jy"
        terms = [table[name] for name in table.names[2:]]
    assert table.names[2] == "SYS_VECTOR"
    assert_allclose(np.sqrt(np.nansum(np.square(terms), axis=0)), result.sys_error, rtol=1e-9)


def test_the_table_of_calibrated_spectra_has_a_column_for_each_term(two_stars):
    results = [
        two_stars.chain.evaluate(two_stars.session, NodeKey("calibrate", name))
        for name in ("e1", "e3")
    ]

    table = calibration_summary([(one.spectrum.identity, one) for one in results])

    annulus = table.column("median_sys_annulus_jy").values
    assert np.isnan(annulus[0])  # its own response holds it
    assert annulus[1] == np.nanmedian(dict(results[1].sys_terms)["annulus"])
