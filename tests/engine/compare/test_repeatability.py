"""Tests of engine.compare.repeatability and engine.compare.visits."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import linregress

from engine.arrays import frozen
from engine.compare.repeatability import (
    DAYS_PER_YEAR,
    RepeatabilityParams,
    decimal_year,
    measure_repeatability,
    relative_error_of_scatter,
)
from engine.errors import DataError
from tests.helpers.visits import drawn_visits, grid, star_flux, visit

STAR = "HD 163466"


def band_of(visits, name="1B", **params):
    result = measure_repeatability(STAR, visits, RepeatabilityParams(**params))
    return next(one for one in result.bands if one.band == name)


def ratios_of(band):
    return np.array([visit.ratio for visit in band.visits])


def recovered(n_seeds, *, scatter, noise):
    """Return what many drawn stars give: scatter squared, pulls of ratios, pulls of slopes."""
    squares, pulls, slopes = [], [], []
    for seed in range(n_seeds):
        visits, levels = drawn_visits(
            np.random.default_rng([7, seed]), scatter=scatter, noise=noise
        )
        band = band_of(visits)
        squares.append(band.scatter**2 - band.noise**2)
        errors = np.array([visit.ratio_error for visit in band.visits])
        pulls.append((ratios_of(band) - levels / levels.mean()) / errors)
        slopes.append(band.trend_per_year / band.trend_error)
    return np.array(squares), np.concatenate(pulls), np.array(slopes)


def check_recovery(n_seeds, *, scatter, noise):
    squares, pulls, slopes = recovered(n_seeds, scatter=scatter, noise=noise)
    expected_error = np.sqrt(2.0 / 11.0 / n_seeds)
    assert_allclose(np.mean(squares), scatter**2, rtol=4.0 * expected_error)
    assert abs(np.mean(pulls)) < 0.1
    assert 0.85 < np.std(pulls) < 1.15
    assert np.std(slopes) == pytest.approx(np.sqrt(10.0 / 8.0), rel=5.0 / np.sqrt(2.0 * n_seeds))


@pytest.mark.parametrize(("scatter", "noise"), [(0.003, 0.003), (0.04, 0.1)])
def test_the_injected_scatter_is_recovered(scatter, noise):
    check_recovery(40, scatter=scatter, noise=noise)


@pytest.mark.rig
@pytest.mark.parametrize(("scatter", "noise"), [(0.003, 0.003), (0.007, 0.03), (0.04, 0.1)])
def test_the_injected_scatter_is_recovered_over_many_stars(scatter, noise):
    check_recovery(400, scatter=scatter, noise=noise)


def test_noiseless_levels_are_found_exactly(rng):
    levels = np.array([1.01, 0.99, 1.02, 0.98])
    visits, _ = drawn_visits(rng, levels=levels, noise=0.0)

    band = band_of(visits)

    assert_allclose(ratios_of(band), levels / levels.mean(), rtol=1e-12)
    assert_allclose(band.scatter, np.std(levels / levels.mean(), ddof=1), rtol=1e-12)
    assert_allclose(band.scatter_error, band.scatter * relative_error_of_scatter(4), rtol=1e-12)
    assert_allclose(band.mean, star_flux(band.wave_um) * levels.mean(), rtol=1e-12)
    assert band.reason == ""


def test_the_trend_is_that_of_an_independent_regression(rng):
    visits, levels = drawn_visits(rng, n=9, noise=0.0)
    years = np.array([one.spectrum.identity.mjd for one in visits]) / DAYS_PER_YEAR

    band = band_of(visits)

    fitted = linregress(years, levels / levels.mean())
    assert_allclose(band.trend_per_year, fitted.slope, rtol=1e-9)
    assert_allclose(band.trend_error, fitted.stderr, rtol=1e-9)
    assert_allclose(
        band.trend_at(np.array([59800.0])),
        fitted.intercept + fitted.slope * 59800.0 / DAYS_PER_YEAR,
    )


def test_a_clear_trend_is_significant_and_none_is_not(rng):
    steady, _ = drawn_visits(rng, n=12, scatter=0.001)
    falling, _ = drawn_visits(
        rng, levels=1.0 - 0.005 * np.arange(12) + 0.001 * rng.standard_normal(12)
    )

    assert band_of(steady).trend_significance < 3.0
    assert band_of(falling).trend_significance > 5.0


def test_an_excluded_visit_is_measured_but_not_counted(rng):
    levels = np.array([1.01, 0.99, 0.95, 1.0])
    visits, _ = drawn_visits(rng, levels=levels, noise=0.0)
    visits[2] = replace(visits[2], excluded="mirror tilt")

    band = band_of(visits)

    used = levels[[0, 1, 3]]
    assert band.visits[2].reason == "mirror tilt"
    assert band.n_used == 3
    assert_allclose(band.visits[2].ratio, 0.95 / used.mean(), rtol=1e-12)
    assert_allclose(band.scatter, np.std(used / used.mean(), ddof=1), rtol=1e-12)


def test_order_and_flux_scale_change_nothing(rng):
    visits, _ = drawn_visits(rng, n=6)
    scaled = [
        replace(one, spectrum=replace(one.spectrum, flux=frozen(1e6 * one.spectrum.flux)))
        for one in reversed(visits)
    ]

    band, other = band_of(visits), band_of(scaled)

    assert_allclose(ratios_of(other), ratios_of(band), rtol=1e-12)
    assert_allclose(other.scatter, band.scatter, rtol=1e-9)
    assert_allclose(other.trend_per_year, band.trend_per_year, rtol=1e-9)


def test_a_gap_in_one_visit_leaves_no_step_in_the_mean(rng):
    levels = np.array([1.3, 0.9, 0.8])
    visits, _ = drawn_visits(rng, levels=levels, noise=0.0)
    flags = np.zeros(400)
    flags[:150] = 1
    visits[0] = replace(
        visits[0], spectrum=replace(visits[0].spectrum, flags=frozen(flags, dtype=np.uint32))
    )

    band = band_of(visits)

    assert_allclose(band.mean / star_flux(band.wave_um), 1.0, rtol=1e-9)
    assert_allclose(ratios_of(band), levels, rtol=1e-9)


def test_cosmic_rays_do_not_move_a_level(rng):
    visits, levels = drawn_visits(rng, n=6, noise=0.001, size=800)
    flux = np.array(visits[0].spectrum.flux)
    flux[::50] *= 3.0
    visits[0] = replace(visits[0], spectrum=replace(visits[0].spectrum, flux=frozen(flux)))

    band = band_of(visits)

    assert_allclose(ratios_of(band), levels / levels.mean(), atol=4e-4)


def test_visits_on_other_wavelengths_are_rebinned(rng):
    wave, finer = grid(), grid(size=900, shift=0.3)
    visits = [
        visit(0, star_flux(wave), wave),
        visit(1, 1.02 * star_flux(finer), finer),
        visit(2, 0.98 * star_flux(wave), wave),
    ]

    band = band_of(visits)

    assert_allclose(ratios_of(band), [1.0, 1.02, 0.98], rtol=1e-5)
    assert band.wave_um.size == wave.size


def test_fringes_and_wrong_errors_still_give_honest_errors():
    pulls = []
    for seed in range(40):
        rng = np.random.default_rng([8, seed])
        visits, levels = drawn_visits(rng, n=6, noise=0.002)
        fringed = []
        for one in visits:
            fringe = 1.0 + 0.004 * np.sin(np.arange(400) / 2.0 + rng.uniform(0.0, 6.3))
            flux, error = one.spectrum.flux * fringe, 0.1 * one.spectrum.error
            fringed.append(
                replace(one, spectrum=replace(one.spectrum, flux=frozen(flux), error=frozen(error)))
            )
        band = band_of(fringed)
        errors = np.array([visit.ratio_error for visit in band.visits])
        pulls.append((ratios_of(band) - levels / levels.mean()) / errors)

    assert np.std(np.concatenate(pulls)) < 1.2


def test_one_visit_is_said_in_words(rng):
    visits, _ = drawn_visits(rng, n=1)

    result = measure_repeatability(STAR, visits)

    band = result.bands[1]
    assert "Only one visit of 1B can be used" in band.reason
    assert np.isnan(band.scatter)
    assert np.isnan(ratios_of(band)).all()
    assert "There is no spectrum of 4C." in result.bands[-1].reason
    assert any("No band has two visits" in one for one in result.messages)


def test_mixed_units_are_said_in_words(rng):
    visits, _ = drawn_visits(rng, n=3)
    wave = grid()
    visits.append(visit(5, 300.0 * star_flux(wave), wave, unit="DN/s"))

    band = band_of(visits)

    assert band.n_used == 3
    assert band.visits[3].reason == "It is in DN/s, the others in Jy."
    assert np.isnan(band.visits[3].ratio)


def test_one_visit_in_each_of_two_units_gives_no_number(rng):
    wave = grid()
    visits = [
        visit(0, star_flux(wave), wave),
        visit(1, 300.0 * star_flux(wave), wave, unit="DN/s"),
    ]

    band = band_of(visits)

    assert "Only one visit of 1B can be used (1 left out)" in band.reason
    assert np.isnan(band.scatter)


def test_visits_without_dates_have_a_scatter_and_no_trend(rng):
    wave = grid()
    visits = [visit(i, (1 + 0.01 * i) * star_flux(wave), wave, mjd=np.nan) for i in range(4)]

    band = band_of(visits)

    assert band.scatter > 0.005
    assert np.isnan(band.trend_per_year)
    assert band.reason == "No trend: 0 dated visits, 3 are needed."


def test_visits_without_common_wavelengths_give_no_number():
    wave = grid()
    visits = [
        visit(0, star_flux(wave[:150]), wave[:150]),
        visit(1, star_flux(wave[250:]), wave[250:]),
    ]

    band = band_of(visits)

    assert "No visit of 1B can be used" in band.reason
    assert {one.reason for one in band.visits} == {
        "It has no wavelengths in common with the other visits."
    }


def test_a_visit_with_few_common_samples_takes_no_part(rng):
    visits, _ = drawn_visits(rng, n=3)
    wave = grid()[:10]
    visits.append(visit(4, star_flux(wave), wave))

    band = band_of(visits, min_samples=20)

    assert band.n_used == 3
    assert "only 10 samples" in band.visits[3].reason


def test_a_coarse_visit_elsewhere_does_not_choose_the_wavelengths(rng):
    visits, _ = drawn_visits(rng, n=3)
    far = grid(size=50) + 20.0
    visits.append(visit(4, star_flux(far), far))

    band = band_of(visits)

    assert band.n_used == 3
    assert band.wave_um.size == 400


def test_pure_noise_has_no_ratios(rng):
    wave = grid()
    visits = [visit(i, rng.standard_normal(400), wave) for i in range(5)]

    band = band_of(visits)

    assert "does not stand above the noise" in band.reason
    assert np.isnan(band.scatter)


@pytest.mark.parametrize("value", [0.0, np.nan, -1.0])
def test_spectra_of_nothing_have_no_ratios(value):
    wave = grid()
    visits = [visit(i, np.full(400, value), wave) for i in range(3)]

    band = band_of(visits)

    assert band.reason
    assert np.isnan(band.scatter)


def test_equal_visits_do_not_scatter():
    wave = grid()
    visits = [visit(i, star_flux(wave), wave) for i in range(4)]

    band = band_of(visits)

    assert band.scatter == pytest.approx(0.0, abs=1e-12)
    assert not band.trend_significance > 100.0 or abs(band.trend_per_year) < 1e-12


def test_no_visits_and_repeated_visits_are_refused(rng):
    visits, _ = drawn_visits(rng, n=2)

    with pytest.raises(DataError, match="There is no spectrum of HD 163466"):
        measure_repeatability(STAR, [])
    with pytest.raises(DataError, match="e1 of HD 163466 comes twice in band 1B"):
        measure_repeatability(STAR, [*visits, visits[0]])


def test_inputs_are_not_changed_and_results_are_frozen(rng):
    visits, _ = drawn_visits(rng, n=3)
    before = [one.spectrum.flux.copy() for one in visits]

    band = band_of(visits)

    for one, kept in zip(visits, before, strict=True):
        assert_allclose(one.spectrum.flux, kept, rtol=0)
    assert not band.mean.flags.writeable


def test_count_rates_are_told(rng):
    wave = grid()
    visits = [visit(i, (1 + 0.01 * i) * wave, wave, unit="DN/s") for i in range(3)]

    result = measure_repeatability(STAR, visits)

    assert any("Count rates in 1B" in one for one in result.messages)


def test_years_begin_in_january():
    assert decimal_year(51544.5) == 2000.0
    assert decimal_year(60369.0) == pytest.approx(2024.16, abs=0.01)


@pytest.mark.parametrize("count", [2, 3, 4, 10])
def test_the_error_of_a_scatter_is_that_of_standard_deviations_drawn(rng, count):
    drawn = np.std(rng.standard_normal((200_000, count)), axis=1, ddof=1)

    found = relative_error_of_scatter(count)

    assert found == pytest.approx(np.std(drawn) / np.mean(drawn), rel=0.01)


def test_the_error_of_the_scatter_of_many_is_the_usual_one():
    assert relative_error_of_scatter(1000) == pytest.approx(1.0 / np.sqrt(2.0 * 999), rel=1e-3)
