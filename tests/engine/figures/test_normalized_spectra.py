"""Tests of engine.figures.normalized_spectra."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.arrays import frozen
from engine.figures import draw_normalized_spectra
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.normalized_spectra import PAGES_UM, normalize_source
from engine.simulate.photospheres import Photosphere, mean_over_bins
from engine.simulate.signal import plane_wavelengths_um


@pytest.fixture
def source(rng):
    """Return 10 Lac in 1B and 3B."""
    star = Photosphere("hot", 35000.0, 0.2, "high ionization")
    spectra = []
    for name in ("1B", "3B"):
        band = band_named(name)
        wave = plane_wavelengths_um(band)
        flux = mean_over_bins(star, wave, band.step_um, of="star")
        model = mean_over_bins(star, wave, band.step_um, of="model")
        flux = flux * rng.normal(1.0, 0.001, wave.size)
        flags = frozen(np.zeros(wave.size), dtype=np.uint32)
        identity = Identity(target="10 Lac", band=name)
        one = Spectrum(frozen(wave), frozen(flux), frozen(flux * 0.001), flags, "Jy", identity)
        spectra.append((name, one, model))
    return normalize_source("10 Lac/1524-16", spectra)


def test_each_page_of_the_appendix_is_a_panel_with_its_lines(source):
    figure = Figure(layout="constrained")

    draw_normalized_spectra(figure, [source], title="10 Lac")
    figure.draw_without_rendering()

    assert [axes.get_xlim() for axes in figure.axes] == list(PAGES_UM)
    named = [text.get_text() for axes in figure.axes for text in axes.texts]
    # Law+2025, Figs. 8 and 11: Humphreys gamma in 1B, [Ne V] in 3B and 4B.
    assert "9–6" in named
    assert named.count("[Ne V]") == 2
    curves = [line for line in figure.axes[2].lines if len(line.get_xdata()) > 100]
    data = max(curves, key=lambda line: np.nanmedian(line.get_ydata()))
    peak = data.get_xdata()[np.nanargmax(data.get_ydata())]
    assert peak == pytest.approx(14.32, abs=0.06)
