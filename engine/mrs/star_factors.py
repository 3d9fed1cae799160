"""One factor for each star: its vector over the adopted one, averaged (Law+2025, Fig. 19)."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.mrs.star_combination import CombinedBand, RelativeVector, StarCombination

_FEWEST = 3  # samples of a band inside the range


@dataclass(frozen=True, slots=True)
class StarFactor:
    """The mean factor of one observation of a star.

    Attributes
    ----------
    source, star : str
        Source key and usual name.
    factor, error : float
        Star over adopted vector, averaged over wavelength; NaN: no band in the range.
    bands : tuple of str
        Bands behind it.
    excluded : str
        Why it is left out; ``""``: it is not.
    """

    source: str
    star: str
    factor: float
    error: float
    bands: tuple[str, ...]
    excluded: str = ""


def mean_star_factors(
    combination: StarCombination, *, low_um: float, high_um: float
) -> tuple[StarFactor, ...]:
    """Average the vector of each star over the adopted vector.

    Parameters
    ----------
    combination : StarCombination
        The stars, the reference star's vector and the polynomial.
    low_um, high_um : float
        Range of wavelengths. Unit: um.

    Returns
    -------
    tuple of StarFactor
        In the order of `StarCombination.stars`.

    Notes
    -----
    Law+2025, Sec. 8.2: the average over 5-18 um. Each band counts by the wavelengths that it
    covers. The error is that of the star's own levels and of the scatter of the bands about their
    mean. The adopted vector has the level of the mean of all stars, so that the noise of the
    reference star is in its own factor, not in those of the others; that of the mean is common to
    all and left out.
    """
    bands = {one.band: one for one in combination.bands}
    found = []
    for star in combination.stars:
        own = [one for one in combination.relative if one.source == star.source]
        measured = [
            (one.band, *level)
            for one in own
            if (level := _level(one, bands[one.band], low_um, high_um)) is not None
        ]
        factor, error = _mean(np.array([one[1:] for one in measured], dtype=np.float64))
        names = tuple(one[0] for one in measured)
        found.append(StarFactor(star.source, star.star, factor, error, names, star.excluded))
    return tuple(found)


def _level(
    relative: RelativeVector, band: CombinedBand, low_um: float, high_um: float
) -> tuple[float, float, float] | None:
    """Return level, error and width of one band, or `None`."""
    inside = (band.wave_um >= low_um) & (band.wave_um <= high_um) & np.isfinite(relative.ratio)
    if np.count_nonzero(inside) < _FEWEST:
        return None
    level = float(np.mean(relative.ratio[inside] / band.polynomial[inside]))
    error = relative.own_error if np.isfinite(relative.own_error) else 0.0
    return level, error, float(np.ptp(band.wave_um[inside]))


def _mean(levels: FloatArray) -> tuple[float, float]:
    if not levels.size:
        return float("nan"), float("nan")
    values, errors, widths = levels.T
    share = widths / widths.sum()
    mean = float(np.sum(share * values))
    noise = np.sqrt(np.sum((share * errors) ** 2))
    if values.size < 2:
        return mean, float(noise)
    scatter = np.sum(share * (values - mean) ** 2) * values.size / (values.size - 1)
    return mean, float(np.hypot(noise, np.sqrt(scatter * np.sum(share**2))))
