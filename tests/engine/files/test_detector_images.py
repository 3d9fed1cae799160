"""Detector images with maps of place and wavelength are read band by band."""

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from engine.errors import FileError
from engine.files import Loaded, load
from engine.model.detector_image import DetectorImage
from engine.simulate.nebula import DEMO_STRIPS, strip_maps
from engine.simulate.nebula_files import combined_reference, nebula_exposure

_STRIP = DEMO_STRIPS[0]


@pytest.fixture
def hdus() -> Any:
    made = nebula_exposure(_STRIP, 4, 7, np.random.default_rng(7))
    return fits.open(io.BytesIO(gzip.decompress(made.content)))


def _loaded(hdus: Any, folder: Path) -> Loaded:
    path = folder / "exposure.fits"
    hdus.writeto(path)
    return load(path)


def _image(loaded: Loaded, part: int = 0) -> DetectorImage:
    image = loaded.products[part]
    assert isinstance(image, DetectorImage)
    return image


def test_an_exposure_is_an_extended_source_with_its_maps(hdus: Any, tmp_path: Path) -> None:
    loaded = _loaded(hdus, tmp_path)

    image = _image(loaded)
    assert (loaded.kind, loaded.role, loaded.messages) == (
        "detector image", "extended source", (),
    )  # fmt: skip
    assert (image.identity.band, image.identity.target, image.unit) == ("2A", "NGC 7027", "DN/s")
    truth = strip_maps(_STRIP, (float(np.nanmedian(image.alpha_arcsec)), 0.0))
    np.testing.assert_array_equal(image.slices, truth.slices)
    np.testing.assert_allclose(image.wave_um, truth.wave_um, atol=1e-5)
    np.testing.assert_array_equal(image.data, hdus["SCI"].data)
    assert np.array_equal(image.is_lit, truth.slices > 0)


def test_slices_without_regions_are_told_by_beta(hdus: Any, tmp_path: Path) -> None:
    numbered = np.array(hdus["REGIONS"].data)
    del hdus["REGIONS"]

    loaded = _loaded(hdus, tmp_path)

    slices = _image(loaded).slices
    assert np.array_equal(slices > 0, numbered > 0)
    np.testing.assert_array_equal(slices[slices > 0], numbered[numbered > 0] - 200)
    assert any("told apart by BETA" in one.text for one in loaded.messages)


def test_both_bands_of_a_frame_become_products(hdus: Any, tmp_path: Path) -> None:
    wave = hdus["WAVELENGTH"].data
    wave[:, :40] = np.where(wave[:, :40] > 0, wave[:, :40] - 2.5, 0.0)
    hdus[0].header["CHANNEL"] = "12"

    loaded = _loaded(hdus, tmp_path)

    first, second = _image(loaded, 0), _image(loaded, 1)
    assert (first.identity.band, second.identity.band) == ("1A", "2A")
    assert not np.any(first.is_lit[:, 40:])
    assert not np.any(second.is_lit[:, :40])
    assert np.all(np.isnan(second.wave_um[:, :40]))


def test_an_image_without_alpha_stays_a_plain_image(hdus: Any, tmp_path: Path) -> None:
    del hdus["ALPHA"]

    assert _loaded(hdus, tmp_path).kind == "image"


def test_maps_of_another_shape_are_refused(hdus: Any, tmp_path: Path) -> None:
    hdus["BETA"].data = hdus["BETA"].data[:-1]

    with pytest.raises(FileError, match="shapes of 'BETA'"):
        _loaded(hdus, tmp_path)


def test_wavelengths_of_another_band_are_refused(hdus: Any, tmp_path: Path) -> None:
    hdus["WAVELENGTH"].data = hdus["WAVELENGTH"].data * np.float32(1e4)

    with pytest.raises(FileError, match="lie in no band that the header names") as refused:
        _loaded(hdus, tmp_path)

    assert "WAVELENGTH (um)" in refused.value.hint


def test_places_in_degrees_become_arcsec(hdus: Any, tmp_path: Path) -> None:
    truth = np.array(hdus["ALPHA"].data)
    hdus["ALPHA"].data = truth / np.float32(3600.0)
    hdus["ALPHA"].header["BUNIT"] = "deg"

    alpha = _image(_loaded(hdus, tmp_path)).alpha_arcsec

    np.testing.assert_allclose(alpha, truth, rtol=1e-5)


def test_a_flat_with_wavelengths_can_be_factored(tmp_path: Path) -> None:
    path = tmp_path / "flat.fits.gz"
    path.write_bytes(combined_reference("flat.fits", 7, np.random.default_rng(7)).content)

    loaded = load(path)

    image = _image(loaded)
    assert (loaded.kind, loaded.role, loaded.messages) == ("flat reference", "other", ())
    assert image.identity.band == "1A"
    assert np.count_nonzero(image.slices) == np.count_nonzero(np.isfinite(image.wave_um))


def test_a_flat_of_a_whole_detector_gives_its_two_bands(tmp_path: Path) -> None:
    primary = fits.PrimaryHDU()
    primary.header.update(
        {"REFTYPE": "FLAT", "DETECTOR": "MIRIFUSHORT", "BAND": "MEDIUM", "TELESCOP": "JWST"}
    )
    science = fits.ImageHDU(np.ones((1024, 1032), dtype=np.float32), name="SCI")
    fits.HDUList([primary, science]).writeto(tmp_path / "flat.fits")

    loaded = load(tmp_path / "flat.fits")

    left, right = _image(loaded, 0), _image(loaded, 1)
    assert (loaded.kind, loaded.warnings) == ("flat reference", ())
    assert (left.identity.band, right.identity.band) == ("1B", "2B")
    assert np.all(np.isnan(left.wave_um))
    assert np.flatnonzero(right.slices[0])[0] == 512
