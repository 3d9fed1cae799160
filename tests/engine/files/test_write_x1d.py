"""Tests of engine.files.write_x1d."""

import io
import json
from dataclasses import replace

import asdf
import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_array_equal

from engine.errors import FileError
from engine.files.write_x1d import write_x1d
from tests.helpers.disk import file_size_limit
from tests.helpers.exports import HOSTILE, PROVENANCE, band_spectrum

COLUMNS = [
    ("WAVELENGTH", "um"),
    ("FLUX", "Jy"),
    ("FLUX_ERROR", "Jy"),
    ("FLUX_VAR_POISSON", "Jy^2"),
    ("FLUX_VAR_RNOISE", "Jy^2"),
    ("FLUX_VAR_FLAT", "Jy^2"),
    ("SURF_BRIGHT", "MJy/sr"),
    ("SB_ERROR", "MJy/sr"),
    ("SB_VAR_POISSON", "(MJy/sr)^2"),
    ("SB_VAR_RNOISE", "(MJy/sr)^2"),
    ("SB_VAR_FLAT", "(MJy/sr)^2"),
    ("DQ", None),
    ("BACKGROUND", "MJy/sr"),
    ("BKGD_ERROR", "MJy/sr"),
    ("BKGD_VAR_POISSON", "(MJy/sr)^2"),
    ("BKGD_VAR_RNOISE", "(MJy/sr)^2"),
    ("BKGD_VAR_FLAT", "(MJy/sr)^2"),
    ("NPIXELS", None),
    ("RF_FLUX", "Jy"),
    ("RF_SURF_BRIGHT", "MJy/sr"),
    ("RF_BACKGROUND", "MJy/sr"),
]


@pytest.fixture
def write(tmp_path):
    """Return a function from spectra to the HDUs of the file written."""
    opened = []

    def write_and_open(*spectra):
        path = write_x1d(tmp_path / "a_x1d.fits", spectra, provenance=PROVENANCE, exists="replace")
        opened.append(fits.open(path, memmap=False, checksum=True))
        return opened[-1]

    yield write_and_open
    for hdus in opened:
        hdus.close()


def test_the_columns_are_those_of_the_pipeline(write):
    table = write(band_spectrum())["EXTRACT1D"]

    assert [(column.name, column.unit) for column in table.columns] == COLUMNS
    formats = {column.name: column.format for column in table.columns}
    assert formats.pop("DQ") == "J"
    assert set(formats.values()) == {"D"}
    assert table.header["TZERO12"] == 2**31


def test_values_errors_and_flags_are_written_bit_by_bit(write):
    spectrum = band_spectrum()

    data = write(spectrum)["EXTRACT1D"].data

    assert_array_equal(data["WAVELENGTH"], spectrum.wave_um)
    assert_array_equal(data["FLUX"], spectrum.flux)
    assert_array_equal(data["FLUX_ERROR"], spectrum.error)
    assert_array_equal(data["DQ"], spectrum.flags)
    assert_array_equal(data["NPIXELS"], spectrum.columns["n_pixels"])
    assert_array_equal(data["BACKGROUND"], spectrum.columns["background_mjy_sr"])


def test_what_is_not_known_is_not_a_number(write):
    data = write(band_spectrum())["EXTRACT1D"].data

    for name in ("FLUX_VAR_POISSON", "SURF_BRIGHT", "RF_FLUX", "BKGD_ERROR"):
        assert np.isnan(data[name]).all()


def test_the_header_says_what_was_observed(write):
    hdus = write(band_spectrum())

    expected = {
        "DATAMODL": "MRSMultiSpecModel",
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "EXP_TYPE": "MIR_MRS",
        "CHANNEL": "4",
        "BAND": "SHORT",
        "TARGNAME": "16 Cyg B",
        "PROGRAM": "01538",
        "OBSERVTN": "001",
        "VISIT": "001",
        "DATE-OBS": "2022-08-08",
        "EXPMID": 59799.90576726794,
        "CAL_VER": "1.11.4",
        "CRDS_CTX": "jwst_1130.pmap",
        "R_PHOTOM": "crds://jwst_miri_photom_0092.fits",
        "S_PHOTOM": "COMPLETE",
        "NINTS": 1,
        "TARG_RA": 295.466,
        "FILENAME": "a_x1d.fits",
    }
    assert {key: hdus[0].header[key] for key in expected} == expected
    assert hdus["EXTRACT1D"].header["EXTR_X"] == 24.25
    assert hdus["EXTRACT1D"].header["SRCTYPE"] == "POINT"


def test_values_that_the_pipeline_would_refuse_are_left_out(write):
    header = write(band_spectrum(detector="UNHEARD-OF", exp_type="MIR_PARTY"))[0].header

    assert "DETECTOR" not in header
    assert header["EXP_TYPE"] == "MIR_MRS"
    assert "S_STRAY" not in header  # PENDING is no status of a step
    assert "TFRAME" not in header  # "none" is no number


