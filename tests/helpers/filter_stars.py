"""Stars with spectra over two bands, and photometry of them with a known ratio."""

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.tabulated import Curve, DataTable

STARS = ("10 Lac", "HD 2811", "HD 163466", "16 Cyg B", "HR 5467")
RATIO = 1.02
LOW_UM, HIGH_UM = 5.8, 7.4  # of the box


def star_band(star, band, *, level=0.1, unit="Jy", scale=1.0):
    """Return a flat spectrum of one star in 1B or 1C."""
    low, high = {"1B": (5.66, 6.63), "1C": (6.53, 7.65)}[band]
    wave = np.linspace(low, high, 900)
    flux = np.full(wave.size, level * scale)
    return Spectrum(
        frozen(wave),
        frozen(flux),
        frozen(1e-3 * flux),
        frozen(np.zeros(wave.size), dtype=np.uint32),
        unit,
        identity=Identity(target=star, program="1", observation="1", band=band, instrument="MIRI"),
    )


def box(name="F640W"):
    """Return a bandpass that is a box."""
    wave = np.linspace(LOW_UM - 0.1, HIGH_UM + 0.1, 181)
    inside = (wave >= LOW_UM) & (wave <= HIGH_UM)
    return Curve(
        frozen(wave),
        {"response": frozen(inside.astype(float))},
        {"response": "electrons/photon"},
        identity=Identity(filter=name),
    )


def photometry(levels, name="F640W", *, off=None):
    """Return a table of photometry; ``off`` is one (star, factor) that stands out."""
    fluxes = [level / RATIO for level in levels]
    if off is not None:
        fluxes[STARS.index(off[0])] *= off[1]
    return DataTable(
        "",
        {
            "name": STARS,
            "filter": (name,) * len(STARS),
            "instrument": ("MIRI",) * len(STARS),
            "flux_jy": frozen(fluxes),
            "flux_error_jy": frozen([0.004 * flux for flux in fluxes]),
        },
        {"flux_jy": "Jy", "flux_error_jy": "Jy"},
        meta=(("kind", "photometry"),),
    )


LEVELS = tuple(0.1 + 0.02 * i for i in range(len(STARS)))


def open_stars(files, *, off=None):
    """Open spectra, bandpass and photometry in an `OpenFiles`."""
    for star, level in zip(STARS, LEVELS, strict=True):
        for band in ("1B", "1C"):
            files.add(star_band(star, band, level=level), "spectrum", "standard star")
    files.add(box(), "curve", "other", name="F640W.dat")
    files.add(photometry(LEVELS, off=off), "photometry", "other", name="photometry.ecsv")
    return files
