"""The model of an asteroid finds the temperature and the levels that were put in."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import FloatArray, frozen
from engine.errors import DataError, FitError
from engine.model.bands import bands
from engine.model.spectrum import Spectrum
from engine.mrs.asteroid_model import AsteroidModel, AsteroidParams, model_asteroid
from engine.mrs.thermal_fit import (
    ThermalSamples,
    fit_thermal,
    shape_gradient,
    temperature_shift_k,
    thermal_shape,
)
from engine.simulate.thermal_sources import (
    ASTEROID_TEMPERATURE_K,
    REFLECTED_AT_5_UM,
    SimulatedChannel4,
    asteroid_flux_jy,
    simulate_channel4,
)

# Law+2025, Table 1, 515 Athalia.
_SNR = dict(
    zip(
        [band.name for band in bands()],
        [13, 43, 127, 252, 377, 485, 727, 799, 737, 658, 464, 165],
        strict=True,
    )
)
_BELOW_18 = [name for name in _SNR if name[0] != "4"]


def _simulated(
    seed: int,
    names: list[str] | None = None,
    *,
    snr_factor: float = 1.0,
    fringe_amplitude: float = 0.0,
    outlier_fraction: float = 0.0,
    reflected_at_5_um: float = REFLECTED_AT_5_UM,
) -> SimulatedChannel4:
    return simulate_channel4(
        np.random.default_rng([seed, 11]),
        snr={name: snr_factor * _SNR[name] for name in names or _BELOW_18},
        disk_snr={},
        fringe_amplitude=fringe_amplitude,
        outlier_fraction=outlier_fraction,
        reflected_at_5_um=reflected_at_5_um,
    )


def _spectra(made: SimulatedChannel4) -> list[Spectrum]:
    return list(made.asteroid.values())


def _pulls(seed: int) -> FloatArray:
    made = _simulated(seed, outlier_fraction=0.015)
    model = model_asteroid("asteroid", _spectra(made))
    found = [
        (model.temperature_k - ASTEROID_TEMPERATURE_K) / model.temperature_error_k,
        (model.reflected - REFLECTED_AT_5_UM) / model.reflected_error,
    ]
    for one in model.bands:
        if one.band != model.anchor:
            truth = made.scales[model.anchor] / made.scales[one.band]
            found.append((one.scale - truth) / one.scale_error)
    return np.array(found)


def test_temperature_and_scales_come_back_without_noise() -> None:
    made = _simulated(1, snr_factor=1e6)

    model = model_asteroid("asteroid", _spectra(made))

    assert model.temperature_k == pytest.approx(193.9, abs=1e-4)
    assert model.reflected == pytest.approx(0.8, rel=1e-3)
    truth = [made.scales["3C"] / made.scales[one.band] for one in model.bands]
    assert_allclose([one.scale for one in model.bands], truth, rtol=1e-5)
    assert model.anchor == "3C"
    wave = np.linspace(5.0, 28.0, 40)
    assert_allclose(model.flux_jy(wave), made.scales["3C"] * asteroid_flux_jy(wave), rtol=1e-5)
    assert_allclose(
        np.interp(wave, model.model.wave_um, model.model.flux), model.flux_jy(wave), rtol=1e-4
    )


def test_temperature_and_scales_are_recovered_within_their_errors() -> None:
    pulls = np.array([_pulls(seed) for seed in range(15)])

    assert abs(pulls.mean()) < 0.3
    assert 0.7 < pulls.std() < 1.4


@pytest.mark.rig
def test_pulls_of_400_seeds_are_those_of_a_gaussian() -> None:
    pulls = np.array([_pulls(seed) for seed in range(400)])

    for name, row in (("mean", pulls.mean(axis=0)), ("width", pulls.std(axis=0))):
        print(name, *(f"{one:+.2f}" for one in row))  # noqa: T201
    assert np.all(np.abs(pulls.mean(axis=0)) < 0.2)
    assert np.all((pulls.std(axis=0) > 0.8) & (pulls.std(axis=0) < 1.2))


def test_without_sunlight_in_the_model_the_temperature_is_wrong() -> None:
    made = _simulated(3)

    bare = model_asteroid("asteroid", _spectra(made), AsteroidParams(reflected="none"))

    assert abs(bare.temperature_k - 193.9) > 5 * bare.temperature_error_k
    assert bare.reflected == 0.0
    assert np.isnan(bare.reflected_error)


def test_sunlight_that_is_not_there_is_found_to_be_nothing() -> None:
    made = _simulated(4, reflected_at_5_um=0.0)

    model = model_asteroid("asteroid", _spectra(made))

    assert abs(model.reflected) < 4 * model.reflected_error
    assert model.temperature_k == pytest.approx(193.9, abs=4 * model.temperature_error_k)


def test_residual_fringes_raise_the_errors_and_are_told() -> None:
    made = _simulated(5, fringe_amplitude=0.01)

    model = model_asteroid("asteroid", _spectra(made))

    assert max(one.raised for one in model.bands) > 1.0
    assert "slower than noise" in " ".join(model.messages)
    assert model.temperature_k == pytest.approx(193.9, abs=5 * model.temperature_error_k)


def test_the_covariance_is_that_of_repeated_noise() -> None:
    rng = np.random.default_rng(8)
    wave = np.concatenate([np.linspace(6.0, 9.0, 200), np.linspace(9.0, 16.0, 200)])
    band = np.repeat([0, 1], 200)
    clean = thermal_shape(wave, 193.9, 0.8) * np.array([1.0, 1.1])[band]
    error = clean / 50
    quiet = fit_thermal(ThermalSamples(wave, clean, error, band, 2), reflected="fitted")

    found = []
    for _ in range(200):
        flux = clean + error * rng.standard_normal(wave.size)
        fit = fit_thermal(
            ThermalSamples(wave, flux, error, band, 2), reflected="fitted", start=quiet
        )
        found.append([fit.temperature_k, fit.reflected, *np.log(fit.levels)])

    stated = np.sqrt(np.diag(quiet.covariance))
    assert_allclose(np.std(found, axis=0, ddof=1), stated, rtol=0.2)
    correlation = quiet.covariance / np.outer(stated, stated)
    assert_allclose(np.corrcoef(np.array(found).T), correlation, atol=0.15)


def test_the_error_of_the_model_vanishes_where_it_is_pinned() -> None:
    model = model_asteroid("asteroid", _spectra(_simulated(7)))
    wave = np.array([17.8, 20.8, 28.0])

    error = model.relative_error(wave, from_um=17.8)

    assert error[0] == pytest.approx(0.0, abs=1e-12)
    assert 0 < error[1] < error[2] < 0.01


def test_the_fit_range_is_kept() -> None:
    model = model_asteroid(
        "asteroid", _spectra(_simulated(9)), AsteroidParams(fit_range_um=(8.0, 17.0))
    )

    used = np.concatenate([one.wave_um[one.is_used] for one in model.bands])
    assert 8.0 <= used.min() < used.max() <= 17.0
    first = model.band("1A")
    assert first is not None
    assert np.isnan(first.scale)
    assert "Reflected sunlight is left out" in model.messages[0]


def test_an_asteroid_without_short_bands_says_what_that_costs() -> None:
    made = _simulated(10, ["3A", "3B", "3C"])

    model = model_asteroid("asteroid", _spectra(made))

    said = " ".join(model.messages)
    assert "shorter bands" in said
    assert "Reflected sunlight is left out" in said
    whole = model_asteroid("asteroid", _spectra(_simulated(10)))
    assert model.temperature_error_k > 1.2 * whole.temperature_error_k


def test_one_band_alone_has_a_temperature_and_no_spread() -> None:
    model = model_asteroid("asteroid", _spectra(_simulated(10, ["2C"])))

    assert np.isnan(model.temperature_spread_k)
    assert model.temperature_k == pytest.approx(193.9, abs=5 * model.temperature_error_k)


def test_nothing_to_fit_is_refused_with_the_way_out() -> None:
    with pytest.raises(DataError, match="no calibrated spectrum") as caught:
        model_asteroid("515 Athalia", [])

    assert "Open" in caught.value.hint


def test_counts_are_refused() -> None:
    one = replace(_spectra(_simulated(1, ["3C"]))[0], unit="DN/s")

    with pytest.raises(DataError, match="not calibrated"):
        model_asteroid("asteroid", [one])


def test_a_range_without_samples_is_refused() -> None:
    with pytest.raises(FitError, match="good samples"):
        model_asteroid(
            "asteroid", _spectra(_simulated(1)), AsteroidParams(fit_range_um=(25.0, None))
        )


def test_an_anchor_that_is_not_fitted_is_refused() -> None:
    with pytest.raises(DataError, match="1A"):
        model_asteroid(
            "asteroid", _spectra(_simulated(1, ["3B", "3C"])), AsteroidParams(anchor="1A")
        )


def test_the_anchor_only_moves_the_scales() -> None:
    spectra = _spectra(_simulated(2))

    def ratio(model: AsteroidModel) -> float:
        first, last = model.bands[0], model.bands[-2]
        return first.scale / last.scale

    one, other = (model_asteroid("a", spectra, AsteroidParams(anchor=name)) for name in ("", "2B"))

    assert other.temperature_k == pytest.approx(one.temperature_k, rel=1e-12)
    assert ratio(other) == pytest.approx(ratio(one), rel=1e-12)
    chosen = other.band("2B")
    assert chosen is not None
    assert (chosen.scale, chosen.scale_error) == (1.0, 0.0)


def test_errors_that_are_not_known_come_from_the_scatter() -> None:
    spectra = [
        replace(one, error=frozen(np.full(one.size, np.nan))) for one in _spectra(_simulated(12))
    ]

    model = model_asteroid("asteroid", spectra)

    assert model.temperature_k == pytest.approx(193.9, abs=6 * model.temperature_error_k)
    assert np.isfinite(model.temperature_error_k)


def test_the_temperature_of_any_body_is_found() -> None:
    rng = np.random.default_rng(3)
    spectra = []
    for one in _spectra(_simulated(13)):
        flux = asteroid_flux_jy(one.wave_um, temperature_k=260.0, reflected_at_5_um=0.05)
        noise = flux / 300
        spectra.append(
            replace(
                one,
                flux=frozen(flux + noise * rng.standard_normal(flux.size)),
                error=frozen(noise),
                flags=frozen(np.zeros(flux.size), dtype=np.uint32),
            )
        )

    model = model_asteroid("other", spectra)

    assert model.temperature_k == pytest.approx(260.0, abs=5 * model.temperature_error_k)


def test_the_shift_by_a_tilted_band_is_that_of_a_new_fit() -> None:
    wave = np.concatenate([np.linspace(5.0, 9.0, 300), np.linspace(9.0, 16.0, 300)])
    band = np.repeat([0, 1], 300)
    flux = thermal_shape(wave, 193.9, 0.8)
    samples = ThermalSamples(wave, flux, flux / 500, band, 2)
    plain = fit_thermal(samples, reflected="fitted")

    for number in (0, 1):
        own = band == number
        x = 2.0 * (wave - wave[own].mean()) / np.ptp(wave[own])
        tilted = replace(samples, flux_jy=np.where(own, flux * (1.0 + 1e-4 * x), flux))
        moved = fit_thermal(tilted, reflected="fitted", start=plain).temperature_k
        stated = temperature_shift_k(samples, plain, number, np.full(wave.size, 1e-4))
        assert stated == pytest.approx(moved - plain.temperature_k, rel=0.01)


def test_systematic_errors_of_vectors_are_in_temperature_scales_and_model() -> None:
    spectra = _spectra(_simulated(14))
    given = {one.identity.band: np.full(one.size, 0.004) for one in spectra}

    bare = model_asteroid("a", spectra)
    model = model_asteroid("a", spectra, systematics=given)

    band = model.band("2A")
    assert band is not None
    assert band.scale_sys == pytest.approx(0.004 * np.sqrt(2))
    assert (bare.temperature_sys_k, model.temperature_k) == (0.0, bare.temperature_k)
    assert 0.1 < model.temperature_sys_k < 2.0
    at = np.array([25.0])
    assert model.relative_error(at, from_um=17.8)[0] > bare.relative_error(at, from_um=17.8)[0]


def test_a_temperature_that_another_band_moves_moves_the_level_little() -> None:
    wave = np.concatenate([np.linspace(5.0, 9.0, 300), np.linspace(9.0, 16.0, 300)])
    band = np.repeat([0, 1], 300)
    flux = thermal_shape(wave, 193.9, 0.8)
    samples = ThermalSamples(wave, flux, flux / 500, band, 2)
    tilt = np.where(band == 0, 1.0 + 1e-4 * (wave - 7.0), 1.0)
    plain = fit_thermal(samples, reflected="fitted")
    at = np.array([16.0, np.median(wave[band == 1])])

    fit = fit_thermal(replace(samples, flux_jy=flux * tilt), reflected="fitted", start=plain)

    before, after = (
        one.levels[1] * thermal_shape(at, one.temperature_k, one.reflected) for one in (plain, fit)
    )
    gradient = shape_gradient(at, plain.temperature_k, plain.reflected)[0]
    shift_k = fit.temperature_k - plain.temperature_k
    expected = (gradient[0] - gradient[1]) * shift_k
    assert after[0] / before[0] - 1.0 == pytest.approx(expected, rel=0.5)
    assert abs(expected) < 0.5 * abs(gradient[0] * shift_k)


def test_the_error_of_the_level_holds_the_temperature_as_far_as_the_level_does_not_follow() -> None:
    spectra = _spectra(_simulated(14))
    given = {one.identity.band: np.full(one.size, 0.004) for one in spectra}
    bare, model = model_asteroid("a", spectra), model_asteroid("a", spectra, systematics=given)
    anchor = model.band(model.anchor)
    assert anchor is not None

    at = np.array([17.8, np.median(anchor.wave_um[anchor.is_used])])
    gradient = shape_gradient(at, model.temperature_k, 0.0)[0]
    more = np.sqrt(model.level_error(17.8) ** 2 - bare.level_error(17.8) ** 2)

    spread = np.nan_to_num(bare.temperature_spread_k)
    moved = np.sqrt(max(model.temperature_sys_k, spread) ** 2 - spread**2)
    assert more == pytest.approx(abs(gradient[0] - gradient[1]) * moved, rel=0.05)
    assert model.level_error(17.8) < 0.3 * model.relative_error(at[:1])[0]
