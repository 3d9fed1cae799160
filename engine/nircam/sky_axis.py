"""The coordinate along the long side of the field (Ma+2023, Sec. 5.1: d)."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.nircam.matching import EpochPair


@dataclass(frozen=True, slots=True)
class SkyAxis:
    """A direction on the sky through the point that the field turns about.

    Attributes
    ----------
    ra_deg, dec_deg : float
        The point. Unit: deg.
    angle_deg : float
        Position angle of the direction, from north through east. Unit: deg.
    """

    ra_deg: float
    dec_deg: float
    angle_deg: float

    def along(self, ra_deg: FloatArray, dec_deg: FloatArray) -> FloatArray:
        """Return the coordinate d of positions. Unit: arcmin."""
        east, north = self.offsets(ra_deg, dec_deg)
        angle = np.deg2rad(self.angle_deg)
        d: FloatArray = east * np.sin(angle) + north * np.cos(angle)
        return d

    def offsets(self, ra_deg: FloatArray, dec_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return offsets to the east and the north in the tangent plane. Unit: arcmin."""
        ra, dec = np.deg2rad(ra_deg - self.ra_deg), np.deg2rad(dec_deg)
        dec0 = np.deg2rad(self.dec_deg)
        depth = np.sin(dec0) * np.sin(dec) + np.cos(dec0) * np.cos(dec) * np.cos(ra)
        # Behind the tangent plane there is no place; far from the center none that matters.
        depth = np.where(depth > 0.0, depth, np.nan)
        scale = 60.0 * np.rad2deg(1.0) / depth
        east = np.cos(dec) * np.sin(ra)
        north = np.cos(dec0) * np.sin(dec) - np.sin(dec0) * np.cos(dec) * np.cos(ra)
        return scale * east, scale * north


def field_center(pair: EpochPair) -> tuple[float, float]:
    """Return the point that the field turned about, as the positions of the sources tell.

    Parameters
    ----------
    pair : EpochPair
        Sources of both halves of the field.

    Returns
    -------
    tuple of float
        Right ascension and declination, in deg: the middle between the outermost sources in the
        directions of the plane, good to the distance between sources.
    """
    ra0 = float(pair.ra_deg[0])
    ra = ra0 + (pair.ra_deg - ra0 + 180.0) % 360.0 - 180.0
    rough = SkyAxis(float(ra.mean()) % 360.0, float(pair.dec_deg.mean()), 0.0)
    places = np.array(rough.offsets(pair.ra_deg, pair.dec_deg))
    _, axes = np.linalg.eigh(np.cov(places)) if len(pair) > 2 else (None, np.eye(2))
    turned = axes.T @ places
    east, north = axes @ (0.5 * (turned.max(axis=1) + turned.min(axis=1)))
    dec = rough.dec_deg + float(north) / 60.0
    return (rough.ra_deg + float(east) / 60.0 / float(np.cos(np.deg2rad(dec)))) % 360.0, dec


def module_direction(pair: EpochPair) -> float:
    """Return the position angle from module A to module B in the first epoch.

    Parameters
    ----------
    pair : EpochPair
        Sources that both modules saw first.

    Returns
    -------
    float
        Of the direction between the middles of both halves. Unit: deg, 0 to 360. NaN: only one
        half has sources.
    """
    if not (pair.is_p.any() and pair.is_q.any()):
        return float("nan")
    center = SkyAxis(float(pair.ra_deg[0]), float(pair.dec_deg[0]), 0.0)
    east, north = center.offsets(pair.ra_deg, pair.dec_deg)
    to_b = [one[pair.is_p].mean() - one[pair.is_q].mean() for one in (east, north)]
    return float(np.rad2deg(np.arctan2(*to_b)) % 360.0)


def directed(angle_deg: float, pair: EpochPair) -> float:
    """Return ``angle_deg``, turned round where that points from module A to B in ``pair``.

    So the coordinate d is positive where module B looked in the first epoch, for every pair of
    epochs, as it is in Ma+2023 between epochs 1 and 2.
    """
    toward = module_direction(pair)
    if not np.isfinite(toward):
        return angle_deg
    is_back = np.cos(np.deg2rad(angle_deg - toward)) < 0.0
    return (angle_deg + 180.0) % 360.0 if is_back else angle_deg
