"""What is known about the errors of observations in images (Gordon+2025, Sec. 3.6)."""

from collections.abc import Mapping

import numpy as np

from engine.compare.error_budget import Known
from engine.imaging.calibration_history import CalibrationHistory, FilterCalibration
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import extended_error_percent

_NAN = float("nan")
_TABLE_8 = "Gordon+2025, Table 8"


def known_of_images(
    table: ImagingTable, history: CalibrationHistory, flags: Mapping[str, str] | None = None
) -> tuple[Known, ...]:
    """Return what is known about the error of each row of a table.

    Parameters
    ----------
    table : ImagingTable
        Photometry; rows without a filter of `history` have no factor, and no number for it.
    history : CalibrationHistory
        Calibration of the filters.
    flags : mapping of str to str, optional
        What is known against the rows, by id; those of the table where it is not given.

    Returns
    -------
    tuple of Known
        In the order of the rows.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        pipeline = 100.0 * table.flux_error / table.flux_dn_s
        aperture = 100.0 * table.aperture_correction_error / table.aperture_correction
    calibrations = {one.filter_name: one for one in history.filters}
    return tuple(
        Known(
            id=table.ids[row],
            title=f"{table.stars[row]} · {table.filters[row]} · {table.subarrays[row]}"
            f" · MJD {table.mjd[row]:.1f}",
            band=table.filters[row],
            pipeline=_known(float(pipeline[row]), "aperture sum and background, from its errors"),
            repeat=_repeat(calibrations.get(table.filters[row])),
            factor=_factor(calibrations.get(table.filters[row])),
            aperture=_aperture(table.filters[row], float(aperture[row])),
            flag=(flags or {}).get(table.ids[row], table.flags[row]),
        )
        for row in range(len(table))
    )


def _known(percent: float, origin: str) -> tuple[float, str]:
    is_known = np.isfinite(percent) and percent >= 0.0
    return (percent, origin) if is_known else (_NAN, "not known")


def _repeat(own: FilterCalibration | None) -> tuple[float, str]:
    if own is not None and np.isfinite(own.repeat_percent):
        return own.repeat_percent, "scatter of the monitor star about its loss with time"
    band = None if own is None else own.published
    if band is not None and np.isfinite(band.sigma_repeat_percent):
        return band.sigma_repeat_percent, _TABLE_8
    return _NAN, "never measured: no star was observed again and again in this filter"


def _factor(own: FilterCalibration | None) -> tuple[float, str]:
    if own is None:
        return _NAN, "the filter has no mean factor"
    if np.isfinite(own.error_percent):
        return own.error_percent, f"standard deviation of the mean of {own.n_stars:g} stars"
    if own.published is not None:
        return own.published.sigma_factor_percent, f"{_TABLE_8}: too few stars here"
    return _NAN, "not known"


def _aperture(name: str, percent: float) -> tuple[float, str]:
    more = extended_error_percent(name)
    own = float(np.nan_to_num(percent))
    parts = []
    if own > 0:
        parts.append(f"encircled energies {own:.2g} %")
    if more > 0:
        parts.append(f"cruciform {more:g} % (Gordon+2025, Sec. 3.6)")
    if not parts:
        return _NAN, "the error of the aperture correction is not known"
    return float(np.hypot(own, more)), " and ".join(parts)
