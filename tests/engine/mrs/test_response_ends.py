"""Good samples at an end of a band are kept, bad ones are not, and either is said."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.mrs.response_curve import fit_given, spline_space_of
from engine.mrs.response_ends import rejected_ends, remarks_on_ends
from engine.mrs.response_samples import measure_ratio, select_samples
from engine.mrs.star_response import SampleState, StarResponseParams, fit_star_response
from engine.numerics.breakpoints import even
from engine.simulate.spectra import simulate_response_spectrum

_SNR = 300.0
_AUTOMATIC = StarResponseParams()


def _made(seed, band):
    """Return a simulated star and the samples that were measured."""
    rng = np.random.default_rng([seed, 5])
    made = simulate_response_spectrum(rng, band, snr=_SNR, fringe_amplitude=0.002)
    return made, np.flatnonzero(made.observed.is_good)


def _times(made, factor):
    return replace(made.observed, flux=frozen(made.observed.flux * factor))


def _with_feature(seed, band):
    """Return a star with a flat-topped feature near its red end that the model lacks.

    As [Ne V] 24.3 um in 10 Lac (Law+2025, Sec. 5.2): 24 samples wide, 12 before the end.
    """
    made, measured = _made(seed, band)
    x = (np.arange(made.observed.size) - (measured[-1] - 24)) / 12.0
    return made, _times(made, 1 + 15 / _SNR * np.exp(-(x**8))), measured


def _with_bad_end(seed, band):
    made, measured = _made(seed, band)
    factor = np.ones(made.observed.size)
    factor[measured[-8:]] = 1.08
    return made, _times(made, factor), measured


@pytest.mark.parametrize("band", ["2C", "3B", "3C", "4B"])
@pytest.mark.parametrize("seed", [2, 3])
def test_a_feature_next_to_an_end_does_not_bend_the_vector(band, seed):
    made, observed, measured = _with_feature(seed, band)

    found = fit_star_response(observed, made.model, _AUTOMATIC)

    miss = np.abs(found.vector / made.response - 1)[measured]
    # Of one sample the noise is 1/300; the feature is 15 of it.
    assert np.nanmax(miss) < 3 / _SNR
    assert np.mean(found.state[measured[-8:]] == SampleState.USED) > 0.7


@pytest.mark.parametrize("band", ["1B", "2C", "3B", "4B"])
def test_an_end_that_is_wrong_stays_rejected_and_is_said(band):
    made, observed, measured = _with_bad_end(2, band)

    found = fit_star_response(observed, made.model, _AUTOMATIC)

    miss = np.abs(found.vector / made.response - 1)[measured]
    assert np.nanmax(miss) < 3 / _SNR
    assert (found.state[measured[-8:]] == SampleState.REJECTED).all()
    first, last = made.observed.wave_um[measured[[-8, -1]]]
    said = [text for text in found.messages if "at the red end" in text]
    assert said == [
        f"All 8 samples at the red end, {first:.3f}–{last:.3f} µm, are rejected: look whether they "
        "are wrong, or a feature next to them; mask what is."
    ]


def test_what_is_rejected_instead_is_said():
    made, observed, measured = _with_feature(2, "4B")

    messages = fit_star_response(observed, made.model, _AUTOMATIC).messages

    kept = [text for text in messages if "rejected in their place" in text]
    assert len(kept) == 1
    assert f"–{made.observed.wave_um[measured[-1]]:.3f} µm are kept" in kept[0]


def test_an_ordinary_star_is_told_nothing_of_its_ends():
    made, _ = _made(5, "3B")

    messages = fit_star_response(made.observed, made.model, _AUTOMATIC).messages

    assert not any(" end" in text or "in their place" in text for text in messages)


def test_breakpoints_of_the_user_stay_and_a_rejected_blue_end_is_said():
    made, measured = _made(6, "2A")
    factor = np.ones(made.observed.size)
    factor[measured[:5]] = 1.2
    wave = made.observed.wave_um[measured]
    params = StarResponseParams(even((wave[0], wave[-1]), 6))

    found = fit_star_response(_times(made, factor), made.model, params)

    assert found.breakpoints_um.size == 6
    assert any("All 5 samples at the blue end" in text for text in found.messages)


def test_one_or_two_samples_at_an_end_are_no_run():
    made, measured = _made(7, "1A")
    factor = np.ones(made.observed.size)
    factor[measured[-2:]] = 1.3
    ratio = measure_ratio(_times(made, factor), made.model)
    samples = select_samples(ratio, _AUTOMATIC, "factor")
    space = spline_space_of(_AUTOMATIC, samples, even(samples.limits_um, 8))

    fit, _ = fit_given(samples, space, _AUTOMATIC)

    assert not fit.used[measured[-2:]].any()
    assert rejected_ends(samples, fit) == ()
    assert remarks_on_ends(samples, fit) == ()


def _drawn(seed, kind):
    """Return a star with a feature near an end, or with a wrong end, of random size and side."""
    rng = np.random.default_rng([seed, 8])
    made, measured = _made(seed, ("1B", "2C", "3B", "4A", "4B", "1C")[seed % 6])
    order = rng.choice([-1, 1])
    factor = np.ones(made.observed.size)
    sign = rng.choice([-1.0, 1.0])
    if kind == "feature":
        width, gap = rng.uniform(10, 30), rng.uniform(5, 20)
        center = measured[::-order][0] - order * (gap + 0.5 * width)
        x = (np.arange(factor.size) - center) / (0.5 * width)
        factor += sign * rng.uniform(10, 20) / _SNR * np.exp(-(x**8))
    else:
        factor[measured[::-order][: int(rng.uniform(5, 15))]] += sign * rng.uniform(10, 40) / _SNR
    return made, _times(made, factor)


@pytest.mark.rig
@pytest.mark.parametrize("kind", ["feature", "wrong end"])
def test_ends_over_120_draws(kind):
    # Without a second fit 80 % of the features are below 17 only; the figures stand in
    # docs/science/star_response.md.
    misses = []
    for seed in range(120):
        made, observed = _drawn(seed, kind)
        one = fit_star_response(observed, made.model, _AUTOMATIC)
        misses.append(_SNR * np.nanmax(np.abs(one.vector / made.response - 1)))

    median, most = np.quantile(misses, [0.5, 0.8])
    print(f"{kind}: median {median:.2f}, 80 % below {most:.2f}")  # noqa: T201
    assert median < 1.0
    assert most < 14.0
