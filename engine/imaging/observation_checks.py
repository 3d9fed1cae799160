"""What contradicts itself in a table of photometry: misprints, and observations that deviate."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.imaging.calibration_curve import published_curve
from engine.imaging.observations import MJY_OF_JY, ImagingTable
from engine.imaging.published_factors import published_bands

_FLUX_TOLERANCE = 0.004  # beside the rounding to three digits, from what is usual in the filter
_BACKGROUND_TOLERANCE = 0.02
_OUTLIER = 0.05  # of the other observations of the star, ...
_OUTLIER_SIGMA = 5.0  # ... and clearer than its error and the repeatability
_REPEATABILITY = 0.004  # Gordon+2025, Table 8: 0.1 to 1.2 %
_FEWEST = 3  # observations of a star in a filter, to tell which one deviates


def published_flux_jy(table: ImagingTable) -> FloatArray:
    """Return the flux that rate and published calibration give.

    Returns
    -------
    ndarray, shape (n,)
        Unit: Jy. NaN: filter or subarray without a published factor, or no rate.

    Notes
    -----
    ``F = N A_cor Omega C(t)`` (Gordon+2025, Eqs. 3 and 4, Tables 7 and 8).
    """
    scale = table.flux_dn_s * table.aperture_correction * table.solid_angle_sr
    return published_factor(table) * scale / MJY_OF_JY


def published_factor(table: ImagingTable) -> FloatArray:
    """Return C(t) of Gordon+2025 for each row; NaN where there is none.

    Unit: MJy/sr per DN/s/pixel.
    """
    factor = np.full(len(table), np.nan)
    for row, (name, subarray) in enumerate(zip(table.filters, table.subarrays, strict=True)):
        if name not in published_bands():
            continue
        try:
            factor[row] = published_curve(name).factor_at(table.mjd[row], subarray)
        except DataError:
            continue
    return factor


def consistency_flags(
    table: ImagingTable, *, stated_jy: FloatArray, stated_background: FloatArray
) -> ImagingTable:
    """Return the table with flags on rows that contradict themselves or others of their star.

    Parameters
    ----------
    table : ImagingTable
        As read.
    stated_jy, stated_background : ndarray, shape (n,)
        Flux and background that the table states beside the rates. Units: Jy, MJy/sr. NaN: not
        stated.

    Returns
    -------
    ImagingTable
        The same numbers; nothing is left out by it.

    Notes
    -----
    Gordon+2025, Table 5, states both the rate and the flux: one row has a rate and one a flux that
    do not belong together (SPEC I1), and one observation of J1743 is 28 % too faint.
    """
    flux = published_flux_jy(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        off_flux = stated_jy / flux - 1.0
        unusual = off_flux - _usual(table, off_flux)
        off_background = stated_background / (published_factor(table) * table.background_dn_s) - 1.0
    said: list[list[str]] = [[flag] if flag else [] for flag in table.flags]
    tolerance = _FLUX_TOLERANCE + _rounding(stated_jy) + _rounding(table.flux_dn_s)
    for row in np.flatnonzero(np.abs(unusual) > tolerance):
        said[row].append(
            f"stated flux {100.0 * off_flux[row]:+.1f} % from what its rate gives: a misprint?"
        )
    for place in np.flatnonzero(np.abs(off_background) > _BACKGROUND_TOLERANCE):
        said[place].append(
            f"stated background {100.0 * off_background[place]:+.1f} % from its rate"
        )
    # Where both are stated and disagree, it is not known which one the star has.
    reliable = np.where(np.abs(off_flux) > 0.1, np.nan, flux)
    for other, off in _apart(table, reliable).items():
        said[other].append(f"{100.0 * off:+.0f} % from the other observations of the star")
    return replace(table, flags=tuple("; ".join(one) for one in said))


def _usual(table: ImagingTable, off: FloatArray) -> FloatArray:
    """Return the median of each filter: another calibration may lie behind the stated fluxes."""
    names = np.array(table.filters, dtype=str)
    usual = np.zeros(off.size)
    for name in np.unique(names):
        own = (names == name) & np.isfinite(off)
        if np.count_nonzero(own) >= _FEWEST:
            usual[names == name] = np.median(off[own])
    return usual


def _rounding(values: FloatArray) -> FloatArray:
    """Return half a unit of the third digit over the value."""
    with np.errstate(invalid="ignore", divide="ignore"):
        relative: FloatArray = 0.005 * 10.0 ** np.floor(np.log10(values)) / values
    return relative


def _apart(table: ImagingTable, flux: FloatArray) -> dict[int, float]:
    """Return by how much single observations differ from the others of their star and filter."""
    groups: dict[tuple[str, str], list[int]] = {}
    for row, where in enumerate(zip(table.stars, table.filters, strict=True)):
        if np.isfinite(flux[row]) and flux[row] > 0:
            groups.setdefault(where, []).append(row)
    found: dict[int, float] = {}
    for rows in groups.values():
        if len(rows) < _FEWEST:
            continue
        values = flux[rows]
        errors = np.nan_to_num(table.flux_error[rows] / table.flux_dn_s[rows])
        middle = float(np.median(values))
        off = values / middle - 1.0
        limit = np.maximum(_OUTLIER, _OUTLIER_SIGMA * np.hypot(errors, _REPEATABILITY))
        found |= {rows[i]: float(off[i]) for i in np.flatnonzero(np.abs(off) > limit)}
    return found
