"""A reference of flat times response comes apart into both."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.model.detector_image import DetectorImage
from engine.model.identity import Identity
from engine.mrs.flat_factoring import factor_reference
from engine.mrs.pixel_flat import PixelFlatParams
from engine.simulate.nebula import StripDetector, strip_maps, true_flat

_STRIP = StripDetector("1A", 4.95, 0.0045, n_rows=160, n_slices=7, slice_columns=14)


def _response(wave_um: FloatArray) -> FloatArray:
    return 60.0 / (1.0 + np.exp(-(wave_um - 4.9) / 0.12)) * (1.0 - 0.25 * (wave_um - 5.3) ** 2)


def _reference(noise: float, rng: np.random.Generator) -> tuple[DetectorImage, FloatArray]:
    maps = strip_maps(_STRIP, (0.0, 0.0))
    flat = true_flat(_STRIP, rng)
    data = flat * _response(maps.wave_um) * (1.0 + noise * rng.standard_normal(flat.shape))
    unknown = np.full(flat.shape, np.nan)
    image = DetectorImage(
        data=data,
        error=noise * np.abs(data),
        flags=np.zeros(flat.shape, dtype=np.uint32),
        unit="",
        alpha_arcsec=unknown,
        beta_arcsec=unknown,
        wave_um=maps.wave_um,
        slices=maps.slices,
        identity=Identity(band="1A"),
    )
    return image, flat


def test_flat_and_response_are_recovered(rng: np.random.Generator) -> None:
    image, truth = _reference(0.002, rng)
    wave = image.wave_um

    found = factor_reference(image)

    good = np.isfinite(found.clean)
    ratio = found.clean[good] / truth[good]
    assert np.std(ratio) < 0.005
    curve = found.curve / _response(found.curve_wave_um)
    assert np.std(curve / np.mean(curve)) < 0.005
    assert np.mean(ratio) * np.mean(curve) == pytest.approx(1.0, abs=0.003)
    assert found.method == "factored reference"
    assert np.nanmin(wave) <= found.curve_wave_um[0] < found.curve_wave_um[-1]


def test_dark_edges_are_left_out_and_do_not_pull_the_spline(rng: np.random.Generator) -> None:
    image, truth = _reference(0.002, rng)

    found = factor_reference(image)

    assert np.all(np.isnan(found.clean[truth < 0.45]))


def test_the_error_is_that_of_the_reference_over_the_response(rng: np.random.Generator) -> None:
    image, _ = _reference(0.002, rng)

    found = factor_reference(image)

    good = np.isfinite(found.error)
    np.testing.assert_allclose(found.error[good] / found.clean[good], 0.002, rtol=1e-6)


def test_patches_are_made_when_asked_for(rng: np.random.Generator) -> None:
    image, _ = _reference(0.002, rng)
    wave = image.wave_um

    found = factor_reference(image, PixelFlatParams(patches=((5.2, 5.25),)))

    inside = (wave > 5.2) & (wave < 5.25)
    assert np.count_nonzero(found.is_patched) > 0.9 * np.count_nonzero(inside & (found.clean > 0))
    assert not np.any(found.is_patched & ~inside)


def test_flagged_pixels_take_no_part(rng: np.random.Generator) -> None:
    image, _ = _reference(0.002, rng)
    flags = np.zeros(image.data.shape, dtype=np.uint32)
    flags[40, 6] = 1
    data = np.array(image.data)
    data[40, 6] = 1e6

    found = factor_reference(replace(image, data=data, flags=flags))

    assert np.isnan(found.clean[40, 6])
    np.testing.assert_allclose(found.curve, factor_reference(image).curve, rtol=1e-3)


def test_an_empty_reference_is_refused(rng: np.random.Generator) -> None:
    image, _ = _reference(0.002, rng)

    with pytest.raises(DataError, match="values in 0 pixels of 1A"):
        factor_reference(replace(image, data=np.full(_STRIP.shape, np.nan)))
