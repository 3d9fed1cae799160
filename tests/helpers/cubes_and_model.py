"""Files of a simulated star, as a user has them: a cube for each band, and the model."""

import numpy as np

from engine.model.bands import band_named
from engine.simulate.fits_products import model_bytes
from engine.simulate.instrument import draw_instrument
from engine.simulate.observations import star_cube
from engine.simulate.program import standard_stars

STAR = "16 Cyg B"


def write_cubes_and_model(folder, *, bands=("4A", "4B", "4C")):
    """Write a cube for each of ``bands``, and the model, into ``folder``; return the paths."""
    exposure = next(one for one in standard_stars() if one.star == STAR)
    instrument = draw_instrument(np.random.default_rng(1))
    paths = []
    for number, name in enumerate(bands):
        cube = star_cube(instrument, exposure, band_named(name), np.random.default_rng(number))
        paths.append(folder / f"16cygb_{name.lower()}_s3d.fits.gz")
        paths[-1].write_bytes(cube.content)
    paths.append(folder / "16cygb_simulated_001.fits")
    paths[-1].write_bytes(model_bytes(exposure, filename=paths[-1].name))
    return paths
