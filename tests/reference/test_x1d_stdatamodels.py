"""The x1d files written here, judged by the pipeline's own data models."""

import warnings
from dataclasses import replace

import pytest
from numpy.testing import assert_array_equal

pytest.importorskip("jwst")
from stdatamodels.jwst import datamodels

from engine.files.write_x1d import write_x1d
from tests.helpers.exports import HOSTILE, PROVENANCE, band_spectrum

pytestmark = pytest.mark.reference

CASES = {
    "one band": [band_spectrum("4A")],
    "twelve bands": [band_spectrum(f"{channel}{letter}") for channel in "1234" for letter in "ABC"],
    "two channels that are never joined": [band_spectrum("1A"), band_spectrum("3B")],
    "surface brightness": [band_spectrum("2C", unit="MJy/sr", source_type="EXTENDED")],
    "a name beyond ASCII": [band_spectrum("1B", target="μ Col")],
    "facts the schema does not know": [
        band_spectrum("1B", detector="UNHEARD-OF", exp_type="PARTY", instrument="CAMERA")
    ],
    "no facts": [
        band_spectrum(
            "3A", target="", program="", observation="", visit="", mjd=None, date="",
            instrument="", detector="", exp_type="", subarray="",
        )
    ],
    "hostile facts": [replace(band_spectrum("3C"), origin=HOSTILE)],
    "systematic errors by sample": [
        replace(one, columns={**one.columns, "sys_error_jy": one.error, "sys_vector_jy": one.error})
        for one in (band_spectrum("1A"), band_spectrum("4A"))
    ],
    "low resolution": [band_spectrum("", exp_type="MIR_LRS-SLITLESS", detector="MIRIMAGE")],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_strict_validation_passes_without_a_warning(tmp_path, case):
    spectra = CASES[case]
    said = ["Errors are statistical, of one sample.", "δ UMi\n" + "x" * 200]
    path = write_x1d(tmp_path / "a_x1d.fits", spectra, provenance=PROVENANCE, history=said)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with datamodels.open(path, strict_validation=True) as model:
            model.validate()
            name, tables = type(model).__name__, [spec.spec_table.copy() for spec in model.spec]

    assert [str(warning.message) for warning in said] == []
    assert name == ("MRSMultiSpecModel" if spectra[0].identity.band else "MultiSpecModel")
    for spectrum, table in zip(spectra, tables, strict=True):
        column = "FLUX" if spectrum.unit == "Jy" else "SURF_BRIGHT"
        assert_array_equal(table["WAVELENGTH"], spectrum.wave_um)
        assert_array_equal(table[column], spectrum.flux)
        assert_array_equal(table["DQ"], spectrum.flags)


def test_the_meta_data_arrive(tmp_path):
    path = write_x1d(tmp_path / "a_x1d.fits", [band_spectrum("4A")], provenance=PROVENANCE)

    with datamodels.open(path, strict_validation=True) as model:
        meta, spec = model.meta, model.spec[0]

        assert meta.target.catalog_name == "16 Cyg B"
        assert (meta.instrument.channel, meta.instrument.band) == ("4", "SHORT")
        assert meta.observation.program_number == "01538"
        assert meta.exposure.mid_time == 59799.90576726794
        assert meta.cal_step.photom == "COMPLETE"
        assert meta.ref_file.photom.name == "crds://jwst_miri_photom_0092.fits"
        assert spec.source_type == "POINT"
        assert spec.extraction_x == 24.25
