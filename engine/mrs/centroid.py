"""Where the source of a cube lies."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray
from engine.errors import DataError
from engine.model.cube import Cube
from engine.mrs.wavelength_bins import BinnedCube

Center = Literal["auto", "target"] | tuple[float, float]

LONGEST_WAVE_UM = 26.0  #: beyond it the throughput is too low to look for a source


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """Where the aperture is put.

    Attributes
    ----------
    x, y : float
        Counted from 0. Unit: spaxel.
    source : str
        How it was found, in words.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    x: float
    y: float
    source: str
    messages: tuple[str, ...] = ()


def locate_source(cube: Cube, binned: BinnedCube, center: Center) -> SourcePosition:
    """Return where to put the aperture.

    Parameters
    ----------
    cube : Cube
        Its target is used for ``"target"``, and when no source is found.
    binned : BinnedCube
        Its means, in which the source is looked for.
    center : "auto", "target" or tuple of float
        What the user chose.

    Returns
    -------
    SourcePosition
        The position and how it was found.

    Raises
    ------
    DataError
        If there is neither a source nor a target, or the position lies outside the field.
    """
    if not isinstance(center, str):
        return SourcePosition(float(center[0]), float(center[1]), "given by the user")
    target = cube.target_pixel()
    if center == "target":
        if target is None:
            raise DataError(
                "The header does not say where the target is.",
                hint="Choose the centroid, or click on the source.",
            )
        return SourcePosition(*target, "target of the header")
    start = find_brightest(collapse(binned))
    if start is not None:
        return SourcePosition(*start, "centroid of the brightest source")
    if target is None:
        raise DataError(
            "No source stands out of the collapsed cube, and the header names no target.",
            hint="Click on the source.",
        )
    message = "No source stands out of the collapsed cube: the target of the header is used."
    return SourcePosition(*target, "target of the header", (message,))


def collapse(binned: BinnedCube) -> FloatArray:
    """Return the median over the bins short of 26 um; NaN where no bin holds a value."""
    seen = binned.wave_um < LONGEST_WAVE_UM
    data = binned.data[seen] if seen.any() else binned.data
    image = np.full(data.shape[1:], np.nan)
    measured = np.isfinite(data).any(axis=0)
    image[measured] = np.nanmedian(data[:, measured], axis=0)
    return image


def find_brightest(image: AnyFloatArray, *, fwhm: float = 3.0) -> tuple[float, float] | None:
    """Return the brightest source of an image by DAOFIND; `None` when there is none at 3 sigma.

    Parameters
    ----------
    image : ndarray, shape (ny, nx)
        NaN: no measurement; filled with the median.
    fwhm : float, optional
        Width of the sources looked for. Unit: pixel.

    Returns
    -------
    tuple of float or None
        (x, y), counted from 0.
    """
    from astropy.stats import sigma_clipped_stats  # noqa: PLC0415  (slow to import)
    from photutils.detection import DAOStarFinder  # noqa: PLC0415  (slow to import)

    finite = np.isfinite(image)
    if not finite.any():
        return None
    _, median, rms = sigma_clipped_stats(image[finite])
    if not rms > 0.0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # photutils warns when it finds nothing
        finder = DAOStarFinder(fwhm=fwhm, threshold=3.0 * rms)
        sources = finder(np.where(finite, image - median, 0.0))
    if sources is None:
        return None
    brightest = sources[int(np.argmax(sources["flux"]))]
    x_name, y_name = (
        ("x_centroid", "y_centroid")
        if "x_centroid" in sources.colnames
        else ("xcentroid", "ycentroid")
    )
    return float(brightest[x_name]), float(brightest[y_name])
