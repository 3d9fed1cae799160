"""Tests of engine.lrs.trace."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.lrs.trace import find_trace, missing_peaks, runs_of


def tilted(n_rows=400, tilt=3.0, center=20.0):
    columns, rows = np.arange(44), np.arange(n_rows)
    place = center + tilt * rows / n_rows
    light = np.exp(-0.5 * ((columns[None, :] - place[:, None]) / 1.5) ** 2)
    noise = np.random.default_rng(3).standard_normal(light.shape)
    return 100.0 * light + 0.5 * noise, place


@pytest.mark.parametrize("tilt", [0.0, 3.0, -3.0])
def test_a_straight_trace_is_followed_within_a_pixel(tilt):
    values, place = tilted(tilt=tilt)

    assert np.max(np.abs(find_trace(values) - place)) <= 1.0


def test_the_negative_trace_of_the_other_nod_is_not_taken():
    values, _ = tilted(tilt=0.0)

    assert set(find_trace(values - 1.2 * np.roll(values, 12, axis=1))) == {20}


def test_an_image_without_a_source_has_no_trace():
    with pytest.raises(DataError, match="no trace"):
        find_trace(np.random.default_rng(1).standard_normal((400, 44)))


def test_rows_and_wings_that_are_missing_are_no_missing_peaks():
    values, _ = tilted(tilt=0.0)
    values[50] = np.nan  # the whole row
    values[60, 26] = np.nan  # a wing
    values[70, 20] = np.nan  # the peak

    missing = missing_peaks(values, find_trace(values))

    assert list(np.flatnonzero(missing)) == [70]


def test_a_peak_between_two_columns_has_two_of_them():
    columns = np.arange(44)
    values = np.tile(np.exp(-0.5 * ((columns - 20.5) / 1.5) ** 2), (400, 1))
    values[100, 20] = np.nan
    values[200, 21] = np.nan
    values[300, 23] = np.nan

    missing = missing_peaks(values, find_trace(values))

    assert list(np.flatnonzero(missing)) == [100, 200]


def test_runs_are_told_by_first_and_last_index():
    rows = np.array([1, 0, 0, 1, 1, 1, 0, 1], dtype=bool)

    assert runs_of(rows) == ((0, 0), (3, 5), (7, 7))
    assert runs_of(np.zeros(4, dtype=bool)) == ()
