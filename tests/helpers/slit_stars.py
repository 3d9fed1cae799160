"""Stars with spectra over two bands, and coarser spectra of them with known ratios."""

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from tests.helpers.filter_stars import star_band

RATIOS = {"HD 163466": 1.02, "HR 5467": 0.98}
LEVEL = 0.1
COARSE_UM = np.geomspace(5.2, 12.0, 120)


def coarse_spectrum(star, *, ratio=1.0, instrument="IRS", level=LEVEL):
    """Return a flat coarse spectrum: the fine one is ``ratio`` times it."""
    flux = np.full(COARSE_UM.size, level / ratio)
    return Spectrum(
        frozen(COARSE_UM),
        frozen(flux),
        frozen(0.005 * flux),
        frozen(np.zeros(COARSE_UM.size), dtype=np.uint32),
        "Jy",
        identity=Identity(target=star, instrument=instrument),
    )


def open_slit_stars(files, *, coarse_names=None):
    """Open both spectra of each star in an `OpenFiles`; return it."""
    names = coarse_names or {}
    for star, ratio in RATIOS.items():
        for band in ("1B", "1C"):
            files.add(star_band(star, band, level=LEVEL), "spectrum", "standard star")
        coarse = coarse_spectrum(names.get(star, star), ratio=ratio)
        files.add(coarse, "spectrum", "other", name=f"{star}_irs.ecsv")
    return files
