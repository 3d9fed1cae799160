"""Tests of engine.figures.repeatability and engine.figures.noise."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.compare.repeatability import decimal_year, measure_repeatability
from engine.compare.stochastic_noise import expected_counts, measure_noise
from engine.figures import draw_noise, draw_repeatability
from tests.helpers.visits import drawn_visits


@pytest.fixture
def visits(rng):
    visits, _ = drawn_visits(rng, n=6)
    visits[2] = replace(visits[2], excluded="mirror tilt")
    return visits


def drawn(draw, result):
    figure = Figure(layout="constrained")
    draw(figure, result, title="HD 163466, extracted")
    figure.draw_without_rendering()
    return figure.axes


def _marked(axes, marker):
    [line] = [line for line in axes.lines if line.get_marker() == marker]
    return line


def test_every_visit_stands_at_its_date(visits):
    result = measure_repeatability("HD 163466", visits)

    panels = drawn(draw_repeatability, result)

    one = result.bands[1]
    used, left_out = (_marked(panels[1], marker) for marker in ("s", "x"))
    [trend] = [line for line in panels[1].lines if line.get_linestyle() == "--"]
    kept = [visit for visit in one.visits if visit.is_used]
    assert_allclose(used.get_xdata(orig=False), [decimal_year(visit.mjd) for visit in kept])
    assert_allclose(used.get_ydata(orig=False), [100.0 * (visit.ratio - 1.0) for visit in kept])
    assert len(left_out.get_xdata()) == 1
    assert len(trend.get_xdata()) == 2
    assert f"{100.0 * one.scatter:.2f}" in panels[1].get_title(loc="left")
    assert panels[0].get_title(loc="left").endswith("–")


def test_histograms_are_those_of_the_result(visits):
    result = measure_noise("HD 163466", visits)

    panels = drawn(draw_noise, result)

    one = result.bands[1]
    [stairs] = panels[1].patches
    values, edges, _ = stairs.get_data()
    assert_allclose(values, one.counts)
    assert_allclose(edges, 100.0 * one.edges)
    [gaussian] = panels[1].lines
    assert_allclose(gaussian.get_ydata(), expected_counts(one))
    assert np.sum(expected_counts(one)) == pytest.approx(one.n_values, rel=1e-3)
    assert not panels[0].patches
