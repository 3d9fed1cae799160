"""Flats are written as the pipeline reads them, and read back the same."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import load
from engine.files.write_flat import write_flat
from engine.model.detector_image import DetectorImage
from engine.model.provenance import Provenance

_PROVENANCE = Provenance(version="1", inputs=(("a.fits", "0" * 64),), recipe="{}")


def _flat() -> tuple[np.ndarray, np.ndarray]:
    flat = 1.0 + 0.1 * np.sin(np.arange(240.0)).reshape(20, 12)
    flat[3, 4] = np.nan
    wave = np.repeat(np.linspace(7.6, 7.8, 20)[:, None], 12, axis=1)
    return flat, wave


def test_a_flat_is_read_back_identical(tmp_path: Path) -> None:
    flat, wave = _flat()

    write_flat(tmp_path / "f.fits", "2A", flat, 0.01 * flat, wave, provenance=_PROVENANCE)

    loaded = load(tmp_path / "f.fits")
    image = loaded.products[0]
    assert isinstance(image, DetectorImage)
    assert (loaded.kind, loaded.warnings, image.identity.band) == ("flat reference", (), "2A")
    np.testing.assert_array_equal(image.data, flat.astype(np.float32))
    np.testing.assert_array_equal(image.error, (0.01 * flat).astype(np.float32))
    np.testing.assert_allclose(image.wave_um, wave, rtol=1e-6)


def test_the_keywords_say_where_it_belongs_and_the_flags_what_is_missing(tmp_path: Path) -> None:
    flat, wave = _flat()
    patched = np.zeros(flat.shape, dtype=bool)
    patched[5, 5] = True

    path = write_flat(
        tmp_path / "f.fits", "3B", flat, flat, wave, is_patched=patched, provenance=_PROVENANCE
    )

    with fits.open(path) as hdus:
        header = hdus[0].header
        said = [header[key] for key in ("REFTYPE", "DETECTOR", "CHANNEL", "BAND", "EXP_TYPE")]
        assert said == ["FLAT", "MIRIFULONG", "3", "MEDIUM", "MIR_MRS"]
        assert (hdus["DQ"].data[3, 4], hdus["DQ"].data[5, 5], hdus["DQ"].data[0, 0]) == (3, 4, 0)
        assert "FLUXKNOT" in hdus


def test_the_same_flat_gives_the_same_bytes(tmp_path: Path) -> None:
    flat, wave = _flat()

    one, two = (
        write_flat(folder / "f.fits", "2A", flat, flat, wave, provenance=_PROVENANCE).read_bytes()
        for folder in (tmp_path, tmp_path)
        if not (folder / "f.fits").unlink(missing_ok=True)
    )

    assert one == two


def test_a_band_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    flat, wave = _flat()

    with pytest.raises(FileError, match="9Z is no band"):
        write_flat(tmp_path / "f.fits", "9Z", flat, flat, wave, provenance=_PROVENANCE)
