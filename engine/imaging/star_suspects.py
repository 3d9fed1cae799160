"""Stars that deviate from their models in all filters, or more and more beyond 12 um: disks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from engine.arrays import BoolArray, FloatArray
from engine.imaging.deviants import find_deviants
from engine.imaging.published_factors import published_bands

SuspectKind = Literal["disk", "deviant"]
DISK_UM = 12.0  #: where the excess of a debris disk begins
_SCATTER = 1.4826  # of a normal distribution over its median absolute deviation
_FEWEST_STARS = 5
_LONG_FILTERS = 2  # beyond 12 um, of three in all: a slope that is not one point


@dataclass(frozen=True, slots=True)
class StarSuspect:
    """A star that may not be fit for calibration.

    Attributes
    ----------
    star : str
        Its usual name.
    kind : {"disk", "deviant"}
        A factor that falls with wavelength, or one that is off in all filters.
    significance : float
        In sigma of a normal distribution.
    deviation_percent : float
        Disk: of its factor at the longest filter from that of the filters below 12 um; deviant:
        mean deviation of its factors.
    chance : float
        Probability that one star deviates so far by chance.
    words : str
        One sentence.
    reason : str
        What may be given as the reason for leaving the star out.
    """

    star: str
    kind: SuspectKind
    significance: float
    deviation_percent: float
    chance: float
    words: str
    reason: str


def find_suspects(
    levels: Mapping[str, Mapping[str, float]], *, sigma: float = 3.5
) -> tuple[StarSuspect, ...]:
    """Find stars with a debris disk, and stars that deviate everywhere.

    Parameters
    ----------
    levels : mapping of str to mapping of str to float
        Factor of each star over the average of all, by star and filter.
    sigma : float, optional
        How significant it has to be.

    Returns
    -------
    tuple of StarSuspect
        Disks first, each kind by significance. Nothing is left out by it: the user decides.

    Notes
    -----
    Gordon+2025, Sec. 3.2: the sign of a disk is a factor that falls with wavelength. The logarithm
    of the relative factor of a star is fitted with ``a + b max(0, wave - 12 um)``; the scatter of
    a filter is measured on all stars, once their own level is taken out, and is at least that of
    all filters together. Filters without a pivot
    wavelength, and FND, which spans 9 to 16 um, take no part.
    """
    bands = [one for one in published_bands().values() if one.kind != "neutral"]
    names = [one.name for one in bands if any(one.name in own for own in levels.values())]
    stars = list(levels)
    if len(stars) < _FEWEST_STARS or not names:
        return ()
    pivots = np.array([published_bands()[name].pivot_um for name in names])
    values = np.log(np.array([[levels[s].get(name, np.nan) for name in names] for s in stars]))
    disks = _disks(stars, values, pivots, sigma)
    is_disk = np.array([star in {one.star for one in disks} for star in stars], dtype=bool)
    return (*disks, *_everywhere(stars, values, pivots, is_disk, sigma))


def _disks(
    stars: list[str], values: FloatArray, pivots: FloatArray, sigma: float
) -> list[StarSuspect]:
    known = np.isfinite(values)
    is_long = pivots > DISK_UM
    fits = (known.sum(axis=1) > _LONG_FILTERS) & (known[:, is_long].sum(axis=1) >= _LONG_FILTERS)
    weights = np.where(known, 1.0 / _filter_scatter(values, pivots) ** 2, 0.0)
    slope, error = _slopes(values, weights, np.maximum(pivots - DISK_UM, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.where(fits & np.isfinite(error) & (error > 0), -slope / error, 0.0)
    found = []
    for i in np.argsort(-distance):
        if distance[i] <= sigma:
            break
        reach = float(np.max(pivots[known[i]])) - DISK_UM
        falls = float(np.expm1(slope[i] * reach))
        found.append(
            StarSuspect(
                stars[i],
                "disk",
                float(distance[i]),
                100.0 * falls,
                float(ndtr(-distance[i])),
                f"{stars[i]} may have a debris disk: beyond 12 µm its factor falls by "
                f"{-100.0 * falls:.1f} % towards {reach + DISK_UM:.1f} µm ({distance[i]:.1f} σ), "
                f"an excess of {100.0 * (1.0 / (1.0 + falls) - 1.0):.0f} % over its model.",
                "debris disk",
            )
        )
    return found


def _filter_scatter(values: FloatArray, pivots: FloatArray) -> FloatArray:
    """Return the scatter of each filter about the levels of the stars, robustly."""
    off = values - _row_medians(values, pivots)[:, None]
    known = np.isfinite(off)
    pooled = _SCATTER * float(np.median(np.abs(off[known]))) if known.any() else np.nan
    each = np.full(pivots.size, pooled)
    for place in range(pivots.size):
        own = off[known[:, place], place]
        if own.size >= _FEWEST_STARS:
            each[place] = _SCATTER * np.median(np.abs(own - np.median(own)))
    # The level of a star is taken from its own filters: that leaves less scatter about it.
    filters = max(float(known.sum(axis=1).mean()), 2.0)
    scatter: FloatArray = np.maximum(each, max(pooled, 1e-6)) * np.sqrt(filters / (filters - 1.0))
    return scatter


def _row_medians(values: FloatArray, pivots: FloatArray) -> FloatArray:
    """Return the level of each star: below 12 um, where no disk shines, if it is known there."""
    levels = np.full(values.shape[0], np.nan)
    for row, own in enumerate(values):
        short = own[(pivots <= DISK_UM) & np.isfinite(own)]
        known = short if short.size else own[np.isfinite(own)]
        if known.size:
            levels[row] = np.median(known)
    return levels


def _slopes(
    values: FloatArray, weights: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the slope of each row over ``x`` and its error, weights being 1 / sigma^2."""
    value = np.where(weights > 0, values, 0.0)
    total, first, second = weights.sum(axis=1), weights @ x, weights @ x**2
    spread = total * second - first**2
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (total * ((weights * value) @ x) - first * (weights * value).sum(axis=1)) / spread
        error = np.sqrt(total / spread)
    usable = spread > 1e-9 * np.maximum(total * second, 1e-300)
    return np.where(usable, slope, np.nan), np.where(usable, error, np.nan)


def _everywhere(
    stars: list[str], values: FloatArray, pivots: FloatArray, is_disk: BoolArray, sigma: float
) -> list[StarSuspect]:
    level = _row_medians(values, pivots)
    tested = np.isfinite(level) & ~is_disk
    found = find_deviants(level, np.ones(level.size), tested, sigma=sigma)
    suspects = []
    for i in np.argsort(-np.abs(np.nan_to_num(found.sigma))):
        if not found.is_deviant[i]:
            continue
        off = 100.0 * float(np.expm1(level[i]))
        side = "above" if off > 0 else "below"
        suspects.append(
            StarSuspect(
                stars[i],
                "deviant",
                abs(float(found.sigma[i])),
                off,
                2.0 * float(ndtr(-abs(found.sigma[i]))),
                f"{stars[i]} deviates in all filters: its factors lie {abs(off):.1f} % {side} "
                f"those of the others ({abs(found.sigma[i]):.1f} σ).",
                "deviates in all filters",
            )
        )
    return suspects
