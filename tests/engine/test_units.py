"""Tests of engine.units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.units import converted, flux_unit, to_canonical, wave_factor


@pytest.mark.parametrize(
    ("written", "factor"),
    [("um", 1.0), ("MICRON", 1.0), ("microns", 1.0), ("ANGSTROMS", 1e-4), ("nm", 1e-3), ("m", 1e6)],
)
def test_wavelength_units_are_known_in_every_spelling(written, factor):
    assert wave_factor(written) == pytest.approx(factor)


@pytest.mark.parametrize(("factor", "times"), [(1e-3, 1e3), (1e-4, 1e4), (1e-6, 1e6)])
def test_numbers_that_others_multiplied_come_back_to_the_bit(rng, factor, times):
    values = np.round(rng.uniform(0.1, 30.0, 1000) * 2.0**24) / 2.0**24

    np.testing.assert_array_equal(converted(values * times, factor), values)


@pytest.mark.parametrize("factor", [1.0, 1e6, 2.5, 0.4, 1e-320, 3.0e-26])
def test_any_other_factor_multiplies(factor):
    assert converted(np.array([2.0, np.nan]), factor)[0] == 2.0 * factor


@pytest.mark.parametrize("written", ["", "furlong", "Jy", "s"])
def test_what_is_no_length_has_no_factor(written):
    assert wave_factor(written) is None


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        ("Jy", "flux", 1.0),
        ("MJy", "flux", 1e6),
        ("mJy", "flux", 1e-3),
        ("Janskys", "flux", 1.0),
        ("MJY/SR", "surface brightness", 1.0),
        ("MJy/ster", "surface brightness", 1.0),
        ("mJy/sr", "surface brightness", 1e-9),
        ("DN/s", "rate", 1.0),
    ],
)
def test_values_become_canonical(written, kind, value):
    unit = flux_unit(written)

    assert unit.kind == kind
    assert_allclose(to_canonical(np.ones(1), unit, np.array([10.0])), value)


def test_flux_per_wavelength_follows_the_speed_of_light():
    # F_nu = F_lambda lambda^2 / c: 1e-15 erg/s/cm2/A at 10 um is 0.33356 Jy.
    jy = to_canonical(np.array([1e-15]), flux_unit("FLAM"), np.array([10.0]))

    assert_allclose(jy, 1e-15 * (1e5) ** 2 / 2.99792458e18 * 1e23, rtol=1e-12)


@pytest.mark.parametrize(
    "written",
    [
        *("erg/s/cm2/A", "(MJy/sr)^2", "parsnip", "s"),
        *("0 Jy", "-1 Jy", "1e400 Jy", "nan Jy", "mag(AB)", "dex(Jy)"),
        # Powers that a parser would compute for minutes.
        *("10**99999999 Jy", "10^(99999999) Jy", "10**+99999999 Jy", "Jy " * 50_000),
        *("(((10**9)**9)**9)**9 Jy", "(" * 5000 + "Jy" + ")" * 5000),
    ],
    ids=lambda written: written[:30],
)
def test_units_that_cannot_be_trusted_are_kept_as_written(written):
    unit = flux_unit(written)

    assert unit.kind == "unknown"
    assert unit.canonical == written
    assert_allclose(to_canonical(np.array([2.0]), unit, np.array([10.0])), 2.0)


def test_no_unit_is_no_unit():
    assert flux_unit("").kind == "none"
    assert flux_unit(" NONE ").kind == "none"


_PIECES = [
    *"()*/^ .+-0129e%'",
    "**",
    "Jy",
    "sr",
    "MJy",
    "erg",
    "cm",
    "um",
    "sqrt",
    "mag",
    "DN",
    "99",
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_any_text_is_a_unit_or_none(written):
    unit = flux_unit(written)

    assert unit.kind in {"flux", "surface brightness", "rate", "none", "unknown"}
    if unit.parsed is not None:
        assert np.isfinite(to_canonical(np.ones(1), unit, np.array([10.0]))).all()


@pytest.mark.parametrize("written", ["999mag992", "09/Jy99"])
def test_a_factor_beyond_any_number_is_no_unit(written):
    assert flux_unit(written).kind == "unknown"
