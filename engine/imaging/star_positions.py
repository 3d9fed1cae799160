"""Where a star is on a date: coordinates of a catalog and proper motion."""

from dataclasses import dataclass

import numpy as np

from engine.errors import DataError
from engine.model.star_names import star_key
from engine.model.tabulated import DataTable

_MJD_2000 = 51544.5
_DAYS_PER_YEAR = 365.25
_MAS_PER_RAD = 206264806.24709636


@dataclass(frozen=True, slots=True)
class StarCoordinates:
    """Coordinates of a star, ICRS.

    Attributes
    ----------
    star : str
        Its name, as written.
    ra_deg, dec_deg : float
        At the epoch. Unit: deg.
    motion_mas_yr : tuple of float
        Proper motion in right ascension, times the cosine of the declination, and in declination.
        NaN: not known. Unit: mas/yr.
    epoch_year : float
        Julian year of the coordinates.
    """

    star: str
    ra_deg: float
    dec_deg: float
    motion_mas_yr: tuple[float, float] = (float("nan"), float("nan"))
    epoch_year: float = 2000.0

    @property
    def is_moving_known(self) -> bool:
        """Whether the proper motion is known."""
        return bool(np.isfinite(self.motion_mas_yr).all())

    def at(self, mjd: float) -> tuple[float, float]:
        """Return (RA, Dec) on a date, in deg.

        Parameters
        ----------
        mjd : float
            NaN: the epoch is taken. Unit: d.

        Notes
        -----
        Straight motion in space without radial velocity: the position vector plus the time times
        the motion along east and north, which holds at the pole too. A motion that is not known
        counts as none.
        """
        years = 2000.0 + (mjd - _MJD_2000) / _DAYS_PER_YEAR - self.epoch_year
        if not (self.is_moving_known and np.isfinite(years)):
            return self.ra_deg, self.dec_deg
        ra, dec = np.deg2rad([self.ra_deg, self.dec_deg])
        east = np.array([-np.sin(ra), np.cos(ra), 0.0])
        north = np.array([-np.sin(dec) * np.cos(ra), -np.sin(dec) * np.sin(ra), np.cos(dec)])
        place = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
        moved = np.array(self.motion_mas_yr) / _MAS_PER_RAD * years
        x, y, z = place + moved[0] * east + moved[1] * north
        return float(np.rad2deg(np.arctan2(y, x))) % 360.0, float(
            np.rad2deg(np.arctan2(z, np.hypot(x, y)))
        )


def coordinates_of(table: DataTable) -> tuple[StarCoordinates, ...]:
    """Return the rows of a table of coordinates.

    Parameters
    ----------
    table : DataTable
        Columns ``name``, ``ra_deg``, ``dec_deg`` and, where known, ``pm_ra_mas_yr``,
        ``pm_dec_mas_yr`` and ``epoch_year`` (2000).

    Returns
    -------
    tuple of StarCoordinates
        One a row with a name and finite coordinates.

    Raises
    ------
    DataError
        If a column is missing, or a coordinate is none.
    """
    names = table.columns.get("name")
    if not isinstance(names, tuple):
        raise _missing("name")
    ra, dec = _numbers(table, "ra_deg"), _numbers(table, "dec_deg")
    nothing = np.full(table.size, np.nan)
    motion = [
        _numbers(table, name) if name in table.columns else nothing
        for name in ("pm_ra_mas_yr", "pm_dec_mas_yr")
    ]
    epoch = _numbers(table, "epoch_year") if "epoch_year" in table.columns else nothing + 2000.0
    wrong = np.flatnonzero((np.abs(dec) > 90.0) | (ra < 0.0) | (ra > 360.0))
    if wrong.size:
        i = int(wrong[0])
        raise DataError(
            f"The coordinates of {names[i]}, {ra[i]:g} and {dec[i]:g} deg, are none.",
            hint="Give right ascension from 0 to 360 and declination from -90 to 90.",
        )
    return tuple(
        StarCoordinates(
            name.strip(),
            float(ra[i]),
            float(dec[i]),
            (float(motion[0][i]), float(motion[1][i])),
            float(epoch[i]) if np.isfinite(epoch[i]) else 2000.0,
        )
        for i, name in enumerate(names)
        if name.strip() and np.isfinite(ra[i]) and np.isfinite(dec[i])
    )


def coordinates_named(rows: tuple[StarCoordinates, ...], name: str) -> StarCoordinates | None:
    """Return the last row of the star ``name``, or `None`."""
    wanted = star_key(name)
    found = [one for one in rows if wanted and star_key(one.star) == wanted]
    return found[-1] if found else None


def _numbers(table: DataTable, name: str) -> np.ndarray:
    values = table.columns.get(name)
    if not isinstance(values, np.ndarray):
        raise _missing(name)
    return values


def _missing(name: str) -> DataError:
    return DataError(
        f"The table of coordinates has no column “{name}” of the right kind.",
        hint="It needs name, ra_deg and dec_deg; pm_ra_mas_yr, pm_dec_mas_yr, epoch_year may be.",
    )
