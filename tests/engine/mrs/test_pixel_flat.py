"""Self-calibration on a nebula finds the flat that was put in."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.arrays import BoolArray, FloatArray
from engine.errors import Cancelled, DataError
from engine.model.detector_image import DetectorImage
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams, fit_pixel_flat
from engine.simulate.nebula import StripDetector, line_ranges
from tests.helpers.nebula import SMALL, leveled, nebula_images

_STRIP = StripDetector("2A", 7.61, 0.0030, n_rows=110, n_slices=5, slice_columns=12)

Calibrated = tuple[list[DetectorImage], FloatArray, PixelFlat]


@pytest.fixture(scope="module")
def nebula() -> Calibrated:
    images, truth = nebula_images(_STRIP, 1)
    return images, truth, fit_pixel_flat("2A", images)


def _off(found: PixelFlat, truth: FloatArray, detector: StripDetector) -> FloatArray:
    expected = leveled(truth, found.wave_um, 4.0 * detector.step_um)
    off: FloatArray = found.clean / expected - 1.0
    return off


def _outside_lines(found: PixelFlat, detector: StripDetector) -> BoolArray:
    inside = np.zeros(found.clean.shape, dtype=bool)
    for low, high in line_ranges(detector):
        inside |= (found.wave_um >= low) & (found.wave_um <= high)
    return np.isfinite(found.clean) & ~inside & ~found.is_patched


def _pulls(seed: int) -> FloatArray:
    images, truth = nebula_images(SMALL, seed)
    found = fit_pixel_flat("2A", images)
    known = np.isfinite(found.clean) & ~found.is_patched & np.isfinite(found.error)
    # The level at each wavelength is a convention: both get the same one, from the same pixels,
    # row by row or nearly so: what all pixels of a row share, no method can find.
    both = [np.where(known, one, np.nan) for one in (found.clean, truth)]
    own, expected = (leveled(one, found.wave_um, 2.0 * SMALL.step_um) for one in both)
    return ((own - expected) / found.error)[known]


def test_a_flat_of_ten_percent_is_recovered_within_one_and_a_half(nebula: Calibrated) -> None:
    _, truth, found = nebula
    calm = _outside_lines(found, _STRIP)

    off = _off(found, truth, _STRIP)[calm]

    assert np.quantile(truth[calm], 0.98) - np.quantile(truth[calm], 0.02) > 0.15
    assert float(np.sqrt(np.mean(off**2))) < 0.015
    assert np.quantile(np.abs(off), 0.95) < 0.015
    assert np.count_nonzero(calm) > 0.7 * np.count_nonzero(found.slices > 0)


def test_corrections_shrink_from_two_percent_to_half_a_percent(nebula: Calibrated) -> None:
    first, second, third = (one.typical for one in nebula[2].passes)

    assert 0.01 < first < 0.03
    assert 0.001 < second < 0.006
    assert third < 0.5 * second


def test_the_start_is_the_solid_angle_over_its_median(nebula: Calibrated) -> None:
    _, truth, found = nebula
    calm = _outside_lines(found, _STRIP)

    assert float(np.median(found.start[found.slices > 0])) == pytest.approx(1.0, abs=0.01)
    start = np.corrcoef(found.start[calm], truth[calm])[0, 1]
    assert 0.85 < start < np.corrcoef(found.clean[calm], truth[calm])[0, 1]


def test_the_median_is_one_at_every_wavelength(nebula: Calibrated) -> None:
    found = nebula[2]
    edges = np.linspace(np.nanmin(found.wave_um), np.nanmax(found.wave_um), 20)

    medians = [
        np.nanmedian(found.clean[(found.wave_um >= low) & (found.wave_um < high)])
        for low, high in pairwise(edges)
    ]

    np.testing.assert_allclose(medians, 1.0, atol=0.004)


def test_emission_lines_are_found_and_patched(nebula: Calibrated) -> None:
    _, truth, found = nebula

    for low, high in line_ranges(_STRIP):
        assert any(a <= low and b >= high for a, b in found.patches)
    assert len(found.patches) == len(line_ranges(_STRIP))
    patched = _off(found, truth, _STRIP)[found.is_patched]
    dirty = (found.dirty / leveled(truth, found.wave_um, 4.0 * _STRIP.step_um) - 1.0)[
        found.is_patched
    ]
    assert np.std(patched) < 0.025  # the responsivity of single pixels cannot be known there
    assert np.std(dirty) > 1.5 * np.std(patched)


def test_the_error_of_patched_pixels_is_their_scatter(nebula: Calibrated) -> None:
    _, truth, found = nebula
    own = found.is_patched & np.isfinite(found.error)

    pulls = _off(found, truth, _STRIP)[own] / found.error[own]

    assert 0.7 < np.std(pulls) < 1.4


def test_dark_edges_are_left_out_and_nothing_else(nebula: Calibrated) -> None:
    _, truth, found = nebula
    lit = found.slices > 0
    dark = lit & (truth < 0.5)

    assert np.all(np.isnan(found.clean[dark]))
    assert np.count_nonzero(np.isnan(found.clean[lit & ~dark])) < 0.03 * np.count_nonzero(lit)


def test_without_self_calibration_the_flat_is_not_recovered(nebula: Calibrated) -> None:
    images, truth, _ = nebula

    found = fit_pixel_flat("2A", images, PixelFlatParams(passes=0))

    off = _off(replace(found, clean=found.dirty), truth, _STRIP)
    calm = (found.slices > 0) & (truth > 0.5)
    assert np.nanstd(off[calm]) > 0.015
    assert found.passes == ()


def test_ranges_of_the_user_replace_those_that_are_found(nebula: Calibrated) -> None:
    images = nebula[0]

    found = fit_pixel_flat("2A", images, PixelFlatParams(passes=1, patches=((7.70, 7.72),)))

    assert found.patches == ((7.70, 7.72),)
    inside = (found.wave_um > 7.70) & (found.wave_um < 7.72)
    assert np.all(inside[found.is_patched])


def test_steep_places_are_left_out_from_the_second_pass_on(nebula: Calibrated) -> None:
    images = nebula[0]

    strict = fit_pixel_flat("2A", images, PixelFlatParams(passes=2, neighbor_limit=0.08))

    first, second = strict.passes
    assert first.n_rejected == 0
    assert second.n_rejected > nebula[2].passes[1].n_rejected
    assert second.n_used < first.n_used


def test_cosmic_rays_leave_no_trace() -> None:
    images, truth = nebula_images(SMALL, 4)
    hit = np.array(images[3].data)
    hit[20:24, 8:12] *= 30.0
    images[3] = replace(images[3], data=hit)

    found = fit_pixel_flat("2A", images)

    off = found.clean / leveled(truth, found.wave_um, 4.0 * SMALL.step_um) - 1.0
    assert np.nanmax(np.abs(off[18:26, 6:14])) < 0.04


def test_flagged_pixels_take_no_part() -> None:
    images, _ = nebula_images(SMALL, 4)
    flags = np.zeros(SMALL.shape, dtype=np.uint32)
    flags[30, 5] = 1
    bad = [replace(one, flags=flags) for one in images]

    found = fit_pixel_flat("2A", bad)

    assert np.isnan(found.clean[30, 5])
    assert "fewer than three measurements" in " ".join(found.messages)


def test_the_order_of_exposures_does_not_matter() -> None:
    images, _ = nebula_images(SMALL, 5)

    found = fit_pixel_flat("2A", images, PixelFlatParams(passes=2))
    turned = fit_pixel_flat("2A", images[::-1], PixelFlatParams(passes=2))

    np.testing.assert_allclose(turned.clean, found.clean, rtol=1e-5)


def test_brightness_of_the_nebula_does_not_matter() -> None:
    images, _ = nebula_images(SMALL, 5)
    brighter = [replace(one, data=37.0 * one.data) for one in images]

    found = fit_pixel_flat("2A", brighter, PixelFlatParams(passes=2))

    np.testing.assert_allclose(
        found.clean, fit_pixel_flat("2A", images, PixelFlatParams(passes=2)).clean, rtol=1e-5
    )


def test_the_uncertainty_is_that_of_the_scatter() -> None:
    pulls = np.concatenate([_pulls(seed) for seed in range(3)])

    assert abs(pulls.mean()) < 0.2
    assert 0.85 < pulls.std() < 1.2


@pytest.mark.rig
def test_pulls_of_400_seeds_are_those_of_a_gaussian() -> None:
    pulls = [_pulls(seed) for seed in range(400)]
    everything = np.concatenate(pulls)

    assert abs(everything.mean()) < 0.2
    assert 0.8 < everything.std() < 1.2
    means = np.array([one.mean() for one in pulls])
    assert abs(means.mean()) < 0.2


@pytest.mark.parametrize("passes", [0, 2])
def test_progress_never_goes_beyond_its_end(passes: int) -> None:
    steps: list[tuple[int, int]] = []

    class Told:
        def step(self, done: int, total: int, note: str = "") -> None:
            del note
            steps.append((done, total))

    images, _ = nebula_images(SMALL, 6)

    fit_pixel_flat("2A", images[:6], PixelFlatParams(passes=passes), progress=Told())

    assert all(0 <= done <= total for done, total in steps)
    assert len({total for _, total in steps}) == 1


def test_the_flat_says_what_it_cannot_know(nebula: Calibrated) -> None:
    said = " ".join(nebula[2].messages)

    assert "cannot be told from the nebula's spectrum" in said
    assert "not the pipeline's" in said


def test_too_few_exposures_are_refused() -> None:
    images, _ = nebula_images(SMALL, 6)

    with pytest.raises(DataError, match="2 exposures of 2A are too few"):
        fit_pixel_flat("2A", images[:2])


def test_exposures_of_one_spot_are_refused() -> None:
    images, _ = nebula_images(SMALL, 6)

    with pytest.raises(DataError, match="see the same spot") as refused:
        fit_pixel_flat("2A", [images[0]] * 5)

    assert "pointing" in refused.value.hint


def test_other_shapes_and_units_are_refused() -> None:
    images, _ = nebula_images(SMALL, 6)
    other, _ = nebula_images(replace(SMALL, n_rows=50), 6)

    with pytest.raises(DataError, match="different shapes"):
        fit_pixel_flat("2A", [*images[:4], other[0]])
    with pytest.raises(DataError, match="different units: DN/s and MJy/sr"):
        fit_pixel_flat("2A", [*images[:4], replace(images[5], unit="MJy/sr")])


@pytest.mark.parametrize("factor", [0.0, -1.0, np.nan])
def test_exposures_without_light_are_refused(factor: float) -> None:
    images, _ = nebula_images(SMALL, 6)

    with pytest.raises(DataError, match="show no light"):
        fit_pixel_flat("2A", [replace(one, data=factor * one.data) for one in images[:4]])


def test_pure_noise_gives_no_flat() -> None:
    images, _ = nebula_images(SMALL, 6)
    rng = np.random.default_rng(1)
    dark = [replace(one, data=0.01 + rng.standard_normal(SMALL.shape)) for one in images]

    with pytest.raises(DataError, match=r"known well enough|show no light"):
        fit_pixel_flat("2A", dark)


def test_empty_maps_are_refused() -> None:
    images, _ = nebula_images(SMALL, 6)
    dark = replace(images[0], slices=np.zeros(SMALL.shape, dtype=np.int64))

    with pytest.raises(DataError, match="No pixel of the exposure is lit"):
        fit_pixel_flat("2A", [dark, *images[1:4]])


def test_the_work_can_be_stopped() -> None:
    class Stop:
        def step(self, done: int, total: int, note: str = "") -> None:
            assert done <= total
            raise Cancelled

    images, _ = nebula_images(SMALL, 6)

    with pytest.raises(Cancelled):
        fit_pixel_flat("2A", images, progress=Stop())
