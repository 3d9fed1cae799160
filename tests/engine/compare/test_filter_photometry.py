"""Tests of engine.compare.filter_photometry."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.filter_photometry import (
    FilterMeasurement,
    FilterParams,
    SourceSpectrum,
    compare_filters,
)
from engine.errors import DataError
from engine.model.bandpass import Bandpass
from engine.model.spectrum import Spectrum
from engine.photometry.synthetic import band_flux

WAVE = np.linspace(5.0, 27.9, 6000)
BANDS = {
    name: Bandpass(name, np.linspace(low, high, 60), np.sin(np.linspace(0.0, np.pi, 60)))
    for name, low, high in (("F770W", 6.5, 8.9), ("F1500W", 13.0, 17.0), ("F2550W", 22.5, 28.6))
}
STARS = ("10 Lac", "HD 2811", "HD 163466", "16 Cyg B", "mu Col", "HR 5467", "HD 37962", "HR 6538")


def star(name, level, *, reason="", unit="Jy"):
    flux = level * (WAVE / 10.0) ** -2
    spectrum = Spectrum(
        frozen(WAVE),
        frozen(flux),
        frozen(1e-3 * flux),
        frozen(np.zeros(WAVE.size), dtype=np.uint32),
        unit,
    )
    return SourceSpectrum(f"{name}/1-1", name, spectrum, reason)


def true_flux(name, level):
    """Return the flux in a band of a spectrum that goes on where the MRS ends."""
    wide = np.linspace(4.0, 32.0, 9000)
    return band_flux(BANDS[name], wide, level * (wide / 10.0) ** -2).flux


@pytest.fixture
def spectra():
    return [star(name, 0.1 + 0.05 * i) for i, name in enumerate(STARS)]


def photometry(filters, ratio, rng, *, scatter=0.005, error=0.005):
    return [
        FilterMeasurement(
            name,
            one,
            true_flux(one, 0.1 + 0.05 * i) / ratio[one] * rng.normal(1.0, scatter),
            error * true_flux(one, 0.1 + 0.05 * i),
            "MIRI",
        )
        for i, name in enumerate(STARS)
        for one in filters
    ]


def test_the_ratio_that_was_put_in_comes_out(spectra, rng):
    truth = {"F770W": 1.0, "F1500W": 0.99, "F2550W": 1.03}

    result = compare_filters(spectra, photometry(truth, truth, rng), BANDS)

    assert [one.filter for one in result.filters] == list(truth)
    for one in result.filters:
        assert one.mean == pytest.approx(truth[one.filter], abs=4.0 * 0.005 / np.sqrt(8))
        assert one.rms == pytest.approx(0.005, rel=0.75)  # 3 sigma of eight stars
        assert one.mean_error == pytest.approx(one.rms / np.sqrt(one.n_used))


def test_a_star_far_off_is_clipped_and_said(spectra, rng):
    rows = photometry(["F1500W"], {"F1500W": 1.0}, rng)
    rows[3] = replace(rows[3], flux_jy=1.12 * rows[3].flux_jy)

    result = compare_filters(spectra, rows, BANDS)

    [clipped] = [one for one in result.filters[0].stars if not one.is_used]
    assert clipped.star == "16 Cyg B"
    assert clipped.is_clipped
    assert "16 Cyg B/F1500W" in " ".join(result.messages)
    assert result.filters[0].mean == pytest.approx(1.0, abs=0.01)


def test_stars_that_only_scatter_are_seldom_clipped(spectra):
    clipped = 0
    for seed in range(40):
        rows = photometry(["F770W"], {"F770W": 1.0}, np.random.default_rng(seed))
        result = compare_filters(spectra, rows, {"F770W": BANDS["F770W"]})
        clipped += sum(one.is_clipped for one in result.filters[0].stars)

    assert clipped <= 6  # of 320: beyond 4 sigma of a scale that is no smaller than the errors


def test_the_end_of_the_spectrum_is_made_up_for_and_counted(spectra, rng):
    rows = photometry(["F2550W"], {"F2550W": 1.0}, rng, scatter=0.0)

    extended = compare_filters(spectra, rows, BANDS).filters[0]
    cut = compare_filters(spectra, rows, BANDS, FilterParams(outside="leave out")).filters[0]

    assert extended.mean == pytest.approx(1.0, rel=1e-5)
    assert cut.mean > 1.002
    assert 0.9 < extended.stars[0].coverage < 1.0


def test_too_little_of_a_band_gives_no_part_in_the_mean(spectra, rng):
    rows = photometry(["F2550W"], {"F2550W": 1.0}, rng)

    result = compare_filters(spectra, rows, BANDS, FilterParams(min_coverage=0.999))

    assert result.filters[0].n_used == 0
    assert np.isnan(result.filters[0].mean)
    assert "covered" in result.filters[0].stars[0].reason


def test_what_is_excluded_is_shown_with_its_reason_and_not_averaged(spectra, rng):
    rows = photometry(["F770W"], {"F770W": 1.0}, rng, scatter=0.0)
    rows[0] = replace(rows[0], flux_jy=0.98 * rows[0].flux_jy)
    spectra[1] = replace(spectra[1], reason="mirror tilt")
    params = FilterParams(excluded=(("10 Lac/F770W", "saturated"),))

    result = compare_filters(spectra, rows, BANDS, params)

    by_star = {one.star: one for one in result.filters[0].stars}
    assert by_star["10 Lac"].reason == "saturated"
    assert by_star["10 Lac"].ratio == pytest.approx(1.0 / 0.98)
    assert by_star["HD 2811"].reason == "mirror tilt"
    assert result.filters[0].n_used == 6


def test_spectra_of_one_star_are_averaged(rng):
    twice = [star("10 Lac", 0.09), star("10 Lac", 0.11)]
    rows = [FilterMeasurement("10 LAC", "F770W", true_flux("F770W", 0.1), 1e-4)]

    [one] = compare_filters(twice, rows, BANDS).filters[0].stars

    assert one.ratio == pytest.approx(1.0, rel=1e-6)
    assert len(one.sources) == 2


def test_a_filter_without_a_bandpass_is_said_and_stands_last(spectra, rng):
    rows = [
        FilterMeasurement("10 Lac", "F1550C", 0.05),
        *photometry(["F770W"], {"F770W": 1.0}, rng),
    ]

    result = compare_filters(spectra, rows, BANDS)

    assert result.filters[-1].filter == "F1550C"
    assert np.isnan(result.filters[-1].mean)
    assert "F1550C" in result.messages[0]


@pytest.mark.parametrize("flux", [0.0, -1.0, float("nan")])
def test_photometry_without_a_positive_flux_gives_no_ratio(flux, spectra):
    [one] = (
        compare_filters(spectra, [FilterMeasurement("10 Lac", "F770W", flux)], BANDS)
        .filters[0]
        .stars
    )

    assert np.isnan(one.ratio)
    assert one.reason


def test_an_error_that_is_not_known_leaves_the_ratio(spectra):
    rows = [FilterMeasurement("10 Lac", "F770W", true_flux("F770W", 0.1))]

    [one] = compare_filters(spectra, rows, BANDS).filters[0].stars

    assert one.ratio == pytest.approx(1.0, rel=1e-6)
    assert np.isnan(one.error)


def test_count_rates_are_not_compared(spectra, rng):
    rows = photometry(["F770W"], {"F770W": 1.0}, rng)

    with pytest.raises(DataError, match="Jy"):
        compare_filters([star("10 Lac", 0.1, unit="DN/s")], rows, BANDS)

    mixed = compare_filters([*spectra, star("10 Lac", 0.1, unit="DN/s")], rows, BANDS)
    assert "calibrate" in " ".join(mixed.messages)


def test_nothing_measured_is_refused(spectra):
    with pytest.raises(DataError, match="no rows"):
        compare_filters(spectra, [], BANDS)
