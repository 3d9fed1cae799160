"""Images of one array in several epochs, brought onto one grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from scipy.ndimage import map_coordinates

from engine.arrays import FloatArray, freeze
from engine.model.image import Image
from engine.model.nircam import array_of
from engine.model.sky import SkyPlane

_SAME_EPOCH_D = 30.0
_SNAP = 1e-3  # of a pixel: grids that fall onto each other are not interpolated
_DO_NOT_USE = 1
_SMALL, _STEP = 512, 16  # pixels


@dataclass(frozen=True, eq=False, slots=True)
class EpochImage:
    """One image of one array.

    Attributes
    ----------
    name : str
        Id of the file, or anything else that tells it from others.
    image : Image
        In MJy/sr, with a sky plane.
    filter, module, array : str
        ``"F444W"``, ``"A"``, ``"long"``.
    epoch : str
        Label; ``""`` until `with_epochs` has given it.
    """

    name: str
    image: Image
    filter: str
    module: str
    array: str
    epoch: str = ""

    @property
    def sky(self) -> SkyPlane:
        """Where the pixels lie."""
        assert self.image.sky is not None
        return self.image.sky

    @property
    def title(self) -> str:
        """What the image is called in sentences: the name of its file."""
        return PurePath(self.image.origin.path).name or self.name

    @property
    def is_corrected(self) -> bool:
        """Whether the offset of the module was taken out before."""
        return dict(self.image.origin.header).get("MODCORR", "") == "T"

    @property
    def is_mosaic(self) -> bool:
        """Whether the pixels are no longer those of the detector."""
        return self.image.kind in {"i2d", "s2d"}

    @property
    def is_calibrated(self) -> bool:
        """Whether the pixels are in MJy/sr."""
        return self.image.unit == "MJy/sr"

    def center_deg(self) -> tuple[float, float]:
        """Return right ascension and declination of the middle of the image. Unit: deg."""
        n_y, n_x = self.image.data.shape
        return self.sky.pixel_to_sky((n_x - 1) / 2, (n_y - 1) / 2)


def epoch_image(name: str, image: Image) -> EpochImage | None:
    """Return an image of a NIRCam array, or `None` when it is another one or has no sky plane."""
    identity = image.identity
    place = array_of(identity.detector)
    if identity.instrument.upper() != "NIRCAM" or place is None or image.sky is None:
        return None
    if not identity.filter:
        return None
    return EpochImage(name, image, identity.filter.upper(), *place)


def with_epochs(images: Sequence[EpochImage], known: Mapping[str, float]) -> tuple[EpochImage, ...]:
    """Return the images with labels of their epochs.

    Parameters
    ----------
    images : sequence of EpochImage
        In any order.
    known : mapping of str to float
        Times of labels that are taken already, those of catalogs. Unit: MJD.

    Returns
    -------
    tuple of EpochImage
        Images within 30 days are one epoch; those of no known one are called after their day.
    """
    times = dict(known)
    found = []
    for one in sorted(images, key=lambda each: each.image.identity.mjd or 0.0):
        mjd, date = one.image.identity.mjd, one.image.identity.date
        label = date or one.name
        if mjd is not None:
            near = [name for name, time in times.items() if abs(time - mjd) <= _SAME_EPOCH_D]
            label = near[0] if near else date or f"MJD {mjd:.0f}"
            times.setdefault(label, mjd)
        found.append(replace(one, epoch=label))
    return tuple(found)


def on_grid(
    values: FloatArray, own: SkyPlane, target: SkyPlane, shape: tuple[int, int]
) -> FloatArray:
    """Return an image on the grid of another one.

    Parameters
    ----------
    values : ndarray, shape (ny, nx) or (k, ny, nx)
        One image, or several on one grid. NaN: no measurement.
    own, target : SkyPlane
        Where the pixels lie, and where those of the result shall lie.
    shape : tuple of int
        Of the result.

    Returns
    -------
    ndarray, shape ``shape`` or (k, *shape)
        Interpolated linearly between the pixels with a measurement; NaN where fewer than half of
        the weight have one. Surface brightness is kept; pixels that fall onto each other keep
        their bits.
    """
    places = _places(own, target, shape)
    near = np.rint(places)
    places = np.where(np.abs(places - near) < _SNAP, near, places)
    places = np.where(np.isfinite(places), places, -10.0)
    if values.ndim == 2:
        return freeze(_sampled(values, places))
    return freeze(np.array([_sampled(one, places) for one in values]))


def _sampled(values: FloatArray, places: FloatArray) -> FloatArray:
    good = np.isfinite(values)
    filled = np.where(good, values, 0.0).astype(np.float64)
    total = map_coordinates(filled, places, order=1, cval=0.0)
    weight = map_coordinates(good.astype(np.float64), places, order=1, cval=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        sampled: FloatArray = np.where(weight > 0.5, total / weight, np.nan)
    return sampled


def _places(own: SkyPlane, target: SkyPlane, shape: tuple[int, int]) -> FloatArray:
    """Return rows and columns in an image of the pixels of a grid, shape (2, ny, nx).

    Between every 16th pixel of a large image the places run linearly: distortions of NIRCam bend
    them by less than a thousandth of a pixel there.
    """
    step = 1 if max(shape) <= _SMALL else _STEP
    rows, columns = (np.arange(0.0, size + step, step) for size in shape)
    y, x = np.meshgrid(rows, columns, indexing="ij")
    there_x, there_y = own.places_in_image(*target.places_on_sky(x, y))
    if step == 1:
        return np.array([there_y, there_x])[:, : shape[0], : shape[1]]
    nodes = np.mgrid[: shape[0], : shape[1]] / step
    return np.array([map_coordinates(one, nodes, order=1) for one in (there_y, there_x)])


def usable_pixels(image: Image) -> FloatArray:
    """Return the pixels as float64; those flagged DO_NOT_USE are NaN."""
    bad = (image.flags & _DO_NOT_USE) != 0
    pixels: FloatArray = np.where(bad, np.nan, image.data.astype(np.float64))
    return pixels


def mean_on_grid(
    images: Sequence[tuple[FloatArray, SkyPlane]], target: SkyPlane, shape: tuple[int, int]
) -> FloatArray:
    """Return the mean of images on one grid; NaN where none has a measurement.

    An image may be a stack of several planes, shape (k, ny, nx): then the mean is one, too.
    """
    total, count = np.zeros(()), np.zeros(())
    for values, own in images:
        there = on_grid(values, own, target, shape)
        good = np.isfinite(there)
        total = total + np.where(good, there, 0.0)
        count = count + good
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
