"""Tests of engine.figures.signal_to_noise."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.signal_to_noise import CalculatorCurve, SnrParams, measure_signal_to_noise
from engine.figures import draw_signal_to_noise
from tests.helpers.visits import drawn_visits, grid


@pytest.fixture
def result(rng):
    visits, _ = drawn_visits(rng, n=4, size=800)
    small = replace(visits[2].spectrum, error=frozen(0.2 * visits[2].spectrum.error))
    visits[2] = replace(visits[2], spectrum=small)
    wave = grid("1B", 800)
    curve = CalculatorCurve("1B", wave, np.full(800, 400.0), np.full(800, np.nan))
    return measure_signal_to_noise("HD 163466", visits, SnrParams(), curves=[curve])


def test_the_curves_of_the_visit_with_wrong_errors_are_drawn(result):
    figure = Figure(layout="constrained")

    draw_signal_to_noise(figure, result, title="HD 163466")
    figure.draw_without_rendering()

    top, bottom = figure.axes
    band = result.bands[1]
    curves = {line.get_label(): line.get_ydata() for line in top.lines}
    assert top.get_yscale() == "log"
    assert result.shown_source in top.get_title(loc="left")
    assert_allclose(curves["ERR"], band.visits[2].stated)
    assert_allclose(curves["spline"], band.visits[2].by_spline)
    assert_allclose(curves["visits"], band.by_visits)
    assert_allclose(curves["calculator"], 400.0)
    ratios = {line.get_label(): line.get_ydata() for line in bottom.lines}
    assert_allclose(ratios["ERR"], band.visits[2].stated / band.by_visits)
    assert "visits" not in ratios
    edges = [one.get_paths()[0].vertices[:, 1] for one in bottom.collections]
    assert max(edges[-1]) - 1.0 == pytest.approx(np.max(band.by_visits_error / band.by_visits))
    (bars,) = [one for one in top.collections if isinstance(one, LineCollection)]
    assert len(bars.get_segments()) == band.by_visits.size


def test_without_other_visits_the_ratios_are_to_the_spline(rng):
    visits, _ = drawn_visits(rng, n=1)
    figure = Figure(layout="constrained")

    draw_signal_to_noise(figure, measure_signal_to_noise("HD 163466", visits))
    figure.draw_without_rendering()

    ratios = {line.get_label() for line in figure.axes[1].lines}
    assert "ERR" in ratios
    assert not ratios & {"spline", "visits"}
