"""Versions of a reference are compared pixel by pixel, in bins of wavelength."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.frames import SHAPE, Frame, frame_named
from engine.model.photom import PhotomReference
from engine.mrs.reference_versions import (
    Version,
    VersionParams,
    compare_references,
    ratio_vector,
)
from engine.simulate.detector import wave_map

_POWER = {
    "binwave": np.array([17.0, 22.0]),
    "alpha": np.array([-0.1, -0.1]),
    "year1value": np.array([0.8, 0.8]),
    "tsoft": np.array([10.0, 10.0]),
    "t0": np.array([59680.0, 59680.0]),
}


@cache
def _frame() -> Frame:
    found = frame_named("34A")
    assert found is not None
    return found


@cache
def _map() -> np.ndarray:
    return wave_map(_frame())


@cache
def _old() -> PhotomReference:
    """Return a reference with structure from pixel to pixel, far larger than any change."""
    factor = np.random.default_rng(2).uniform(100.0, 900.0, SHAPE)
    factor[_map() == 0] = np.nan
    return PhotomReference("34A", factor, factor * 0.01, np.zeros(SHAPE, np.uint32))


def _change(wave: np.ndarray) -> np.ndarray:
    return 1.0 + 0.03 * np.sin(wave)


def _new() -> PhotomReference:
    factor = _old().factor * _change(np.where(_map() > 0, _map(), 1.0))
    return replace(_old(), factor=factor, losses={"TIMECOEFF_POWERLAW_CH4": _POWER})


def _versions() -> tuple[Version, ...]:
    return Version("e1", "old.fits", _old()), Version("e2", "new.fits", _new())


def test_the_ratio_of_two_versions_is_what_was_changed() -> None:
    found = compare_references(_frame(), _map(), _versions())

    assert (found.frame, found.baseline) == ("34A", "e1")
    assert [(one.version, one.band) for one in found.curves] == [
        ("e1", "4A"),
        ("e2", "4A"),
        ("e1", "3A"),
        ("e2", "3A"),
    ]
    for curve in found.curves:
        truth = _change(curve.wave_um) if curve.version == "e2" else np.ones(curve.wave_um.size)
        good = np.isfinite(curve.ratio)
        assert good.mean() > 0.97
        np.testing.assert_allclose(curve.ratio[good], truth[good], atol=4e-4)
        assert np.nanmax(curve.scatter) < 1e-3


def test_the_baseline_is_chosen_by_id_or_name() -> None:
    by_name = compare_references(_frame(), _map(), _versions(), VersionParams("new.fits"))

    assert by_name.baseline == "e2"
    first = by_name.curves[0]
    np.testing.assert_allclose(first.ratio, 1.0 / _change(first.wave_um), atol=4e-4)


def test_the_loss_of_each_version_is_shown_for_one_day() -> None:
    params = VersionParams(mjd=59680.0 + 365.0)

    found = compare_references(_frame(), _map(), _versions(), params)

    old, new = found.curves[:2]
    assert np.all(np.isnan(old.loss))
    assert new.form == "power law"
    np.testing.assert_allclose(new.loss, 0.8, rtol=1e-12)


def test_a_damaged_loss_is_told_and_the_rest_is_compared() -> None:
    broken = replace(_new(), losses={"TIMECOEFF_POWERLAW_CH4": {"binwave": np.array([1.0, 2.0])}})

    found = compare_references(_frame(), _map(), [Version("e3", "broken.fits", broken)])

    assert "broken.fits: The columns binwave are of no known form" in found.messages[0]
    assert np.isfinite(found.curves[0].factor).any()


def test_the_ratio_is_had_as_a_vector() -> None:
    found = compare_references(_frame(), _map(), _versions())

    vector = ratio_vector(found, "e2", "4A")

    assert (vector.kind, vector.identity.band) == ("relative factor", "4A")
    assert vector.identity.target == "new.fits over old.fits"
    np.testing.assert_array_equal(vector.value, found.curves[1].ratio)
    np.testing.assert_array_equal(vector.flags == 4, np.isnan(vector.value))


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda: compare_references(_frame(), _map(), ()), "no photom reference of 34A"),
        (
            lambda: compare_references(_frame(), _map(), _versions(), VersionParams("x")),
            "'x' is no version",
        ),
        (
            lambda: compare_references(
                _frame(), _map(), [Version("a", "a.fits", replace(_old(), frame="12A"))]
            ),
            "a.fits is of 12A, not of 34A",
        ),
        (lambda: compare_references(_frame(), np.ones((3, 3)), _versions()), "not 1024 x 1032"),
        (
            lambda: ratio_vector(compare_references(_frame(), _map(), _versions()), "e9", "4A"),
            "no version 'e9'",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(act, reason) -> None:
    with pytest.raises(DataError, match=reason):
        act()
