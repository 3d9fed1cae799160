"""Tests of guiapp.views.repeatability, guiapp.views.visits_view and guiapp.views.band_panels."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from engine.compare.repeatability import decimal_year, measure_repeatability
from guiapp.views.repeatability import RepeatabilityView, caption_text, visit_text
from tests.helpers.mouse import click, hover, key, type_key
from tests.helpers.visits import drawn_visits


@pytest.fixture
def visits(rng):
    """Return six visits in two bands; the third is left out."""
    found = []
    for band in ("1B", "3A"):
        made, _ = drawn_visits(rng, n=6, band=band)
        made[2] = replace(made[2], excluded="mirror tilt")
        found += [replace(one, id=f"{one.id}{band}") for one in made]
    return found


@pytest.fixture
def result(visits):
    return measure_repeatability("HD 163466", visits)


@pytest.fixture
def view(qtbot, result):
    view = RepeatabilityView()
    qtbot.addWidget(view)
    view.resize(760, 640)
    view.bind_keys(("x", "Del"))
    view.show_choice(("HD 163466",), "HD 163466", "extracted")
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def place(result, index, band="1B"):
    visit = next(one for one in result.bands if one.band == band).visits[index]
    return decimal_year(visit.mjd), 100.0 * (visit.ratio - 1.0)


def test_the_points_are_those_of_the_result(view, result):
    one = result.bands[1]

    points = view.points_of("1B")

    assert_array_equal(points.xs, [decimal_year(visit.mjd) for visit in one.visits])
    assert_array_equal(points.ys, 100.0 * (np.array([v.ratio for v in one.visits]) - 1.0))
    assert_array_equal(points.kinds, [0, 0, 1, 0, 0, 0])
    assert view.points_of("1A").xs.size == 0


def test_the_trend_line_is_that_of_the_result(view, result):
    one = result.bands[1]

    trend = view.trend_of("1B")

    ends = np.array([one.visits[0].mjd, one.visits[-1].mjd])
    assert_allclose(trend.ys, 100.0 * (one.trend_at(ends) - 1.0))


def test_the_scatter_is_printed_and_a_band_without_one_says_why(view, result):
    captions = view.panels.captions

    assert captions["1B"].text == caption_text(result.bands[1])
    assert captions["1B"].text.startswith("σs 0.")
    assert captions["1B"].more == "n 5"
    assert captions["1A"].reason == "There is no spectrum of 1A."


def test_a_click_selects_the_visit_in_all_panels(view, result):
    chosen = []
    view.visit_chosen.connect(chosen.append)

    click(view.panels.plots["1B"], place(result, 4))

    assert chosen == ["e51B"]
    assert view.selected().source == "HD 163466/1539-5"
    for band in ("1B", "3A"):
        x, y = place(result, 4, band)
        assert_allclose(view.ring_of(band).xs, [x])
        assert_allclose(view.ring_of(band).ys, [y])


def test_a_click_beside_the_points_selects_nothing(view, result):
    chosen = []
    view.visit_chosen.connect(chosen.append)
    x, _ = place(result, 4)

    click(view.panels.plots["1B"], (x, 100.0 * 0.02))

    assert chosen == []


@pytest.mark.parametrize("how", ["x", "Delete", "button"])
def test_the_selected_visit_is_offered_for_exclusion(view, result, how):
    wanted = []
    view.exclusion_wanted.connect(wanted.append)
    plot = view.panels.plots["3A"]
    click(plot, place(result, 1, "3A"))

    if how == "button":
        view.exclude.click()
    elif how == "x":
        type_key(plot, "x")
    else:
        key(plot, Qt.Key.Key_Delete)

    assert wanted == ["e21B"]  # the same visit, in the first band that has it


def test_without_a_selection_nothing_can_be_left_out(view):
    wanted = []
    view.exclusion_wanted.connect(wanted.append)

    type_key(view.panels.plots["1B"], "x")

    assert wanted == []
    assert not view.exclude.isEnabled()


def test_the_button_says_what_it_does(view, result):
    view.select("HD 163466/1539-1")
    assert view.exclude.text() == "Leave out visit…"

    view.select("HD 163466/1539-3")

    assert view.exclude.text() == "Bring visit back"


def test_the_visit_under_the_cursor_is_read_out(view, result):
    said = []
    view.cursor_changed.connect(said.append)

    hover(view.panels.plots["1B"], place(result, 2))

    assert said[-1] == visit_text("1B", result.bands[1].visits[2])
    assert "2022-07-03" in said[-1]
    assert "left out: mirror tilt" in said[-1]


def test_all_panels_show_the_same_dates(view):
    plots = list(view.panels.plots.values())

    ((low, high), y_range) = plots[0].view
    plots[0].set_view(((low, low + 0.3 * (high - low)), y_range))

    for plot in plots:
        assert_allclose(plot.view[0], plots[0].view[0])


def test_new_data_do_not_move_what_is_shown(view, visits):
    plot = view.panels.plots["1B"]
    before = plot.view

    view.show_result(measure_repeatability("HD 163466", visits[:5]))

    assert plot.view == before


def test_the_legend_hides_what_is_left_out(view):
    view.legend.switch("left out")
    assert view.points_of("1B").hidden_kinds == {1}

    view.legend.switch("left out")
    view.legend.switch("trend")

    assert view.points_of("1B").hidden_kinds == frozenset()
    assert not view.trend_of("1B").isVisible()


def test_one_visit_is_said_in_words_and_the_stage_can_still_be_chosen(view, visits):
    view.show_result(measure_repeatability("HD 163466", visits[:1]))

    assert "No band has two visits" in view.empty.reason
    assert view.stage.isVisible()
    assert view.remark.full_text() == ""


def test_a_failure_without_a_result_is_said_in_place_of_the_plots(view):
    view.clear("")

    view.show_problem("There is no model.", "Open one.")

    assert view.empty.reason == "There is no model. Open one."


def test_a_failure_with_a_result_keeps_it(view, result):
    view.show_problem("The file changed.", "Accept it.")

    assert view.result is result
    assert view.remark.full_text() == "The file changed. Accept it."


def test_the_star_is_chosen_when_there_are_several(view, qtbot):
    assert not view.star.isVisible()
    view.show_choice(("10 Lac", "HD 163466"), "HD 163466", "calibrated")

    with qtbot.waitSignal(view.star_chosen) as chosen:
        view.star.activated.emit(0)

    assert chosen.args == ["10 Lac"]
    assert view.star.isVisible()
    assert view.stage.currentText() == "Calibrated"


def test_a_long_name_leaves_the_quantity_its_unit(view):
    name = "2MASS J17522536+6023462, of the second catalog"
    view.resize(690, 500)

    view.show_choice((name, "HD 163466"), name, "extracted")
    QApplication.processEvents()

    assert view.quantity.text() == "ratio to mean − 1, %"
