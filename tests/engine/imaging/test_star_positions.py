"""Coordinates and proper motion against astropy."""

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.time import Time
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.imaging.star_positions import StarCoordinates, coordinates_named, coordinates_of
from engine.model.tabulated import DataTable


def table(**columns):
    values = {
        name: tuple(one) if isinstance(one[0], str) else np.array(one, dtype=float)
        for name, one in columns.items()
    }
    return DataTable("", values, dict.fromkeys(values, ""))


@pytest.mark.parametrize("dec", [-72.0, 5.0, 86.6, 89.9])
def test_motion_agrees_with_astropy(dec):
    star = StarCoordinates("x", 263.0, dec, (1120.0, -830.0), 2000.0)
    mjd = 60310.0
    known = SkyCoord(
        263.0 * u.deg,
        dec * u.deg,
        pm_ra_cosdec=1120.0 * u.mas / u.yr,
        pm_dec=-830.0 * u.mas / u.yr,
        distance=10.0 * u.pc,
        radial_velocity=0.0 * u.km / u.s,
        frame="icrs",
        obstime=Time(2000.0, format="jyear", scale="tcb"),
    ).apply_space_motion(new_obstime=Time(mjd, format="mjd", scale="tcb"))

    ra, decl = star.at(mjd)

    separation = SkyCoord(ra * u.deg, decl * u.deg).separation(SkyCoord(known.ra, known.dec))
    assert separation.arcsec < 1e-3


def test_star_without_motion_stays():
    assert StarCoordinates("x", 10.0, 20.0).at(60000.0) == (10.0, 20.0)
    assert not StarCoordinates("x", 10.0, 20.0).is_moving_known


def test_rows_are_read_and_found_by_any_name_of_the_star():
    rows = coordinates_of(
        table(
            name=["16 Cyg B", "Other"],
            ra_deg=[295.46, 10.0],
            dec_deg=[50.52, -20.0],
            pm_ra_mas_yr=[-135.0, np.nan],
            pm_dec_mas_yr=[-163.0, np.nan],
            epoch_year=[2016.0, np.nan],
        )
    )

    found = coordinates_named(rows, "16CYGB")

    assert found is not None
    assert found.motion_mas_yr == (-135.0, -163.0)
    assert found.epoch_year == 2016.0
    assert rows[1].epoch_year == 2000.0
    assert coordinates_named(rows, "nobody") is None


def test_missing_column_is_named():
    with pytest.raises(DataError, match="“dec_deg”"):
        coordinates_of(table(name=["a"], ra_deg=[10.0]))


def test_coordinates_off_the_sphere_are_refused():
    with pytest.raises(DataError, match="The coordinates of a, 10 and 120 deg"):
        coordinates_of(table(name=["a"], ra_deg=[10.0], dec_deg=[120.0]))


def test_row_without_coordinates_is_left_out():
    rows = coordinates_of(table(name=["a", "b"], ra_deg=[10.0, np.nan], dec_deg=[1.0, 2.0]))

    assert [one.star for one in rows] == ["a"]
    assert_allclose(rows[0].at(float("nan")), (10.0, 1.0))
