"""Tests of engine.lrs.box_spectrum."""

import numpy as np

from engine.lrs.box_spectrum import box_spectrum, cut_trace, trace_profiles


def source(n_rows=40):
    columns = np.arange(21)
    shape = np.exp(-0.5 * ((columns - 10.2) / 1.4) ** 2)
    level = np.linspace(1.0, 3.0, n_rows)
    return level[:, None] * shape[None, :], np.full(n_rows, 10)


def test_a_box_is_the_sum_of_what_is_measured():
    values, trace = source()
    values[5, 10] = np.nan
    values[6] = np.nan

    box = box_spectrum(values, trace, 2)

    assert np.isclose(box[4], values[4, 8:13].sum())
    assert np.isclose(box[5], np.nansum(values[5, 8:13]))
    assert np.isnan(box[6])


def test_columns_beyond_the_image_are_no_measurement():
    values, _ = source()

    cut = cut_trace(values, np.full(40, 1), 3)

    assert np.isnan(cut[:, :2]).all()
    assert np.array_equal(cut[:, 2:], values[:, :5])


def test_a_profile_that_does_not_change_fills_exactly():
    values, trace = source()
    rows = np.zeros(40, dtype=bool)
    rows[18:23] = True
    holed = values.copy()
    holed[rows, 9:12] = np.nan

    filled = trace_profiles(holed, trace, rows, 4, 8).fill(holed, rows)

    assert np.allclose(filled, values, rtol=1e-12)


def test_what_is_measured_is_never_touched():
    values, trace = source()
    values += np.random.default_rng(1).standard_normal(values.shape) * 0.05
    rows = np.zeros(40, dtype=bool)
    rows[18:20] = True
    holed = values.copy()
    holed[rows, 10] = np.nan

    filled = trace_profiles(holed, trace, rows, 4, 8).fill(holed, rows)

    known = np.isfinite(holed)
    assert np.array_equal(filled[known], holed[known])
