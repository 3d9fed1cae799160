"""Tests of engine.lrs.usable_range: the rules of the page on known issues."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.usable_range import UsableRangeParams, find_usable_range
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

WAVE = np.sqrt(np.linspace(4.2**2, 14.3**2, 416))


def spectrum(*, slope, exp_type="MIR_LRS-SLITLESS", snr=100.0, poor_beyond=99.0, seed=1):
    rng = np.random.default_rng(seed)
    flux = 0.05 * (WAVE / 10.0) ** slope
    noise = flux * np.where(poor_beyond < WAVE, 1.0 / 2.0, 1.0 / snr)
    return Spectrum(
        WAVE,
        flux + noise * rng.standard_normal(WAVE.size),
        noise,
        np.zeros(WAVE.size, dtype=np.uint32),
        "Jy",
        identity=Identity(exp_type=exp_type, instrument="MIRI"),
    )


@pytest.mark.parametrize(
    ("slope", "exp_type", "low"),
    [
        (-2.0, "MIR_LRS-SLITLESS", 5.0),
        (1.0, "MIR_LRS-SLITLESS", 5.2),
        (1.0, "MIR_LRS-FIXEDSLIT", 5.0),
    ],
)
def test_the_blue_limit_is_farther_out_for_red_sources_without_the_slit(slope, exp_type, low):
    found = find_usable_range(spectrum(slope=slope, exp_type=exp_type))

    assert found.low_um == low
    assert found.is_red == (slope > 0)
    assert abs(found.slope - slope) < 0.05


@pytest.mark.parametrize(("poor_beyond", "high"), [(99.0, 14.0), (13.0, 13.0), (12.0, 12.0)])
def test_the_red_limit_follows_the_signal_to_noise_ratio(poor_beyond, high):
    found = find_usable_range(spectrum(slope=-2.0, poor_beyond=poor_beyond))

    assert found.high_um == high
    assert found.unusable[-1].low_um == high


def test_a_spectrum_that_is_poor_everywhere_keeps_the_last_limit_and_says_so():
    found = find_usable_range(spectrum(slope=-2.0, snr=2.0))

    assert found.high_um == 12.0
    assert "even there the spectrum is poor" in " ".join(found.messages)


def test_the_signal_to_noise_ratio_does_not_believe_the_stated_errors():
    honest = spectrum(slope=-2.0, poor_beyond=13.0)
    boastful = replace(honest, error=honest.error * 0.01)

    assert find_usable_range(boastful).high_um == 13.0


def test_each_range_has_its_reason():
    reasons = [one.reason for one in find_usable_range(spectrum(slope=1.0)).unusable]

    assert reasons[0] == "below 4.5 µm: fold-over"
    assert "below 5.2 µm" in reasons[1]
    assert "red source" in reasons[1]
    slit = find_usable_range(spectrum(slope=1.0, exp_type="MIR_LRS-FIXEDSLIT")).unusable
    assert "slit filter" in slit[0].reason


def test_the_user_decides_on_color_and_limits():
    blue = find_usable_range(spectrum(slope=1.0), UsableRangeParams(color="blue"))
    other = find_usable_range(spectrum(slope=1.0), UsableRangeParams(blue_red_um=5.5, red_um=(11,)))

    assert blue.low_um == 5.0
    assert (other.low_um, other.high_um) == (5.5, 11)


def test_dropouts_do_not_change_the_color():
    whole = spectrum(slope=-2.0)
    flux = whole.flux.copy()
    flux[60:68] *= 0.2

    assert abs(find_usable_range(replace(whole, flux=flux)).slope + 2.0) < 0.1


def test_nothing_to_go_by_is_said_in_one_sentence():
    empty = replace(spectrum(slope=1.0), flux=np.full(WAVE.size, np.nan))

    with pytest.raises(DataError, match="no measurement"):
        find_usable_range(empty)
    with pytest.raises(DataError, match="red limit"):
        find_usable_range(spectrum(slope=1.0), UsableRangeParams(red_um=()))


def test_a_file_without_keywords_is_taken_for_one_of_the_slit_and_says_so():
    found = find_usable_range(spectrum(slope=1.0, exp_type=""))

    assert found.low_um == 5.0
    assert "EXP_TYPE" in found.messages[0]


def test_what_lies_outside_is_not_held():
    held = find_usable_range(spectrum(slope=-2.0)).holds(np.array([4.9, 5.0, 14.0, 14.1]))

    assert np.array_equal(held, [np.nan, 1.0, 1.0, np.nan], equal_nan=True)
