"""Images of one star with a known profile, made without anything that the analyses use."""

import numpy as np
from scipy.special import erf, j1

from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.sky import SkyPlane

PIXEL_SR = 2.8606e-13
PIXEL_ARCSEC = 0.11
CONVERSION = 0.45


def gaussian(shape, center, flux, sigma):
    """Integrate a round Gaussian over each pixel."""

    def shares(n, middle):
        edges = np.arange(n + 1) - 0.5 - middle
        return np.diff(0.5 * erf(edges / (np.sqrt(2.0) * sigma)))

    return flux * shares(shape[0], center[1])[:, None] * shares(shape[1], center[0])


def gaussian_inside(radius, sigma):
    """Return the part of a Gaussian, smeared by pixels twice, inside a circle.

    The sums count each pixel as flat: that, and the integral over it, each add a twelfth.
    """
    return -np.expm1(-0.5 * radius**2 / (sigma**2 + 2.0 / 12.0))


def airy(shape, center, flux, scale, finer=5):
    """Integrate an Airy pattern over each pixel; ``scale``: pi D / wavelength per pixel."""
    offsets = (np.arange(finer) + 0.5) / finer - 0.5
    image = np.zeros(shape)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    for dx in offsets:
        for dy in offsets:
            v = scale * np.hypot(x + dx - center[0], y + dy - center[1]) + 1e-12
            image += (2.0 * j1(v) / v) ** 2
    return flux * image * scale**2 / (4.0 * np.pi) / finer**2


def sky_plane(reference=(30.0, 30.0), sky_deg=(246.0, 65.0)):
    step = PIXEL_ARCSEC / 3600.0
    return SkyPlane(reference, sky_deg, ((-step, 0.0), (0.0, step)))


def star_image(rate, *, error=0.1, unit="DN/s", flags=None, header=(), identity=None, sky=None):
    """Make an image of count rates; in MJy/sr the rates are multiplied by `CONVERSION`."""
    factor = CONVERSION if unit == "MJy/sr" else 1.0
    return Image(
        data=np.asarray(rate * factor, dtype=np.float32),
        error=np.full(rate.shape, np.asarray(error) * factor, dtype=np.float32),
        flags=np.zeros(rate.shape, dtype=np.uint32) if flags is None else flags,
        unit=unit,
        pixel_area_sr=PIXEL_SR,
        conversion_mjy_sr=CONVERSION,
        sky=sky,
        kind="cal",
        identity=identity or Identity(target="BD+60 1753", filter="F770W", mjd=59770.0),
        origin=Origin(header=tuple(sorted(dict(header).items()))),
    )
