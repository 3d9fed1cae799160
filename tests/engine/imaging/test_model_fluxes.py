"""Model fluxes in closed form, and the published zero points."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.files.load import load
from engine.files.packaged_bandpasses import PACKAGED_FILTERS, packaged_bandpass
from engine.imaging.model_fluxes import (
    FluxParams,
    flam_of,
    predict_fluxes,
    published_zero_points,
)
from engine.model.bandpass import Bandpass
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.photometry.bandpasses import bandpass_of

WAVE = np.linspace(4.0, 32.0, 20001)


def spectrum(flux_jy, wave=WAVE, target="x"):
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux_jy),
        error=frozen(np.zeros(wave.size)),
        flags=np.zeros(wave.size, dtype=np.uint32),
        unit="Jy",
        identity=Identity(target=target),
    )


def box(name="F1000W", low=9.0, high=11.0):
    wave = np.linspace(low, high, 201)
    return Bandpass(name, frozen(wave), frozen(np.ones(wave.size)))


def test_box_filter_on_a_falling_star_has_a_closed_form():
    model = spectrum(3.0 * (10.0 / WAVE) ** 2)

    found = predict_fluxes([("a", model)], {"F1000W": box()}).fluxes[0]

    # int f_nu dlambda / lambda over int dlambda / lambda, with f_nu = 300 / lambda^2.
    truth = 300.0 * 0.5 * (9.0**-2 - 11.0**-2) / np.log(11.0 / 9.0)
    assert_allclose(found.flux_jy, truth, rtol=1e-5)
    pivot = np.sqrt(0.5 * (11.0**2 - 9.0**2) / np.log(11.0 / 9.0))
    assert_allclose(found.flam, truth * 1e-23 * 2.99792458e18 / (pivot * 1e4) ** 2, rtol=1e-5)


def test_mean_of_f_lambda_leads_to_the_same_flux():
    rng = np.random.default_rng(5)
    flux = 2.0 + 0.3 * np.sin(WAVE) + 0.1 * rng.random(WAVE.size)
    bandpass = packaged_bandpass("F770W")
    response = np.interp(WAVE, bandpass.wave_um, bandpass.response, left=0.0, right=0.0)
    flam = flux / WAVE**2
    mean = np.trapezoid(WAVE * flam * response, WAVE) / np.trapezoid(WAVE * response, WAVE)
    pivot_square = np.trapezoid(WAVE * response, WAVE) / np.trapezoid(response / WAVE, WAVE)

    found = predict_fluxes([("a", spectrum(flux))], {"F770W": bandpass}).fluxes[0]

    assert_allclose(found.flux_jy, mean * pivot_square, rtol=1e-5)


@pytest.mark.real_data
def test_zero_points_are_those_of_table_6(real_data):
    sirius = load(real_data("calspec/sirius_stis_005.fits.gz")).products[0]
    fnd = bandpass_of(load(real_data("bandpasses/MIRI_FND.dat")).products[0], "FND")
    packaged = {name: packaged_bandpass(name) for name in PACKAGED_FILTERS if name[0] == "F"}

    found = predict_fluxes([("Sirius", sirius)], {**packaged, "FND": fnd})

    assert len(found.zero_points) == 10
    for one in found.zero_points:
        assert_allclose(one.fnu_jy, one.published_fnu_jy, rtol=1.5e-3)
        assert_allclose(one.flam, one.published_flam, rtol=2e-3)


@pytest.mark.real_data
def test_published_values_are_the_printed_ones(real_data):
    from astropy.table import Table

    for row in Table.read(real_data("published_tables/gordon2025_table6_zeropoints.ecsv")):
        assert published_zero_points()[row["band"]] == (row["flam0"], row["fnu0_jy"])


def test_both_columns_of_table_6_belong_to_one_pivot():
    # F770W: 3.340e-13 and 65.011 Jy.
    flam, fnu = published_zero_points()["F770W"]

    assert_allclose(flam_of(fnu, 7.6389), flam, rtol=1e-4)


def test_sirius_has_its_magnitude_in_every_filter():
    found = predict_fluxes([("Sirius", spectrum(4e4 / WAVE**2))], {"F1000W": box()})

    assert_allclose(found.fluxes[0].mag, -1.395, atol=1e-12)


def test_error_of_the_model_is_a_part_of_the_flux():
    found = predict_fluxes(
        [("a", spectrum(np.ones(WAVE.size)))], {"F1000W": box()}, FluxParams(3.0)
    )

    assert_allclose(found.fluxes[0].error_jy, 0.03 * found.fluxes[0].flux_jy)


def test_star_is_found_by_any_of_its_names():
    found = predict_fluxes([("16 Cyg B", spectrum(np.ones(WAVE.size)))], {"F1000W": box()})

    assert found.of("HD 186427", "F1000W") is found.fluxes[0]
    assert found.of("HD 186427", "F770W") is None


def test_filter_without_a_bandpass_and_missing_sirius_are_said():
    found = predict_fluxes(
        [("a", spectrum(np.ones(WAVE.size)))],
        {"F1000W": box()},
        wanted=("F1000W", "F1065C", "F1140C", "F1065C"),
    )

    assert "No bandpass of F1065C, F1140C is known" in found.messages[0]
    assert "No model of Sirius" in found.messages[1]
    assert np.isnan(found.zero_points[0].fnu_jy)


def test_model_that_ends_in_the_filter_is_extended_and_said():
    short = WAVE < 10.5
    model = spectrum(3.0 * (10.0 / WAVE[short]) ** 2, WAVE[short])

    found = predict_fluxes([("a", model)], {"F1000W": box()})

    whole = predict_fluxes([("a", spectrum(3.0 * (10.0 / WAVE) ** 2))], {"F1000W": box()})
    assert_allclose(found.fluxes[0].flux_jy, whole.fluxes[0].flux_jy, rtol=1e-4)
    assert "A model does not cover its filter: a in F1000W." in found.messages


def test_star_that_the_filter_does_not_see_has_no_flux():
    short = WAVE < 8.0

    found = predict_fluxes([("a", spectrum(np.ones(short.sum()), WAVE[short]))], {"F1000W": box()})

    assert found.fluxes == ()
