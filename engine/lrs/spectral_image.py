"""Two-dimensional spectra of the LRS, rows along the dispersion whatever way the file has them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloatArray, FlagArray, FloatArray, freeze
from engine.errors import DataError
from engine.model.data_quality import DO_NOT_USE
from engine.model.image import Image

_ELONGATED = 3.0  # long side over short side from which an image without keywords is a spectrum
_FEWEST_ROWS, _FEWEST_COLUMNS = 16, 7


@dataclass(frozen=True, eq=False, slots=True)
class SpectralImage:
    """A two-dimensional spectrum: one row a wavelength, n rows of m columns.

    Attributes
    ----------
    values : ndarray, shape (n, m)
        NaN: no measurement, or flagged DO_NOT_USE.
    error : ndarray, shape (n, m)
        One standard deviation. NaN: not known.
    flags : ndarray of uint32, shape (n, m)
        JWST data-quality bits.
    wave_um : ndarray, shape (n,)
        Wavelength of each row. NaN: not known. Unit: um.
    unit : str
        Unit of the values, ``""``: not known.
    """

    values: FloatArray
    error: FloatArray
    flags: FlagArray
    wave_um: FloatArray
    unit: str

    @property
    def has_wavelengths(self) -> bool:
        """Whether the rows have wavelengths."""
        return bool(np.count_nonzero(np.isfinite(self.wave_um)) >= 2)


def spectral_image(image: Image) -> SpectralImage:
    """Turn an image so that its rows run along the dispersion.

    Parameters
    ----------
    image : Image
        An s2d image, with or without keywords.

    Returns
    -------
    SpectralImage
        In float64.

    Raises
    ------
    DataError
        If the image cannot be a two-dimensional spectrum.

    Notes
    -----
    The direction is DISPAXIS (1: along x, 2: along y); without it the longer side, which must be
    three times as long as the other.
    """
    axis = _dispersion_axis(image)
    data, flags = _turned(image.data, axis), _turned(image.flags, axis)
    n_rows, n_columns = data.shape
    if n_rows < _FEWEST_ROWS or n_columns < _FEWEST_COLUMNS:
        raise DataError(
            f"The image has {n_rows} rows along the dispersion and {n_columns} columns: that is "
            "too small for a spectrum with a trace.",
            hint="Open the s2d image of a spectrum.",
        )
    unusable = (flags & DO_NOT_USE) != 0
    wave = (
        np.full(n_rows, np.nan) if image.wave_um is None else _of_rows(_turned(image.wave_um, axis))
    )
    return SpectralImage(
        values=freeze(np.where(unusable, np.nan, data).astype(np.float64)),
        error=freeze(_turned(image.error, axis).astype(np.float64)),
        flags=freeze(np.ascontiguousarray(flags)),
        wave_um=freeze(wave),
        unit=image.unit,
    )


def _turned(values: NDArray[Any], axis: int) -> NDArray[Any]:
    return values.T if axis == 1 else values


def _dispersion_axis(image: Image) -> int:
    said = dict(image.origin.header).get("DISPAXIS", "")
    if said in {"1", "2"}:
        return int(said)
    n_y, n_x = image.data.shape
    if max(n_x, n_y) < _ELONGATED * min(n_x, n_y):
        raise DataError(
            f"The image is {n_x} × {n_y} pixels and does not say which way it is dispersed "
            "(DISPAXIS).",
            hint="Open an s2d image, or one whose longer side is the dispersion.",
        )
    return 1 if n_x > n_y else 2


def _of_rows(wave: AnyFloatArray) -> FloatArray:
    """Return the median wavelength of each row; NaN where there is none."""
    result = np.full(wave.shape[0], np.nan)
    known = np.isfinite(wave).any(axis=1)
    result[known] = np.nanmedian(wave[known].astype(np.float64), axis=1)
    return result
