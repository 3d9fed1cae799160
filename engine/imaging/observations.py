"""Photometry of stars in images, one row an observation, and the factors that follow from it.

Images and files both fill this table; all analyses of imaging start from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import DataError

MJY_OF_JY = 1e-6  #: MJy in one Jy
#: Mean solid angle of a pixel of the imager: Table 5 of Gordon+2025 follows from it. Unit: sr.
PIXEL_SR = 2.8606e-13


@dataclass(frozen=True, eq=False, slots=True)
class ImagingFactors:
    """Calibration factors of the rows of a table.

    Attributes
    ----------
    value : ndarray, shape (n,)
        Unit: MJy/sr per DN/s/pixel. NaN: flux, model or aperture correction is not known.
    photometry_error : ndarray, shape (n,)
        From the error of the aperture sum alone: what differs between two observations of one
        star in one filter.
    error : ndarray, shape (n,)
        With the errors of model and aperture correction, which observations share. An error that
        is not known counts as none.
    """

    value: FloatArray
    photometry_error: FloatArray
    error: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class ImagingTable:
    """Photometry of stars in images, one row an observation (Gordon+2025, Table 5).

    All columns have the length n. NaN: not known.

    Attributes
    ----------
    ids : tuple of str
        What the user excludes: all different, the same after reopening.
    stars, classes : tuple of str
        Usual name; ``"hot"``, ``"A"`` or ``"G"`` as in `engine.model.stars`, ``""``: not known.
    filters, subarrays, programs : tuple of str
        ``"F770W"``, ``"SUB64"``, ``"1536"``; ``""``: not known.
    mjd, integration_s : ndarray
        Date of the observation; time of one integration. Units: d, s.
    flux_dn_s, flux_error : ndarray
        Sum in the aperture with the background subtracted. Unit: DN/s.
    background_dn_s : ndarray
        Unit: DN/s per pixel.
    peak_dn_s, well_depth_dn : ndarray
        Rate and well depth of the central pixel. Units: DN/s, DN.
    aperture_px, inner_px, outer_px : ndarray
        Radii of the aperture and of the background annulus. Unit: pixel.
    aperture_correction, aperture_correction_error : ndarray
        To an infinite aperture, as in Gordon+2025, Eq. 1.
    model_jy, model_error : ndarray
        Flux of the model of the star in the band. Unit: Jy.
    solid_angle_sr : ndarray
        Of one pixel. Unit: sr.
    reasons : tuple of str
        Why the user left it out; ``""``: it is not.
    flags : tuple of str
        What is known against it, in words, without being left out.
    """

    ids: tuple[str, ...]
    stars: tuple[str, ...]
    classes: tuple[str, ...]
    filters: tuple[str, ...]
    subarrays: tuple[str, ...]
    programs: tuple[str, ...]
    mjd: FloatArray
    integration_s: FloatArray
    flux_dn_s: FloatArray
    flux_error: FloatArray
    background_dn_s: FloatArray
    peak_dn_s: FloatArray
    well_depth_dn: FloatArray
    aperture_px: FloatArray
    inner_px: FloatArray
    outer_px: FloatArray
    aperture_correction: FloatArray
    aperture_correction_error: FloatArray
    model_jy: FloatArray
    model_error: FloatArray
    solid_angle_sr: FloatArray
    reasons: tuple[str, ...]
    flags: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in _COLUMNS:
            if len(getattr(self, name)) != len(self.ids):
                raise DataError(
                    f"The column {name} has {len(getattr(self, name))} rows, not {len(self.ids)}."
                )
        if len(set(self.ids)) != len(self.ids):
            raise DataError("Two rows of the table of observations have the same id.")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def filter_names(self) -> tuple[str, ...]:
        """The different filters in the order of their first rows."""
        return tuple(dict.fromkeys(self.filters))

    def factors(self) -> ImagingFactors:
        """Return the calibration factor of each row, left out or not.

        Returns
        -------
        ImagingFactors
            NaN where the aperture sum is not positive.

        Notes
        -----
        C = F / (N A_cor Omega) with F in MJy (Gordon+2025, Eq. 3); relative errors in quadrature.
        """
        flux = np.where(self.flux_dn_s > 0, self.flux_dn_s, np.nan)
        scale = flux * self.aperture_correction * self.solid_angle_sr
        value = MJY_OF_JY * self.model_jy / scale
        photometry = np.nan_to_num(self.flux_error / flux)
        shared = np.hypot(
            np.nan_to_num(self.model_error / self.model_jy),
            np.nan_to_num(self.aperture_correction_error / self.aperture_correction),
        )
        return ImagingFactors(
            freeze(value), freeze(value * photometry), freeze(value * np.hypot(photometry, shared))
        )

    def of_filter(self, name: str) -> "ImagingTable":
        """Return the rows of the filter ``name``, in their order."""
        return self.rows(np.array([one == name for one in self.filters], dtype=bool))

    def rows(self, which: BoolArray) -> "ImagingTable":
        """Return the rows where ``which``, shape (n,), is true, in their order."""
        places = np.flatnonzero(which)
        columns: dict[str, Any] = {
            name: freeze(values[places])
            if isinstance(values, np.ndarray)
            else tuple(values[i] for i in places)
            for name, values in ((name, getattr(self, name)) for name in _COLUMNS)
        }
        return ImagingTable(**columns)

    def without(self, reasons: Mapping[str, str]) -> "ImagingTable":
        """Return the table with these, and no other, observations left out.

        Parameters
        ----------
        reasons : mapping of str to str
            Reason by id; ids that are not in the table do not matter.
        """
        return replace(self, reasons=tuple(reasons.get(one, "") for one in self.ids))


_COLUMNS = tuple(one.name for one in fields(ImagingTable))


def joined_tables(tables: Sequence[ImagingTable]) -> ImagingTable:
    """Return the rows of all ``tables`` one after the other: of files and of images.

    Raises
    ------
    DataError
        If there is no table, or two rows have the same id.
    """
    if not tables:
        raise DataError("There is no table of observations to join.")
    columns: dict[str, Any] = {}
    for name in _COLUMNS:
        parts = [getattr(one, name) for one in tables]
        columns[name] = (
            freeze(np.concatenate(parts))
            if isinstance(parts[0], np.ndarray)
            else tuple(value for part in parts for value in part)
        )
    return ImagingTable(**columns)
