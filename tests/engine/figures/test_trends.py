"""Tests of engine.figures.trends."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.arrays import frozen
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trends import measure_trends
from engine.figures.trends import draw_trends


@pytest.fixture
def trends(rng):
    n = 12
    table = FactorTable(
        title="stars",
        unit="",
        ids=tuple(map(str, range(n))),
        stars=tuple(f"star {i}" for i in range(n)),
        classes=("hot",) * 2 + ("A",) * 5 + ("G",) * 5,
        factor=frozen(rng.normal(1.0, 0.01, n)),
        error=frozen(np.full(n, 0.004)),
        reasons=("", "variable") + ("",) * (n - 2),
        flags=("",) * n,
        notes=("",) * n,
        parameters=(
            Parameter("mjd", "Date", "MJD", frozen(rng.uniform(59700, 60400, n))),
            Parameter("flux", "Flux", "Jy", frozen(np.geomspace(0.01, 1.0, n)), scale="log"),
            Parameter("kind", "Kind", texts=("x", "y") * 6),
            Parameter("same", "Same", "", frozen(np.ones(n))),
        ),
    )
    return measure_trends(table)


def test_there_is_a_panel_of_classes_and_one_for_each_parameter_that_differs(trends):
    figure = Figure()

    draw_trends(figure, trends, title="Stars")

    drawn = [axes for axes in figure.axes if axes.axison]
    assert {axes.get_xlabel() for axes in drawn} == {"", "Date (MJD)", "Flux (Jy)", "Kind"}
    assert [t.get_text() for t in drawn[0].get_xticklabels()] == [
        "hot stars",
        "A dwarfs",
        "solar analogs",
    ]


def test_the_lines_are_those_of_the_result(trends):
    figure = Figure()

    draw_trends(figure, trends)

    [dates] = [axes for axes in figure.axes if axes.get_xlabel() == "Date (MJD)"]
    [line] = [one for one in dates.lines if len(one.get_xdata()) == 60]
    trend = trends.trend("mjd")
    np.testing.assert_allclose(line.get_ydata(), trend.at(np.asarray(line.get_xdata())))
    [flux] = [axes for axes in figure.axes if axes.get_xlabel() == "Flux (Jy)"]
    assert flux.get_xscale() == "log"
