"""Tests of guiapp.views.factor_panels."""

import pytest

from guiapp.look.empty_state import EmptyState
from guiapp.views.factor_panels import FactorPanelsView


@pytest.fixture
def view(qtbot):
    view = FactorPanelsView(("point", "star"), most=6)
    view.empty = EmptyState(view, view.body)
    qtbot.addWidget(view)
    view.resize(800, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


def has_numbers(panel):
    return panel.plot.getPlotItem().getAxis("left").style["showValues"]


def frame_width(panel):
    return panel.plot.getPlotItem().getViewBox().width()


def test_panels_that_share_their_factors_have_the_numbers_once_a_row(view):
    assert view.lay_out(5, 3, shares_factors=True)

    shown = [has_numbers(panel) for panel in view.visible_panels]
    assert shown == [True, False, False, True, False]


def test_panels_of_their_own_factors_all_have_numbers(view):
    view.lay_out(5, 3, shares_factors=True)
    view.lay_out(4, 2, shares_factors=False)

    assert all(has_numbers(panel) for panel in view.visible_panels)
    assert not view.panels[4].plot.isVisible()


def test_frames_of_one_row_are_about_as_wide(view, qtbot):
    view.lay_out(4, 4, shares_factors=True)
    qtbot.wait(20)

    widths = [frame_width(panel) for panel in view.visible_panels]
    assert max(widths) - min(widths) < 0.05 * max(widths)


def test_the_same_grid_again_is_no_other_grid(view):
    view.lay_out(4, 2, shares_factors=True)

    assert not view.lay_out(4, 2, shares_factors=True)


def test_a_zoom_in_factors_is_shared_only_where_the_factors_are(view):
    view.lay_out(2, 2, shares_factors=True)
    view.panels[0].plot.set_view(((0.0, 1.0), (0.5, 1.5)))
    shared = view.panels[1].plot.view[1]

    view.lay_out(2, 1, shares_factors=False)
    view.panels[0].plot.set_view(((0.0, 1.0), (0.8, 1.2)))

    assert shared == (0.5, 1.5)
    assert view.panels[1].plot.view[1] == (0.5, 1.5)


def test_a_problem_is_said_where_there_is_nothing_to_keep(view):
    view.show_problem("There is no table.", "Open one.")
    assert view.empty.reason == "There is no table. Open one."

    view.result = object()
    view.show_problem("It failed.", "")
    assert view.remark.full_text() == "It failed."
