"""Visits of the simulated monitor star: what was put in comes out."""

import numpy as np
import pytest

from engine.compare.repeatability import measure_repeatability
from engine.compare.stochastic_noise import measure_noise
from engine.compare.visits import Visit
from engine.files import load
from engine.resources import read_toml
from engine.simulate.instrument import draw_instrument
from engine.simulate.observations import visit_spectrum
from engine.simulate.program import visits

BANDS = ("1A", "2B", "3C", "4A")
PUBLISHED = read_toml("published/law2025_repeatability.toml")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the visits of the full demo in some bands, and the truth of each."""
    folder = tmp_path_factory.mktemp("visits")
    rng = np.random.default_rng(2025)
    instrument = draw_instrument(rng)
    found, truths = [], []
    for exposure in visits():
        for band in exposure.bands:
            if band.name not in BANDS:
                continue
            product = visit_spectrum(instrument, exposure, band, rng)
            path = folder / f"{exposure.date}_{band.name}_x1d.fits"
            path.write_bytes(product.content)
            reason = (
                "mirror tilt"
                if exposure.date == PUBLISHED["repeatability"]["excluded_date"]
                else ""
            )
            found.append(Visit(path.stem, load(path).products[0], reason))
            truths.append(product.truth)
    return found, truths


def of_band(truths, band):
    return [one for one in truths if one["band"] == band]


def test_there_are_as_many_visits_as_were_published(made):
    result = measure_repeatability("HD 163466", made[0])

    assert len(result.bands[0].visits) == PUBLISHED["repeatability"]["n_visits"]
    assert result.bands[0].n_used == PUBLISHED["repeatability"]["n_visits"] - 1


def test_the_levels_that_were_put_in_come_out(made):
    found, truths = made

    result = measure_repeatability("HD 163466", found)

    for one in result.bands:
        if one.band not in BANDS:
            continue
        used = np.array([visit.is_used for visit in one.visits])
        true = np.array([truth["level"] for truth in of_band(truths, one.band)])
        expected = true / true[used].mean()
        ratio = np.array([visit.ratio for visit in one.visits])
        error = np.array([visit.ratio_error for visit in one.visits])
        pulls = ((ratio - expected) / error)[used]
        assert np.abs(pulls).max() < 4.5
        assert one.scatter == pytest.approx(np.std(expected[used], ddof=1), rel=0.1)


def test_the_repeatability_is_as_good_as_published_to_3c(made):
    result = measure_repeatability("HD 163466", made[0])

    limit = PUBLISHED["repeatability"]["scatter_below_percent"] / 100.0
    scatter = {one.band: one.scatter for one in result.bands}
    assert max(scatter[band] for band in ("1A", "2B", "3C")) < limit
    assert scatter["4A"] > limit


def test_the_tilt_of_the_mirror_stands_out(made):
    result = measure_repeatability("HD 163466", made[0])

    [event] = [visit for visit in result.bands[0].visits if not visit.is_used]
    assert event.date == "2024-02-28"
    assert event.ratio - 1.0 < -8.0 * result.bands[0].scatter


def test_the_noise_that_was_put_in_comes_out(made):
    found, truths = made

    result = measure_noise("HD 163466", found)

    for one in result.bands:
        if one.band in BANDS:
            truth = of_band(truths, one.band)[0]
            put_in = np.hypot(1.0 / truth["snr_noise"], truth["fringe_rms"])
            assert one.noise == pytest.approx(put_in, rel=0.06)


def test_the_visit_whose_errors_are_too_small_is_told(made):
    result = measure_noise("HD 163466", made[0])

    [told] = [one for one in result.messages if "times its noise" in one]
    assert "2022-06-09" in told
