"""The fit of the loss finds what was put in, and says when it cannot."""

from collections.abc import Sequence

import numpy as np
import pytest

from engine.arrays import FloatArray
from engine.errors import DataError, FitError
from engine.model.bands import Band, band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.count_rate_loss import (
    BandLoss,
    LampDate,
    LossParams,
    evaluate_loss,
    fit_count_rate_loss,
)
from engine.mrs.loss_comparison import bootstrap_errors, preferred_form
from engine.mrs.loss_fit import fit_loss
from engine.mrs.loss_models import loss_at
from engine.simulate.lamps import DAY_ZERO_MJD, LampLoss, lamp_days, lamp_rates

_TIMES = (DAY_ZERO_MJD + 60.0, DAY_ZERO_MJD + 400.0, DAY_ZERO_MJD + 700.0)


def _band(name: str) -> Band:
    found = band_named(name)
    assert found is not None
    return found


def _dates(
    wave: FloatArray, rates: FloatArray, errors: FloatArray, days: Sequence[float]
) -> list[LampDate]:
    flags = np.zeros(wave.size, dtype=np.uint32)
    return [
        LampDate(
            f"d{i}",
            Spectrum(wave, rate, error, flags, "DN/s", Identity(band="4A", mjd=DAY_ZERO_MJD + day)),
        )
        for i, (rate, error, day) in enumerate(zip(rates, errors, days, strict=True))
    ]


def _simulated(name: str, seed: int) -> list[LampDate]:
    band = _band(name)
    wave, rates, errors = lamp_rates(band, np.random.default_rng([seed, 5]))
    return _dates(wave, rates, np.array(errors), lamp_days(band))


def _exact(days: Sequence[float], loss: FloatArray, n: int = 40) -> list[LampDate]:
    wave = np.linspace(17.7, 20.9, n)
    rates = 100.0 * np.outer(loss, np.ones(n))
    return _dates(wave, rates, np.full_like(rates, 1e-3), days)


def _pulls(loss: BandLoss, name: str) -> FloatArray:
    wave, truth = loss.table.wave_um, LampLoss(_band(name))
    found = [(evaluate_loss(loss, mjd, wave), truth.value(mjd, wave)) for mjd in _TIMES]
    return np.array([(one.values - true) / one.error for one, true in found])


def test_an_exponential_without_noise_is_found_again() -> None:
    days = np.linspace(0.0, 700.0, 9)
    loss = 0.3 * np.exp(-0.45 * days / 100.0) + 0.7

    found = fit_count_rate_loss("4A", _exact(days.tolist(), loss))

    np.testing.assert_allclose(found.fit.values, [1.0, 0.3, 0.45], rtol=1e-6)
    np.testing.assert_allclose(found.table.columns["ccoeff"], 0.7, rtol=1e-6)
    assert len(found.bins) == 10


def test_a_late_first_date_is_taken_back_to_day_zero() -> None:
    days = np.linspace(120.0, 800.0, 9)
    loss = 0.3 * np.exp(-0.45 * days / 100.0) + 0.7

    found = fit_count_rate_loss("4A", _exact(days.tolist(), loss))

    expected = 0.3 * np.exp(-0.45 * 4.0) + 0.7
    np.testing.assert_allclose(loss_at(found.table, 60080.0, np.array([19.0])), expected, rtol=1e-5)


def test_a_power_law_without_noise_is_found_again() -> None:
    days = np.linspace(0.0, 700.0, 9)
    loss = (1.0 + days / 80.0) ** -0.2

    found = fit_count_rate_loss("4A", _exact(days.tolist(), loss), LossParams(form="power law"))

    np.testing.assert_allclose(found.fit.values, [1.0, -0.2, 80.0], rtol=1e-5)
    assert preferred_form(found.comparison) == "power law"


def test_a_straight_line_is_found_again() -> None:
    days = np.array([0.0, 40.0, 90.0])

    found = fit_count_rate_loss(
        "4A", _exact(days.tolist(), 1.0 - 0.1 * days / 365.0), LossParams(form="linear")
    )

    np.testing.assert_allclose(found.fit.values, [1.0, 0.1], rtol=1e-9)


@pytest.mark.parametrize("name", ["1A", "3C", "4C"])
def test_the_loss_is_recovered_within_its_errors(name: str) -> None:
    pulls = np.array(
        [_pulls(fit_count_rate_loss(name, _simulated(name, seed)), name) for seed in range(14)]
    )

    assert abs(pulls.mean()) < 0.45
    assert 0.7 < pulls.std() < 1.3


@pytest.mark.rig
@pytest.mark.parametrize("name", ["1A", "2B", "3C", "4A", "4C"])
def test_pulls_of_400_seeds_are_those_of_a_gaussian(name: str) -> None:
    pulls = np.array(
        [_pulls(fit_count_rate_loss(name, _simulated(name, seed)), name) for seed in range(400)]
    )

    assert abs(pulls.mean()) < 0.2
    assert 0.8 < pulls.std() < 1.2


