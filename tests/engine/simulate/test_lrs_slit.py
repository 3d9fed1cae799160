"""Tests of engine.simulate.lrs_slit."""

from itertools import pairwise

import numpy as np

from engine.simulate.lrs_demo import BLUE_SLIT
from engine.simulate.lrs_slit import NOD_COLUMNS, NodTruth, draw_runs, nod_truth, slit_nod


def made(runs=(), *, level=1.0, noise=1e-9):
    truth = NodTruth(level, 0.25, tuple(runs))
    return truth, slit_nod(BLUE_SLIT, 1, truth, np.random.default_rng(1), noise_jy=noise)


def test_what_is_extracted_is_what_the_source_sends_but_for_the_aperture():
    _, images = made(level=1.05)

    ratio = images.true_jy / BLUE_SLIT.flux_jy(images.wave_um)

    assert np.all((ratio > 0.9) & (ratio < 1.18))
    assert np.allclose(images.flux_jy, images.true_jy, rtol=0.05)


def test_a_dropout_takes_light_from_its_rows_and_from_no_others():
    truth, images = made(runs=((200, 204),))
    _, whole = made()

    less = images.flux_jy < 0.95 * whole.true_jy

    assert list(np.flatnonzero(less)) == [200, 201, 202, 203, 204]
    assert np.all(images.flags[200:205, round(NOD_COLUMNS[1])] & 1)
    assert nod_truth(truth, images)["dropout_rows"] == [[200, 204]]


def test_runs_do_not_touch_and_stay_inside():
    for seed in range(20):
        runs = draw_runs(np.random.default_rng(seed), 5)
        rows = [row for first, last in runs for row in range(first, last + 1)]

        assert len(rows) == len(set(rows))
        assert min(rows) > 0
        assert max(rows) < 361
        assert all(b[0] - a[1] > 3 for a, b in pairwise(runs))


def test_stated_errors_are_the_injected_part_of_the_true_ones():
    _, images = made(noise=3e-5)
    rng = np.random.default_rng(0)
    truth = NodTruth(1.0, 1.0, ())
    flux = np.array([slit_nod(BLUE_SLIT, 0, truth, rng, noise_jy=3e-5).flux_jy for _ in range(60)])

    scatter = flux.std(axis=0, ddof=1)

    assert abs(np.median(images.flux_error_jy / scatter) - 0.25) < 0.03
