"""Fitted responses of one star in band 1B, with everything that a view has to show."""

import numpy as np

from engine.arrays import frozen
from engine.model.spectrum import Spectrum
from engine.mrs.star_response import Mask, SampleWeight, StarResponseParams, fit_star_response

WAVE_UM = np.linspace(5.66, 6.63, 700)
BREAKPOINTS_UM = (5.85, 6.05, 6.25, 6.45)


def spectra(rng, *, noise=0.004, wave_um=WAVE_UM):
    """Return an observed and a model spectrum: smooth response, outliers, two flagged samples."""
    truth = 1.02 + 0.045 * np.sin(5 * (wave_um - 5.5))
    model_jy = 20.0 * (wave_um / 6.0) ** -2
    flux = model_jy / truth * rng.normal(1.0, noise, wave_um.size)
    flux[100::150] *= 1.15
    flux[300:303] = np.nan
    flags = np.zeros(wave_um.size, dtype=np.uint32)
    flags[400:402] = 1
    observed = Spectrum(
        frozen(wave_um),
        frozen(flux),
        frozen(noise * model_jy),
        frozen(flags, dtype=np.uint32),
        "Jy",
    )
    none = frozen(np.full(wave_um.size, np.nan))
    good = frozen(np.zeros(wave_um.size), dtype=np.uint32)
    return observed, Spectrum(frozen(wave_um), frozen(model_jy), none, good, "Jy")


def params(**changes):
    """Return parameters with breakpoints, a mask, cut-offs, and an excluded sample."""
    wanted = {
        "breakpoints_um": BREAKPOINTS_UM,
        "line_windows": "none",
        "fit_in": "factor",
        "cutoffs_um": (5.68, 6.61),
        "masks": (Mask(6.10, 6.13, "fringe"),),
        "weights": (SampleWeight(float(WAVE_UM[200]), 0.0, "a cosmic ray"),),
    }
    return StarResponseParams(**(wanted | changes))


def response(rng, **changes):
    """Return the fit of `spectra` with `params`."""
    return fit_star_response(*spectra(rng), params(**changes))
