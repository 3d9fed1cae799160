"""Tests of engine.lrs.response_curve."""

from types import MappingProxyType

import numpy as np
import pytest

from engine.lrs.response_curve import adopted_response
from engine.model.tabulated import Curve

WAVE = np.linspace(4.5, 14.0, 20)


def curve(values, *, units=None, wave=WAVE):
    return Curve(wave, MappingProxyType(values), units or {})


def test_a_response_is_told_by_its_unit_in_the_name_or_beside_it():
    level, error = np.full(20, 2e5), np.full(20, 4e3)

    by_name = adopted_response(curve({"DN/s/pixel/Jy": level, "err": error}), name="a.dat")
    by_unit = adopted_response(
        curve({"response": level, "error": error}, units={"response": "DN/s/Jy"}), name="a.dat"
    )

    for one in (by_name, by_unit):
        assert np.allclose(one.relative_error(np.array([5.0, 10.0])), 0.02)
        assert np.isnan(one.relative_error(np.array([3.0, 15.0]))).all()


@pytest.mark.parametrize(
    ("values", "wave"),
    [
        ({"transmission": np.ones(20)}, WAVE),
        ({"DN/s/Jy": np.ones(20)}, WAVE + 6.0),
        ({"DN/s/Jy": np.ones(20)}, np.linspace(4.0, 9.0, 20)),
    ],
)
def test_other_curves_are_none(values, wave):
    assert adopted_response(curve(values, wave=wave), name="x") is None


@pytest.mark.real_data
def test_the_adopted_response_of_p750l_is_read(real_data):
    from engine.files import load

    product = load(real_data("p750l_response/FLUXCAL_LRS_WFSS_v2.dat")).products[0]

    found = adopted_response(product, name="FLUXCAL_LRS_WFSS_v2.dat")

    assert found.unit == "DN/s/pixel/Jy"
    assert np.isclose(found.response[0], 247120.43930154372)
    assert 0.0 < found.relative_error(np.array([8.0]))[0] < 0.01
    assert found.relative_error(np.array([4.6]))[0] > 0.05
