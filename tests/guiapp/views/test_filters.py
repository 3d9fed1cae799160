"""Tests of guiapp.views.filters."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from engine.project.filters_step import filters_key
from guiapp.views.filters import FiltersView, filter_text, point_text
from tests.helpers.filter_stars import STARS, open_stars
from tests.helpers.mouse import click, hover, key, type_key
from tests.helpers.open_files import OpenFiles


@pytest.fixture(scope="module")
def result():
    files = open_stars(OpenFiles(), off=("16 Cyg B", 1.2))
    return files.chain.evaluate(files.session, filters_key("extracted"))


@pytest.fixture
def view(qtbot, result):
    view = FiltersView()
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.bind_keys(("x", "Del"))
    view.show_choice(("all stars",), "all stars", "extracted")
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def place(view, star):
    at = [one.star for one in view._drawn.stars].index(star)
    return view.points.xs[at], view.points.ys[at]


def test_what_is_drawn_is_the_result(view, result):
    [one] = result.filters

    assert_array_equal(np.sort(view.points.ys), np.sort([star.ratio for star in one.stars]))
    assert view.means.ys[0] == one.mean
    assert view.mean_bars.errors[0] == one.rms
    assert view.names.ticks[0][1] == "F640W"
    kinds = {
        star.star: kind for star, kind in zip(view._drawn.stars, view.points.kinds, strict=True)
    }
    assert kinds == {"10 Lac": 0, "HD 2811": 1, "HD 163466": 1, "HR 5467": 1, "16 Cyg B": 4}


def test_a_clipped_star_does_not_squeeze_the_others(view):
    _, _, low, _ = view._bounds()

    assert low > 0.9


def test_a_click_marks_the_point_and_says_which(view, qtbot):
    with qtbot.waitSignal(view.point_chosen) as signal:
        click(view.plot, place(view, "HD 2811"))

    assert signal.args == ["HD 2811/F640W"]
    assert view.selected().star == "HD 2811"
    assert view.ring.xs.size == 1


@pytest.mark.parametrize("press", [lambda p: type_key(p, "x"), lambda p: key(p, Qt.Key.Key_Delete)])
def test_a_key_asks_to_leave_the_marked_point_out(view, qtbot, press):
    click(view.plot, place(view, "HD 2811"))

    with qtbot.waitSignal(view.exclusion_wanted) as signal:
        press(view.plot)

    assert signal.args == ["HD 2811/F640W"]


def test_a_clipped_point_cannot_be_left_out_again(view, qtbot):
    view.select("16 Cyg B/F640W", "16 Cyg B")

    assert not view.exclude.isEnabled()
    with qtbot.assertNotEmitted(view.exclusion_wanted):
        type_key(view.plot, "x")


def test_the_points_of_a_star_selected_elsewhere_are_marked(view):
    view.select("", "HR 5467")

    assert view.same_star.xs.size == 1
    assert view.same_star.ys[0] == place(view, "HR 5467")[1]


def test_a_new_result_keeps_the_zoom(view, result):
    view.plot.set_view(((0.74, 0.85), (1.0, 1.05)))
    before = view.plot.view

    view.show_result(replace(result, messages=("Said.",)))

    assert view.plot.view == before
    assert view.remark.full_text() == "Said."


def test_hovering_reads_the_point_and_the_mean(view, qtbot, result):
    said = []
    view.cursor_changed.connect(said.append)

    hover(view.plot, place(view, "10 Lac"))
    qtbot.waitUntil(lambda: any("10 Lac" in text for text in said))
    hover(view.plot, (float(view.means.xs[0]), float(view.means.ys[0])))

    qtbot.waitUntil(lambda: any("pivot" in text for text in said))
    [star] = [one for one in result.filters[0].stars if one.star == "16 Cyg B"]
    assert point_text(star).endswith("left out: clipped")
    assert f"{len(STARS) - 1} of {len(STARS)} stars" in filter_text(result.filters[0])


def test_the_legend_hides_classes_and_means(view):
    view.legend.switched.emit("A", False)
    view.legend.switched.emit("mean", False)

    assert view.points.hidden_kinds == {1}
    assert not view.means.isVisible()


def test_nothing_to_show_is_said_in_place_of_the_plot(view):
    view.clear("Open a table.")

    assert view.empty.reason == "Open a table."
    assert view.points.xs.size == 0


def test_a_failure_keeps_the_last_result(view, result):
    view.show_problem("No spectrum.", "Open one.")

    assert view.result is result
    assert view.remark.full_text() == "No spectrum. Open one."


def test_the_legend_wraps_before_a_remark_is_cut(view):
    view.resize(690, 500)

    view.say_remarks(("Clipped: HD 167060/F2100W, HR 6538/F2550W.",))
    QApplication.processEvents()

    assert "…" not in view.remark.text()
    assert view.legend.height() > view.remark.fontMetrics().height() * 2
    view.resize(1100, 500)
    QApplication.processEvents()
    assert view.legend.width() >= view.legend.sizeHint().width()
