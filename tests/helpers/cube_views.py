"""A cube view with a star in it, for tests of the view and its controller."""

from dataclasses import replace

import numpy as np

from engine.arrays import frozen
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from guiapp.views.cube_images import Cone, prepare_images
from tests.helpers.cubes import fwhm_arcsec, star_cube

CENTER = (16.3, 14.8)
SPAXEL = 0.2  # arcsec


def small_cube(rng, **changes):
    """Return a cube of 24 planes of 29 x 33 spaxels with a star, a dark border and noise."""
    wanted = {
        "n_wave": 24,
        "shape": (29, 33),
        "center": CENTER,
        "spaxel_arcsec": SPAXEL,
        "background": 40.0,
        "noise": 0.5,
        "wave_um": (10.0, 13.0),
    }
    cube = star_cube(**(wanted | changes), rng=rng)
    data, flags = cube.data.copy(), cube.flags.copy()
    data[:, :, 0] = np.nan
    flags[:, :, 0] = 513
    return replace(cube, data=frozen(data, dtype=np.float32), flags=frozen(flags, dtype=np.uint32))


def cone(center=CENTER, **changes):
    """Return the default aperture of `small_cube`, put together without the engine."""
    wave = np.linspace(10.0, 13.0, 24)
    fields = {
        "center": center,
        "center_mode": "auto",
        "radius_fwhm": 2.0,
        "annulus_fwhm": (3.0, 4.0),
        "fwhm_pixels": fwhm_arcsec(wave) / SPAXEL,
    }
    return Cone(**(fields | changes))


def show_all(view, cube, **params):
    """Show cube, extraction and aperture in ``view``; return the extraction."""
    result = extract_spectrum(cube, ExtractionParams(**params))
    view.show_subject("e1", "2C")
    view.show_images(prepare_images(cube))
    view.show_result(result)
    view.show_cone(cone(result.center_pixel))
    return result
