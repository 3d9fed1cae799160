"""Tests of engine.lrs.periodic_noise: amplitudes are injected by the simulation."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.periodic_noise import PeriodicParams, noise_in_ramp, noise_in_rates
from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.ramp import Ramp
from engine.simulate.lrs_scene import Source
from engine.simulate.lrs_slitless import SlitlessTruth, Wave, slitless_ramps, slitless_rates

BLUE = Source("HD 2811", "blue", 0.05, "1536", "43", 59744.1)
WHAT = Identity(exp_type="MIR_LRS-SLITLESS", subarray="SLITLESSPRISM", instrument="MIRI")
HOW = Origin(header=(("NFRAMES", "1"), ("NGROUPS", "10"), ("READPATT", "FASTR1")))
FEW = PeriodicParams(highest_hz=400.0, step_hz=20.0)
EMI, HEATER = 390.625, 10.039216


def truth(emi=6.0, heater=2.0):
    waves = (Wave(EMI, emi, 1.0), Wave(HEATER, heater, 4.0))
    return SlitlessTruth(60.0, 0.25, 0.03, tuple(w for w in waves if w.amplitude_dn), 6.0)


@pytest.fixture(scope="module")
def ramp():
    data = slitless_ramps(BLUE, truth(), np.random.default_rng(5), n_ints=2, n_groups=10)
    return Ramp(data, np.zeros(data.shape[-2:], dtype=np.uint32), "DN", "ramp", WHAT, HOW)


def rates(emi=6.0, heater=2.0, *, n_ints=6, seed=3):
    data, sigma = slitless_rates(
        BLUE, truth(emi, heater), np.random.default_rng(seed), n_ints=n_ints, n_groups=10
    )
    data[:, :, :4] = np.nan
    flags = np.zeros(data.shape[1:], dtype=np.uint32)
    return [
        Image(one, error, flags, "DN/s", identity=WHAT, origin=HOW)
        for one, error in zip(data, sigma, strict=True)
    ]


def test_ramps_give_the_injected_amplitudes_and_phases(ramp):
    found = noise_in_ramp(ramp, FEW)

    for name, amplitude, phase in (("emi", 6.0, 1.0), ("heater", 2.0, 4.0)):
        one = found.wave(name)
        assert one.is_found
        assert abs(one.amplitude - amplitude) < 4.0 * one.error
        assert one.error < 0.02 * 6.0
        digits = 1 - int(np.floor(np.log10(one.error)))
        assert any(
            f"{one.amplitude:.{digits}f} ± {one.error:.{digits}f} DN" in said
            for said in found.messages
        )
        assert abs(one.cosine - amplitude * np.cos(phase)) < 4.0 * one.cosine_error
        assert abs(one.sine + amplitude * np.sin(phase)) < 4.0 * one.sine_error


def test_the_periodogram_holds_the_known_frequencies(ramp):
    found = noise_in_ramp(ramp, FEW)

    at = int(np.flatnonzero(found.frequency_hz == EMI)[0])
    assert found.amplitude[at] > 20.0 * found.noise
    assert HEATER in found.frequency_hz


def test_rates_give_a_diagnosis_and_say_so():
    found = noise_in_rates(rates(), FEW)

    assert found.source == "rate images"
    assert found.wave("emi").is_found
    assert found.wave("heater").is_found
    assert "diagnosis only" in " ".join(found.messages)


def test_nothing_is_found_where_nothing_is():
    found = [noise_in_rates(rates(0.0, 0.0, seed=seed), FEW) for seed in range(4)]

    assert not any(one.is_found for result in found for one in result.waves)
    assert "is not found" in found[0].messages[0]


def test_one_rate_image_tells_390_hz_but_not_10_hz():
    found = noise_in_rates(rates(n_ints=1), FEW)

    assert found.source == "one rate image"
    assert found.wave("emi").is_found
    assert "cannot be told from a background" in found.wave("heater").reason


def test_bad_input_is_said_in_one_sentence(ramp):
    short = replace(ramp, data=ramp.data[:, :2])
    averaged = replace(ramp, origin=Origin(header=(("NFRAMES", "8"),)))
    unnamed = replace(ramp, identity=Identity())
    flagged = replace(ramp, flags=np.ones_like(ramp.flags))
    silent = [replace(rates(n_ints=1)[0], origin=Origin())]

    with pytest.raises(DataError, match="2 groups"):
        noise_in_ramp(short)
    with pytest.raises(DataError, match="8 frames"):
        noise_in_ramp(averaged)
    with pytest.raises(DataError, match="SUBARRAY"):
        noise_in_ramp(unnamed)
    with pytest.raises(DataError, match="pixels can be used"):
        noise_in_ramp(flagged)
    with pytest.raises(DataError, match="NGROUPS"):
        noise_in_rates(silent)
    with pytest.raises(DataError, match="no rate image"):
        noise_in_rates([])


def test_a_correction_of_the_pipeline_is_said():
    done = replace(HOW, steps=(("S_MIREMI", "COMPLETE"),))

    found = noise_in_rates([replace(one, origin=done) for one in rates(0.0, 0.0)], FEW)

    assert "S_MIREMI is COMPLETE" in found.messages[-1]
