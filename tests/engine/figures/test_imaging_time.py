"""Figures of time loss, subarrays, C(t) and error budgets on the demo's table."""

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from engine.compare.error_budget import ErrorBudgets, make_budgets
from engine.figures.error_budget import draw_error_budgets
from engine.figures.imaging_time import draw_history, draw_subarrays, draw_time_loss
from engine.imaging.calibration_history import CalibrationHistory, make_history
from engine.imaging.factors import measure_factors
from engine.imaging.imaging_budget import known_of_images
from engine.imaging.published_factors import published_throughputs
from engine.imaging.subarrays import measure_subarrays
from engine.imaging.time_loss import measure_time_loss
from tests.helpers.imaging_demo_table import demo_observations


@cache
def history() -> tuple[CalibrationHistory, ErrorBudgets]:
    table = demo_observations()[0]
    loss = measure_time_loss(table)
    made = make_history(measure_factors(table, loss=loss), loss, published_throughputs())
    return made, make_budgets(known_of_images(table, made))


def test_nine_filters_and_their_residuals_stand_one_below_the_other() -> None:
    figure = Figure()
    loss = measure_time_loss(demo_observations()[0])

    draw_time_loss(figure, loss)

    assert len(figure.axes) == 18
    last = figure.axes[-2]
    assert last.get_ylabel() == "F2550W"
    low, high = last.get_ylim()
    assert low < 1.0 + loss.of("F2550W").amplitude_ratio < 1.0 < high


def test_each_subarray_has_its_adopted_value_below_it() -> None:
    figure = Figure()
    table = demo_observations()[0]

    draw_subarrays(figure, measure_subarrays(table, measure_time_loss(table)))

    [axes] = figure.axes
    labels = [one.get_text() for one in axes.get_xticklabels()]
    assert [one.partition("\n")[0] for one in labels] == [
        "FULL", "BRIGHTSKY", "SUB256", "SUB128", "SUB64"
    ]  # fmt: skip
    assert labels[-1].endswith("0.966")


def test_every_filter_has_a_panel_with_a_filled_and_an_open_symbol() -> None:
    figure = Figure()

    draw_history(figure, history()[0])

    shown = [one for one in figure.axes if one.axison]
    assert len(shown) == 14
    assert len(shown[0].lines) >= 3


def test_bars_are_as_long_as_the_errors() -> None:
    figure = Figure()
    budgets = history()[1]

    draw_error_budgets(figure, budgets)

    [axes] = figure.axes
    ends = [patch.get_x() + patch.get_width() for patch in axes.patches]
    totals = {round(one.total_percent, 6) for one in budgets.budgets}
    assert round(float(np.max(ends)), 6) in totals
