"""Tests of engine.nircam.matching."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import DataError
from engine.nircam.matching import MatchParams, match_epochs
from tests.helpers.nircam import catalogs, matches


@pytest.fixture(scope="module")
def two():
    """Return the catalogs of two epochs in one filter."""
    return catalogs(3, filters=("F356W",))


def moved(catalog, *, east_mas=0.0, north_mas=0.0):
    """Return a catalog with other positions."""
    dec = catalog.dec_deg + north_mas / 3.6e6
    ra = catalog.ra_deg + east_mas / 3.6e6 / np.cos(np.deg2rad(catalog.dec_deg))
    return replace(catalog, ra_deg=frozen(ra), dec_deg=frozen(dec))


def test_the_shift_between_epochs_comes_back(two):
    exact = replace(two[0], epochs=("2",) * len(two[0]))

    found = match_epochs([two[0], moved(exact, east_mas=12.0, north_mas=-7.0)]).pairs[0]

    assert_allclose(found.east_mas, 12.0, atol=1e-3)
    assert_allclose(found.north_mas, -7.0, atol=1e-3)
    assert found.shift("east").median_mas == pytest.approx(12.0, abs=1e-3)
    assert found.shift("north").mad_mas == pytest.approx(0.0, abs=1e-3)


def test_the_scatter_of_positions_is_that_put_in():
    found = matches(5, filters=("F356W", "F444W"))

    for pair in found.pairs:
        for direction, injected in (("east", 0.1), ("north", 0.7)):
            shift = pair.shift(direction)
            # 1.6 mas in each of two epochs; the MAD of a Gaussian is 0.6745 sigma.
            assert shift.mad_mas == pytest.approx(0.6745 * 1.6 * np.sqrt(2.0), rel=0.3)
            assert abs(shift.median_mas - injected) < 4 * 1.253 * 2.26 / np.sqrt(len(pair))


def test_a_turn_of_the_field_swaps_the_modules_of_every_source(two):
    found = match_epochs(two).pairs[0]

    assert found.turn == "turned"
    assert_array_equal(found.is_p, ~found.is_q)
    assert found.angle_deg == pytest.approx(180.0)


def test_the_order_of_files_changes_nothing(two):
    one, other = match_epochs(two), match_epochs(two[::-1])

    assert (one.pairs[0].first, one.pairs[0].second) == ("1", "2")
    assert sorted(one.pairs[0].ids) == sorted(other.pairs[0].ids)
    assert_allclose(np.sort(one.pairs[0].delta), np.sort(other.pairs[0].delta))


def test_the_field_may_lie_on_the_first_meridian(two):
    away = [replace(one, ra_deg=frozen((one.ra_deg - 260.7) % 360.0)) for one in two]

    here, there = match_epochs(two).pairs[0], match_epochs(away).pairs[0]

    assert here.ids == there.ids
    assert_allclose(here.east_mas, there.east_mas, atol=1e-3)


def test_two_sources_never_share_a_partner(two):
    # The second epoch sees a blend of every source: a twin at 0.1 arcsec.
    doubled = moved(two[0], east_mas=100.0)
    both = replace(two[0], **{
        name: (one + two_) if isinstance(one, tuple) else frozen(np.concatenate([one, two_]))
        for name in ("ids", "ra_deg", "dec_deg", "mag", "mag_error", "filters", "modules", "arrays",
                     "epochs", "calibrations", "time_mjd", "angle_deg", "reasons")
        for one, two_ in [(getattr(two[0], name), getattr(doubled, name))]
    })  # fmt: skip

    found = match_epochs([both, two[1]]).pairs[0]

    assert len(set(found.ids)) == len(found)
    assert_allclose(np.abs(found.east_mas), 0.0, atol=20.0)


def test_faint_and_saturated_sources_take_no_part(two):
    found = match_epochs(two, MatchParams(faintest_mag=21.0, brightest_mag=18.0)).pairs[0]

    mean = 0.5 * (found.mag_first + found.mag_second)
    assert mean.max() <= 21.0
    assert mean.min() >= 18.0


def test_the_error_of_a_difference_needs_both(two):
    blind = replace(two[1], mag_error=frozen(np.full(len(two[1]), np.nan)))

    known, unknown = match_epochs(two), match_epochs([two[0], blind])

    assert np.isfinite(known.pairs[0].error).all()
    assert np.isnan(unknown.pairs[0].error).all()
    assert any("no source has an error" in one for one in unknown.messages)


def test_epochs_without_common_sources_are_refused_with_the_nearest_distance(two):
    away = moved(two[1], north_mas=60_000.0)

    with pytest.raises(DataError, match=r"share no source in F356W: the nearest two are .*″"):
        match_epochs([two[0], away], MatchParams(radius_arcsec=0.01))


def test_one_epoch_is_refused(two):
    with pytest.raises(DataError, match="epoch 1: nothing to compare") as caught:
        match_epochs(two[:1])

    assert "turned by 180°" in caught.value.hint


def test_the_same_orientation_is_said():
    found = matches(2, labels=("1", "3"), filters=("F200W",))

    assert found.pairs[0].turn == "same"
    assert any("same orientation" in one for one in found.messages)


def test_filters_and_calibrations_are_kept_apart(two):
    other = [replace(one, calibrations=("old",) * len(one), mag=frozen(one.mag + 1)) for one in two]

    found = match_epochs([*two, *other])

    assert {(one.filter, one.calibration) for one in found.pairs} == {
        ("F356W", ""),
        ("F356W", "old"),
    }
