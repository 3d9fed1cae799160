"""Errors of encircled energies: of the scatter over observations, or the published ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.counting import counted
from engine.errors import DataError
from engine.imaging.aperture_correction import (
    ENCIRCLED,
    Apertures,
    correction_error,
    published_apertures,
)

FEWEST = 3  #: observations whose scatter is taken for the error
FLOOR = 0.03  #: of a radius where no error is published: about the median of Table 4


@dataclass(frozen=True, eq=False, slots=True)
class EnergyErrors:
    """Errors of the radii of a filter and of the correction that follows.

    Attributes
    ----------
    radius_px : ndarray, shape (n,)
        One standard deviation. NaN: the radius is not known. Unit: pixel.
    correction : float
        One standard deviation. NaN: the curve does not reach the radii.
    sentence : str
        What they contain.
    """

    radius_px: FloatArray
    correction: float
    sentence: str


def energy_errors(
    name: str,
    parts: Sequence[float],
    radii: FloatArray,
    observed: Sequence[FloatArray],
    corrections: Sequence[float],
    observations: Sequence[str],
) -> EnergyErrors:
    """Return the errors of radii of encircled energy and of the aperture correction.

    Parameters
    ----------
    name : str
        Of the filter.
    parts : sequence of float
        Of the light.
    radii : ndarray, shape (n,)
        Of the mean curve. NaN: not reached. Unit: pixel.
    observed : sequence of ndarray, shape (n,)
        Radii of each image. Unit: pixel.
    corrections : sequence of float
        Of each image.
    observations : sequence of str
        Which observation each image is of: dithers of one share what is wrong with it.

    Returns
    -------
    EnergyErrors
        With three observations the standard deviation of their means. With fewer the scatter of
        the images says little, and the errors are never below those of the published radii
        (Gordon+2025, Table 4), nor below 3 % of a radius where none are published: F2550W is
        there with an error of 0.
    """
    groups = list(dict.fromkeys(observations))
    if len(groups) >= FEWEST:
        means = [_mean_of(observed, observations, one) for one in groups]
        factors = [_mean_of(corrections, observations, one) for one in groups]
        return EnergyErrors(
            freeze(np.std(means, axis=0, ddof=1)),
            float(np.std(factors, ddof=1)),
            f"Errors: scatter over {counted(len(groups), 'observation')}"
            "; the model outside the join is taken "
            "as exact.",
        )
    least, least_factor, source = _least(name, parts, radii)
    scatter, factor_scatter = np.zeros(len(parts)), 0.0
    if len(observed) > 1:
        scatter = np.nan_to_num(np.std(observed, axis=0, ddof=1))
        factor_scatter = float(np.nan_to_num(np.std(corrections, ddof=1)))
    return EnergyErrors(
        freeze(np.maximum(scatter, least)),
        float(np.maximum(factor_scatter, least_factor)),
        f"Errors: {_seen(len(groups), len(observed))}, so they are at least {source}; the model "
        "outside the join is taken as exact.",
    )


def _mean_of(values: Sequence[Any], observations: Sequence[str], wanted: str) -> FloatArray:
    own = [value for value, one in zip(values, observations, strict=True) if one == wanted]
    mean: FloatArray = np.mean(own, axis=0)
    return mean


def _seen(n_observations: int, n_images: int) -> str:
    if not n_images:
        return "no star is in the curve"
    if n_observations == 1:
        what = "one image" if n_images == 1 else f"{n_images} dithers of one observation"
        return f"{what} tell no scatter between observations".replace("image tell", "image tells")
    return f"{n_observations} observations tell too little of their scatter"


def _least(name: str, parts: Sequence[float], radii: FloatArray) -> tuple[FloatArray, float, str]:
    """Return the least errors of radii and correction, and what they are."""
    row = published_apertures().get(name)
    if row is not None and all(error > 0 for error in row.radius_errors_px):
        usual = row.apertures
        at = np.array([usual.radius_px, usual.inner_px, usual.outer_px])
        relative = np.interp(parts, ENCIRCLED, np.array(row.radius_errors_px) / at)
        source = "those of the published radii (Gordon+2025, Table 4)"
        return relative * radii, row.correction.error, source
    least = FLOOR * radii
    source = f"{100.0 * FLOOR:g} % of a radius (no error is published)"
    own = [float(radii[list(parts).index(part)]) for part in ENCIRCLED]
    try:
        apertures = Apertures(*own)
    except DataError:  # the curve does not reach them
        return least, float("nan"), source
    first, second, third = (FLOOR * radius for radius in own)
    return least, correction_error(apertures, (first, second, third)), source
