"""Small simulated files of two standard stars, as bytes, with the truth that is inside them."""

from dataclasses import replace
from functools import cache

import numpy as np

from engine.model.bands import band_named
from engine.simulate.aperture_reference import aperture_reference_bytes
from engine.simulate.cubes import simulate_cube
from engine.simulate.fits_products import model_bytes, s3d_bytes, x1d_bytes
from engine.simulate.photospheres import Photosphere
from engine.simulate.program import standard_stars
from engine.simulate.spectra import TYPICAL_TEMPERATURE_K, simulate_response_spectrum

FLUX_JY = 0.2
CUBE_4A, CUBE_4B, SPECTRUM_4A = "cyg_4a_s3d.fits.gz", "cyg_4b_s3d.fits.gz", "cyg_4a_x1d.fits"
MODEL, CORRECTION_4A = "cyg_model.fits", "apcorr_4a.asdf"
COUNTS_4A = "lac_4a_s3d.fits.gz"  #: a cube of the other star, in DN/s
OTHER_SPECTRUM_4A, OTHER_MODEL = "lac_4a_x1d.fits", "lac_model.fits"


@cache
def exposure(star):
    """Return the observation of ``star`` in the program, as a plain photosphere."""
    [found] = [one for one in standard_stars() if one.star == star]
    star_class = found.photosphere.star_class
    plain = Photosphere(star_class, TYPICAL_TEMPERATURE_K[star_class], FLUX_JY)
    return replace(found, photosphere=plain)


@cache
def cube(band, star="16 Cyg B", unit="MJy/sr"):
    """Return a simulated cube and its truth."""
    rng = np.random.default_rng([ord(letter) for letter in band + star + unit])
    star_class = exposure(star).photosphere.star_class
    return simulate_cube(rng, band, unit=unit, star_class=star_class, flux_10um_jy=FLUX_JY)


@cache
def spectrum(band, star="16 Cyg B"):
    """Return a simulated spectrum in Jy, its model and the true response."""
    rng = np.random.default_rng([ord(letter) for letter in band + star])
    star_class = exposure(star).photosphere.star_class
    return simulate_response_spectrum(
        rng, band, unit="Jy", star_class=star_class, flux_10um_jy=FLUX_JY
    )


def _s3d(name, band, star="16 Cyg B", unit="MJy/sr"):
    simulated = cube(band, star, unit).cube
    return s3d_bytes(simulated, exposure(star), band_named(band), filename=name)


def _x1d(name, band, star="16 Cyg B"):
    observed = spectrum(band, star).observed
    return x1d_bytes(observed, exposure(star), band_named(band), filename=name)


_MAKERS = {
    CUBE_4A: lambda: _s3d(CUBE_4A, "4A"),
    CUBE_4B: lambda: _s3d(CUBE_4B, "4B"),
    SPECTRUM_4A: lambda: _x1d(SPECTRUM_4A, "4A"),
    MODEL: lambda: model_bytes(exposure("16 Cyg B"), filename=MODEL),
    CORRECTION_4A: lambda: aperture_reference_bytes(band_named("4A"), filename=CORRECTION_4A),
    COUNTS_4A: lambda: _s3d(COUNTS_4A, "4A", "10 Lac", "DN/s"),
    OTHER_SPECTRUM_4A: lambda: _x1d(OTHER_SPECTRUM_4A, "4A", "10 Lac"),
    OTHER_MODEL: lambda: model_bytes(exposure("10 Lac"), filename=OTHER_MODEL),
}


@cache
def content(name):
    """Return the bytes of one of the files."""
    return _MAKERS[name]()


def write_files(folder, *names):
    """Write files, all of them when none is named; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or _MAKERS:
        (folder / name).write_bytes(content(name))
    return folder
