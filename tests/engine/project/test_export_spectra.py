"""Tests of engine.project.export_spectra: what the file of a spectrum says of its steps."""

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from engine.arrays import frozen
from engine.files.write_x1d import write_x1d
from engine.progress import SILENT
from engine.project.export_spectra import errors_text, spectrum_for_export
from engine.project.keys import NodeKey
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
    known = replace(result, sys_error=frozen(0.012 * np.abs(flux)))
    unknown = replace(result, sys_error=frozen(np.full(flux.size, np.nan)))

    assert "The systematic error of the calibration is 1.2 % (median)." in errors_text(known)
    assert errors_text(unknown).endswith("The systematic error is not known.")
