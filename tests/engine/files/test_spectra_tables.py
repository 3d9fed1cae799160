"""Tests of engine.files.spectra_tables, column_guess, text_tables and load_text."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FileError
from engine.files import ColumnMapping, load
from engine.model.tabulated import Curve, DataTable

WAVE = np.linspace(5.0, 8.0, 60)
FLUX = 1.0 + 0.1 * WAVE


def text_file(folder, text, name="table.txt"):
    path = folder / name
    path.write_text(text)
    return path


def rows(*columns, delimiter=" "):
    return "\n".join(delimiter.join(map(repr, map(float, row))) for row in zip(*columns)) + "\n"  # noqa: B905


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("wave_um,flux_jy,flux_error_jy", ","),
        ("Wavelength (um);Flux (Jy);Error (Jy)", ";"),
        ("lambda [micron]\tf_nu [Jy]\tsigma", "\t"),
        ("WL_um Fnu_Jy unc", " "),
        ("# wavelength_um flux_jy uncertainty", " "),
    ],
)
def test_a_table_with_names_is_a_spectrum(head, delimiter, tmp_path):
    text = head + "\n" + rows(WAVE, FLUX, 0.1 * FLUX, delimiter=delimiter)

    loaded = load(text_file(tmp_path, text))

    spectrum = loaded.products[0]
    assert (loaded.kind, spectrum.unit) == ("spectrum", "Jy")
    assert_array_equal(spectrum.wave_um, WAVE)
    assert_array_equal(spectrum.flux, FLUX)
    assert_array_equal(spectrum.error, 0.1 * FLUX)


def test_a_row_of_units_below_the_names_is_read(tmp_path):
    text = "wave,flux\nAngstrom,mJy\n" + rows(1e4 * WAVE, 1e3 * FLUX, delimiter=",")

    spectrum = load(text_file(tmp_path, text)).products[0]

    assert_allclose(spectrum.wave_um, WAVE, rtol=1e-12)
    assert_allclose(spectrum.flux, FLUX, rtol=1e-12)


def test_columns_without_names_are_a_curve_until_the_user_says_more(tmp_path):
    path = text_file(tmp_path, rows(WAVE, FLUX))
    mapping = ColumnMapping(wave="1", flux="2", wave_unit="um", flux_unit="mJy", target="Star")

    guessed = load(path)
    told = load(path, mapping=mapping)

    assert guessed.kind == "curve"
    assert told.kind == "spectrum"
    assert_allclose(told.products[0].flux, 1e-3 * FLUX, rtol=1e-12)
    assert told.products[0].identity.target == "Star"


def test_the_user_may_choose_other_columns_of_a_fits_table(tmp_path):
    names = ("WAVELENGTH", "FLUX", "OTHER")
    arrays = (WAVE, FLUX, 2 * FLUX)
    columns = [fits.Column(n, "D", array=a) for n, a in zip(names, arrays, strict=True)]
    columns[0].unit, columns[1].unit, columns[2].unit = "um", "Jy", "Jy"
    path = tmp_path / "table.fits"
    fits.BinTableHDU.from_columns(columns).writeto(path)

    spectrum = load(path, mapping=ColumnMapping(flux="other", band="1C")).products[0]

    assert_array_equal(spectrum.flux, 2 * FLUX)
    assert spectrum.identity.band == "1C"


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    path = text_file(tmp_path, "wave,flux\n" + rows(WAVE, FLUX, delimiter=","))

    with pytest.raises(FileError, match="no column 'flur'; there are 'wave, flux'"):
        load(path, mapping=ColumnMapping(flux="flur"))


def test_other_quantities_against_wavelength_are_a_curve(tmp_path):
    text = "wavelength_um transmission\n" + rows(WAVE, FLUX)

    loaded = load(text_file(tmp_path, text))

    (curve,) = loaded.products
    assert isinstance(curve, Curve)
    assert_array_equal(curve.values["transmission"], FLUX)


def test_text_in_a_column_makes_it_a_table(tmp_path):
    loaded = load(text_file(tmp_path, "band,wave_um,flux_jy\n1A,5.0,1.0\n1B,6.0,\n"))

    (table,) = loaded.products
    assert isinstance(table, DataTable)
    assert table.columns["band"] == ("1A", "1B")
    assert_array_equal(table.columns["flux_jy"], [1.0, np.nan])


def test_ecsv_of_astropy_is_read_with_units_and_meta(tmp_path):
    table = Table({"wave": WAVE, "flux": FLUX, "flux_err": 0.1 * FLUX}, units=["um", "mJy", "mJy"])
    table.meta["target"] = "Some star"
    path = tmp_path / "table.ecsv"
    table.write(path)

    spectrum = load(path).products[0]

    assert_allclose(spectrum.flux, 1e-3 * FLUX, rtol=1e-12)
    assert_allclose(spectrum.error, 1e-4 * FLUX, rtol=1e-12)
    assert spectrum.identity.target == "Some star"


def test_ecsv_with_texts_quotes_and_commas_equals_that_of_astropy(tmp_path):
    truth = Table({"name": ["16 Cyg B", "μ Col", 'a "b"'], "mag": [1.5, np.nan, -3.0]})
    path = tmp_path / "table.ecsv"
    truth.write(path, delimiter=",")

    (table,) = load(path).products

    assert table.columns["name"] == tuple(truth["name"])
    assert_array_equal(table.columns["mag"], truth["mag"])


def test_ipac_tables_equal_those_of_astropy(tmp_path):
    truth = Table({"wavelength": WAVE, "flux": FLUX, "sigma": 0.1 * FLUX}, units=["um", "Jy", "Jy"])
    path = tmp_path / "table.ipac"
    truth.write(path, format="ascii.ipac")

    spectrum = load(path).products[0]

    assert_allclose(spectrum.wave_um, WAVE, rtol=1e-12)
    assert_allclose(spectrum.error, 0.1 * FLUX, rtol=1e-12)


def test_empty_values_of_ipac_tables_are_no_measurement(tmp_path):
    text = (
        "| wave| flux|\n| real| real|\n|   um|   Jy|\n|     | null|\n   5.0   1.0\n   6.0  null\n"
    )

    spectrum = load(text_file(tmp_path, text)).products[0]

    assert_array_equal(spectrum.flux, [1.0, np.nan])


def test_tables_that_say_what_they_are_stay_tables(tmp_path):
    table = Table({"latitude_deg": WAVE, "wave_um": WAVE, "surf_bright_mjy_sr": FLUX})
    table.meta.update({"kind": "map"})
    path = tmp_path / "map.ecsv"
    table.write(path)

    assert load(path).kind == "map"


def test_lamp_tables_give_one_spectrum_a_band_and_date(tmp_path):
    n = WAVE.size
    table = Table(
        {
            "band": ["1A"] * n + ["1B"] * n + ["1A"] * n,
            "mjd": np.repeat([59700.0, 59700.0, 59900.5], n),
            "wave_um": np.tile(WAVE, 3),
            "rate_dn_s": np.r_[FLUX, 2 * FLUX, 3 * FLUX],
        },
        units={"wave_um": "um", "rate_dn_s": "DN/s"},
    )
    table.meta.update({"kind": "lamp", "program": "1234"})
    path = tmp_path / "lamps.ecsv"
    table.write(path)

    loaded = load(path)

    keys = [(one.identity.band, one.identity.mjd) for one in loaded.products]
    assert loaded.role == "lamp"
    assert keys == [("1A", 59700.0), ("1A", 59900.5), ("1B", 59700.0)]
    assert_allclose(loaded.products[1].flux, 3 * FLUX, rtol=1e-12)
    assert loaded.products[0].identity.program == "1234"
    assert loaded.products[0].unit == "DN/s"


@pytest.mark.real_data
def test_the_twelve_bands_of_vv_114_are_one_source(real_data):
    from engine.files import find_files
    from engine.model.bands import bands

    loaded = [load(path) for path in find_files(real_data("mrs_vv114")) if path.suffix == ".fits"]

    identities = [one.products[0].identity for one in loaded]
    assert {identity.source_key for identity in identities} == {"VV114"}
    assert sorted(one.band for one in identities) == [band.name for band in bands()]
    assert {one.products[0].unit for one in loaded} == {"Jy"}
    assert all(one.warnings == () for one in loaded)
