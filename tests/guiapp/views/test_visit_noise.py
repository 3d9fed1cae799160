"""Tests of guiapp.views.visit_noise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.stochastic_noise import expected_counts, measure_noise
from guiapp.views.visit_noise import VisitNoiseView
from tests.helpers.mouse import hover
from tests.helpers.visits import drawn_visits


@pytest.fixture
def result(rng):
    return measure_noise("HD 163466", drawn_visits(rng, n=6)[0])


@pytest.fixture
def view(qtbot, result):
    view = VisitNoiseView()
    qtbot.addWidget(view)
    view.resize(760, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def test_the_histogram_is_that_of_the_result(view, result):
    one = result.bands[1]

    histogram = view.histograms["1B"]

    assert_allclose(histogram.highs[::2], one.counts)
    assert_allclose(histogram.highs[1::2], one.counts)
    assert_allclose(histogram.xs[::2], 100.0 * one.edges[:-1], atol=1e-5)
    assert np.all(np.diff(histogram.xs) > 0)
    assert view.histograms["1A"].xs.size == 0


def test_the_gaussian_is_that_of_the_noise(view, result):
    one = result.bands[1]

    gaussian = view.gaussians["1B"]

    assert_allclose(gaussian.ys, expected_counts(one))
    inside = np.abs(gaussian.xs) < 100.0 * one.noise
    assert gaussian.ys[inside].sum() == pytest.approx(0.683 * one.n_values, rel=0.05)


def test_noise_and_snr_are_printed(view, result):
    caption = view.panels.captions["1B"]

    assert caption.text == f"σr {100.0 * result.bands[1].noise:.3f} %"
    assert caption.more == f"S/N {result.bands[1].snr:.0f}"
    assert view.panels.captions["1A"].reason == "There is no spectrum of 1A."


def test_a_bin_is_read_under_the_cursor(view, result):
    said = []
    view.cursor_changed.connect(said.append)
    one = result.bands[1]
    at = 20

    hover(view.panels.plots["1B"], (50.0 * (one.edges[at] + one.edges[at + 1]), 10.0))

    assert said[-1].startswith("1B")
    assert f"{one.counts[at]} values" in said[-1]


def test_one_visit_is_said_in_words(view, rng):
    view.show_result(measure_noise("HD 163466", drawn_visits(rng, n=1)[0]))

    assert view.empty.reason == "No band has two visits that can be compared."


def test_clearing_draws_nothing(view):
    view.clear("Nothing is open.")

    assert view.empty.reason == "Nothing is open."
    assert view.gaussians["1B"].xs.size == 0
    assert view.band("1B") is None


def test_a_result_about_the_same_keeps_the_zoom_and_another_width_does_not(view, rng, result):
    plot = view.panels.plots["1B"]
    plot.set_view(((-0.5, 0.5), (0.0, 20.0)))

    view.show_result(replace(result, messages=("once more",)))
    kept = plot.view
    one = replace(result.bands[1], edges=frozen(2.0 * result.bands[1].edges))
    view.show_result(replace(result, bands=(result.bands[0], one, *result.bands[2:])))

    assert kept == ((-0.5, 0.5), (0.0, 20.0))
    assert plot.view[0][1] > 100.0 * one.edges[-1]
