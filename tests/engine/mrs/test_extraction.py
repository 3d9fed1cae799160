"""Tests of engine.mrs.extraction."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import Cancelled, DataError
from engine.model.aperture import ApertureCorrection
from engine.model.tabulated import Curve
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from tests.helpers.cubes import airy_energy, fwhm_arcsec, gaussian_energy, star_cube

NO_BACKGROUND = ExtractionParams(background="none")
FINE = {"spaxel_arcsec": 0.04, "shape": (75, 77), "center": (38.2, 36.9), "n_wave": 6}


def edited(cube, **changes):
    """Return the cube with some voxels changed: name=(index, value)."""
    arrays = {}
    for name, (index, value) in changes.items():
        array = getattr(cube, name).copy()
        array[index] = value
        arrays[name] = array
    return replace(cube, **arrays)


@pytest.mark.parametrize("method", ["unbiased", "pipeline"])
@pytest.mark.parametrize(("radius_fwhm", "rtol"), [(0.5, 3e-3), (1.0, 1e-3), (2.0, 1e-4)])
def test_the_sum_of_a_gaussian_star_is_the_analytic_energy(method, radius_fwhm, rtol):
    cube = star_cube(flux_jy=2.5, **FINE)
    params = ExtractionParams(radius_fwhm=radius_fwhm, background="none", method=method)

    extraction = extract_spectrum(cube, params)

    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    energy = gaussian_energy(radius_fwhm, fwhm_pixels=width)
    assert_allclose(extraction.spectrum.flux, 2.5 * energy, rtol=rtol)


def test_the_annulus_of_an_airy_star_subtracts_the_light_that_the_equation_says():
    # A = 1/(EE(r) - S_bkg pi r^2) with S_bkg the mean of the annulus (Gordon+2025, Eqs. 1, 2).
    cube = star_cube(
        profile="airy", spaxel_arcsec=0.05, shape=(99, 99), center=(49.1, 48.8), n_wave=4
    )

    extraction = extract_spectrum(cube, ExtractionParams(annulus_fwhm=(2.0, 3.0)))

    subtracted = (airy_energy(3.0) - airy_energy(2.0)) / (3.0**2 - 2.0**2) * 2.0**2
    assert subtracted > 0.02
    assert_allclose(extraction.spectrum.flux, airy_energy(2.0) - subtracted, rtol=3e-3)


def test_a_flat_background_does_not_change_the_flux(rng):
    dark = star_cube(noise=1e3, rng=rng)
    bright = replace(dark, data=dark.data.astype(np.float64) + 5e5)

    fluxes = [extract_spectrum(cube).spectrum.flux for cube in (dark, bright)]

    assert_allclose(fluxes[1], fluxes[0], rtol=1e-9)


def test_the_level_of_the_annulus_is_the_background():
    extraction = extract_spectrum(star_cube(background=321.0, flux_jy=1e-9))

    assert_allclose(extraction.spectrum.columns["background_mjy_sr"], 321.0, rtol=1e-3)


def test_errors_are_the_scatter_of_the_flux_over_400_planes(rng):
    truth = 0.01
    cube = star_cube(n_wave=400, flux_jy=truth, background=500.0, noise=40.0, rng=rng)

    spectrum = extract_spectrum(cube, ExtractionParams(center=(20.3, 19.8))).spectrum

    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    pulls = (spectrum.flux - truth * gaussian_energy(2.0, fwhm_pixels=width)) / spectrum.error
    assert abs(pulls.mean()) < 0.2
    assert 0.8 < pulls.std(ddof=1) < 1.2


def test_the_error_is_the_sum_in_quadrature_of_aperture_and_annulus():
    # FORMATS 0.10: the covered fraction is taken linearly; A = pi r^2, B = pi (o^2 - i^2).
    cube = star_cube(error=7.0)

    extraction = extract_spectrum(cube, ExtractionParams(covariance_factor=1.5))

    r, i, o = extraction.radius_pixels, extraction.inner_pixels, extraction.outer_pixels
    area, ring = np.pi * r**2, np.pi * (o**2 - i**2)
    kept = extraction.spectrum.columns["background_error_mjy_sr"]
    assert_allclose(kept, 1.5 * 7.0 / np.sqrt(ring), rtol=0.05)
    expected = 1.5 * np.sqrt(area * 7.0**2 + (area * kept / 1.5) ** 2)
    assert_allclose(extraction.spectrum.error, expected * cube.pixel_area_sr * 1e6, rtol=1e-6)


def test_a_cube_of_count_rates_gives_a_count_rate_and_the_spaxel_that_turns_it_into_a_factor():
    cube = star_cube(unit="DN/s", flux_jy=900.0, background=3.0)

    spectrum = extract_spectrum(cube).spectrum

    assert spectrum.unit == "DN/s"
    assert spectrum.pixel_area_sr == cube.pixel_area_sr
    assert_allclose(spectrum.flux, 900.0, rtol=2e-3)
    assert "background_mjy_sr" not in spectrum.columns
    assert_allclose(spectrum.columns["background_dn_s"], 3.0, rtol=2e-2)


def test_surface_brightness_times_area_is_the_flux():
    cube = star_cube(background=10.0)

    spectrum = extract_spectrum(cube).spectrum

    brightness, n = spectrum.columns["surf_bright_mjy_sr"], spectrum.columns["n_pixels"]
    assert_allclose(brightness * n * cube.pixel_area_sr * 1e6, spectrum.flux, rtol=1e-12)
    assert_allclose(n, np.pi * (2 * fwhm_arcsec(cube.wave_um) / 0.13) ** 2, rtol=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_scaling_the_cube_scales_the_spectrum(scale, rng):
    cube = star_cube(noise=1e3, background=1e4, rng=rng)
    cube = replace(cube, data=cube.data.astype(np.float64), error=cube.error.astype(np.float64))
    scaled = replace(cube, data=cube.data * scale, error=cube.error * scale)

    one, other = (extract_spectrum(c) for c in (cube, scaled))

    assert_allclose(other.spectrum.flux, scale * one.spectrum.flux, rtol=1e-8)
    assert_allclose(other.spectrum.error, scale * one.spectrum.error, rtol=1e-8)
    assert_allclose(other.annulus_spread, one.annulus_spread, rtol=1e-6)


@pytest.mark.parametrize("method", ["unbiased", "pipeline"])
def test_the_byte_order_of_the_file_makes_no_difference(method, rng):
    cube = star_cube(noise=1e3, rng=rng, n_wave=12)
    swapped = replace(
        cube,
        data=cube.data.astype(">f4"),
        error=cube.error.astype(">f4"),
        weights=cube.weights.astype(">f4"),
        flags=cube.flags.astype(">u4"),
    )

    one, other = (extract_spectrum(c, ExtractionParams(method=method)) for c in (cube, swapped))

    assert np.array_equal(one.spectrum.flux, other.spectrum.flux)
    assert one.center_pixel == other.center_pixel


def test_results_are_read_only_and_the_cube_is_not_changed(rng):
    cube = star_cube(noise=1.0, rng=rng, n_wave=5)
    before = [a.copy() for a in (cube.data, cube.error, cube.weights, cube.flags)]

    extraction = extract_spectrum(cube)

    assert not extraction.spectrum.flux.flags.writeable
    assert not extraction.annulus_spread.flags.writeable
    after = (cube.data, cube.error, cube.weights, cube.flags)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


# ------------------------------------------------------------------------------ missing voxels


def test_a_plane_that_misses_the_peak_is_no_measurement_and_is_not_made_up():
    cube = edited(star_cube(), data=((7, 20, 20), np.nan))

    extraction = extract_spectrum(cube)

    flags = extraction.spectrum.flags
    assert np.isnan(extraction.spectrum.flux[7])
    assert flags[7] & 1
    assert not np.delete(flags, 7).any()
    assert any("No measurement at 5.11 µm" in m for m in extraction.messages)


@pytest.mark.parametrize(
    "change", [{"data": np.nan}, {"data": np.inf}, {"flags": 1}, {"weights": 0.0}]
)
def test_a_voxel_is_missing_when_it_is_nan_flagged_or_not_reached(change):
    voxel = (7, 17, 20)  # near the rim of the aperture: little light, some area
    [(name, value)] = change.items()
    cube = edited(star_cube(background=40.0), **{name: (voxel, value)})

    extraction = extract_spectrum(cube)

    area = np.pi * extraction.radius_pixels[7] ** 2
    assert_allclose(extraction.covered_fraction[7], 1.0 - 1.0 / area, rtol=1e-9)
    assert extraction.spectrum.flags[7] == 1 << 30
    assert_allclose(extraction.spectrum.flux[7], extraction.spectrum.flux[6], rtol=0.02)


def test_the_flux_of_a_partly_covered_aperture_lacks_the_light_of_the_missing_voxel_only():
    whole = star_cube(background=40.0)
    cube = edited(whole, data=((7, 17, 20), np.nan))

    flux, complete = (extract_spectrum(c).spectrum.flux[7] for c in (cube, whole))

    lost = (float(whole.data[7, 17, 20]) - 40.0) * whole.pixel_area_sr * 1e6
    assert_allclose(complete - flux, lost, rtol=1e-3)


def test_flags_other_than_do_not_use_leave_a_voxel_in():
    cube = edited(star_cube(), flags=((7, 20, 20), 1 << 4))

    extraction = extract_spectrum(cube)

    assert extraction.covered_fraction[7] == pytest.approx(1.0)


def test_outliers_in_the_annulus_do_not_move_the_flux(rng):
    clean = star_cube(noise=100.0, background=1e4, rng=rng)
    cube = edited(clean, data=((slice(None), 12, 20), 1e8))

    flux, truth = (extract_spectrum(c).spectrum.flux for c in (cube, clean))

    assert_allclose(flux, truth, rtol=3e-3)


def test_voxels_without_an_error_take_the_mean_of_the_others():
    cube = edited(star_cube(error=4.0), error=((7, 19, 20), np.nan))

    spectrum = extract_spectrum(cube).spectrum

    assert_allclose(spectrum.error[7], spectrum.error[6], rtol=0.02)


@pytest.mark.parametrize("error", [0.0, -1.0, np.nan])
def test_errors_that_are_not_positive_are_not_known(error):
    cube = star_cube()
    cube = replace(cube, error=np.full_like(cube.error, error))

    spectrum = extract_spectrum(cube).spectrum

    assert np.isnan(spectrum.error).all()
    assert np.isfinite(spectrum.flux).all()


# ------------------------------------------------------------------------------ degenerate cubes


def test_a_cube_without_a_valid_voxel_is_refused():
    cube = star_cube(n_wave=3)

    with pytest.raises(DataError, match="no valid voxel"):
        extract_spectrum(replace(cube, data=np.full_like(cube.data, np.nan)))


def test_a_cube_without_planes_is_refused():
    with pytest.raises(DataError, match="empty"):
        extract_spectrum(star_cube(n_wave=0))


def test_a_cube_of_one_spaxel_says_that_the_aperture_is_too_large():
    cube = star_cube(shape=(1, 1), center=(0.0, 0.0), n_wave=3)

    with pytest.raises(DataError, match="too few valid voxels") as caught:
        extract_spectrum(cube, ExtractionParams(center=(0.0, 0.0)))

    assert "smaller aperture" in caught.value.hint


@pytest.mark.parametrize("method", ["unbiased", "pipeline"])
@pytest.mark.parametrize("center", [(-3.0, 5.0), (5.0, 99.0), (np.nan, 5.0)])
def test_a_center_outside_the_field_is_refused(method, center):
    with pytest.raises(DataError, match="outside the field of 43 × 41"):
        extract_spectrum(star_cube(n_wave=2), ExtractionParams(center=center, method=method))


def test_a_single_plane_is_extracted():
    extraction = extract_spectrum(star_cube(n_wave=1, wave_um=(5.0, 5.0), background=3.0))

    assert_allclose(extraction.spectrum.flux, 1.0, rtol=2e-3)


def test_an_annulus_outside_the_field_says_that_no_background_is_subtracted():
    cube = star_cube(background=50.0)

    extraction = extract_spectrum(cube, ExtractionParams(annulus_fwhm=(30.0, 40.0)))
    without = extract_spectrum(cube, NO_BACKGROUND)

    assert_allclose(extraction.spectrum.flux, without.spectrum.flux, rtol=1e-12)
    assert "No background is subtracted: the annulus holds no valid voxels." in extraction.messages
    assert np.isnan(extraction.spectrum.columns["background_mjy_sr"]).all()
    assert np.isnan(extraction.annulus_spread).all()


def test_planes_with_and_without_a_background_are_never_mixed():
    cube = star_cube(background=50.0)
    ring = np.hypot(*np.indices(cube.shape[1:]) - np.array([19.8, 20.3])[:, None, None]) > 5.5
    weights = cube.weights.copy()
    weights[:5, ring] = 0.0

    extraction = extract_spectrum(replace(cube, weights=weights))

    assert np.isnan(extraction.spectrum.flux[:5]).all()
    assert np.isfinite(extraction.spectrum.flux[5:]).all()
    assert any("the annulus holds no valid voxels there" in m for m in extraction.messages)


def test_an_annulus_half_outside_the_field_measures_with_what_is_there():
    cube = star_cube(background=500.0, shape=(15, 43), center=(20.3, 7.0))

    extraction = extract_spectrum(cube, ExtractionParams(annulus_fwhm=(4.0, 6.0)))

    assert_allclose(extraction.spectrum.flux, 1.0, rtol=2e-3)
    assert any("Less than half of the annulus" in m for m in extraction.messages)


def radii_of_a_file(wave_um, *, names=("radius", "inner_bkg", "outer_bkg")):
    values = dict(
        zip(names, (0.4 + 0.02 * wave_um, 0.6 + 0.03 * wave_um, 1.0 + 0.0 * wave_um), strict=False)
    )
    return Curve(
        wave_um, MappingProxyType(values), MappingProxyType(dict.fromkeys(names, "arcsec"))
    )


def test_the_radii_of_a_reference_file_take_the_place_of_the_default():
    cube = star_cube(background=9.0)
    params = ExtractionParams(radius_fwhm=1.5)

    extraction = extract_spectrum(cube, params, radii=radii_of_a_file(np.array([5.1, 5.2, 5.4])))

    # Scaled by 1.5 / 2, the annulus not; continued beyond the file's wavelengths.
    assert_allclose(extraction.radius_pixels * 0.13, 0.75 * (0.4 + 0.02 * cube.wave_um))
    assert_allclose(extraction.inner_pixels * 0.13, 0.6 + 0.03 * cube.wave_um)
    assert_allclose(extraction.outer_pixels * 0.13, 1.0)


def test_a_curve_that_gives_no_radii_is_refused():
    curve = radii_of_a_file(np.array([5.0, 6.0]), names=("radius",))

    with pytest.raises(DataError, match="no inner_bkg, outer_bkg"):
        extract_spectrum(star_cube(n_wave=2), radii=curve)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_missing_gives_a_spectrum_that_says_so_or_a_sentence(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(int(size) for size in rng.integers(3, 30, 2))
    center = tuple(rng.uniform(0.0, size - 1.0) for size in shape[::-1])
    cube = star_cube(
        n_wave=int(rng.integers(1, 50)), shape=shape, center=center, noise=1e3, rng=rng
    )
    arrays = {name: getattr(cube, name).copy() for name in ("data", "error", "weights", "flags")}
    for name, value in (
        ("data", np.nan),
        ("data", np.inf),
        ("weights", 0.0),
        ("error", -1.0),
        ("flags", 1),
    ):
        arrays[name][rng.random(cube.shape) < rng.uniform(-0.1, 0.1)] = value
    params = ExtractionParams(
        radius_fwhm=rng.uniform(0.3, 3.0),
        center=("auto", "target", center)[seed % 3],
        method=("unbiased", "pipeline")[seed // 3 % 2],
    )

    try:
        extraction = extract_spectrum(replace(cube, **arrays), params)
    except DataError:
        return

    spectrum = extraction.spectrum
    assert not np.isinf(spectrum.flux).any()
    assert np.array_equal((spectrum.flags & 1) == 1, np.isnan(spectrum.flux))
    assert ((extraction.covered_fraction >= 0.0) & (extraction.covered_fraction <= 1.0)).all()
    assert not (extraction.annulus_spread < 0.0).any()


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"annulus_fwhm": (4.0, 3.0)}, r"annulus from 1\.08 to 0\.81 arcsec"),
        ({"radius_fwhm": 0.0}, "aperture of 0 FWHM"),
        ({"fwhm_slope_arcsec_per_um": -1.0}, "not positive at"),
    ],
)
def test_radii_that_make_no_aperture_are_refused(changes, match):
    with pytest.raises(DataError, match=match):
        extract_spectrum(star_cube(n_wave=2), ExtractionParams(**changes))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"unit": "erg/s"}, "erg/s"),
        ({"pixel_area_sr": np.nan}, "PIXAR_SR is nan"),
        ({"spaxel_arcsec": 0.0}, "CDELT1 is 0"),
    ],
)
def test_a_cube_in_unknown_units_is_refused(changes, match):
    with pytest.raises(DataError, match=match):
        extract_spectrum(replace(star_cube(n_wave=2), **changes))


def test_an_extended_source_is_extracted_with_a_word():
    cube = star_cube(n_wave=4)
    cube = replace(cube, identity=replace(cube.identity, source_type="EXTENDED"))

    extraction = extract_spectrum(cube)

    assert any("calls the source extended" in m for m in extraction.messages)


def test_an_annulus_that_begins_in_the_aperture_is_said():
    extraction = extract_spectrum(star_cube(n_wave=4), ExtractionParams(annulus_fwhm=(1.0, 4.0)))

    assert any("subtracted from itself" in m for m in extraction.messages)


# ------------------------------------------------------------------------------ corrections


def table(low, high, radii=(0.3, 1.5)):
    wave = np.array([4.0, 7.0])
    radius = np.repeat(np.array(radii)[:, None], 2, axis=1)
    factor = np.array([[low, low], [high, high]])
    return ApertureCorrection(
        "1A", frozen(wave), frozen(radius), frozen(factor), frozen(factor * 0)
    )


def test_the_aperture_correction_multiplies_flux_brightness_and_errors_but_not_the_background():
    cube = star_cube(background=20.0)

    plain = extract_spectrum(cube).spectrum
    extraction = extract_spectrum(cube, correction=table(1.2, 1.2))

    corrected = extraction.spectrum
    assert_allclose(extraction.aperture_correction, 1.2)
    assert_allclose(corrected.flux, 1.2 * plain.flux)
    assert_allclose(corrected.error, 1.2 * plain.error)
    for name, factor in (
        ("surf_bright_mjy_sr", 1.2),
        ("background_mjy_sr", 1.0),
        ("n_pixels", 1.0),
    ):
        assert_allclose(corrected.columns[name], factor * plain.columns[name])


def test_the_correction_of_the_radius_used_is_applied():
    # Between 0.3 and 1.5 arcsec the factor falls linearly from 2.2 to 1.0: 2.5 - radius.
    cube = star_cube()

    extraction = extract_spectrum(cube, correction=table(2.2, 1.0))

    assert_allclose(extraction.aperture_correction, 2.5 - 2 * fwhm_arcsec(cube.wave_um))


def test_the_user_can_do_without_the_correction():
    params = ExtractionParams(aperture_correction="none")

    extraction = extract_spectrum(star_cube(n_wave=3), params, correction=table(1.2, 1.2))

    assert_allclose(extraction.aperture_correction, 1.0)
    assert not any("aperture correction" in m for m in extraction.messages)


def test_without_a_table_the_user_is_told():
    assert any(
        "No aperture correction" in m for m in extract_spectrum(star_cube(n_wave=3)).messages
    )


def test_extrapolation_beyond_the_table_is_said():
    extraction = extract_spectrum(star_cube(), correction=table(1.2, 1.1, radii=(0.1, 0.5)))

    assert any("extrapolated in radius" in m for m in extraction.messages)


# ------------------------------------------------------------------------------ systematics


def test_the_flux_is_background_limited_where_the_annulus_moves_it_by_more_than_5_percent():
    # The star fades from 1 to 0.02 Jy over a bowl-shaped background.
    flux = np.linspace(1.0, 0.02, 60)
    cube = star_cube(n_wave=60, flux_jy=flux)
    y, x = np.indices(cube.shape[1:])
    bowl = 30.0 * ((x - 20.3) ** 2 + (y - 19.8) ** 2)
    cube = replace(cube, data=cube.data + bowl.astype(np.float32))

    extraction = extract_spectrum(cube)

    limited = extraction.background_limited
    assert not limited[0]
    assert limited[-1]
    assert (np.diff(limited.astype(int)) >= 0).all()
    assert_allclose(extraction.annulus_spread[limited].min(), 0.05, atol=0.01)
    [message] = [m for m in extraction.messages if "background-limited" in m]
    assert message.startswith("1A: beyond 5.")


def test_work_can_be_cancelled():
    class Stop:
        def step(self, done, total, note=""):
            raise Cancelled

    with pytest.raises(Cancelled):
        extract_spectrum(star_cube(n_wave=2), progress=Stop())
