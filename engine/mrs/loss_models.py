"""The forms that a loss of count rate can take, and the tables that hold their coefficients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError

LossForm = Literal["exponential", "power law", "linear"]
LOSS_FORMS: tuple[LossForm, ...] = get_args(LossForm)
DAY_ZERO_MJD = 59680.0  #: 2022 April 11 (Law+2025, Sec. 3)
TAU_DAYS = 100.0  #: fixed: Law+2025, Eq. 1 constrains b / tau alone
YEAR_DAYS = 365.0  #: as in the pipeline's forms

#: Columns of the pipeline's reference tables, beside the wavelength of the bin.
COLUMNS: Mapping[LossForm, tuple[str, ...]] = MappingProxyType(
    {
        "exponential": ("acoeff", "bcoeff", "ccoeff", "x0"),
        "power law": ("alpha", "year1value", "tsoft", "t0"),
        "linear": ("lossperyear", "t0"),
    }
)


def _nothing() -> Mapping[str, FloatArray]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class LossTable:
    """Coefficients of the loss in bins of wavelength: one reference table.

    Attributes
    ----------
    form : str
        ``"exponential"`` (TIMECOEFF_CH1..4, jwst 1.11 to 1.19), ``"power law"``
        (TIMECOEFF_POWERLAW_CH1..4, jwst 1.20 and later) or ``"linear"``.
    wave_um : ndarray, shape (n,)
        Center of each bin, strictly increasing (``binwave``). Unit: um.
    columns : mapping of str to ndarray, shape (n,)
        The columns of the form: see `COLUMNS`.
    """

    form: LossForm
    wave_um: FloatArray
    columns: Mapping[str, FloatArray] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS[self.form] if name not in self.columns]
        if missing:
            raise DataError(f"The {self.form} of the loss lacks the column {missing[0]}.")
        if self.wave_um.size < 1 or not np.all(np.diff(self.wave_um) > 0):
            raise DataError("The bins of a loss need one wavelength or more, increasing.")


def loss_in_bins(table: LossTable, mjd: float) -> FloatArray:
    """Return count rate over that of day zero in each bin, before it is clipped.

    Parameters
    ----------
    table : LossTable
        Coefficients.
    mjd : float
        Middle of the exposure. Unit: d.

    Returns
    -------
    ndarray, shape (n,)
        May exceed 1.

    Raises
    ------
    DataError
        If a power law is asked for a day at or before its pole, ``t0 - tsoft``.

    Notes
    -----
    Exponential: ``acoeff exp(-bcoeff (t - x0) / 100) + ccoeff`` (Law+2025, Eq. 1); power law:
    ``year1value ((t - t0 + tsoft) / (365 + tsoft))^alpha``; linear:
    ``1 - lossperyear (t - t0) / 365``, all as in the pipeline.
    """
    one = table.columns
    if table.form == "exponential":
        days = mjd - one["x0"]
        rates: FloatArray = one["acoeff"] * np.exp(-one["bcoeff"] * days / TAU_DAYS) + one["ccoeff"]
        return rates
    days = mjd - one["t0"]
    if table.form == "linear":
        lines: FloatArray = 1.0 - one["lossperyear"] * days / YEAR_DAYS
        return lines
    since = days + one["tsoft"]
    if np.any(since <= 0):
        pole = float(np.max(one["t0"] - one["tsoft"]))
        raise DataError(
            f"The power law of the loss has no value at MJD {mjd:.2f}: it begins at {pole:.2f}.",
            hint="Choose the exponential or the linear form for so early a day.",
        )
    norm = ((YEAR_DAYS + one["tsoft"]) ** one["alpha"]) / one["year1value"]
    powers: FloatArray = since ** one["alpha"] / norm
    return powers


def loss_at(table: LossTable, mjd: float, wave_um: FloatArray) -> FloatArray:
    """Return count rate over that of day zero at a time and at wavelengths.

    Parameters
    ----------
    table : LossTable
        Coefficients.
    mjd : float
        Middle of the exposure. Unit: d.
    wave_um : ndarray, shape (m,)
        Unit: um. NaN and 0, which stand for no wavelength, give 1.

    Returns
    -------
    ndarray, shape (m,)
        Divide count rates by it.

    Notes
    -----
    Bins are clipped to 1 first, then interpolated linearly between their centers and
    extrapolated linearly from the pair at the end, as the pipeline does: an extrapolated value
    may exceed 1.
    """
    values = np.minimum(loss_in_bins(table, mjd), 1.0)
    result = interpolated(table.wave_um, values, wave_um)
    return np.where(np.isnan(wave_um) | (wave_um == 0), 1.0, result)


def interpolated(centers: FloatArray, values: FloatArray, wave_um: FloatArray) -> FloatArray:
    """Return ``values`` on ``wave_um``: linear between the centers and beyond them."""
    if centers.size == 1:
        return np.full(np.shape(wave_um), values[0])
    left = np.clip(np.searchsorted(centers, wave_um) - 1, 0, centers.size - 2)
    share = (wave_um - centers[left]) / (centers[left + 1] - centers[left])
    result: FloatArray = (1.0 - share) * values[left] + share * values[left + 1]
    return result


def table_of(form: LossForm, wave_um: FloatArray, shapes: FloatArray) -> LossTable:
    """Return the reference table of fitted shapes, each 1 on day zero.

    Parameters
    ----------
    form : str
        Form of the loss.
    wave_um : ndarray, shape (n,)
        Centers of the bins. Unit: um.
    shapes : ndarray, shape (n, 2), or (n, 1) for the linear form
        Per bin: ``a, b``; ``alpha, tsoft``; ``lossperyear``.
    """
    zero = np.full(wave_um.size, DAY_ZERO_MJD)
    first = shapes[:, 0]
    if form == "linear":
        return LossTable(form, wave_um, {"lossperyear": first, "t0": zero})
    second = shapes[:, 1]
    if form == "exponential":
        columns = {"acoeff": first, "bcoeff": second, "ccoeff": 1.0 - first, "x0": zero}
        return LossTable(form, wave_um, columns)
    year = ((YEAR_DAYS + second) / second) ** first
    columns = {"alpha": first, "year1value": year, "tsoft": second, "t0": zero}
    return LossTable(form, wave_um, columns)
