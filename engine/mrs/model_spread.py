"""How far the models of a star differ: the systematic error that the choice of one makes."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.spectrum import Spectrum
from engine.mrs.resolution import at_mrs_resolution

MODEL_CHOICE = "model choice"  #: name of the systematic error


def spread_of_models(
    wave_um: FloatArray, model: Spectrum, others: Sequence[Spectrum]
) -> FloatArray:
    """Return the largest relative difference of other models from the one in use.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Wavelengths of the observation. Unit: um.
    model : Spectrum
        In use, in Jy.
    others : sequence of Spectrum
        Other models of the same star. One that is not in Jy does not count.

    Returns
    -------
    ndarray, shape (n,)
        NaN where no other model reaches.

    Notes
    -----
    Law+2025, Sec. 5.1: models of single stars have systematic uncertainties of about 2 %. All
    models are blurred and averaged over the bins as the one in use.
    """
    spread = np.full(wave_um.size, np.nan)
    if wave_um.size < 2:
        return freeze(spread)
    base = at_mrs_resolution(model.wave_um, model.flux, wave_um)
    for other in others:
        if other.unit != model.unit:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.abs(at_mrs_resolution(other.wave_um, other.flux, wave_um) / base - 1.0)
        spread = np.fmax(spread, np.where(np.isfinite(away), away, np.nan))
    return freeze(spread)
