"""A narrow feature that was put into the flat is found again."""

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.model.detector_image import DetectorImage
from engine.mrs.narrow_feature import NarrowFeature, NarrowFeatureParams, fit_narrow_feature
from engine.mrs.pixel_flat import fit_pixel_flat
from engine.simulate.nebula import DEMO_STRIPS, StripDetector, feature
from tests.helpers.nebula import leveled, nebula_images

_STRIP = DEMO_STRIPS[1]
_QUICK = StripDetector("2C", 11.455, 0.0020, n_rows=120, n_slices=5, slice_columns=10)
_TRUTH_UM = np.linspace(11.55, 11.65, 2001)
_DEPTH = 1.0 - float(feature(_TRUTH_UM).min())
_WIDTH = float(np.trapezoid(1.0 - feature(_TRUTH_UM), _TRUTH_UM))

Found = tuple[list[DetectorImage], FloatArray, FloatArray, NarrowFeature]


@pytest.fixture(scope="module")
def nebula() -> Found:
    images, truth = nebula_images(_STRIP, 2)
    flat = fit_pixel_flat("2C", images).clean
    return images, truth, flat, fit_narrow_feature("2C", images, flat)


def test_the_absorption_is_recovered_within_a_tenth_of_its_depth(nebula: Found) -> None:
    found = nebula[3]

    assert found.depth == pytest.approx(_DEPTH, rel=0.10)
    assert found.depth_um == pytest.approx(11.5985, abs=0.002)
    assert found.width_um == pytest.approx(_WIDTH, rel=0.15)
    off = found.curve - feature(found.curve_wave_um)
    assert float(np.sqrt(np.mean(off**2))) < 0.1 * _DEPTH


@pytest.mark.parametrize("seed", range(3))
def test_also_without_a_flat_and_with_other_noise(seed: int) -> None:
    images, _ = nebula_images(_QUICK, 100 + seed)

    found = fit_narrow_feature("2C", images)

    assert found.depth == pytest.approx(_DEPTH, abs=3.5 * found.depth_error)
    assert found.depth_error < 0.1 * _DEPTH
    assert "No pixel flat is applied" in found.messages[0]


def test_the_error_of_the_curve_covers_its_distance_from_the_truth() -> None:
    pulls = []
    for seed in range(4):
        images, _ = nebula_images(_QUICK, 200 + seed)
        found = fit_narrow_feature("2C", images)
        inside = slice(60, -60)  # at the ends the curve is 1 by construction
        off = found.curve - feature(found.curve_wave_um)
        pulls.append(off[inside] / found.curve_error[inside])

    assert 0.7 < float(np.std(np.concatenate(pulls))) < 1.6


def test_with_a_flat_the_error_covers_what_its_level_does_not_know(nebula: Found) -> None:
    found = nebula[3]
    inside = slice(60, -60)

    pulls = (found.curve - feature(found.curve_wave_um))[inside] / found.curve_error[inside]

    assert 0.5 < float(np.std(pulls)) < 1.6
    assert found.depth == pytest.approx(_DEPTH, abs=2.5 * found.depth_error)


def test_flat_times_correction_is_the_true_flat(nebula: Found) -> None:
    images, truth, flat, found = nebula
    wave = np.asarray(images[0].wave_um, dtype=np.float64)
    inside = (wave > 11.55) & (wave < 11.65) & np.isfinite(flat)

    whole = leveled(truth / feature(wave), wave, 4.0 * _STRIP.step_um) * feature(wave)
    ratio = (flat * found.correction / whole)[inside]

    assert abs(float(np.mean(ratio)) - 1.0) < 0.002
    assert float(np.std(ratio)) < 0.006


def test_the_correction_is_continuous_and_one_outside(nebula: Found) -> None:
    images, _, _, found = nebula
    wave = images[0].wave_um
    lit = images[0].is_lit

    assert found.curve[0] == pytest.approx(1.0, abs=1e-9)
    assert found.curve[-1] == pytest.approx(1.0, abs=1e-9)
    np.testing.assert_array_equal(found.correction[lit & (wave > 11.65)], 1.0)
    assert np.all(np.isnan(found.correction[~lit]))
    assert np.nanmin(found.correction) == pytest.approx(1.0 - found.depth, abs=1e-4)


def test_every_pixel_is_a_point_at_its_own_wavelength(nebula: Found) -> None:
    images, _, _, found = nebula

    assert found.wave_um.size > 0.7 * np.count_nonzero(images[0].is_lit)
    assert np.unique(found.wave_um).size > 20 * _STRIP.n_rows / 4
    outside = (found.wave_um < 11.55) | (found.wave_um > 11.65)
    assert float(np.median(found.ratio[outside])) == pytest.approx(1.0, abs=0.002)
    assert not np.any(found.is_used & outside)


def test_without_a_feature_none_is_detected() -> None:
    images, _ = nebula_images(DEMO_STRIPS[0], 3)

    found = fit_narrow_feature("2A", images, params=NarrowFeatureParams(range_um=(7.74, 7.84)))

    assert abs(found.depth) < 5.0 * found.depth_error
    assert found.depth < 0.01


def test_the_range_can_be_moved(nebula: Found) -> None:
    images, _, flat, _ = nebula

    found = fit_narrow_feature("2C", images, flat, NarrowFeatureParams(range_um=(11.54, 11.66)))

    assert (found.curve_wave_um[0], found.curve_wave_um[-1]) == (11.54, 11.66)
    assert found.depth == pytest.approx(_DEPTH, rel=0.12)


def test_one_exposure_is_enough_for_a_curve(nebula: Found) -> None:
    images, _, flat, _ = nebula

    found = fit_narrow_feature("2C", images[:1], flat)

    assert found.depth == pytest.approx(_DEPTH, rel=0.2)


@pytest.mark.parametrize("range_um", [(8.0, 8.1), (11.69, 11.80), (11.6, 11.6005)])
def test_a_range_without_pixels_is_refused(nebula: Found, range_um: tuple[float, float]) -> None:
    with pytest.raises(DataError, match="pixels of 2C lie between") as refused:
        fit_narrow_feature("2C", nebula[0], params=NarrowFeatureParams(range_um=range_um))

    assert "inside the band" in refused.value.hint


def test_a_range_upside_down_is_refused(nebula: Found) -> None:
    with pytest.raises(DataError, match="Nothing lies between"):
        fit_narrow_feature("2C", nebula[0], params=NarrowFeatureParams(range_um=(11.65, 11.55)))


def test_no_exposure_is_refused() -> None:
    with pytest.raises(DataError, match="There is no exposure of 2C"):
        fit_narrow_feature("2C", [])
