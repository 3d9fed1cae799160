"""Tests of engine.figures.band_snr."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.figures import draw_band_snr
from engine.model.identity import Identity
from engine.mrs.band_snr import measure_band_snr
from engine.simulate.spectra import simulate_response_spectrum


@pytest.fixture
def source(rng):
    """Return 16 Cyg B in two bands."""
    spectra = []
    for band in ("1B", "4A"):
        made = simulate_response_spectrum(rng, band, star_class="G").observed
        identity = Identity(target="16 Cyg B", program="1538", observation="1", band=band)
        fields = {name: getattr(made, name) for name in ("wave_um", "flux", "error", "flags")}
        spectra.append((band, type(made)(**fields, unit=made.unit, identity=identity)))
    return measure_band_snr("16 Cyg B/1538-1", spectra)


def test_the_published_numbers_stand_beside_those_measured(source):
    figure = Figure(layout="constrained")

    draw_band_snr(figure, source, title="16 Cyg B/1538-1")
    figure.draw_without_rendering()

    top, bottom = figure.axes
    [published] = [line for line in top.lines if line.get_marker() == "o"]
    # Law+2025, Table 1: 16 Cyg B in 1B and 4A.
    assert list(published.get_ydata()) == [244, 202]
    measured = [line.get_ydata()[0] for line in top.lines if line.get_marker() == "s"]
    assert measured == [source.band("1B").snr, source.band("4A").snr]
    assert len(bottom.lines) == 2
    percent = bottom.lines[0].get_ydata()
    assert np.nanstd(percent) == pytest.approx(100.0 / source.band("1B").snr, rel=0.05)
    assert top.get_title(loc="left") == "16 Cyg B/1538-1"
