"""Photom references of imaging on the disk: written, opened again, and damaged."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import load
from engine.files.write_imaging_photom import write_imaging_photom
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import photom_of
from engine.model.imaging_photom import ImagingPhotom
from engine.model.provenance import Provenance

_MAKING = Provenance("0.1.0", (), "{}")


def written(folder: Path) -> tuple[Path, ImagingPhotom]:
    curves = [published_curve("F770W"), published_curve("F2550W"), published_curve("F1550C")]
    reference = photom_of(curves, {"F770W": 0.004}).reference
    return write_imaging_photom(folder / "photom.fits", reference, provenance=_MAKING), reference


def damaged(path: Path, name: str, column: str, row: int, value: object) -> Path:
    with fits.open(path, mode="update", checksum=False) as hdus:
        hdus[name].data[column][row] = value
        for hdu in hdus:
            hdu.header.pop("CHECKSUM", None)
            hdu.header.pop("DATASUM", None)
    return path


def test_what_is_written_is_what_is_opened(tmp_path: Path) -> None:
    path, reference = written(tmp_path)

    loaded = load(path)

    [found] = loaded.products
    assert loaded.kind == "imaging photom reference"
    assert loaded.messages == ()
    assert (found.filters, found.subarrays) == (reference.filters, reference.subarrays)
    np.testing.assert_array_equal(found.factor, reference.factor.astype(np.float32))
    known = np.isfinite(reference.error)
    np.testing.assert_array_equal(found.error[known], reference.error[known].astype(np.float32))
    assert np.isnan(found.error[~known]).all()
    assert set(found.losses) == {"TIMECOEFF_EXPONENTIAL", "TIMECOEFF_POWERLAW"}
    for name, columns in reference.losses.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(found.losses[name][column], values.astype(np.float32))
    assert found.pixel_area_sr == pytest.approx(2.8606e-13)
    assert found.useafter == "2022-05-21T00:00:00"


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert written(tmp_path / "a")[0].read_bytes() == written(tmp_path / "b")[0].read_bytes()


def test_a_table_of_other_rows_is_left_out_and_told(tmp_path: Path) -> None:
    path = damaged(written(tmp_path)[0], "TIMECOEFF_POWERLAW", "filter", 2, "F560W")

    loaded = load(path)

    assert set(loaded.products[0].losses) == {"TIMECOEFF_EXPONENTIAL"}
    assert "rows of TIMECOEFF_POWERLAW" in loaded.warnings[0]


def test_an_empty_cell_leaves_the_table_out(tmp_path: Path) -> None:
    path = damaged(written(tmp_path)[0], "TIMECOEFF_EXPONENTIAL", "tau", 1, np.nan)

    loaded = load(path)

    assert set(loaded.products[0].losses) == {"TIMECOEFF_POWERLAW"}
    assert "empty cells" in loaded.warnings[0]


def test_a_row_without_a_factor_is_not_known(tmp_path: Path) -> None:
    path = damaged(written(tmp_path)[0], "PHOTOM", "photmjsr", 0, -1.0)

    [found] = load(path).products

    assert np.isnan(found.factor[0])
    assert np.isfinite(found.factor[1:]).all()


def test_a_file_without_any_factor_is_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path)
    damaged(path, "PHOTOM", "photmjsr", slice(None), np.nan)

    with pytest.raises(FileError, match="no factor above 0"):
        load(path)


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    _, reference = written(tmp_path)

    with pytest.raises(FileError):
        write_imaging_photom(tmp_path / "photom.fits", reference, provenance=_MAKING)
