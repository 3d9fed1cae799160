"""Tests of engine.figures.jumps."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.compare.jumps import compare_jumps
from engine.compare.junction_steps import measure_junction_steps
from engine.compare.repeatability import decimal_year
from engine.figures import draw_jumps, draw_junction_steps
from tests.engine.compare.test_jumps import drawn
from tests.engine.compare.test_junction_steps import pair


@pytest.fixture
def jumps(rng):
    sources = drawn(rng, scale=1.03)
    sources[2] = replace(sources[2], excluded="variable")
    return compare_jumps(sources)


def drawn_axes(draw, result):
    figure = Figure(layout="constrained")
    draw(figure, result, title="all sources, extracted")
    figure.draw_without_rendering()
    return figure.axes


def _marked(axes, marker):
    [line] = [line for line in axes.lines if line.get_marker() == marker]
    return line


def test_jumps_stand_over_flux_and_over_date(jumps):
    over_flux, over_date = drawn_axes(draw_jumps, jumps)

    points = jumps.at("2A|2B")
    used = [one for one in points if one.is_used]
    assert over_flux.get_xscale() == "log"
    assert over_flux.get_title(loc="left") == "2A|2B\n×"
    line = _marked(over_flux, "o")
    assert_allclose(line.get_xdata(orig=False), [one.flux for one in used])
    assert_allclose(line.get_ydata(orig=False), [100.0 * (one.ratio - 1.0) for one in used])
    dates = _marked(over_date, "o").get_xdata(orig=False)
    assert_allclose(dates, [decimal_year(one.mjd) for one in used])
    assert_allclose(_marked(over_date, "x").get_xdata(orig=False), decimal_year(points[2].mjd))


def test_fluxes_over_many_decades_have_a_few_labels_that_fit(rng):
    figure = Figure(figsize=(1.2, 3.0), layout="constrained")
    draw_jumps(figure, compare_jumps(drawn(rng, levels=np.logspace(-22, 3, 6))))

    figure.draw_without_rendering()  # warnings are errors here

    over_flux = figure.axes[0]
    labels = [one.get_text() for one in over_flux.get_xticklabels(which="both") if one.get_text()]
    assert len(labels) <= 8


def test_the_trend_with_the_date_is_drawn_as_a_line(jumps):
    _, over_date = drawn_axes(draw_jumps, jumps)

    [line] = [one for one in over_date.lines if len(one.get_xdata()) == 2 and one.get_ls() == "--"]
    trend = jumps.trend("2A|2B", "date")
    slope = np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0]
    assert slope == pytest.approx(100.0 * trend.slope, rel=1e-6)


def test_a_source_below_zero_has_no_place_over_the_flux(rng):
    over_flux, _ = drawn_axes(draw_jumps, compare_jumps(drawn(rng, levels=[-1.0])))

    assert over_flux.get_xscale() == "linear"


def test_each_step_of_the_chain_has_its_points():
    steps = measure_junction_steps("Star/1-1", {"extract": pair(1.05), "calibrate": pair(1.01)})

    [axes] = drawn_axes(draw_junction_steps, steps)

    before, after = (one for one in axes.lines if one.get_marker() == "o")
    assert before.get_ydata()[0] == pytest.approx(5.0)
    assert after.get_ydata()[0] == pytest.approx(1.0)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["extract", "calibrate"]
