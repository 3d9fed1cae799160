"""The leak curve that was put in comes back, with its error."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError, FitError
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.mrs.leak_curve import LeakCurveParams, LeakSource, derive_leak_curve
from engine.simulate.fringes import Fringes
from engine.simulate.leak import (
    LEAK_PEAK,
    add_leak,
    cold_signal,
    leak_fraction,
    leak_rate_fraction,
)
from engine.simulate.photospheres import Photosphere
from engine.simulate.response import draw_response
from engine.simulate.signal import band_signal
from engine.simulate.spectra import model_of_band, observe_spectrum

_A_STAR = Photosphere("A", 8100.0, 0.0579)
_AT_UM = np.array([12.05, 12.15, 12.19, 12.22, 12.26, 12.28, 12.30, 12.48])


def _responses(seed):
    rng = np.random.default_rng([seed, 0])
    return {name: draw_response(rng, band_named(name)) for name in ("1B", "3A")}


def _blue(responses, seed, *, unit="DN/s", snr=500.0, off=1.01, model="its own"):
    rng = np.random.default_rng([seed, 1])
    signals = {
        name: band_signal(_A_STAR, response, Fringes(()), snr=snr, unit=unit, miscalibration=off)
        for name, response in responses.items()
    }
    signals["3A"] = add_leak(signals["3A"], signals["1B"])
    leaky, leaking = (_observed(rng, signals[name], "blue") for name in ("3A", "1B"))
    found = model_of_band(_A_STAR, band_named("3A")) if model == "its own" else None
    return LeakSource("blue", leaky, leaking, found)


def _red(responses, seed, *, unit="DN/s"):
    rng = np.random.default_rng([seed, 2])
    made = {
        name: cold_signal(
            response, temperature_k=194.0, flux_12um_jy=5.0, snr=snr, unit=unit,
            miscalibration=0.99,
        )
        for (name, response), snr in zip(responses.items(), (40.0, 700.0), strict=True)
    }  # fmt: skip
    made["3A"] = add_leak(made["3A"], made["1B"])
    return LeakSource("red", *(_observed(rng, made[name], "red") for name in ("3A", "1B")))


def _observed(rng, signal, target):
    identity = Identity(target=target, band=signal.band.name)
    return observe_spectrum(rng, signal, identity, outlier_fraction=0.003)


def _pull(seed, *, snr=500.0):
    responses = _responses(seed)
    fit = derive_leak_curve(_blue(responses, seed, snr=snr), _red(responses, seed))
    truth = leak_rate_fraction(_AT_UM, responses["1B"], responses["3A"])
    wave = fit.curve.wave_um
    found = np.interp(_AT_UM, wave, fit.curve.fraction)
    return (found - truth) / np.interp(_AT_UM, wave, fit.curve.error)


@pytest.mark.parametrize("unit", ["DN/s", "Jy"])
def test_the_leak_without_noise_comes_back_over_all_of_the_window(unit):
    responses = _responses(3)
    blue, red = (_exact(responses, kelvin, unit=unit) for kelvin in (8000.0, 194.0))

    fit = derive_leak_curve(blue, red, LeakCurveParams(spacing_um=0.02, reject_sigma=1e9))

    wave = fit.curve.wave_um
    truth = leak_fraction(wave)
    if unit == "DN/s":
        truth = leak_rate_fraction(wave, responses["1B"], responses["3A"])
    bridged = (wave > 12.32) & (wave < 12.42)
    fraction = fit.curve.fraction
    np.testing.assert_allclose(fraction[~bridged], truth[~bridged], atol=0.005 * truth.max())
    np.testing.assert_allclose(fraction[bridged], truth[bridged], atol=0.03 * truth.max())
    assert fit.curve.unit == unit


def _exact(responses, kelvin, *, unit):
    """Return a source without lines and with hardly any noise."""
    made = {
        name: cold_signal(response, temperature_k=kelvin, flux_12um_jy=1.0, snr=1e6, unit=unit)
        for name, response in responses.items()
    }
    made["3A"] = add_leak(made["3A"], made["1B"])
    rng = np.random.default_rng(1)
    leaky, leaking = (
        observe_spectrum(rng, made[name], Identity(), outlier_fraction=0.0) for name in ("3A", "1B")
    )
    flat = np.full(leaky.size, np.nan)
    model = replace(leaky, flux=made["3A"].model_jy, error=flat, flags=0 * leaky.flags, unit="Jy")
    return LeakSource(f"{kelvin} K", leaky, leaking, model)


def test_a_leak_of_2_5_percent_is_recovered_at_its_peak():
    responses = _responses(11)
    blue, red = _blue(responses, 11, unit="Jy"), _red(responses, 11, unit="Jy")

    fit = derive_leak_curve(blue, red)

    wave_um, fraction, error = fit.peak
    assert wave_um == pytest.approx(12.22, abs=0.02)
    assert fraction == pytest.approx(LEAK_PEAK, abs=4 * error)
    assert error < 0.03 * LEAK_PEAK
    outside = (fit.curve.wave_um < 11.92) | (fit.curve.wave_um > 12.70)
    assert not fit.curve.fraction[outside].any()


def test_pulls_of_the_leak_have_mean_zero_and_width_one():
    pulls = np.array([_pull(seed) for seed in range(30)])

    # 30 seeds: standard errors are 0.18 and 0.13 at one of the eight wavelengths.
    assert abs(pulls.mean()) < 0.35
    assert 0.75 < pulls.std() < 1.3


@pytest.mark.rig
def test_pulls_over_400_seeds():
    pulls = np.array([_pull(seed) for seed in range(400)])

    for name, row in (("mean", pulls.mean(axis=0)), ("width", pulls.std(axis=0))):
        print(name, *(f"{one:+.2f}" for one in row))  # noqa: T201
    assert np.all(np.abs(pulls.mean(axis=0)) < 0.2)
    assert np.all((pulls.std(axis=0) > 0.8) & (pulls.std(axis=0) < 1.2))


def test_the_curve_can_be_as_narrow_as_the_leak():
    """A curve that is too stiff is off where the leak bends, by a good part of its error."""
    responses = _responses(3)
    blue, red = (_exact(responses, kelvin, unit="DN/s") for kelvin in (8000.0, 194.0))
    usual = derive_leak_curve(_blue(responses, 3), _red(responses, 3)).curve

    fit = derive_leak_curve(blue, red, LeakCurveParams(reject_sigma=1e9))

    wave = fit.curve.wave_um
    bridged = (wave > 12.32) & (wave < 12.42)
    off = fit.curve.fraction - leak_rate_fraction(wave, responses["1B"], responses["3A"])
    assert np.all(np.abs(off[~bridged]) < 0.12 * usual.error[~bridged] + 2e-5)


def test_the_levels_of_the_sources_do_not_matter():
    responses = _responses(4)
    blue, red = _blue(responses, 4), _red(responses, 4)
    brighter = replace(
        red,
        leaky=replace(red.leaky, flux=1.04 * red.leaky.flux, error=1.04 * red.leaky.error),
        leaking=replace(red.leaking, flux=1.04 * red.leaking.flux),
    )

    one, other = derive_leak_curve(blue, red), derive_leak_curve(blue, brighter)

    np.testing.assert_allclose(other.curve.fraction, one.curve.fraction, atol=1e-9)


def test_a_star_without_a_model_gives_the_same_peak():
    responses = _responses(5)
    red = _red(responses, 5)

    with_model = derive_leak_curve(_blue(responses, 5), red)
    without = derive_leak_curve(_blue(responses, 5, model="none"), red)

    assert without.peak[1] == pytest.approx(with_model.peak[1], rel=0.05)
    assert any("no model" in text for text in without.messages)


def test_two_stars_tell_no_leak():
    responses = _responses(6)
    blue = _blue(responses, 6)

    with pytest.raises(DataError, match="too similar") as caught:
        derive_leak_curve(blue, replace(blue, name="another"))

    assert "asteroid" in caught.value.hint


def test_count_rates_and_flux_do_not_mix():
    responses = _responses(7)

    with pytest.raises(DataError, match="DN/s and Jy"):
        derive_leak_curve(_blue(responses, 7), _red(responses, 7, unit="Jy"))


def test_a_window_as_wide_as_the_band_leaves_no_level():
    responses = _responses(8)
    params = LeakCurveParams(window_um=(11.5, 13.5))

    with pytest.raises(FitError, match="outside the window"):
        derive_leak_curve(_blue(responses, 8), _red(responses, 8), params)


def test_a_line_of_the_star_takes_no_part():
    responses = _responses(9)
    blue, red = _blue(responses, 9), _red(responses, 9)
    line = np.abs(blue.leaky.wave_um - 12.37) < 0.02
    spoiled = replace(blue, leaky=replace(blue.leaky, flux=blue.leaky.flux * (1 + 0.1 * line)))

    clean, fit = derive_leak_curve(blue, red), derive_leak_curve(spoiled, red)

    assert not fit.used[line].any()
    np.testing.assert_allclose(fit.curve.fraction, clean.curve.fraction, atol=0.03 * clean.peak[1])
