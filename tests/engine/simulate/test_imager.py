"""Tests of engine.simulate.imager: photometry with a known ratio."""

import numpy as np
import pytest

from engine.compare.filter_photometry import SourceSpectrum, compare_filters
from engine.compare.photometry_table import measurements_of
from engine.files import load
from engine.files.packaged_bandpasses import packaged_bandpass
from engine.model.spectrum import Spectrum
from engine.photometry.synthetic import band_flux
from engine.simulate.imager import photometry_table
from engine.simulate.instrument import draw_instrument
from engine.simulate.other_instruments import photon_mean_jy, true_flux_jy
from engine.simulate.program import standard_stars


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    instrument = draw_instrument(np.random.default_rng(2025))
    product = photometry_table(instrument, np.random.default_rng(7))
    path = tmp_path_factory.mktemp("imager") / "photometry.ecsv"
    path.write_bytes(product.content)
    return instrument, load(path).products[0], product.truth


def spectra(instrument):
    wave = np.geomspace(4.9, 28.5, 12_000)
    for exposure in standard_stars():
        flux = true_flux_jy(instrument, exposure, wave)
        flags = np.zeros(wave.size, dtype=np.uint32)
        spectrum = Spectrum(wave, flux, 0.002 * flux, flags, "Jy")
        yield SourceSpectrum(exposure.star, exposure.star, spectrum)


def test_the_ratio_of_each_filter_comes_out(made):
    instrument, table, truth = made
    measured = measurements_of(table)
    bandpasses = {one: packaged_bandpass(one) for one in truth["spectrum_over_imager"]}

    result = compare_filters(list(spectra(instrument)), measured, bandpasses)

    for one in result.filters:
        scatter = truth["scatter_percent"][one.instrument] / 100.0
        expected = truth["spectrum_over_imager"][one.filter]
        assert one.mean == pytest.approx(expected, abs=3.5 * scatter / np.sqrt(one.n_used))


def test_the_stars_that_stand_out_are_clipped_and_no_others(made):
    instrument, table, truth = made
    bandpasses = {one: packaged_bandpass(one) for one in truth["spectrum_over_imager"]}

    result = compare_filters(list(spectra(instrument)), measurements_of(table), bandpasses)

    off = {(star, one["filter"]) for star, one in truth["off"].items()}
    found = {(s.star, s.filter) for one in result.filters for s in one.stars if s.is_clipped}
    assert found == off


def test_without_scatter_both_integrals_agree(made):
    instrument, *_ = made
    [spectrum] = [one for one in spectra(instrument) if one.star == "HD 2811"]
    [exposure] = [one for one in standard_stars() if one.star == "HD 2811"]

    for name in ("F770W", "F1500W"):
        ours = band_flux(
            packaged_bandpass(name), spectrum.spectrum.wave_um, spectrum.spectrum.flux
        ).flux
        assert ours == pytest.approx(photon_mean_jy(instrument, exposure, name), rel=3e-4)
