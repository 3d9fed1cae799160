"""Tests of guiapp.views.star_response_gestures: what the mouse says, by real mouse events."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from engine.arrays import frozen
from engine.errors import FitError
from engine.mrs.response_samples import SampleState
from engine.mrs.star_response import HeldValue, Mask
from guiapp.views.response_edits import (
    AddBreak,
    AddBreakpoint,
    AddBreakpointAtMedian,
    AddMask,
    ChangeMask,
    ExcludeSample,
    HoldValue,
    IncludeSample,
    MoveBreakpoint,
    MoveHeldValue,
    RemoveBreak,
    RemoveBreakpoint,
    RemoveMasks,
    SetCutoff,
)
from guiapp.views.star_response_gestures import Preview
from tests.helpers.mouse import (
    CTRL,
    RIGHT,
    SHIFT,
    click,
    double_click,
    drag,
    hover,
    key,
    move,
    press,
    release,
)
from tests.helpers.responses import BREAKPOINTS_UM


def handle(view, index):
    handles = view.canvas.layers.handles
    return float(handles.xs[index]), float(handles.ys[index])


def sample(view, index):
    samples = view.canvas.layers.samples
    return float(samples.xs[index]), float(samples.ys[index])


def wait_for_single_click():
    QTest.qWait(QApplication.doubleClickInterval() + 50)


# --- breakpoints ---------------------------------------------------------------------------------


def test_a_drag_moves_a_breakpoint_and_is_one_edit(view, edits):
    x, y = handle(view, 1)

    drag(view.plot, (x, y), (6.12, y))

    [edit] = edits
    assert edit == MoveBreakpoint(pytest.approx(6.05), pytest.approx(6.12, abs=0.003))


def test_up_and_down_do_not_matter_for_a_free_breakpoint(view, edits):
    x, y = handle(view, 1)

    drag(view.plot, (x, y), (6.12, y + 0.02))

    assert isinstance(edits[0], MoveBreakpoint)


@pytest.mark.parametrize(("to", "stops_at"), [(6.6, 6.25), (5.6, 5.85)])
def test_a_breakpoint_stops_at_its_neighbor(view, edits, to, stops_at):
    x, y = handle(view, 1)

    drag(view.plot, (x, y), (to, y))

    assert edits[0].to_um == pytest.approx(stops_at, abs=0.005)
    assert edits[0].to_um != stops_at


@pytest.mark.parametrize(("index", "to", "stops_at"), [(0, 5.0, 5.68), (3, 7.0, 6.61)])
def test_the_outer_breakpoints_stop_at_the_cutoffs(view, edits, index, to, stops_at):
    x, y = handle(view, index)

    drag(view.plot, (x, y), (to, y))

    assert edits[0].to_um == pytest.approx(stops_at, abs=0.005)


def test_shift_moves_only_up_and_down_and_holds_the_value(view, edits):
    x, y = handle(view, 1)

    drag(view.plot, (x, y), (6.12, y + 0.02), keys=SHIFT)

    [edit] = edits
    assert edit == HoldValue(pytest.approx(x), pytest.approx(y + 0.02, abs=0.001))


def test_a_held_value_follows_the_hand_and_with_ctrl_only_sideways(make_view):
    view = make_view(held=(HeldValue(6.05, 1.04),))
    heard = []
    view.edited.connect(lambda edit, _gesture: heard.append(edit))

    drag(view.plot, (6.05, 1.04), (6.12, 1.06))
    view.show_params(view.canvas.params)
    drag(view.plot, (6.05, 1.04), (6.12, 1.06), keys=CTRL)

    both, sideways = heard
    assert both == MoveHeldValue(
        pytest.approx(6.05), pytest.approx(6.12, abs=0.003), pytest.approx(1.06, abs=0.002)
    )
    assert sideways == MoveBreakpoint(pytest.approx(6.05), pytest.approx(6.12, abs=0.003))


def test_a_drag_back_to_the_start_says_nothing(view, edits, result):
    x, y = handle(view, 1)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.15, y))
    move(view.plot, (6.15, y), (x, y))
    release(view.plot, (x, y))

    assert edits == []
    assert handle(view, 1) == (x, y)
    np.testing.assert_array_equal(view.canvas.layers.curve.ys, result.vector)


def test_escape_cancels_the_drag_in_progress(view, edits, result):
    view.preview = lambda edit: Preview(result.vector * 1.1)
    x, y = handle(view, 1)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.15, y))
    assert handle(view, 1)[0] != x
    key(view.plot, Qt.Key.Key_Escape)
    release(view.plot, (6.15, y))

    assert edits == []
    assert handle(view, 1) == (x, y)
    np.testing.assert_array_equal(view.canvas.layers.curve.ys, result.vector)


def test_a_click_selects_a_breakpoint_and_changes_nothing(view, edits):
    heard = []
    view.breakpoint_selected.connect(heard.append)

    click(view.plot, handle(view, 2))

    assert view.canvas.layers.handles.selected == 2
    assert heard == [pytest.approx(6.25)]
    assert edits == []


def _shown_with(view, *breakpoints_um):
    """Show the params as they are after an edit, an undo or a redo."""
    view.show_params(replace(view.canvas.params, breakpoints_um=breakpoints_um))


def test_delete_removes_the_selected_breakpoint_after_one_left_of_it_was_removed(view, edits):
    view.bind_keys([("response.remove_breakpoint", ("Del",))])
    click(view.plot, handle(view, 2))

    _shown_with(view, *BREAKPOINTS_UM[:1], *BREAKPOINTS_UM[2:])
    key(view.plot, Qt.Key.Key_Delete)

    assert edits == [RemoveBreakpoint(pytest.approx(BREAKPOINTS_UM[2]))]


def test_what_is_selected_is_followed_and_empty_once_it_is_gone(view, result):
    heard = []
    handles = view.canvas.layers.handles
    click(view.plot, handle(view, 2))
    view.breakpoint_selected.connect(heard.append)

    _shown_with(view, 5.7, *BREAKPOINTS_UM)
    assert handles.selected_x == BREAKPOINTS_UM[2]
    _shown_with(view, 5.7, *BREAKPOINTS_UM[:2], 6.3, *BREAKPOINTS_UM[3:])  # moved
    assert handles.selected_x == 6.3
    view.show_result(result)
    assert handles.selected_x == 6.3
    _shown_with(view, 5.7, *BREAKPOINTS_UM[:2], *BREAKPOINTS_UM[3:])

    assert handles.selected == -1
    assert np.isnan(heard[-1])


def test_the_curve_refits_under_the_hand(view, result):
    asked = []

    def preview(edit):
        asked.append(edit)
        return Preview(result.vector + 0.01)

    view.preview = preview
    x, y = handle(view, 1)
    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.12, y))
    layers = view.canvas.layers

    assert asked[0].from_um == x
    np.testing.assert_allclose(layers.curve.ys, result.vector + 0.01)
    np.testing.assert_allclose(
        layers.lower_samples.ys, 100 * (result.ratio / (result.vector + 0.01) - 1)
    )
    assert layers.handles.xs[1] == pytest.approx(asked[-1].to_um)
    assert layers.handles.ys[1] == pytest.approx(
        np.interp(asked[-1].to_um, result.wave_um[20:-20], result.vector[20:-20]) + 0.01, abs=1e-4
    )
    release(view.plot, (6.12, y))


def test_samples_that_the_release_will_reject_are_crossed_out_in_the_hand(view, result, edits):
    state = result.state.copy()
    state[100:140] = SampleState.REJECTED
    view.preview = lambda edit: Preview(result.vector, state)
    x, y = handle(view, 1)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.12, y))
    layers = view.canvas.layers

    for points in (layers.samples, layers.lower_samples):
        np.testing.assert_array_equal(points.kinds[100:140], SampleState.REJECTED)
    assert view.canvas.problem.text().startswith("The fit rejects ")
    key(view.plot, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(layers.samples.kinds, result.state)
    assert not view.canvas.problem.isVisible()
    release(view.plot, (6.12, y))


def test_what_a_new_fit_rejects_is_said_for_a_while_and_in_the_summary(view, result):
    state = result.state.copy()
    state[100:140] = SampleState.REJECTED
    refit = replace(result, state=frozen(state, dtype=np.uint8))

    view.show_result(refit)
    said = view.canvas.problem.text()

    assert said.startswith("The fit rejects ")
    assert said in view.summary()
    view.show_result(replace(refit))
    assert said not in view.summary()
    assert not view.canvas.problem.isVisible()


def test_a_breakpoint_without_data_turns_red_with_the_sentence_and_the_good_curve_stays(
    view, result, qtbot
):
    def preview(edit):
        raise FitError("No data there.", hint="Move it back.", breakpoints_um=(edit.to_um,))

    view.preview = preview
    x, y = handle(view, 1)
    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.12, y))

    assert view.canvas.layers.handles.wrong == {1}
    assert view.canvas.problem.text() == "No data there. Move it back."
    np.testing.assert_array_equal(view.canvas.layers.curve.ys, result.vector)

    view.preview = lambda edit: Preview(result.vector)
    move(view.plot, (6.12, y), (6.10, y))
    qtbot.waitUntil(lambda: view.canvas.layers.handles.wrong == frozenset())
    assert not view.canvas.problem.isVisible()
    release(view.plot, (6.10, y))


def test_shift_click_adds_a_breakpoint(view, edits):
    click(view.plot, (6.15, 1.0), keys=SHIFT)

    assert edits == [AddBreakpoint(pytest.approx(6.15, abs=0.003))]


def test_a_double_click_adds_one_at_the_local_median_and_excludes_nothing(view, edits):
    double_click(view.plot, sample(view, 350))
    wait_for_single_click()

    assert edits == [AddBreakpointAtMedian(pytest.approx(sample(view, 350)[0], abs=0.003))]


def test_a_right_click_removes_a_breakpoint(view, edits):
    click(view.plot, handle(view, 2), button=RIGHT)

    assert edits == [RemoveBreakpoint(pytest.approx(6.25))]


def test_a_right_drag_over_a_breakpoint_still_zooms(view, edits):
    x, y = handle(view, 1)

    drag(view.plot, (x, y), (6.3, y + 0.02), button=RIGHT)

    assert edits == []
    assert view.plot.view[0] == pytest.approx((x, 6.3), abs=0.005)


def test_the_pick_tolerance_can_be_set(view, edits):
    x, y = handle(view, 1)
    width = view.plot.pixels.width
    step = (view.plot.view[0][1] - view.plot.view[0][0]) / width
    away = (x + 15 * step, y)

    click(view.plot, away, button=RIGHT)
    view.set_pick_tolerance(20)
    click(view.plot, away, button=RIGHT)

    assert edits == [RemoveBreakpoint(pytest.approx(x))]


def test_outside_the_cutoffs_no_breakpoint_is_added(view, edits):
    click(view.plot, (5.655, 1.0), keys=SHIFT)

    assert edits == []


# --- cut-offs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "start", "end"), [("low", 5.68, 5.75), ("high", 6.61, 6.5)])
def test_a_cutoff_can_be_dragged(view, edits, side, start, end):
    drag(view.plot, (start, 0.99), (end, 0.99))

    assert edits == [SetCutoff(side, pytest.approx(end, abs=0.003))]


def test_a_cutoff_stays_inside_the_data_and_off_the_other(view, edits):
    drag(view.plot, (5.68, 0.99), (6.9, 0.99))
    view.show_params(view.canvas.params)
    drag(view.plot, (6.61, 0.99), (6.9, 0.99))

    assert edits[0].wave_um < 6.61
    assert edits[1].wave_um == pytest.approx(6.63)


def test_a_right_click_gives_a_cutoff_back_to_the_data(view, edits):
    click(view.plot, (6.61, 0.99), button=RIGHT)

    assert edits == [SetCutoff("high", None)]


def test_escape_takes_a_dragged_cutoff_back(view, edits):
    press(view.plot, (5.68, 0.99))
    move(view.plot, (5.68, 0.99), (5.8, 0.99))
    key(view.plot, Qt.Key.Key_Escape)

    assert view.canvas.layers.cutoffs.values == (5.68, 6.61)
    assert edits == []


# --- masks ---------------------------------------------------------------------------------------


def test_in_mask_mode_a_drag_masks_a_range_even_over_a_breakpoint(view, edits):
    view.set_mode("masks")
    x, y = handle(view, 2)

    drag(view.plot, (x, y), (6.35, y))

    assert edits == [AddMask(pytest.approx(x, abs=0.003), pytest.approx(6.35, abs=0.003))]
    assert view.canvas.layers.new_span.spans == ()


def test_in_mask_mode_a_right_drag_removes_masks_and_zooms_nothing(view, edits):
    view.set_mode("masks")
    before = view.plot.view

    drag(view.plot, (6.05, 1.0), (6.2, 1.0), button=RIGHT)

    assert edits == [RemoveMasks(pytest.approx(6.05, abs=0.003), pytest.approx(6.2, abs=0.003))]
    assert view.plot.view == before


def test_a_right_click_removes_the_mask_under_it_and_beside_it_nothing(view, edits):
    view.set_mode("masks")

    click(view.plot, (6.3, 1.0), button=RIGHT)
    assert edits == []
    click(view.plot, (6.115, 1.0), button=RIGHT)

    assert edits == [RemoveMasks(pytest.approx(6.115, abs=0.003), pytest.approx(6.115, abs=0.003))]


def test_an_edge_of_a_mask_can_be_dragged(view, edits):
    view.set_mode("masks")

    drag(view.plot, (6.13, 1.0), (6.17, 1.0))

    assert edits == [ChangeMask(0, 6.10, pytest.approx(6.17, abs=0.003), "fringe")]


def test_a_click_on_a_mask_lets_it_be_named(view, edits, qtbot):
    view.set_mode("masks")
    click(view.plot, (6.115, 1.0))
    field = view.canvas._field.field
    assert field.text() == "fringe"

    field.setText("detector glow")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert edits == [ChangeMask(0, 6.10, 6.13, "detector glow")]
    assert view.plot.hasFocus()


def test_escape_leaves_a_name_as_it_was(view, edits, qtbot):
    view.set_mode("masks")
    click(view.plot, (6.115, 1.0))
    field = view.canvas._field.field
    field.setText("other")
    qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert edits == []
    assert not view.canvas._field.isVisible()


def test_the_mode_is_told_with_what_the_buttons_do(view):
    modes, hints = [], []
    view.mode_changed.connect(modes.append)
    view.hint_changed.connect(hints.append)

    view.set_mode("masks")
    view.set_mode("breakpoints")

    assert modes == ["Masks", "Breakpoints"]
    assert "right-drag unmasks" in hints[0]
    assert "right-drag zooms" in hints[1]


# --- breaks --------------------------------------------------------------------------------------


def test_in_break_mode_a_click_lets_the_curve_jump(view, edits):
    view.set_mode("break")

    click(view.plot, (6.3, 1.0))

    assert edits == [AddBreak(pytest.approx(6.3, abs=0.003))]


def test_a_right_click_on_a_break_joins_the_curve_in_any_mode(make_view):
    view = make_view(breaks_um=(6.3,))
    heard = []
    view.edited.connect(lambda edit, _gesture: heard.append(edit))

    click(view.plot, (6.3, 0.99), button=RIGHT)
    view.set_mode("break")
    click(view.plot, (6.3, 0.99), button=RIGHT)

    assert heard == [RemoveBreak(6.3), RemoveBreak(6.3)]


# --- samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["point", "star", "wavelength"])
def test_a_click_on_a_sample_excludes_what_the_selector_says(view, edits, scope):
    view.scope_choice.setCurrentText(scope)

    click(view.plot, sample(view, 500))
    wait_for_single_click()

    assert edits == [ExcludeSample(500, scope)]


def test_a_click_on_an_excluded_sample_brings_it_back(view, edits):
    click(view.plot, sample(view, 200))
    wait_for_single_click()

    assert edits == [IncludeSample(200)]


def test_a_click_beside_everything_only_drops_the_selection(view, edits):
    view.canvas.select(1)

    click(view.plot, (6.2, 0.965))
    wait_for_single_click()

    assert edits == []
    assert view.canvas.layers.handles.selected == -1


def test_hovering_over_an_excluded_sample_says_why(view):
    hover(view.plot, sample(view, 200))

    tip = view.canvas._tip
    assert tip.isVisible()
    assert "excluded: a cosmic ray" in tip.text()
    assert "16 Cyg B · 1538 · 2022-08-08" in tip.text()


def test_a_right_click_on_an_excluded_sample_asks_for_the_reason(view, edits, qtbot):
    click(view.plot, sample(view, 200), button=RIGHT)
    field = view.canvas._field.field
    field.setText("a hot pixel")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert edits == [ExcludeSample(200, "point", "a hot pixel")]


def test_the_cursor_reads_curve_and_sample(view, result):
    texts = []
    view.cursor_changed.connect(texts.append)

    hover(view.plot, (6.2, 1.0))

    assert texts[-1].startswith("λ 6.2")
    nearest = int(np.argmin(np.abs(result.wave_um - 6.2)))
    assert f"sample {nearest + 1}, used" in texts[-1]
    assert "±" in texts[-1]


def test_the_cursor_reads_anew_when_another_result_comes_under_it(view, result):
    texts = []
    hover(view.plot, (6.2, 1.0))
    view.cursor_changed.connect(texts.append)
    rejected = np.full_like(result.state, SampleState.REJECTED)

    view.show_result(replace(result, state=rejected))

    assert "rejected" in texts[-1]


def test_what_was_read_is_of_the_curve_that_is_shown_though_the_mouse_has_left(view, result):
    texts = []
    hover(view.plot, (6.2, 1.0))
    view.plot.leaveEvent(QEvent(QEvent.Type.Leave))
    view.cursor_changed.connect(texts.append)

    view.show_result(replace(result, vector=frozen(np.full(result.vector.size, 77.125))))

    assert texts[-1].startswith("λ 6.2")
    assert "77.1" in texts[-1]


def test_showing_things_is_not_an_edit(view, edits, result):
    view.show_params(view.canvas.params)
    view.show_result(result)
    view.select_breakpoint(BREAKPOINTS_UM[1])

    assert edits == []


def test_a_mask_may_begin_where_there_is_none_yet(make_view):
    view = make_view(masks=(Mask(6.0, 6.1), Mask(6.05, 6.2)))
    heard = []
    view.edited.connect(lambda edit, _gesture: heard.append(edit))
    view.set_mode("masks")

    click(view.plot, (6.4, 1.0))

    assert heard == []
