"""Tests of guiapp.views.spectrographs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.project.spectrograph_step import spectrograph_key
from guiapp.views.spectrographs import SpectrographView, ratio_text
from tests.helpers.mouse import click, drag, type_key
from tests.helpers.open_files import OpenFiles
from tests.helpers.slit_stars import RATIOS, open_slit_stars

FIRST, SECOND = "HD 163466/1-1", "HR 5467/1-1"


@pytest.fixture(scope="module")
def result():
    files = open_slit_stars(OpenFiles())
    compared = files.chain.evaluate(files.session, spectrograph_key("extracted"))
    return replace(compared, split_um=7.0)


@pytest.fixture
def view(qtbot, result):
    view = SpectrographView()
    qtbot.addWidget(view)
    view.resize(820, 600)
    view.bind_keys(("x",))
    view.show_choice(("all stars",), "all stars", "extracted")
    view.offer_partners(("HD 163466", "HR 5467"), ("M101 Nucleus",), {})
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def test_what_is_drawn_is_the_result(view, result):
    for one in result.stars:
        curves = view._curves[one.source]
        assert_array_equal(curves.faint.ys, one.ratio)
        assert_array_equal(curves.used.ys, np.where(one.is_used, one.ratio, np.nan))
    assert view.split.values == (7.0,)
    assert_array_equal(view.coarse.ys, result.stars[0].coarse)


def test_either_of_both_spectra_can_be_hidden(view):
    view.group.legend.switch("coarse")

    assert not view.coarse.isVisible()
    assert view.fine.isVisible()


def test_a_click_on_a_curve_selects_its_star(view, qtbot, result):
    with qtbot.waitSignal(view.curve_chosen) as signal:
        click(view.group.ratios, (6.2, RATIOS["HR 5467"]))

    assert signal.args == [SECOND]
    assert view.selected().star == "HR 5467"
    assert_array_equal(view.fine.ys, result.stars[1].fine)


def test_a_key_asks_to_leave_the_selected_star_out(view, qtbot):
    click(view.group.ratios, (6.2, RATIOS["HR 5467"]))

    with qtbot.waitSignal(view.exclusion_wanted) as signal:
        type_key(view.group.ratios, "x")

    assert signal.args == ["HR 5467"]


def test_dragging_the_dashed_line_says_where_once(view, qtbot):
    moves = []
    view.split_moved.connect(moves.append)

    drag(view.group.ratios, (7.0, 1.0), (6.4, 1.0))

    [moved] = moves
    assert moved == pytest.approx(6.4, abs=0.02)


def test_a_drag_that_is_taken_back_leaves_the_line(view):
    view.drag_split(6.0)

    view.cancel_drag()

    assert view.split.values == (7.0,)


def test_a_partner_of_another_name_can_be_chosen(view, qtbot):
    view.subject.setCurrentText("HR 5467")

    with qtbot.waitSignal(view.partner_chosen) as signal:
        view.partner.setCurrentIndex(1)
        view.partner.activated.emit(1)

    assert signal.args == ["HR 5467", "M101 Nucleus"]


def test_a_star_that_is_left_out_is_dotted_and_can_be_brought_back(view, result):
    stars = (result.stars[0], replace(result.stars[1], reason="variable"))

    view.show_result(replace(result, stars=stars))
    view.select(SECOND)

    assert view._curves[SECOND].used.dash == "dotted"
    assert view.exclude.text() == "Bring star back"
    assert ratio_text(stars[1], 6.0).endswith("left out: variable")


def test_a_new_result_of_the_same_stars_keeps_the_zoom(view, result):
    view.group.ratios.set_view(((5.9, 6.5), (0.97, 1.03)))
    before = view.group.ratios.view

    view.show_result(replace(result, messages=("Said.",)))

    assert view.group.ratios.view == before


def test_nothing_to_show_is_said_in_place_of_the_plots(view):
    view.clear("Open a spectrum.")

    assert view.empty.reason == "Open a spectrum."
    assert view._curves[FIRST].used.xs.size == 0
