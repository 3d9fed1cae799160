"""The composite cube is the mean of the pixels that overlap, where they overlap."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.mrs.composite_cube import (
    CubeBuilder,
    CubeGrid,
    PixelPlaces,
    gradient_in_slice,
    grid_of,
    interpolate,
    neighbor_scatter,
    places_of,
    sample,
    slice_width,
)
from tests.helpers.nebula import SMALL, nebula_images

_GRID = CubeGrid((10.0, 0.0, 0.0), (0.1, 1.0, 0.5), (6, 7, 8))


def _places(center: FloatArray, width: tuple[float, float, float]) -> PixelPlaces:
    size = center.shape[1]
    widths = np.repeat(np.array(width)[:, None], size, axis=1)
    return PixelPlaces(np.arange(size), center, widths)


def _random_places(rng: np.random.Generator, size: int) -> PixelPlaces:
    low, span = np.array([10.05, 0.6, 0.3]), np.array([0.35, 4.5, 2.5])
    return _places(low[:, None] + span[:, None] * rng.random((3, size)), (0.09, 0.8, 0.45))


def _overlap(low: float, high: float, voxel: float) -> float:
    return max(0.0, min(high, voxel + 0.5) - max(low, voxel - 0.5))


def test_weights_are_the_overlap_of_boxes(rng: np.random.Generator) -> None:
    places = _random_places(rng, 40)
    builder = CubeBuilder(_GRID)

    builder.add(sample(_GRID, places), np.ones(40))

    expected = np.zeros(_GRID.shape)
    first, step = np.array(_GRID.first), np.array(_GRID.step)
    for center, width in zip(places.center.T, places.width.T, strict=True):
        at, half = (center - first) / step, 0.5 * width / step
        sides = [
            np.array([_overlap(a - h, a + h, float(v)) / (2 * h) for v in range(size)])
            for a, h, size in zip(at, half, _GRID.shape, strict=True)
        ]
        expected += np.einsum("i,j,k->ijk", *sides)
    np.testing.assert_allclose(builder.cube().weight, expected, atol=1e-12)
    assert builder.cube().weight.sum() == pytest.approx(40.0)


def test_a_constant_sky_gives_a_constant_cube(rng: np.random.Generator) -> None:
    places = _random_places(rng, 400)
    sampling, builder = sample(_GRID, places), CubeBuilder(_GRID)

    builder.add(sampling, np.full(400, 7.0))

    cube = builder.cube()
    np.testing.assert_allclose(cube.data[np.isfinite(cube.data)], 7.0, rtol=1e-12)
    value, leverage = interpolate(cube, sampling)
    np.testing.assert_allclose(value[np.isfinite(value)], 7.0, rtol=1e-12)
    assert np.nanmin(leverage) > 0.0
    assert np.nanmax(leverage) <= 1.0


def test_a_gradient_of_the_sky_is_no_difference_between_pixels(rng: np.random.Generator) -> None:
    places = _random_places(rng, 6000)
    sky = 10.0 + 1.5 * places.center[1] - 0.7 * places.center[2]
    sampling, builder = sample(_GRID, places), CubeBuilder(_GRID)

    builder.add(sampling, sky)

    value, _ = interpolate(builder.cube(), sampling)
    inside = (np.abs(places.center[1] - 2.85) < 1.2) & (np.abs(places.center[2] - 1.55) < 0.7)
    np.testing.assert_allclose(value[inside], sky[inside], rtol=0.01)


def test_pixels_without_value_have_no_weight(rng: np.random.Generator) -> None:
    places = _random_places(rng, 200)
    values = np.ones(200)
    values[::2] = np.nan
    sampling, builder = sample(_GRID, places), CubeBuilder(_GRID)

    builder.add(sampling, values)

    assert builder.cube().weight.sum() == pytest.approx(100.0)


def test_the_leverage_of_a_lonely_pixel_is_one() -> None:
    places = _places(np.array([[10.2], [2.0], [1.0]]), (0.1, 1.0, 0.5))
    sampling, builder = sample(_GRID, places), CubeBuilder(_GRID)

    builder.add(sampling, np.array([3.0]))

    value, leverage = interpolate(builder.cube(), sampling)
    np.testing.assert_allclose([value[0], leverage[0]], [3.0, 1.0])


def test_neighbors_are_compared_in_their_plane() -> None:
    places = _places(
        np.array([[10.2] * 5, [2.0, 3.0, 1.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.5, 0.5]]),
        (1e-6, 1e-6, 1e-6),
    )
    builder = CubeBuilder(_GRID)

    builder.add(sample(_GRID, places), np.array([10.0, 12.0, 8.0, 11.0, 9.0]))

    scatter = neighbor_scatter(builder.cube())
    assert scatter[2, 2, 2] == pytest.approx(np.sqrt((4 + 4 + 1 + 1) / 4) / 10.0)
    assert np.isinf(scatter[3, 2, 2])


def test_differences_stay_inside_a_slice() -> None:
    values = np.array([[0.0, 1.0, 3.0, 50.0, 60.0, 80.0]])
    slices = np.array([[1, 1, 1, 2, 2, 0]])

    found = gradient_in_slice(values, slices, axis=1)

    np.testing.assert_array_equal(found, [[1.0, 1.5, 2.0, 10.0, 10.0, np.nan]])


def test_places_have_the_widths_of_pixels_and_slices() -> None:
    images, _ = nebula_images(SMALL, 0)

    places = places_of(images[0])

    assert slice_width(images[0]) == pytest.approx(SMALL.slice_arcsec)
    np.testing.assert_allclose(np.median(places.width[0]), SMALL.step_um, rtol=0.01)
    np.testing.assert_allclose(places.width[1], SMALL.slice_arcsec)
    np.testing.assert_allclose(np.median(places.width[2]), SMALL.pixel_arcsec, rtol=0.02)


def test_the_grid_holds_every_pixel() -> None:
    images, _ = nebula_images(SMALL, 0)
    places = [places_of(one) for one in images]

    grid = grid_of(places)

    first, step, shape = np.array(grid.first), np.array(grid.step), np.array(grid.shape)
    for one in places:
        at = (one.center - first[:, None]) / step[:, None]
        assert np.all(at >= 0.0)
        assert np.all(at <= shape[:, None] - 1.0)


def test_one_slice_has_no_width() -> None:
    images, _ = nebula_images(SMALL, 0)
    single = replace(images[0], slices=(images[0].slices == 201).astype(np.int64))

    with pytest.raises(DataError, match="has one slice"):
        places_of(single)


def test_exposures_far_apart_are_refused() -> None:
    images, _ = nebula_images(SMALL, 0)
    far = replace(images[1], alpha_arcsec=images[1].alpha_arcsec + 1e5)

    with pytest.raises(DataError, match="too large"):
        grid_of([places_of(images[0]), places_of(far)])
