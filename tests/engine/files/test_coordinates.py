"""Tables of coordinates are known as such, and refused when they are none."""

import pytest

from engine.errors import FileError
from engine.files.load import load
from engine.imaging.star_positions import coordinates_of

HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: ra_deg, unit: deg, datatype: float64}
# - {name: DEC, unit: deg, datatype: float64}
# meta: {kind: coordinates}
# schema: astropy-2.0
name ra_deg DEC
"16 Cyg B" 295.46 50.5
"""


def test_table_that_says_so_is_one_of_coordinates(tmp_path):
    path = tmp_path / "stars.ecsv"
    path.write_text(HEAD.replace("DEC", "dec_deg"))

    opened = load(path)

    assert (opened.kind, opened.role, opened.messages) == ("coordinates", "other", ())
    row = coordinates_of(opened.products[0])[0]
    assert (row.star, row.ra_deg, row.dec_deg, row.epoch_year) == ("16 Cyg B", 295.46, 50.5, 2000.0)


def test_table_without_declinations_is_refused(tmp_path):
    path = tmp_path / "stars.ecsv"
    path.write_text(HEAD)

    with pytest.raises(FileError, match="lacks the columns 'dec_deg'"):
        load(path)
