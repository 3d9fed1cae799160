"""The leak is subtracted where it can be, and the rest is left alone with the reason."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.identity import Identity, Origin
from engine.model.leak import LeakCurve
from engine.model.spectrum import Spectrum
from engine.mrs.spectral_leak import correct_spectral_leak

_WAVE_3A = np.linspace(11.56, 13.46, 761)
_WAVE_1B = np.linspace(5.66, 6.63, 1213)


def _spectrum(wave, flux, band, **changes):
    flags = np.zeros(wave.size, dtype=np.uint32)
    made = Spectrum(wave, flux, 0.01 * np.abs(flux), flags, "Jy", Identity(band=band))
    return replace(made, **changes)


def _curve(**changes):
    wave = np.linspace(11.5, 13.5, 401)
    fraction = 0.025 * np.exp(-0.5 * ((wave - 12.22) / 0.06) ** 2)
    return replace(LeakCurve(wave, fraction, np.full(wave.size, 1e-4)), **changes)


@pytest.fixture
def pair():
    """Return 3A with a leak, and 1B, of a source whose flux is a straight line at each end."""
    source = 4.0 - 0.3 * (_WAVE_1B - 6.1)
    at_half = 4.0 - 0.3 * (0.5 * _WAVE_3A - 6.1)
    fraction = np.interp(_WAVE_3A, _curve().wave_um, _curve().fraction)
    leaky = 1.0 - 0.1 * (_WAVE_3A - 12.2) + fraction * at_half
    return _spectrum(_WAVE_3A, leaky, "3A"), _spectrum(_WAVE_1B, source, "1B")


def test_the_flux_without_the_leak_comes_back(pair):
    leaky, leaking = pair

    found = correct_spectral_leak(leaky, leaking, _curve())

    covered = 2 * _WAVE_1B[-1] > _WAVE_3A
    truth = 1.0 - 0.1 * (_WAVE_3A - 12.2)
    np.testing.assert_allclose(found.spectrum.flux[covered], truth[covered], atol=1e-12)
    assert found.outcome == "corrected"
    assert found.messages == ()
    assert found.peak_percent == pytest.approx(10.0, rel=0.02)


def test_errors_of_1b_and_of_the_curve_are_added(pair):
    leaky, leaking = pair

    found = correct_spectral_leak(leaky, leaking, _curve())

    at = int(np.argmin(np.abs(_WAVE_3A - 12.22)))
    source = 4.0
    expected = np.hypot(0.025 * 0.01 * source, 1e-4 * source)
    assert found.leak_error[at] == pytest.approx(expected, rel=0.01)
    np.testing.assert_allclose(found.spectrum.error, np.hypot(leaky.error, found.leak_error))


def test_the_leak_is_never_subtracted_twice(pair):
    leaky, leaking = pair
    once = correct_spectral_leak(leaky, leaking, _curve()).spectrum

    again = correct_spectral_leak(once, leaking, _curve())

    assert again.outcome == "left as it is"
    np.testing.assert_array_equal(again.spectrum.flux, once.flux)


def test_what_the_pipeline_has_corrected_stays_as_it_is(pair):
    leaky, leaking = pair
    done = replace(leaky, origin=Origin(steps=(("S_SPLEAK", "COMPLETE"),)))

    found = correct_spectral_leak(done, leaking, _curve())

    assert found.spectrum is done
    assert "already" in found.messages[0]


def test_an_extended_source_is_refused_with_the_reason(pair):
    leaky, leaking = pair
    extended = replace(leaky, identity=replace(leaky.identity, source_type="EXTENDED"))

    found = correct_spectral_leak(extended, leaking, _curve())

    assert found.spectrum is extended
    assert "1B sees less of the field" in found.messages[0]


def test_a_source_without_1b_says_so(pair):
    found = correct_spectral_leak(pair[0], None, _curve())

    assert found.outcome == "left as it is"
    assert "no 1B spectrum" in found.messages[0]
    assert not found.leak.any()


def test_without_a_curve_nothing_is_invented(pair):
    found = correct_spectral_leak(*pair, None)

    assert found.spectrum is pair[0]
    assert "No leak curve" in found.messages[0]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"unit": "DN/s"}, "fraction of Jy"),
        ({"flux": np.full(761, np.nan)}, ""),
    ],
)
def test_a_curve_for_flux_is_not_used_for_count_rates(pair, change, word):
    leaky, leaking = pair
    leaky = replace(leaky, **change)
    if "unit" in change:
        leaking = replace(leaking, **change)

    found = correct_spectral_leak(leaky, leaking, _curve())

    assert word in " ".join(found.messages)
    assert (found.outcome == "left as it is") == bool(word)


def test_3a_and_1b_in_different_units_do_not_mix(pair):
    found = correct_spectral_leak(pair[0], replace(pair[1], unit="DN/s"), _curve())

    assert "3A is in Jy and 1B in DN/s" in found.messages[0]


def test_holes_in_1b_and_in_the_curve_are_bridged(pair):
    leaky, leaking = pair
    flux = leaking.flux.copy()
    flux[500:503] = np.nan
    curve = _curve()
    fraction = np.where(np.abs(curve.wave_um - 11.6) < 0.02, np.nan, curve.fraction)

    found = correct_spectral_leak(
        leaky, replace(leaking, flux=flux), replace(curve, fraction=fraction)
    )

    whole = correct_spectral_leak(leaky, leaking, curve)
    np.testing.assert_allclose(found.spectrum.flux, whole.spectrum.flux, atol=1e-9)


def test_it_is_said_where_1b_ends_inside_the_leak(pair):
    leaky, leaking = pair
    short = leaking.wave_um < 6.1
    cut = _spectrum(leaking.wave_um[short], leaking.flux[short], "1B")

    found = correct_spectral_leak(leaky, cut, _curve())

    assert "1B is not given" in found.messages[0]


def test_the_flux_without_fringes_is_corrected_too(pair):
    name = "fringe_corrected_flux_jy"
    leaky, leaking = (replace(one, columns={name: one.flux}) for one in pair)

    found = correct_spectral_leak(leaky, leaking, _curve())

    np.testing.assert_array_equal(found.spectrum.columns[name], found.spectrum.flux)


def test_only_3a_has_the_leak(pair):
    found = correct_spectral_leak(pair[1], pair[1], _curve())

    assert "Only 3A" in found.messages[0]


def test_what_ends_early_is_told_at_the_places_that_it_touches_alone(pair):
    leaky, leaking = pair
    peak = int(np.argmax(_curve().fraction))
    short = _curve(fraction=np.where(np.arange(401) <= peak, _curve().fraction, 0.0))
    cases = (
        (leaking.wave_um < 0.5 * 12.2185, short, "At 12.22 µm 1B"),  # one sample and no range
        (np.abs(leaking.wave_um - 6.11) < 0.03, _curve(), "At 12.02–12.16 and 12.28–12.42 µm 1B"),
    )

    for kept, curve, told in cases:
        cut = _spectrum(leaking.wave_um[kept], leaking.flux[kept], "1B")

        (said,) = correct_spectral_leak(leaky, cut, curve).messages

        assert said.startswith(f"{told} is not given; its last value is held there")