def test_what_stands_where_keywords_should_be_does_no_harm(write):
    hdus = write(replace(band_spectrum(), origin=HOSTILE))

    header = hdus[0].header
    assert header["S_PHOTOM"] == "COMPLETE"
    assert header["R_PHOTOM"] == "a" * 300
    assert header["NAXIS"] == 0
    assert header["SIMPLE"] is True
    assert not {"NINTS", "NGROUPS", "TARG_RA", "TARG_DEC", "R_TOOLONGKEY"} & set(header)
    assert "EXTR_X" not in hdus["EXTRACT1D"].header


def test_several_bands_make_several_extensions_of_one_file(write):
    hdus = write(band_spectrum("1A"), band_spectrum("2B"), band_spectrum("3C"))

    tables = [hdu for hdu in hdus if hdu.name == "EXTRACT1D"]
    assert [table.ver for table in tables] == [1, 2, 3]
    assert [(t.header["CHANNEL"], t.header["BAND"]) for t in tables] == [
        ("1", "SHORT"),
        ("2", "MEDIUM"),
        ("3", "LONG"),
    ]
    assert (hdus[0].header["CHANNEL"], hdus[0].header["BAND"]) == ("123", "MULTIPLE")


def test_channels_that_the_pipeline_never_joins_are_not_claimed(write):
    header = write(band_spectrum("1A"), band_spectrum("3A"))[0].header

    assert "CHANNEL" not in header
    assert header["BAND"] == "SHORT"


def test_facts_that_differ_between_spectra_are_left_out_of_the_common_header(write):
    hdus = write(band_spectrum("4A", target="10 Lac", mjd=59800.0), band_spectrum("4B"))

    assert "TARGNAME" not in hdus[0].header
    assert "EXPMID" not in hdus[0].header
    assert hdus["EXTRACT1D", 1].header["SRCNAME"] == "10 Lac"
    assert hdus["EXTRACT1D", 1].header["MJD-AVG"] == 59800.0


def test_surface_brightness_has_its_own_column(write):
    spectrum = band_spectrum(unit="MJy/sr")

    table = write(spectrum)["EXTRACT1D"]

    assert_array_equal(table.data["SURF_BRIGHT"], spectrum.flux)
    assert_array_equal(table.data["SB_ERROR"], spectrum.error)
    assert np.isnan(table.data["FLUX"]).all()
    assert table.header["SRCTYPE"] == "EXTENDED"


def test_a_spectrum_of_no_mrs_band_has_the_eighteen_columns_of_all_others(write):
    hdus = write(band_spectrum("", exp_type="MIR_LRS-SLITLESS", detector="MIRIMAGE"))

    assert hdus[0].header["DATAMODL"] == "MultiSpecModel"
    assert hdus[0].header["EXP_TYPE"] == "MIR_LRS-SLITLESS"
    assert len(hdus["EXTRACT1D"].columns) == 18


@pytest.mark.parametrize(("unit", "said"), [("DN/s", "in DN/s"), ("", "without unit")])
def test_count_rates_are_refused_with_the_way_out(tmp_path, unit, said):
    with pytest.raises(FileError, match=f"'16 Cyg B 4A' is {said}") as caught:
        write_x1d(tmp_path / "a.fits", [band_spectrum(unit=unit)], provenance=PROVENANCE)

    assert "ECSV" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_no_spectrum_is_no_file(tmp_path):
    with pytest.raises(FileError, match="no spectrum"):
        write_x1d(tmp_path / "a.fits", [], provenance=PROVENANCE)


def test_the_extension_asdf_is_there_and_can_be_opened(write):
    content = write(band_spectrum())["ASDF"].data["ASDF_METADATA"][0].tobytes()

    with asdf.open(io.BytesIO(content)) as tree:
        assert tree["meta"]["model_type"] == "MRSMultiSpecModel"


def test_greek_letters_are_spelled_out_in_the_header(write):
    assert write(band_spectrum(target="μ Col"))[0].header["TARGNAME"] == "mu Col"


def test_the_file_says_how_it_was_made(write):
    rows = {row["KEY"]: row["VALUE"] for row in write(band_spectrum())["FLUXKNOT"].data}

    assert rows["VERSION"] == "0.1.0"
    assert json.loads(rows["INPUTS"]) == [list(pair) for pair in PROVENANCE.inputs]
    assert json.loads(rows["RECIPE"]) == json.loads(PROVENANCE.recipe)


def test_the_same_spectrum_gives_the_same_bytes(tmp_path):
    paths = [tmp_path / name / "a_x1d.fits" for name in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        write_x1d(path, [band_spectrum()], provenance=PROVENANCE)

    one, two = (path.read_bytes() for path in paths)

    assert one == two
    assert b"/somewhere/private" not in one
    assert b"DATE    =" not in one


def test_a_full_disk_leaves_the_earlier_file(tmp_path):
    path = write_x1d(tmp_path / "a_x1d.fits", [band_spectrum()], provenance=PROVENANCE)
    before = path.read_bytes()

    for n_bytes in (0, 2880, len(before) - 1):
        with file_size_limit(n_bytes), pytest.raises(FileError):
            write_x1d(path, [band_spectrum("4B")], provenance=PROVENANCE, exists="replace")

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
