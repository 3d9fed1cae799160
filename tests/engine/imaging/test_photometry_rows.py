"""Photometry of images as rows: the factor that was put in comes out."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from engine.imaging.aperture_correction import Apertures, Correction
from engine.imaging.centering import StarPlace
from engine.imaging.model_fluxes import ModelFlux, ModelFluxes
from engine.imaging.photometry import measure_photometry
from engine.imaging.photometry_rows import (
    MeasuredImage,
    rows_from_photometry,
    with_model_fluxes,
)
from engine.model.identity import Identity
from tests.helpers.star_images import PIXEL_SR, gaussian, gaussian_inside, star_image

CENTER = (40.3, 38.8)
PLACE = StarPlace(*CENTER, *CENTER, "by hand")
APERTURES = Apertures(4.2, 9.0, 14.6)
IDENTITY = Identity(target="16CYGB", program="1538", filter="F1130W", subarray="SUB64", mjd=59762.5)


def measured(rate, identity=IDENTITY):
    correction = Correction(1.0 / gaussian_inside(4.2, 1.5), 0.004)
    image = star_image(rate, identity=identity, header={"EFFINTTM": "0.85"})
    return MeasuredImage("e1", measure_photometry(image, PLACE, APERTURES, correction=correction))


def fluxes(flux_jy, star="16 Cyg B"):
    return ModelFluxes((ModelFlux(star, "F1130W", flux_jy, 0.02 * flux_jy, 0, 0, 1),), (), ())


def test_factor_that_was_put_in_comes_out():
    factor, flux_jy = 0.45, 0.414
    rate = flux_jy * 1e-6 / PIXEL_SR / factor

    table = rows_from_photometry(
        [measured(20.0 + gaussian((80, 80), CENTER, rate, 1.5))], fluxes(flux_jy)
    )

    assert_allclose(table.factors().value, [factor], rtol=1e-3)


def test_row_says_what_was_observed():
    table = rows_from_photometry(
        [measured(20.0 + gaussian((80, 80), CENTER, 5e4, 1.5))],
        fluxes(0.4),
        reasons={"e1": "lost lock"},
    )

    assert (table.stars, table.classes) == (("16 Cyg B",), ("G",))
    assert (table.filters, table.subarrays, table.programs) == (("F1130W",), ("SUB64",), ("1538",))
    assert_allclose([table.mjd[0], table.integration_s[0]], [59762.5, 0.85])
    assert_allclose([table.aperture_px[0], table.inner_px[0], table.outer_px[0]], [4.2, 9.0, 14.6])
    assert_allclose(table.well_depth_dn, 0.85 * table.peak_dn_s)
    assert table.reasons == ("lost lock",)
    assert table.flags == ("",)


def test_star_without_model_has_no_factor():
    table = rows_from_photometry(
        [measured(20.0 + gaussian((80, 80), CENTER, 5e4, 1.5))], fluxes(0.4, "Vega")
    )

    assert np.isnan(table.factors().value).all()
    assert np.isfinite(table.flux_dn_s).all()
    assert table.flags == ("No model of 16 Cyg B is open: there is no model flux.",)


def test_filter_without_bandpass_says_why_there_is_no_factor():
    of_filter = replace(IDENTITY, filter="F1550C")
    rate = 20.0 + gaussian((80, 80), CENTER, 5e4, 1.5)

    table = rows_from_photometry([measured(rate, of_filter)], fluxes(0.4))

    assert np.isnan(table.factors().value).all()
    assert table.flags == ("No bandpass of F1550C: there is no model flux.",)
    assert with_model_fluxes(replace(table, flags=("",)), fluxes(0.4)).flags == table.flags


def test_saturated_star_keeps_its_reason():
    rate = 20.0 + gaussian((80, 80), CENTER, 5e4, 1.5)
    rate[39, 40] = np.nan

    table = rows_from_photometry([measured(rate)], fluxes(0.4))

    assert np.isnan(table.flux_dn_s[0])
    assert table.flags[0].startswith("The core of the star has holes")


def test_no_image_gives_no_row():
    assert len(rows_from_photometry([])) == 0
