"""Tests of engine.files.column_listing."""

import pytest

from engine.errors import FileError
from engine.files import ColumnMapping, list_columns, load
from tests.hazards import baselines
from tests.hazards.baselines import written


def test_columns_are_listed_with_unit_and_first_values(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("wave [um],counts,remark\n5.0,1.5,good\n5.1,2.5,bad\n")

    listing = list_columns(path)

    assert [(one.name, one.unit, one.sample) for one in listing.columns] == [
        ("wave", "um", "5, 5.1"),
        ("counts", "", "1.5, 2.5"),
        ("remark", "", "good, bad"),
    ]
    assert listing.guess == ColumnMapping(wave="wave", flux="counts", wave_unit="um")


def test_a_table_that_is_refused_can_be_listed_and_then_opened(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("wave,flux\n" + "".join(f"{500 + n},{1.0 + n}\n" for n in range(9)))

    with pytest.raises(FileError, match="unit"):
        load(path)
    listing = list_columns(path)
    told = ColumnMapping(wave=listing.guess.wave, flux="flux", wave_unit="nm", flux_unit="Jy")

    assert load(path, mapping=told).products[0].wave_um[0] == pytest.approx(0.5)


def test_fits_tables_are_listed_too(tmp_path):
    listing = list_columns(written(baselines.x1d(), tmp_path / "x1d.fits"))

    assert listing.columns[0].name == "WAVELENGTH"
    assert listing.guess.flux == "FLUX"
    assert listing.guess.error == "FLUX_ERROR"


def test_a_file_without_a_table_is_refused(tmp_path):
    path = written(baselines.image(), tmp_path / "cal.fits")

    with pytest.raises(FileError, match="no table"):
        list_columns(path)
