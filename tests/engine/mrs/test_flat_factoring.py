"""A reference of flat times response comes apart into both."""

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.model.image import Image
from engine.mrs.flat_factoring import factor_reference
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams
from engine.simulate.nebula import StripDetector, strip_maps, true_flat

_STRIP = StripDetector("1A", 4.95, 0.0045, n_rows=160, n_slices=7, slice_columns=14)


def _response(wave_um: FloatArray) -> FloatArray:
    return 60.0 / (1.0 + np.exp(-(wave_um - 4.9) / 0.12)) * (1.0 - 0.25 * (wave_um - 5.3) ** 2)


def _reference(noise: float, rng: np.random.Generator) -> tuple[Image, FloatArray, FloatArray]:
    maps = strip_maps(_STRIP, (0.0, 0.0))
    flat = true_flat(_STRIP, rng)
    data = flat * _response(maps.wave_um) * (1.0 + noise * rng.standard_normal(flat.shape))
    error = noise * np.abs(data)
    return Image(data, error, np.zeros(flat.shape, dtype=np.uint32), ""), flat, maps.wave_um


def _factored(image: Image, params: PixelFlatParams | None = None) -> PixelFlat:
    maps = strip_maps(_STRIP, (0.0, 0.0))
    return factor_reference("1A", image, maps.wave_um, maps.slices, params or PixelFlatParams())


def test_flat_and_response_are_recovered(rng: np.random.Generator) -> None:
    image, truth, wave = _reference(0.002, rng)

    found = _factored(image)

    good = np.isfinite(found.clean)
    ratio = found.clean[good] / truth[good]
    assert np.std(ratio) < 0.005
    curve = found.curve / _response(found.curve_wave_um)
    assert np.std(curve / np.mean(curve)) < 0.005
    assert np.mean(ratio) * np.mean(curve) == pytest.approx(1.0, abs=0.003)
    assert found.method == "factored reference"
    assert np.nanmin(wave) <= found.curve_wave_um[0] < found.curve_wave_um[-1]


def test_dark_edges_are_left_out_and_do_not_pull_the_spline(rng: np.random.Generator) -> None:
    image, truth, _ = _reference(0.002, rng)

    found = _factored(image)

    assert np.all(np.isnan(found.clean[truth < 0.45]))


def test_the_error_is_that_of_the_reference_over_the_response(rng: np.random.Generator) -> None:
    image, _, _ = _reference(0.002, rng)

    found = _factored(image)

    good = np.isfinite(found.error)
    np.testing.assert_allclose(found.error[good] / found.clean[good], 0.002, rtol=1e-6)


def test_patches_are_made_when_asked_for(rng: np.random.Generator) -> None:
    image, _, wave = _reference(0.002, rng)

    found = _factored(image, PixelFlatParams(patches=((5.2, 5.25),)))

    inside = (wave > 5.2) & (wave < 5.25)
    assert np.count_nonzero(found.is_patched) > 0.9 * np.count_nonzero(inside & (found.clean > 0))
    assert not np.any(found.is_patched & ~inside)


def test_flagged_pixels_take_no_part(rng: np.random.Generator) -> None:
    image, _, _ = _reference(0.002, rng)
    flags = np.zeros(image.data.shape, dtype=np.uint32)
    flags[40, 6] = 1
    data = np.array(image.data)
    data[40, 6] = 1e6

    found = _factored(Image(data, image.error, flags, ""))

    assert np.isnan(found.clean[40, 6])
    np.testing.assert_allclose(found.curve, _factored(image).curve, rtol=1e-3)


def test_maps_of_another_size_are_refused(rng: np.random.Generator) -> None:
    image, _, wave = _reference(0.002, rng)

    with pytest.raises(DataError, match="pixels, the map of wavelengths"):
        factor_reference("1A", image, wave[:50], np.ones((50, wave.shape[1]), dtype=np.int64))


def test_an_empty_reference_is_refused() -> None:
    empty = np.full(_STRIP.shape, np.nan)

    with pytest.raises(DataError, match="values in 0 pixels of 1A"):
        _factored(Image(empty, empty, np.zeros(_STRIP.shape, dtype=np.uint32), ""))
