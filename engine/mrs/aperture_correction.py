"""Aperture corrections from a table over wavelength and radius (Law+2025, Fig. 7)."""

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.model.aperture import ApertureCorrection
from engine.mrs.aperture import follow_line


def interpolate_correction(
    table: ApertureCorrection, wave_um: FloatArray, radius_arcsec: FloatArray
) -> FloatArray:
    """Return the correction of an aperture whose radius varies with wavelength.

    Parameters
    ----------
    table : ApertureCorrection
        At least one radius and one wavelength.
    wave_um : ndarray, shape (n,)
        Wavelengths. Unit: um.
    radius_arcsec : ndarray, shape (n,)
        Radius of the aperture at each wavelength; NaN gives NaN. Unit: arcsec.

    Returns
    -------
    ndarray, shape (n,)
        Factor that turns the flux in the aperture into the flux at infinite radius.

    Raises
    ------
    DataError
        If the table is empty, or its radii do not increase at some wavelength asked for.

    Notes
    -----
    As `jwst`: radius and factor of each row are interpolated linearly in wavelength, then the
    factor linearly in radius; both are extrapolated from the last two entries. A table with a
    single wavelength or radius is constant along that axis.
    """
    if table.factor.size == 0:
        raise DataError("The table of aperture corrections is empty.")
    radii = np.stack([follow_line(table.wave_um, row, wave_um) for row in table.radius_arcsec])
    factors = np.stack([follow_line(table.wave_um, row, wave_um) for row in table.factor])
    if radii.shape[0] == 1:
        return np.where(np.isfinite(radius_arcsec), factors[0], np.nan)
    if not np.all(np.diff(radii, axis=0) > 0.0):
        bad = int(np.argmax(~np.all(np.diff(radii, axis=0) > 0.0, axis=0)))
        raise DataError(
            f"The radii of the aperture-correction table do not increase at {wave_um[bad]:.3f} µm.",
            hint="Use a table made for this band.",
        )
    upper = np.clip(np.count_nonzero(radii < radius_arcsec, axis=0), 1, radii.shape[0] - 1)
    column = np.arange(wave_um.size)
    r_0, r_1 = radii[upper - 1, column], radii[upper, column]
    f_0, f_1 = factors[upper - 1, column], factors[upper, column]
    corrected: FloatArray = f_0 + (f_1 - f_0) * (radius_arcsec - r_0) / (r_1 - r_0)
    return corrected


def describe_extrapolation(
    table: ApertureCorrection, wave_um: FloatArray, radius_arcsec: FloatArray
) -> tuple[str, ...]:
    """Return sentences that say where the table is left, if it is.

    Parameters
    ----------
    table : ApertureCorrection
        The table.
    wave_um, radius_arcsec : ndarray, shape (n,)
        Wavelengths and radii asked for. Units: um, arcsec.

    Returns
    -------
    tuple of str
        Nothing when all lie inside the table.
    """
    messages = []
    low, high = float(table.wave_um[0]), float(table.wave_um[-1])
    if wave_um[0] < low or wave_um[-1] > high:
        messages.append(
            f"The aperture correction is extrapolated in wavelength: its table covers {low:.2f} to "
            f"{high:.2f} µm, the cube {wave_um[0]:.2f} to {wave_um[-1]:.2f} µm."
        )
    smallest = follow_line(table.wave_um, table.radius_arcsec[0], wave_um)
    largest = follow_line(table.wave_um, table.radius_arcsec[-1], wave_um)
    slack = 1e-9 * np.abs(largest)
    outside = (radius_arcsec < smallest - slack) | (radius_arcsec > largest + slack)
    if outside.any():
        k = int(np.argmax(outside))
        messages.append(
            f"The aperture correction is extrapolated in radius: at {wave_um[k]:.2f} µm the "
            f"aperture has {radius_arcsec[k]:.2f} arcsec, the table {smallest[k]:.2f} to "
            f"{largest[k]:.2f} arcsec."
        )
    return tuple(messages)
