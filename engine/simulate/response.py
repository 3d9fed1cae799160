"""The response of the instrument: smooth, and outside every spline space on purpose.

A band's throughput is a pair of logistic edges times a parabola times Gaussian bumps. The
calibration factor is its inverse.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from engine.arrays import FloatArray
from engine.model.bands import Band

#: Calibration factor in the middle of a band, (MJy/sr)/(DN/s). Orders of magnitude only: from the
#: well depths and background rates that Law+2025 (Secs. 5.1 and 8.2) mention.
_FACTOR_LEVEL = {
    "1A": 150.0, "1B": 140.0, "1C": 130.0,
    "2A": 120.0, "2B": 115.0, "2C": 125.0,
    "3A": 170.0, "3B": 180.0, "3C": 200.0,
    "4A": 450.0, "4B": 600.0, "4C": 900.0,
}  # fmt: skip
#: Where the throughput of 4C is down to one half, and how fast it falls, um (Law+2025, Sec. 6).
_RED_END_UM = (27.9, 0.35)


@dataclass(frozen=True, slots=True)
class BandResponse:
    """Parameters of one band's response; x runs from -1 to 1 over the nominal range.

    Attributes
    ----------
    band : Band
        The band.
    level : float
        Factor where all other terms are 1.
    blue_edge, red_edge : tuple of float
        Position (in x) and width of the logistic edges.
    tilt, curvature : float
        Coefficients of x and x^2 in the throughput.
    bumps : tuple of tuple of float
        Center, width (in x) and height of each Gaussian in the throughput.
    """

    band: Band
    level: float
    blue_edge: tuple[float, float]
    red_edge: tuple[float, float]
    tilt: float
    curvature: float
    bumps: tuple[tuple[float, float, float], ...]

    def factor(self, wave_um: FloatArray) -> FloatArray:
        """Return the calibration factor at ``wave_um``. Unit: (MJy/sr)/(DN/s)."""
        center = 0.5 * (self.band.wave_min_um + self.band.wave_max_um)
        x = (wave_um - center) / (self.band.wave_max_um - center)
        throughput: FloatArray = 1.0 + self.tilt * x + self.curvature * x**2
        for bump_center, width, height in self.bumps:
            throughput *= 1.0 + height * np.exp(-0.5 * ((x - bump_center) / width) ** 2)
        throughput *= expit((x - self.blue_edge[0]) / self.blue_edge[1])
        throughput *= expit((self.red_edge[0] - x) / self.red_edge[1])
        return self.level / throughput


def draw_response(rng: np.random.Generator, band: Band) -> BandResponse:
    """Draw the response of one band.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    band : Band
        The band.

    Returns
    -------
    BandResponse
        Falls by 10 to 30 % toward the edges; 4C falls to a tenth at 28.5 um.
    """
    blue_edge = (-1.0 - rng.uniform(0.25, 0.40), rng.uniform(0.13, 0.20))
    red_edge = (1.0 + rng.uniform(0.25, 0.40), rng.uniform(0.13, 0.20))
    if band.name == "4C":
        half = 0.5 * (band.wave_max_um - band.wave_min_um)
        center = band.wave_min_um + half
        red_edge = ((_RED_END_UM[0] - center) / half, _RED_END_UM[1] / half)
    centers = rng.uniform(-0.9, 0.9, size=3)
    widths = rng.uniform(0.14, 0.30, size=3)
    heights = rng.uniform(0.008, 0.03, size=3) * rng.choice([-1.0, 1.0], size=3)
    return BandResponse(
        band=band,
        level=_FACTOR_LEVEL[band.name] * rng.uniform(0.9, 1.1),
        blue_edge=blue_edge,
        red_edge=red_edge,
        tilt=rng.uniform(-0.12, 0.12),
        curvature=rng.uniform(-0.10, 0.0),
        bumps=tuple(
            (float(c), float(w), float(h)) for c, w, h in zip(centers, widths, heights, strict=True)
        ),
    )
