"""Ten stars of 2022 to 2024 agree better when the loss that the lamps show is taken out.

The truth is that of the simulation: the factor of each star relative to the mean of all.
"""

import numpy as np
import pytest

from engine.files import load
from engine.model.bands import band_named
from engine.mrs.count_rate_loss import LampDate, fit_count_rate_loss
from engine.mrs.rate_correction import KnownLoss, RateCorrectionParams, correct_rate
from engine.simulate.instrument import draw_instrument
from engine.simulate.lamps import lamp_table
from engine.simulate.observations import star_spectrum
from engine.simulate.photospheres import mean_over_bins
from engine.simulate.program import standard_stars

_LARGEST = {"1C": 0.002, "3C": 0.003, "4A": 0.004, "4C": 0.01}


@pytest.fixture(scope="module")
def lamps(tmp_path_factory):
    path = tmp_path_factory.mktemp("lamps") / "lamps.ecsv"
    path.write_bytes(lamp_table(np.random.default_rng(7)))
    return load(path).products


def _known(lamps, band):
    own = [one for one in lamps if one.identity.band == band]
    dates = [LampDate(f"d{i}", one) for i, one in enumerate(own)]
    fit = fit_count_rate_loss(band, dates)
    return KnownLoss("lamps", fit.table, fit)


@pytest.mark.parametrize("name", _LARGEST)
def test_the_factors_of_all_stars_meet_their_truth_with_the_correction_only(name, lamps, tmp_path):
    band, known = band_named(name), _known(lamps, name)
    instrument = draw_instrument(np.random.default_rng(5))
    off, on = [], []
    for number, exposure in enumerate(standard_stars()):
        path = tmp_path / f"{number}.fits"
        made = star_spectrum(instrument, exposure, band, np.random.default_rng([5, number]))
        path.write_bytes(made.content)
        [seen] = load(path).products
        wave = seen.wave_um
        model = mean_over_bins(exposure.photosphere, wave, band.step_um, of="model")
        truth = instrument.responses[name].factor(wave) * instrument.observed_factor(
            exposure, band, wave
        )
        for found, apply in ((off, "off"), (on, "automatic")):
            rate = correct_rate(seen, known, RateCorrectionParams(apply)).spectrum.flux
            found.append(np.nanmedian(1e-6 * model / (rate * seen.pixel_area_sr) / truth))

    assert np.std(on, ddof=1) < _LARGEST[name]
    assert abs(np.mean(on) - 1.0) < _LARGEST[name]
    assert np.std(off, ddof=1) > 3.0 * np.std(on, ddof=1)
