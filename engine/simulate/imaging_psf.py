"""Point-spread functions of the imager with known encircled energy (Gordon+2025, Table 4)."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import nnls
from scipy.special import erf

from engine.arrays import FloatArray
from engine.resources import read_toml

_N_WIDTHS = 16
_WIDEST_PX = 90.0
_EXACT = 1e4  # weight of what must hold over what should
_CORE = (0.4, 0.42)  # part inside 0.4 of the radius of 70 %
_FAR = (2.6, 0.945)  # part inside this many radii of 85 %
_SPIKES = 0.6  # amplitude of the six spikes
_CORE_TOO_NARROW = 0.94  # of the model's core: the detector makes the observed one broader


@dataclass(frozen=True, slots=True)
class ImagerSpread:
    """A sum of round Gaussians with six spikes outside the core.

    Attributes
    ----------
    parts, sigmas_px : tuple of float
        Part of the light and width of each Gaussian. Unit: pixel.
    core_px : float
        Radius of 70 %: inside it there are no spikes. Unit: pixel.
    """

    parts: tuple[float, ...]
    sigmas_px: tuple[float, ...]
    core_px: float

    def inside(self, radius_px: FloatArray) -> FloatArray:
        """Return the part of the light inside each radius, as exact sums over pixels see it."""
        square = np.asarray(radius_px)[..., np.newaxis] ** 2
        terms = -np.expm1(-0.5 * square / np.square(self.sigmas_px))
        found: FloatArray = terms @ np.array(self.parts)
        return found

    def on_pixels(self, shape: tuple[int, int], center: tuple[float, float]) -> FloatArray:
        """Return the part of the light on each pixel; ``center`` (x, y) counts from 0.

        The Gaussians are integrated over the pixels; the spikes add nothing to a whole ring. The
        integral over a pixel, and taking it as flat in a sum, each add a twelfth to the variance:
        both are taken off first, so that `inside` holds for sums over pixels.
        """
        image = np.zeros(shape)
        widths = np.sqrt(np.square(self.sigmas_px) - 2.0 / 12.0)
        for part, sigma in zip(self.parts, widths, strict=True):
            along_y = _shares(shape[0], center[1], sigma)
            image += part * along_y[:, np.newaxis] * _shares(shape[1], center[0], sigma)
        y, x = np.arange(shape[0])[:, np.newaxis] - center[1], np.arange(shape[1]) - center[0]
        ramp = np.clip(np.hypot(x, y) / self.core_px - 1.0, 0.0, 1.0)
        angle = np.arctan2(y, x + 0.0 * y) + 0.2
        spiked: FloatArray = image * (1.0 + _SPIKES * ramp * np.cos(6.0 * angle))
        return spiked

    def as_modeled(self) -> "ImagerSpread":
        """Return what a model of the optics alone says: a core that is a little too narrow."""
        inner = np.array(self.sigmas_px) < self.core_px
        widths = np.where(inner, _CORE_TOO_NARROW, 1.0) * np.array(self.sigmas_px)
        return ImagerSpread(self.parts, tuple(float(one) for one in widths), self.core_px)


@cache
def imager_spread(filter_name: str) -> ImagerSpread:
    """Return a point-spread function with the radii of 70, 80 and 85 % of Table 4.

    The radii are met to a few thousandths of the light; the core and the wings are made up.
    """
    table = read_toml("published/gordon2025_table4.toml")
    radii, energies = table[filter_name]["radius_px"], table["encircled"]
    widths = np.geomspace(0.2 * radii[0], _WIDEST_PX, _N_WIDTHS)
    at = np.array([*radii, _CORE[0] * radii[0], _FAR[0] * radii[2]])
    wanted = np.array([*energies, _CORE[1], _FAR[1], 1.0])
    rows = -np.expm1(-0.5 * (at[:, np.newaxis] / widths) ** 2)
    weight = np.array([_EXACT] * 3 + [1.0, 1.0, _EXACT])
    design = np.vstack([rows, np.ones(widths.size)]) * weight[:, np.newaxis]
    smooth = 0.05 * np.diff(np.eye(widths.size), axis=0)
    parts, _ = nnls(np.vstack([design, smooth]), np.r_[wanted * weight, np.zeros(widths.size - 1)])
    kept = parts > 1e-6
    return ImagerSpread(
        tuple(float(one) for one in parts[kept] / parts[kept].sum()),
        tuple(float(one) for one in widths[kept]),
        float(radii[0]),
    )


def _shares(n: int, center: float, sigma: float) -> FloatArray:
    edges = np.arange(n + 1) - 0.5 - center
    shares: FloatArray = np.diff(0.5 * erf(edges / (np.sqrt(2.0) * sigma)))
    return shares
