"""The growth curve gives the encircled energy and the corrections that were put in."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.errors import DataError, FitError
from engine.model.aperture import ApertureCorrection
from engine.model.point_spread import EncircledEnergy
from engine.mrs.diffraction import diffraction_energy
from engine.mrs.extraction import ExtractionParams
from engine.mrs.growth_curve import (
    RADII_FWHM,
    GrowthParams,
    below_one,
    measure_growth_curve,
    rejoined,
)
from engine.simulate.cubes import simulate_cube
from engine.simulate.point_spread import Annulus, fwhm_arcsec, point_spread

_ANNULUS = Annulus(3.0, 4.0)
_SPAXEL = {"1B": 0.13, "2B": 0.17, "3B": 0.20}


def _cube(rng, band="2B", *, snr=1e6, side=61, background="none", **options):
    """Return a thin cube: every 40th plane is enough."""
    made = simulate_cube(
        rng, band, snr=snr, side=side, background=background, footprint="whole frame",
        cosmic_rays="none", **options,
    )  # fmt: skip
    cube, some = made.cube, slice(None, None, 40)
    names = ("wave_um", "data", "error", "flags", "weights")
    return replace(cube, **{name: getattr(cube, name)[some] for name in names}), made.truth


def _table(band):
    """Return the point-spread function of a band as a table."""
    spread, channel = point_spread(int(band[0])), band
    wave = np.linspace(4.0, 30.0, 27)
    radius = np.geomspace(0.02, 20.0, 1500)
    fraction = spread.encircled_energy(
        radius[:, None], wave[None, :], spaxel_arcsec=_SPAXEL[channel]
    )
    return EncircledEnergy(wave, radius, fraction)


def _truth(band, wave):
    spread = point_spread(int(band[0]))
    return np.stack(
        [
            spread.aperture_correction(r, wave, annulus=_ANNULUS, spaxel_arcsec=_SPAXEL[band])
            for r in RADII_FWHM
        ]
    )


@pytest.mark.parametrize("band", ["1B", "2B", "3B"])
def test_the_correction_is_the_analytic_one_of_the_point_spread_function(band, rng):
    cube, _ = _cube(rng, band)

    found = measure_growth_curve(cube, outside=_table(band))

    truth = _truth(band, found.correction.wave_um)
    at = [RADII_FWHM.index(one) for one in (1.0, 2.0, 3.0)]
    ratio = found.correction.factor[at] / truth[at]
    assert np.all(np.abs(ratio[0] - 1.0) < 0.012)  # spaxels are coarse there
    assert np.all(np.abs(ratio[1:] - 1.0) < 0.002)


def test_the_growth_curve_is_the_encircled_energy(rng):
    cube, _ = _cube(rng)

    found = measure_growth_curve(cube, outside=_table("2B"))

    far = found.radius_fwhm >= 1.5
    width = fwhm_arcsec(found.wave_um)
    truth = point_spread(2).encircled_energy(
        np.outer(found.radius_fwhm, width), found.wave_um, spaxel_arcsec=0.17
    )
    np.testing.assert_allclose(found.encircled[far], truth[far], atol=2e-3)
    np.testing.assert_allclose(found.scale, 1.0, atol=0.02)


def test_a_background_under_the_star_is_taken_out(rng):
    cube, _ = _cube(rng)
    level = 0.3 * float(np.nanmax(cube.data)) * np.ones(1)
    lifted = replace(cube, data=(cube.data + level).astype(np.float32))

    one, other = (measure_growth_curve(c, outside=_table("2B")) for c in (cube, lifted))

    np.testing.assert_allclose(other.correction.factor, one.correction.factor, rtol=1e-3)


def test_a_correction_that_no_point_source_has_is_said_with_its_wavelengths():
    wave = np.array([24.5, 25.5, 26.5, 27.5])
    factor = np.full((len(RADII_FWHM), 4), 1.2)
    radius = np.outer(RADII_FWHM, 0.033 * wave + 0.106)
    good = ApertureCorrection("4C", wave, radius, factor, np.full_like(factor, np.nan))
    bad = factor.copy()
    bad[RADII_FWHM.index(2.0), 2:] = 0.991, 0.985

    said = below_one(replace(good, factor=bad))

    assert below_one(good) == ""
    assert said.startswith("Below 1 from 26.50 to 27.50 µm (least: 0.985 at 2 FWHM), which no")


def test_self_subtraction_grows_with_the_channel(rng):
    parts = []
    for band in ("1B", "3B"):
        found = measure_growth_curve(_cube(rng, band)[0], outside=_table(band))
        parts.append(float(np.median(found.self_subtraction)))

    assert parts[0] == pytest.approx(0.005, abs=0.003)  # Law+2025, footnote 15
    assert parts[1] == pytest.approx(0.010, abs=0.004)


def test_the_annulus_that_was_used_decides_the_correction(rng):
    cube, _ = _cube(rng)
    wide = ExtractionParams(annulus_fwhm=(4.0, 5.0))

    found = measure_growth_curve(cube, extraction=wide, outside=_table("2B"))

    truth = point_spread(2).aperture_correction(
        2.0, found.correction.wave_um, annulus=Annulus(4.0, 5.0), spaxel_arcsec=0.17
    )
    np.testing.assert_allclose(found.correction.factor[6], truth, rtol=2e-3)


@cache
def _clean_and_noise():
    """Return a cube of 2B without noise, with the errors of one of S/N 60, and the model."""
    clean, _ = _cube(np.random.default_rng(9), snr=1e9, side=41)
    noisy, _ = _cube(np.random.default_rng(9), snr=60.0, side=41)
    return replace(clean, error=noisy.error), _table("2B")


def _pulls(seed):
    cube, table = _clean_and_noise()
    noise = cube.error * np.random.default_rng([seed, 9]).standard_normal(cube.shape)
    cube = replace(cube, data=(cube.data + noise).astype(np.float32))
    found = measure_growth_curve(cube, GrowthParams(n_bins=2), outside=table)
    truth = _truth("2B", found.correction.wave_um)
    pull = (found.correction.factor - truth) / found.correction.factor_error
    return pull[[6, 10]].ravel()


def test_pulls_of_the_correction_are_near_one():
    pulls = np.array([_pulls(seed) for seed in range(12)])

    assert abs(pulls.mean()) < 0.7
    assert 0.6 < pulls.std() < 1.4


@pytest.mark.rig
def test_pulls_over_400_seeds():
    pulls = np.array([_pulls(seed) for seed in range(400)])

    for name, row in (("mean", pulls.mean(axis=0)), ("width", pulls.std(axis=0))):
        print(name, *(f"{one:+.2f}" for one in row))  # noqa: T201
    assert np.all(np.abs(pulls.mean(axis=0)) < 0.2)
    assert np.all((pulls.std(axis=0) > 0.8) & (pulls.std(axis=0) < 1.2))


def test_without_a_table_the_model_is_diffraction_and_it_is_said(rng):
    cube, _ = _cube(rng)

    found = measure_growth_curve(cube)

    assert found.outside == "diffraction"
    assert any("diffraction alone" in text for text in found.messages)
    assert np.all(found.correction.factor[6] < _truth("2B", found.correction.wave_um)[6])


def test_a_field_that_ends_before_the_join_is_refused(rng):
    cube, _ = _cube(rng, side=7)

    with pytest.raises(FitError, match="before the join radius"):
        measure_growth_curve(cube, outside=_table("2B"))


def test_an_impossible_join_is_refused(rng):
    with pytest.raises(DataError, match=r"join radius of 0\.3"):
        measure_growth_curve(_cube(rng)[0], GrowthParams(join_fwhm=0.3))


def test_diffraction_is_that_of_airy():
    wave = np.array([10.0])
    first_dark_ring = 1.219670 * 10e-6 / 6.5 * 206264.806

    energy = diffraction_energy(wave, np.array([first_dark_ring]))

    assert energy[0] == pytest.approx(0.8378, abs=2e-4)
    assert diffraction_energy(wave, np.array([0.0]))[0] == 0.0


def test_another_join_radius_gives_at_once_what_a_new_measurement_gives(rng):
    cube, _ = _cube(rng, snr=300.0)
    table = _table("2B")

    found = rejoined(measure_growth_curve(cube, outside=table), 2.0)

    expected = measure_growth_curve(cube, GrowthParams(join_fwhm=2.0), outside=table)
    np.testing.assert_array_equal(found.encircled, expected.encircled)
    np.testing.assert_array_equal(found.correction.factor, expected.correction.factor)
    np.testing.assert_array_equal(found.correction.factor_error, expected.correction.factor_error)
    assert found.join_fwhm == 2.0


def test_a_join_radius_beyond_the_model_is_refused(rng):
    cube, _ = _cube(rng, snr=300.0)

    with pytest.raises(DataError, match="join radius of 9 FWHM"):
        rejoined(measure_growth_curve(cube, outside=_table("2B")), 9.0)
