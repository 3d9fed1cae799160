"""Tests of engine.mrs.normalized_spectra."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError
from engine.files import load
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.normalized_spectra import (
    PAGES_UM,
    NormalizedParams,
    marked_bands,
    marked_blends,
    marked_lines,
    normalize_source,
)
from engine.simulate.photospheres import Photosphere, mean_over_bins
from engine.simulate.signal import plane_wavelengths_um
from engine.spectra.resample import rebin

RYDBERG_H_PER_UM = 10.967758  # R_infinity / (1 + m_e / m_p), CODATA 2018


def spectrum(band, wave_um, flux, *, error=None, flags=None):
    return Spectrum(
        frozen(wave_um),
        frozen(flux),
        frozen(np.full(wave_um.size, np.nan) if error is None else error),
        frozen(np.zeros(wave_um.size) if flags is None else flags, dtype=np.uint32),
        "Jy",
        Identity(target="10 Lac", band=band),
    )


def drawn(rng, *, snr=500.0, lines=()):
    """Return band 1B with Gaussian lines (center, depth, sigma) on a smooth continuum."""
    wave = np.arange(5.66, 6.63, 0.0008)
    truth = np.ones(wave.size)
    for center, depth, sigma in lines:
        truth -= depth * np.exp(-0.5 * ((wave - center) / sigma) ** 2)
    continuum = 20.0 * (wave / 6.0) ** -1.9 * (1.0 + 0.03 * np.sin(3.0 * wave))
    return wave, truth, continuum * truth * (1.0 + rng.normal(0.0, 1.0 / snr, wave.size)), continuum


def normalized(band, wave, flux, model=None, params=None, **options):
    model = np.full(wave.size, np.nan) if model is None else model
    one = spectrum(band, wave, flux, **options)
    return normalize_source("10 Lac/1524-16", [("e1", one, model)], params or NormalizedParams())


def test_what_is_left_is_the_lines_and_the_noise(rng):
    wave, truth, flux, _ = drawn(rng, lines=[(5.9082, -0.05, 0.004), (6.2919, 0.03, 0.004)])

    one = normalized("1B", wave, flux).bands[0]

    assert np.std(one.data - truth) == pytest.approx(1 / 500, rel=0.1)
    for center in (5.9082, 6.2919):
        near = np.abs(wave - center) < 0.02
        assert abs(np.mean((one.data - truth)[near])) < 5 / 500 / np.sqrt(near.sum())


def test_the_continuum_does_not_follow_the_broad_lines_of_10_lac():
    """Law+2025, Sec. 5.2: flat-topped emission at 14.27-14.37 um that the model lacks."""
    band = band_named("3B")
    wave = plane_wavelengths_um(band)
    star = Photosphere("hot", 35000.0, 0.2, "high ionization")
    flux = mean_over_bins(star, wave, band.step_um, of="star")
    model = mean_over_bins(star, wave, band.step_um, of="model")

    one = normalized("3B", wave, flux, model).bands[0]

    feature = (wave > 14.30) & (wave < 14.34)
    # The simulated star is brighter by 3 % there (engine/simulate/photospheres.py).
    assert_allclose(one.data[feature], 1.03, atol=0.003)
    assert_allclose(one.model[feature], 1.0, atol=0.002)


def test_data_and_model_have_each_their_own_continuum(rng):
    wave, _, flux, continuum = drawn(rng)

    one = normalized("1B", wave, flux, 0.9 * continuum * wave**0.3).bands[0]

    assert np.mean(one.data) == pytest.approx(1.0, abs=1e-3)
    assert_allclose(one.model, 1.0, atol=1e-3)


def test_the_level_does_not_matter(rng):
    wave, _, flux, _ = drawn(rng)

    one, other = (normalized("1B", wave, scale * flux).bands[0] for scale in (1.0, 1e-9))

    assert_allclose(one.data, other.data, rtol=1e-9)


def test_equivalent_widths_are_recovered_within_their_errors():
    depth, sigma = 0.05, 0.0025
    pulls = []
    for seed in range(60):
        center = 1.0 / (RYDBERG_H_PER_UM * (6**-2 - 9**-2))
        wave, _, flux, continuum = drawn(
            np.random.default_rng(seed), snr=300.0, lines=[(center, depth, sigma)]
        )
        line_free = continuum * (1 - 0.02 * np.exp(-0.5 * ((wave - center) / sigma) ** 2))
        found = normalized("1B", wave, flux, line_free).lines
        [line] = [one for one in found if one.line == "H I 9–6"]
        truth = depth * sigma * np.sqrt(2 * np.pi)
        pulls.append((line.width_um - truth) / line.width_error)
        assert line.model_width_um == pytest.approx(0.4 * truth, rel=0.05)

    assert abs(np.mean(pulls)) < 0.4
    assert 0.75 < np.std(pulls) < 1.4


def test_flagged_samples_are_no_measurement(rng):
    wave, _, flux, _ = drawn(rng)
    flags = np.zeros(wave.size)
    flags[200:210] = 1
    flux[200:210] *= 3.0

    one = normalized("1B", wave, flux, flags=flags).bands[0]

    assert np.isnan(one.data[200:210]).all()
    assert np.isfinite(one.data[[199, 210]]).all()


def test_a_handful_of_samples_says_so():
    wave = np.linspace(5.7, 5.75, 12)

    found = normalized("1B", wave, np.ones(12))

    assert np.isnan(found.bands[0].data).all()
    assert found.messages == ("1B: 12 good samples beside lines, 20 are needed.",)
    assert found.lines == ()


# Law+2025, Secs. 5.1 and 5.2, Fig. 8; 24.3175 is [Ne V], which the paper misprints as [Ne VI].
@pytest.mark.parametrize(
    ("name", "wave_um"),
    [("H I 9–6", 5.908), ("[Ne V]", 14.3217), ("[Ne V]", 24.3175), ("[Ne VI]", 7.6524),
     ("[O IV]", 25.89)],
)  # fmt: skip
def test_the_lines_of_the_paper_are_marked(name, wave_um):
    found = [one.wave_um for one in marked_lines(4.9, 28.0) if one.name == name]

    assert min(abs(one - wave_um) for one in found) < 6e-4


def test_hydrogen_stands_where_the_rydberg_formula_says():
    found = {one.name: one.wave_um for one in marked_lines(4.9, 28.0) if one.family == "H I"}

    for name, (up, low) in {"H I 6–5": (6, 5), "H I 7–6": (7, 6), "H I 9–6": (9, 6)}.items():
        assert found[name] == pytest.approx(1 / (RYDBERG_H_PER_UM * (low**-2 - up**-2)), abs=1e-4)


def test_marks_are_atoms_and_ions_of_stars_not_of_nebulae():
    names = {one.name for one in marked_lines(4.9, 28.0)}

    assert not any(name.startswith(("H2", "[Fe", "[Ar")) for name in names)
    assert {"He II 10–9"} <= names
    assert [one.name for one in marked_bands(4.9, 6.7)] == ["CO"]
    assert marked_bands(10.5, 16.0) == ()


def test_the_pages_are_those_of_the_appendix():
    assert PAGES_UM == ((4.9, 6.7), (6.7, 10.5), (10.5, 16.0), (16.0, 27.0))


@pytest.mark.parametrize(
    ("changes", "what"), [({"n_breakpoints": -2}, "-2 breakpoints"), ({"n_sigma": 0.1}, "0.1 σ")]
)
def test_parameters_out_of_range_are_refused_in_words(rng, changes, what):
    wave, _, flux, _ = drawn(rng)

    with pytest.raises(DataError, match=what):
        normalized("1B", wave, flux, params=NormalizedParams(**changes))


def test_no_spectrum_is_refused():
    with pytest.raises(DataError, match="no spectrum"):
        normalize_source("x", [])


def test_bands_are_put_in_order_of_wavelength(rng):
    wave, _, flux, _ = drawn(rng)
    none = np.full(wave.size, np.nan)
    spectra = [
        ("e2", replace(spectrum("1C", wave + 0.9, flux)), none),
        ("e1", spectrum("1B", wave, flux), none),
    ]

    found = normalize_source("x", spectra)

    assert [one.band for one in found.bands] == ["1B", "1C"]
    assert [one.wave_um for one in found.lines] == sorted(one.wave_um for one in found.lines)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "line", "band"),
    [("hd163466_stis_005", "H I 6–5", "1C"), ("hd2811_stis_004", "H I 7–6", "3A")],
)
def test_hydrogen_lines_of_calspec_models_are_where_they_are_marked(real_data, name, line, band):
    model = load(str(real_data(f"calspec/{name}.fits.gz"))).products[0]
    limits = band_named(band)
    wave = np.arange(limits.wave_min_um, limits.wave_max_um, limits.step_um)
    flux = rebin(model.wave_um, model.flux, wave)

    found = normalized(band, wave, flux)

    [mark] = [one for one in marked_lines(wave[0], wave[-1]) if one.name == line]
    near = np.abs(wave / mark.wave_um - 1) < 0.002
    weight = np.clip(1 - found.bands[0].data, 0.0, None)[near]
    center = np.sum(weight * wave[near]) / np.sum(weight)
    assert center == pytest.approx(mark.wave_um, rel=5e-4)
    [measured] = [one for one in found.lines if line in one.line.split(" + ")]
    assert measured.width_um > 0


def test_lines_in_each_others_windows_are_one_blend_with_one_width():
    """The truth: one Gaussian of known width at H I 7–6, which He I, He II and H I 11–8 crowd."""
    wave = np.linspace(11.6, 13.4, 1500)
    depth, sigma = 0.1, 0.006
    flux = 1.0 - depth * np.exp(-0.5 * ((wave - 12.3719) / sigma) ** 2)

    found = normalized("3A", wave, flux).lines

    near = [one for one in found if abs(one.wave_um - 12.37) < 0.05]
    assert len(near) == 1
    assert set(near[0].line.split(" + ")) == {"H I 7–6", "He I 7–6", "He II 14–12", "H I 11–8"}
    assert near[0].width_um == pytest.approx(depth * sigma * np.sqrt(2.0 * np.pi), rel=0.03)


def test_emission_has_a_negative_width():
    wave = np.linspace(11.6, 13.4, 1500)
    flux = 1.0 + 0.1 * np.exp(-0.5 * ((wave - 12.3719) / 0.006) ** 2)

    [line] = [one for one in normalized("3A", wave, flux).lines if abs(one.wave_um - 12.37) < 0.05]

    assert line.width_um < 0


def test_blends_have_every_marked_line_once():
    lines = marked_lines(4.9, 28.8)

    blends = marked_blends(4.9, 28.8)

    together = [line for blend in blends for line in blend]
    assert len(together) == len(lines)
    assert set(together) == set(lines)
    assert ["H I 9–6"] in [[line.name for line in blend] for blend in blends]
