"""Tests of engine.simulate.slit_spectra: the ratio that was put in comes out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.compare.spectrograph_ratios import SpectrumPair, compare_spectrographs
from engine.files import load
from engine.model.spectrum import Spectrum
from engine.simulate.instrument import draw_instrument
from engine.simulate.other_instruments import true_flux_jy
from engine.simulate.slit_spectra import slit_ratio, slit_spectrum, slit_stars


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    instrument = draw_instrument(np.random.default_rng(2025))
    wave = np.geomspace(4.9, 28.4, 9000)
    folder = tmp_path_factory.mktemp("slit")
    pairs = []
    for at, exposure in enumerate(slit_stars()):
        path = folder / f"{at}.ecsv"
        made = slit_spectrum(instrument, exposure, np.random.default_rng(at))
        path.write_bytes(made.content)
        opened = load(path)
        assert opened.kind == "spectrum"
        coarse = opened.products[0]
        assert coarse.identity.instrument == "IRS"
        flux = true_flux_jy(instrument, exposure, wave)
        flags = np.zeros(wave.size, dtype=np.uint32)
        fine = Spectrum(wave, flux, 1e-3 * flux, flags, "Jy")
        pairs.append(SpectrumPair(exposure.star, "IRS", exposure.star, fine, coarse))
    return compare_spectrographs(pairs)


def test_three_stars_are_there(result):
    assert len(result.stars) == 3


def test_the_ratio_of_each_star_comes_out_below_the_split(result):
    for one in result.stars:
        expected = np.mean(slit_ratio(one.star, one.wave_um[one.is_used & (one.wave_um < 18.0)]))
        assert one.short.mean == pytest.approx(expected, abs=4.0 * one.short.error)


def test_the_offset_beyond_is_found(result):
    for one in result.stars:
        used = one.is_used & (one.wave_um >= 18.0)
        expected = np.mean(slit_ratio(one.star, one.wave_um[used]))
        assert one.long.mean == pytest.approx(expected, abs=4.0 * one.long.error)
    assert result.long.mean - result.short.mean == pytest.approx(0.028, abs=0.01)


def test_faint_stars_are_trimmed_where_their_noise_is_large(result):
    ends = {one.star: one.wave_um[one.is_used][-1] for one in result.stars}

    assert ends["HD 163466"] < ends["δ UMi"]


def test_the_scatter_is_that_of_the_errors(result):
    for one in result.stars:
        pull = (one.ratio - slit_ratio(one.star, one.wave_um)) / one.error
        assert_allclose(np.nanstd(pull), 1.0, atol=0.2)
