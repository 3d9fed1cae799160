"""Photometry of images against the source catalog of the pipeline on the same pixels."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

pytest.importorskip("jwst")
from astropy import units as u
from jwst.source_catalog.source_catalog import JWSTSourceCatalog
from stdatamodels.jwst import datamodels

from engine.files.load import load
from engine.imaging.aperture_correction import Apertures, Correction
from engine.imaging.centering import StarPlace, locate_star
from engine.imaging.photometry import measure_photometry
from tests.helpers.star_images import gaussian, star_image

pytestmark = pytest.mark.reference

RTOL = 1e-6


def catalog_flux(image, place, apertures, correction):
    """Return corrected flux and error in Jy as the pipeline measures them."""
    model = datamodels.ImageModel(image.data.shape)
    to_jy = 1e6 * image.pixel_area_sr
    model.data = np.array(image.data, dtype=np.float32)
    model.err = np.array(image.error, dtype=np.float32)
    parameters = {
        "aperture_radii": np.array([apertures.radius_px]),
        "aperture_corrections": np.array([correction]),
        "aperture_ee": (70,),
        "bkg_aperture_inner_radius": apertures.inner_px,
        "bkg_aperture_outer_radius": apertures.outer_px,
    }
    catalog = JWSTSourceCatalog.__new__(JWSTSourceCatalog)
    catalog.model = model
    catalog.xcentroid, catalog.ycentroid = np.array([place.x]), np.array([place.y])
    catalog.n_sources, catalog.n_aper = 1, 1
    catalog.aperture_params, catalog.aperture_ee = parameters, (70,)
    catalog.abvega_offset, catalog.column_desc = 0.0, {}
    model.data = (model.data.astype(np.float64) * to_jy) << u.Jy
    model.err = (model.err.astype(np.float64) * to_jy) << u.Jy
    catalog.set_aperture_properties()
    return catalog.aper_total_flux[0].value, catalog.aper_total_flux_err[0].value


def check(image, place, apertures):
    flux, error = catalog_flux(image, place, apertures, 1.44)

    found = measure_photometry(
        image, place, apertures, correction=Correction(1.44, 0.0), background="clipped median"
    )

    assert_allclose(found.flux_jy, flux, rtol=RTOL)
    own = found.propagated_error / found.flux_error * found.flux_error_jy
    assert_allclose(own, error, rtol=RTOL)


def test_simulated_star_is_measured_as_the_pipeline_does():
    rng = np.random.default_rng(4)
    rate = 20.0 + gaussian((80, 80), (40.3, 38.8), 3e4, 1.5) + rng.normal(0, 0.5, (80, 80))
    image = star_image(rate, error=0.5, unit="MJy/sr")

    check(image, StarPlace(40.3, 38.8, 40.3, 38.8, "by hand"), Apertures(4.2, 9.0, 14.6))


@pytest.mark.real_data
def test_stars_of_a_real_image_are_measured_as_the_pipeline_does(real_data):
    image = load(real_data("nircam_image/image.fits")).products[0]
    brightest = np.unravel_index(np.nanargmax(image.data), image.data.shape)
    start = float(brightest[1]), float(brightest[0])

    place = locate_star(image, start, search_px=5.0, fwhm_px=2.3)

    check(image, place, Apertures(2.7, 5.0, 8.0))
