"""Pulls of fluxes: stars of a known point-spread function, found, centered and measured."""

import numpy as np
import pytest

from engine.imaging.aperture_correction import aperture_correction, published_apertures
from engine.imaging.centering import locate_star
from engine.imaging.photometry import measure_photometry
from engine.simulate.imaging_psf import imager_spread
from tests.helpers.star_images import star_image

CENTER, SHAPE, GROUND = (64.3, 63.8), (128, 128), 30.0
SECONDS, READ_NOISE = 50.0, 0.5


def pulls(name, flux, seeds):
    """Return (measured - true) / error of the flux, with the true aperture correction."""
    spread, row = imager_spread(name), published_apertures()[name].apertures
    radii = np.array([row.radius_px, row.inner_px, row.outer_px])
    factor = aperture_correction(row, tuple(float(one) for one in spread.inside(radii)))
    expected = GROUND + flux * spread.on_pixels(SHAPE, CENTER)
    noise = np.sqrt(expected / SECONDS + READ_NOISE**2)
    found = []
    for seed in range(seeds):
        drawn = expected + noise * np.random.default_rng(seed).standard_normal(SHAPE)
        image = star_image(drawn, error=noise)
        place = locate_star(image, (65.0, 63.0), search_px=15.0, fwhm_px=3.0)
        one = measure_photometry(image, place, row)
        found.append((one.flux_dn_s * factor - flux) / (one.flux_error * factor))
    return np.array(found)


def test_error_of_a_faint_star_is_its_scatter():
    found = pulls("F1000W", 3e3, 40)

    # 40 seeds: the mean is good to 0.16, the width to 0.11; three of them.
    assert abs(found.mean()) < 0.5
    assert 0.66 < found.std(ddof=1) < 1.34


@pytest.mark.rig
@pytest.mark.parametrize("name", ["F560W", "F1000W", "F2100W"])
@pytest.mark.parametrize("flux", [3e3, 3e4])
def test_errors_are_the_scatter_of_400_stars(name, flux):
    found = pulls(name, flux, 400)

    assert abs(found.mean()) < 0.2
    assert 0.8 < found.std(ddof=1) < 1.2
