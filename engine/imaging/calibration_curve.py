"""The calibration factor of a filter as a function of time and subarray (Gordon+2025, Eq. 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.imaging.published_factors import (
    published_bands,
    published_number,
    published_throughputs,
)

DAY_ZERO_MJD = published_number("t0_mjd")  #: of Eq. 4; Law+2025 counts from another day


@dataclass(frozen=True, eq=False, slots=True)
class CalibrationCurve:
    """C(t) of one filter.

    Attributes
    ----------
    filter_name : str
        ``"F2550W"``.
    asymptote : float
        A: the factor when the exponential has decayed. Unit: MJy/sr per DN/s/pixel.
    amplitude : float
        B, negative where the response falls. Unit: as the asymptote.
    tau_days : float
        Time constant. Unit: d.
    throughputs : mapping of str to float
        D_SA by subarray, relative to FULL.
    t0_mjd : float
        Day zero. Unit: d.
    """

    filter_name: str
    asymptote: float
    amplitude: float
    tau_days: float
    throughputs: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(published_throughputs())
    )
    t0_mjd: float = DAY_ZERO_MJD

    @property
    def loss_fraction(self) -> float:
        """-B / A: what Fig. 4 calls the amplitude; it is the asymptote that Eq. 4 calls A."""
        return (0.0 - self.amplitude) / self.asymptote

    @property
    def start(self) -> float:
        """The factor on day zero, A + B."""
        return self.asymptote + self.amplitude

    def factor_at(self, mjd: FloatArray | float, subarray: str = "FULL") -> FloatArray:
        """Return the calibration factor.

        Parameters
        ----------
        mjd : ndarray or float
            Unit: d. NaN gives NaN.
        subarray : str, optional
            Those of coronagraphs (``"MASK1550"``, ``"MASKLYOT"``) have D = 1.

        Returns
        -------
        ndarray
            Unit: MJy/sr per DN/s/pixel.

        Raises
        ------
        DataError
            If nothing is known about the subarray.

        Notes
        -----
        ``C(t) = (A + B exp(-(t - t0) / tau)) / D_SA`` (Gordon+2025, Eq. 4).
        """
        return self.asymptote * self.relative_at(mjd) / self.throughput(subarray)

    def relative_at(self, mjd: FloatArray | float) -> FloatArray:
        """Return C(t) over its asymptote, without any subarray: ``1 + (B / A) exp(...)``."""
        days = np.asarray(mjd, dtype=np.float64) - self.t0_mjd
        relative: FloatArray = 1.0 + self.amplitude / self.asymptote * np.exp(-days / self.tau_days)
        return relative

    def throughput(self, subarray: str) -> float:
        """Return D_SA of ``subarray``, 1 for coronagraphs.

        Raises
        ------
        DataError
            If nothing is known about it.
        """
        return throughput_of(self.throughputs, subarray)


def throughput_of(throughputs: Mapping[str, float], subarray: str) -> float:
    """Return D_SA of ``subarray``, 1 for coronagraphs, which are compared with nothing else.

    Raises
    ------
    DataError
        If nothing is known about it.
    """
    if is_coronagraphic(subarray):
        return 1.0
    if subarray not in throughputs:
        known = ", ".join(throughputs)
        raise DataError(
            f"The throughput of the subarray {subarray or 'without a name'} is not known.",
            hint=f"Known are {known}; adopt a value for it in “Subarrays”.",
        )
    return throughputs[subarray]


def is_coronagraphic(subarray: str) -> bool:
    """Tell whether the subarray is that of a coronagraph."""
    return subarray.startswith("MASK")


def published_curve(filter_name: str) -> CalibrationCurve:
    """Return the curve of Tables 7 and 8.

    Raises
    ------
    DataError
        If Table 8 has no such filter.
    """
    band = published_bands().get(filter_name)
    if band is None:
        raise DataError(
            f"Gordon+2025 have no calibration factor of {filter_name or 'a nameless filter'}.",
            hint=f"There are {', '.join(published_bands())}.",
        )
    return CalibrationCurve(filter_name, band.asymptote, band.amplitude, band.tau_days)