def test_4c_loses_half_of_its_rate_in_two_years() -> None:
    loss = fit_count_rate_loss("4C", _simulated("4C", 1))

    value = evaluate_loss(loss, DAY_ZERO_MJD + 730.0, np.array([26.0])).values[0]

    assert value == pytest.approx(0.5, abs=0.02)


def test_covariance_agrees_with_drawing_the_noise_again() -> None:
    days = np.linspace(0.0, 700.0, 12)
    error = np.full(12, 2e-3)
    rng = np.random.default_rng(3)
    ratio = 0.2 * np.exp(-0.5 * days / 100.0) + 0.8 + error * rng.standard_normal(12)
    times = np.array([100.0, 400.0, 700.0])

    drawn = bootstrap_errors(days, ratio, error, "exponential", times, rng=rng, n_draws=150)

    stated = fit_loss(days, ratio, error, "exponential").loss_error_at(times)
    np.testing.assert_allclose(drawn, stated, rtol=0.3)


def test_a_constant_lamp_shows_no_time_dependence() -> None:
    days = np.linspace(0.0, 700.0, 10)
    wave = np.linspace(5.0, 5.7, 40)
    errors = np.full((10, 40), 0.5)
    rates = 100.0 + errors * np.random.default_rng(0).standard_normal((10, 40))

    found = fit_count_rate_loss("1A", _dates(wave, rates, errors, days.tolist()))

    assert found.is_flat
    assert any("No time dependence detected" in one for one in found.messages)
    np.testing.assert_array_equal(loss_at(found.table, 60300.0, wave), 1.0)


def test_what_the_data_leave_open_is_listed_and_never_infinite() -> None:
    days = np.linspace(0.0, 700.0, 10)

    fit = fit_loss(days, np.ones(10), np.full(10, 1e-3), "exponential")

    assert "b" in fit.undetermined
    assert np.isnan(fit.errors[-1])
    assert np.all(np.isfinite(fit.covariance))


@pytest.mark.parametrize(
    ("days", "said"),
    [([0.0, 100.0, 200.0, 300.0], "needs 5 dates"), ([0.0, 10, 20, 30, 40, 50], "they span 50 d")],
)
def test_too_few_dates_refuse_the_exponential_and_offer_a_line(
    days: list[float], said: str
) -> None:
    with pytest.raises(FitError, match=said) as refused:
        fit_count_rate_loss("4A", _exact(days, 1.0 - 1e-4 * np.array(days)))

    assert "exponential" in refused.value.what
    assert "linear" in refused.value.hint


def test_a_date_left_out_does_not_move_the_fit() -> None:
    days = np.linspace(0.0, 700.0, 9)
    dates = _exact(days.tolist(), 0.3 * np.exp(-0.45 * days / 100.0) + 0.7)
    bad = dates[4]
    moved = Spectrum(
        bad.spectrum.wave_um, bad.spectrum.flux * 1.2, bad.spectrum.error, bad.spectrum.flags,
        "DN/s", bad.spectrum.identity,
    )  # fmt: skip
    dates[4] = LampDate(bad.id, moved, "The lamp was not warm.")

    found = fit_count_rate_loss("4A", dates)

    np.testing.assert_allclose(found.fit.values, [1.0, 0.3, 0.45], rtol=1e-6)
    assert found.dates[4].reason == "The lamp was not warm."
    assert any("The lamp was not warm." in one for one in found.messages)


def test_after_the_last_lamp_the_error_grows_and_it_is_said() -> None:
    loss = fit_count_rate_loss("4A", _simulated("4A", 2))
    wave = np.array([19.0])

    inside = evaluate_loss(loss, loss.last_mjd, wave)
    later = [evaluate_loss(loss, loss.last_mjd + days, wave) for days in (100.0, 400.0, 800.0)]

    assert not inside.is_extrapolated
    assert all(one.is_extrapolated for one in later)
    errors = [float(one.error[0]) for one in (inside, *later)]
    assert errors == sorted(errors)
    assert errors[-1] > 2 * errors[0]


def test_a_cosmic_ray_in_one_sample_does_not_move_a_date() -> None:
    dates = _simulated("3B", 4)
    spectrum = dates[6].spectrum
    hit = spectrum.flux.copy()
    hit[20] *= 3.0
    struck = Spectrum(
        spectrum.wave_um, hit, spectrum.error, spectrum.flags, "DN/s", spectrum.identity
    )

    before = fit_count_rate_loss("3B", dates).dates[6]
    after = fit_count_rate_loss("3B", [*dates[:6], LampDate("d6", struck), *dates[7:]]).dates[6]

    assert abs(after.ratio - before.ratio) < before.error


def test_lamps_without_a_date_are_refused() -> None:
    one = _simulated("3B", 4)[0]
    undated = Spectrum(
        one.spectrum.wave_um, one.spectrum.flux, one.spectrum.error, one.spectrum.flags, "DN/s"
    )

    with pytest.raises(DataError, match="has no date"):
        fit_count_rate_loss("3B", [LampDate("x", undated)])
