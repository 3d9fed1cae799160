"""Tests of engine.compare.photometry_table."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.photometry_table import measurements_of
from engine.errors import DataError, FileError
from engine.files import load

HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {{name: name, datatype: string}}
# - {{name: filter, datatype: string}}
# - {{name: flux_jy, unit: {unit}, datatype: float64}}
# - {{name: flux_error_jy, unit: {unit}, datatype: float64}}
# meta: {{kind: photometry, instrument: MIRI}}
# schema: astropy-2.0
name filter flux_jy flux_error_jy
"10 Lac" F770W {first} {error}
"HD 2811" "IRAC 5.8" {second} 0
"""


@pytest.fixture
def table(tmp_path):
    def read(unit="Jy", first=0.35, second=0.12, error=0.01):
        path = tmp_path / "photometry.ecsv"
        text = HEAD.format(unit=unit, first=first, second=second, error=error)
        path.write_text(text, encoding="utf-8")
        opened = load(path)
        assert opened.kind == "photometry"
        return opened.products[0]

    return read


def test_rows_come_out_with_canonical_filters_and_the_instrument_of_the_file(table):
    first, second = measurements_of(table())

    assert (first.star, first.filter, first.flux_jy) == ("10 Lac", "F770W", 0.35)
    assert first.error_jy == 0.01
    assert (second.filter, second.instrument) == ("IRAC3", "MIRI")
    assert np.isnan(second.error_jy)


def test_millijansky_are_converted(table):
    [first, _] = measurements_of(table(unit="mJy", first=350.0, error=10.0))

    assert first.flux_jy == pytest.approx(0.35)
    assert first.error_jy == pytest.approx(0.01)


def test_a_unit_that_is_no_flux_density_is_refused_when_it_is_opened(table):
    with pytest.raises(FileError, match=r"DN / s.*no flux"):
        table(unit="DN / s")


def test_one_that_was_made_elsewhere_is_refused_when_it_is_used(table):
    made = replace(table(), units={"flux_jy": "DN / s"})

    with pytest.raises(DataError, match=r"DN / s.*no flux"):
        measurements_of(made)


def test_a_table_that_lacks_a_column_is_refused_when_it_is_opened(tmp_path):
    path = tmp_path / "photometry.csv"
    path.write_text('# kind: "photometry"\nname,flux_jy\n10 Lac,0.3\n', encoding="utf-8")

    with pytest.raises(FileError, match="filter"):
        load(path)
