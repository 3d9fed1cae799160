"""Tests of guiapp.views.trends, trend_panel and trend_groups."""

import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trends import measure_trends
from guiapp.views.trend_words import findings_text, point_text, summary_lines
from guiapp.views.trends import TrendsView
from tests.helpers.mouse import SHIFT, click, hover, type_key

N = 12
CLASSES = ("hot",) * 3 + ("A",) * 5 + ("G",) * 4


def made_table(rng, *, reasons=("",) * N):
    factor = 1.0 + 0.03 * (np.array(CLASSES) == "hot") + 0.005 * rng.standard_normal(N)
    return FactorTable(
        title="stars",
        unit="",
        ids=tuple(f"s{i}/1-1" for i in range(N)),
        stars=tuple(f"s{i}" for i in range(N)),
        classes=CLASSES,
        factor=frozen(factor),
        error=frozen(np.full(N, 0.004)),
        reasons=reasons,
        flags=("", "only band 1A") + ("",) * (N - 2),
        notes=("PID 1536   obs 22   2022-11-21",) * N,
        parameters=(
            Parameter("mjd", "Date", "MJD", frozen(rng.uniform(59700, 60500, N))),
            Parameter("flux", "Flux", "Jy", frozen(np.geomspace(0.01, 1, N)[::-1]), scale="log"),
            Parameter("subarray", "Subarray", texts=("FULL", "SUB64") * (N // 2)),
        ),
    )


@pytest.fixture
def result(rng):
    return measure_trends(made_table(rng, reasons=("", "", "", "variable") + ("",) * (N - 4)))


@pytest.fixture
def view(qtbot, result):
    view = TrendsView()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.bind_keys(("x", "Del"))
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def place(view, number, row):
    """Return where the observation ``row`` is drawn in a panel."""
    panel = view.panels[number]
    at = list(panel.order).index(row)
    return panel.points.xs[at], panel.points.ys[at]


def test_every_parameter_has_a_panel_beside_that_of_the_classes(view, result):
    labels = [panel.plot.getPlotItem().getAxis("bottom").labelText for panel in view.visible_panels]

    assert labels == ["Class", "Date (MJD)", "Flux (Jy)", "Subarray"]
    dates = view.panels[1]
    assert_array_equal(dates.points.xs, result.table.parameters[0].numbers[dates.order])
    assert_array_equal(dates.points.ys, result.table.factor[dates.order])


def test_a_logarithmic_parameter_is_drawn_in_its_own_values(view, result):
    panel = view.panels[2]

    assert_allclose(panel.points.xs, result.table.parameters[1].numbers[panel.order])
    trend = result.trend("flux")
    assert_allclose(panel.line.ys, trend.at(np.log10(panel.line.xs)))


def test_what_is_left_out_is_crossed_and_flags_are_ringed(view):
    for panel in view.visible_panels:
        rows = list(panel.order)
        assert panel.points.kinds[rows.index(3)] == 0
        assert np.count_nonzero(panel.points.kinds == 0) == 1
        assert panel.flags.xs.size == 1


def test_classes_have_their_mean_and_rms_beside_them(view, result):
    means = view.panels[0].means

    assert_allclose(means.ys, [one.mean for one in result.classes])
    bars = [one.rms if one.n_stars > 1 else one.error for one in result.classes]
    assert_allclose(view.panels[0].mean_bars.errors, bars)
    assert "its bar the scatter" in view.legend.buttons["group 0"].toolTip()


def test_a_click_selects_the_point_in_all_panels(view, qtbot):
    with qtbot.waitSignal(view.points_chosen) as chosen:
        click(view.panels[1].plot, place(view, 1, 5))

    assert chosen.args == [("s5/1-1",)]
    for number, panel in enumerate(view.visible_panels):
        assert (panel.ring.xs[0], panel.ring.ys[0]) == place(view, number, 5)


def test_shift_and_click_adds_and_takes_away(view):
    click(view.panels[1].plot, place(view, 1, 5))
    click(view.panels[2].plot, place(view, 2, 7), keys=SHIFT)
    both = view.chosen
    click(view.panels[1].plot, place(view, 1, 5), keys=SHIFT)

    assert both == ("s5/1-1", "s7/1-1")
    assert view.chosen == ("s7/1-1",)


def test_hovering_names_the_point(view, qtbot, result):
    with qtbot.waitSignal(view.cursor_changed) as said:
        hover(view.panels[1].plot, place(view, 1, 1))

    assert said.args[0] == point_text(result, 1)
    assert "PID 1536" in said.args[0]
    assert "flagged: only band 1A" in said.args[0]


def test_x_asks_to_leave_out_what_is_selected(view, qtbot):
    click(view.panels[1].plot, place(view, 1, 5))
    view.reach.setCurrentText("star")

    with qtbot.waitSignal(view.exclusion_wanted) as wanted:
        type_key(view.panels[1].plot, "x")

    assert wanted.args == ["star"]


def test_the_button_brings_back_what_is_left_out(view):
    view.choose(("s3/1-1",))
    assert view.exclude.text() == "Bring back"

    view.choose(("s3/1-1", "s4/1-1"))
    assert view.exclude.text() == "Leave out…"


def test_one_parameter_can_be_shown_alone(view):
    view.over.setCurrentIndex(view.over.findData("mjd"))
    view.over.activated.emit(view.over.currentIndex())

    assert len(view.visible_panels) == 1
    assert view.panels[0].plot.getPlotItem().getAxis("bottom").labelText == "Date (MJD)"
    assert not view.panels[1].plot.isVisible()


def test_panels_share_the_range_of_the_factors(view):
    plot = view.panels[1].plot
    (x0, x1), _ = plot.view

    plot.set_view(((x0, x1), (0.9, 1.1)))

    assert [panel.plot.view[1] for panel in view.visible_panels] == [(0.9, 1.1)] * 4


def test_a_new_result_does_not_change_the_zoom(view, rng):
    plot = view.panels[1].plot
    plot.set_view(((59800.0, 60000.0), (0.9, 1.1)))

    view.show_result(measure_trends(view.result.table.without({"s5/1-1": "variable"})))

    assert plot.view == ((59800.0, 60000.0), (0.9, 1.1))
    assert np.count_nonzero(view.panels[1].points.kinds == 0) == 1


def test_a_class_can_be_hidden(view):
    view.legend.switch("group 1")

    hidden = view.panels[1].points.hidden_kinds
    kinds = view.panels[1].points.kinds
    assert np.count_nonzero(np.isin(kinds, list(hidden))) == 4  # A dwarfs but the one left out
    assert np.count_nonzero(np.isnan(view.panels[1].bars.errors)) == 4


def test_symbols_can_stand_for_a_category(view):
    view.symbol_by.setCurrentIndex(view.symbol_by.findData("subarray"))
    view.symbol_by.activated.emit(view.symbol_by.currentIndex())

    names = {entry.entry.text for entry in view.legend.buttons.values()}
    assert {"hot stars", "FULL", "SUB64"} <= names
    styles = view.panels[1].points.styles
    row = list(view.panels[1].order).index(5)
    assert styles[view.panels[1].points.kinds[row]].symbol == view.groups.symbols[1][1]


def test_colors_can_stand_for_subsets(view):
    view.show_subsets({"early": frozenset({"s0/1-1", "s1/1-1"})}, {"early": "2 observations"})
    view.color_by.setCurrentText("subset")
    view.color_by.activated.emit(1)

    assert view.groups.titles == ("early", "others")
    assert list(view.groups.of_row[:3]) == [0, 0, 1]


def test_what_is_clear_is_said(view, result):
    said = findings_text(result)

    assert re.search(r"Hot stars lie \d\.\d+ ± 0\.\d+ % above A dwarfs \(\d+\.\d\sσ[,)]", said)
    assert said.count("few stars and all tries counted") == 1
    assert "No significant trend with date or subarray." in said
    assert view.remark.full_text() == said
    assert "11 stars" in view.chip.text()


def test_a_trend_is_said_with_its_range_error_and_significance(rng):
    table = made_table(rng)
    slope = 0.1 * table.parameters[1].x  # 10 % a factor of ten in flux, which spans two
    steep = measure_trends(replace(table, factor=frozen(table.factor + slope - slope.mean())))

    said = findings_text(steep)
    [line] = [one for one in summary_lines(steep, 0.05) if one.startswith("Flux")]

    number = re.search(r"changes with flux by \+(\d+\.?\d*) ± \d+\.?\d* % from 0.01 to 1 Jy", said)
    assert number is not None
    trend = steep.trend("flux")
    assert float(number[1]) == pytest.approx(200.0 * trend.slope / steep.all.mean, abs=0.6)
    plain = line.replace("\N{NO-BREAK SPACE}", " ")
    assert f"{trend.significance:.1f} σ: significant" in plain
    assert f"({trend.single_significance:.1f} σ by itself)" in plain


def test_few_degrees_of_freedom_are_said_beside_the_significance(result):
    trend = next(one for one in result.trends if not one.reason)
    few = replace(result, trends=(replace(trend, freedom=1.2),), n_tried=1)
    many = replace(result, trends=(replace(trend, freedom=9.0),), n_tried=1)

    assert any(
        "by itself: the error rests on 1 degree of freedom)" in one
        for one in summary_lines(few, 0.05)
    )
    assert not any("of freedom" in one for one in summary_lines(many, 0.05))


def test_the_change_with_a_date_is_that_per_year(result):
    [line] = [one for one in summary_lines(result, 0.05) if one.startswith("Date")]

    assert " % per year, " in line
    assert summary_lines(result, 0.05)[-1].endswith("makes in less than 5 % of cases.")


def test_columns_can_be_taken_from_the_count(view, qtbot):
    view.show_ignored(("flux",))
    action = view._column_menu.actions()[0]

    with qtbot.waitSignal(view.ignored_changed) as changed:
        action.trigger()

    assert changed.args == [("mjd", "flux")]


def test_error_bars_can_be_hidden(view):
    view.show_errors("hidden")

    assert not any(panel.bars.isVisible() for panel in view.visible_panels)


def test_without_a_result_there_is_a_sentence(view):
    view.clear("Open two stars.")

    assert view.empty.reason == "Open two stars."
