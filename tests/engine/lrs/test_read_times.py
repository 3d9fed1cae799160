"""Tests of engine.lrs.read_times."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.read_times import pattern_frequencies, readout_of
from engine.model.identity import Identity, Origin
from engine.resources import read_toml


def readout(subarray="SLITLESSPRISM", pattern="FASTR1"):
    return readout_of(Identity(subarray=subarray), Origin(header=(("READPATT", pattern),)))


def test_every_subarray_adds_up_to_its_frame():
    table = read_toml("lrs_readout.toml")

    for row in table["subarrays"].values():
        outside = (table["detector_rows"] - row["rows"]) * table["skipped_row_clocks"]
        assert row["rows"] * row["row_clocks"] + outside == row["frame_clocks"]


def test_four_columns_are_read_at_once_and_rows_follow_each_other():
    times = readout().pixel_times(416, 72)

    assert np.all(times[0, :4] == 0.0)
    assert np.isclose(times[0, 4], 10e-6)
    assert np.isclose(times[1, 0], 28 * 10e-6)
    assert np.isclose(times[415, 71], (415 * 28 + 17) * 10e-6)


def test_390_hz_advances_by_an_eighth_of_a_period_from_frame_to_frame():
    frame = readout().frame_times(1, 2)[0, 1]

    assert np.isclose(frame, 0.15904)
    assert np.isclose((pattern_frequencies()["emi"] * frame) % 1.0, 0.125)


def test_an_integration_is_followed_by_a_reset_of_one_frame():
    assert np.isclose(readout().frame_times(2, 10)[1, 0], 11 * 0.15904)
    assert np.isclose(readout(pattern="FASTGRPAVG8").frame_times(2, 10)[1, 0], 10 * 0.15904)


def test_slow_reads_of_the_whole_detector_take_nine_clocks():
    times = readout("FULL", "SLOWR1").pixel_times(2, 8)

    assert np.isclose(times[0, 4], 90e-6)
    assert np.isclose(times[1, 0], 2333 * 10e-6)


def test_other_instruments_are_read_otherwise():
    with pytest.raises(DataError, match="not for NIRCAM"):
        readout_of(Identity(instrument="NIRCAM", subarray="FULL"), Origin())


@pytest.mark.parametrize(("subarray", "word"), [("", "SUBARRAY"), ("SUB17", "SUB17")])
def test_what_is_not_known_is_said(subarray, word):
    with pytest.raises(DataError, match=word):
        readout(subarray)
