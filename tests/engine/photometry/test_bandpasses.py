"""Tests of engine.photometry.bandpasses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.model.tabulated import Curve
from engine.photometry.bandpasses import bandpass_of, filter_name, is_bandpass, make_bandpass

WAVE = np.linspace(5.0, 9.0, 81)
HUMP = np.exp(-(((WAVE - 7.0) / 0.5) ** 2))
HUMP[HUMP < 1e-3] = 0.0


def curve(units=None, **columns):
    return Curve(WAVE, columns, units or dict.fromkeys(columns, ""))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MIRI_F770W", "F770W"),
        ("jwst_f770w", "F770W"),
        ("F1550C", "F1550C"),
        ("FND", "FND"),
        ("IRAC3", "IRAC3"),
        ("IRAC 5.8", "IRAC3"),
        ("Spitzer/IRAC.I4", "IRAC4"),
        ("spitzer_irac_ch3", "IRAC3"),
        ("irac_201125ch4trans_full", "IRAC4"),
        ("Johnson K", "JOHNSONK"),
    ],
)
def test_a_filter_has_one_name(written, name):
    assert filter_name(written) == name


def test_a_response_per_energy_is_made_one_per_photon():
    found = bandpass_of(curve(transmission=HUMP), "F770W", weighting="energy")

    assert_allclose(
        found.response[5] / found.response[20],
        (np.interp(found.wave_um[5], WAVE, HUMP) / found.wave_um[5])
        / (np.interp(found.wave_um[20], WAVE, HUMP) / found.wave_um[20]),
    )


def test_the_unit_of_the_column_says_what_is_counted():
    photons = bandpass_of(curve({"r": "electrons/photon"}, r=HUMP), "IRAC3")
    energy = bandpass_of(curve({"r": "1 / erg"}, r=HUMP), "IRAC3")

    assert_allclose(photons.response, energy.response * energy.wave_um)


def test_a_bandpass_is_cut_to_where_it_responds():
    found = make_bandpass("X", WAVE, HUMP)

    assert found.response[0] == found.response[-1] == 0.0
    assert np.all(found.response[1:-1] > 0.0)


def test_of_several_columns_the_response_is_taken():
    found = bandpass_of(curve(throughput=HUMP, sigma=np.ones(WAVE.size)), "X")

    assert found.response.max() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "columns", [{"a": HUMP, "b": HUMP}, {"a": np.zeros(WAVE.size)}, {"a": np.full(81, np.nan)}]
)
def test_a_curve_that_is_no_bandpass_is_refused(columns):
    with pytest.raises(DataError, match="response"):
        bandpass_of(curve(**columns), "X")


def test_a_bandpass_ends_in_nothing_and_a_calibration_curve_does_not():
    assert is_bandpass(curve(bandpass=HUMP))
    assert not is_bandpass(curve(factor=1.0 + 0.1 * HUMP))
    assert not is_bandpass(curve(a=HUMP, b=HUMP))
