"""Tests of guiapp.plots.themed_plot."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QColor, QKeyEvent
from PyQt6.QtWidgets import QApplication

from guiapp.look import theme
from guiapp.plots.curves import CurveLayer
from guiapp.plots.mouse import MouseTool
from guiapp.plots.themed_plot import ThemedPlot
from tests.helpers.mouse import (
    CTRL,
    MIDDLE,
    NO_KEYS,
    RIGHT,
    SHIFT,
    click,
    drag,
    drag_pixels,
    hover,
    key,
    move,
    press,
    release,
    wheel,
)

FULL = ((0.0, 10.0), (0.0, 1.0))


class Recorder(MouseTool):
    """Claims left presses and notes what it is told."""

    def __init__(self):
        self.log = []

    def press(self, mouse):
        if mouse.is_left:
            self.log.append(("press", mouse.x))
        return mouse.is_left

    def move(self, mouse):
        self.log.append(("move", mouse.x))

    def release(self, mouse):
        self.log.append(("release", mouse.x))

    def cancel(self):
        self.log.append(("cancel", None))

    def click(self, mouse):
        self.log.append(("click", mouse.x))
        return True


def test_the_wheel_zooms_and_what_is_under_the_cursor_stays(plot):
    wheel(plot, (2.0, 0.25), 1)

    (x0, x1), (y0, y1) = plot.view
    assert (x1 - x0, y1 - y0) == (pytest.approx(10 / 1.2), pytest.approx(1 / 1.2))
    assert (2.0 - x0) / (x1 - x0) == pytest.approx(0.2, abs=0.003)
    assert (0.25 - y0) / (y1 - y0) == pytest.approx(0.25, abs=0.003)


@pytest.mark.parametrize(("keys", "moved"), [(CTRL, (True, False)), (SHIFT, (False, True))])
def test_ctrl_and_shift_zoom_one_axis(plot, keys, moved):
    wheel(plot, (5.0, 0.5), 1, keys=keys)

    assert tuple(a != b for a, b in zip(plot.view, FULL, strict=True)) == moved


def test_the_wheel_over_an_axis_zooms_that_axis(plot):
    wheel(plot, (-0.5, 0.5), 1)

    assert plot.view[0] == FULL[0]
    assert plot.view[1] != FULL[1]


def test_a_box_drawn_with_the_right_button_is_what_is_shown(plot):
    drag(plot, (2.0, 0.2), (6.0, 0.8), button=RIGHT)

    assert plot.view[0] == pytest.approx((2.0, 6.0), abs=0.03)
    assert plot.view[1] == pytest.approx((0.2, 0.8), abs=0.006)


def test_a_flat_box_zooms_x_alone(plot):
    drag(plot, (2.0, 0.5), (6.0, 0.5), button=RIGHT)

    assert plot.view[0] == pytest.approx((2.0, 6.0), abs=0.03)
    assert plot.view[1] == FULL[1]


def test_a_click_with_the_right_button_zooms_nothing(plot):
    click(plot, (2.0, 0.5), button=RIGHT)

    assert plot.view == FULL


def test_escape_gives_up_the_box(plot):
    press(plot, (2.0, 0.2), button=RIGHT)
    move(plot, (2.0, 0.2), (6.0, 0.8), button=RIGHT)
    key(plot, Qt.Key.Key_Escape)
    release(plot, (6.0, 0.8), button=RIGHT)

    assert plot.view == FULL


def test_the_middle_button_moves_what_is_shown(plot):
    pixels = plot.pixels

    drag_pixels(plot, (5.0, 0.5), (pixels.width / 10, 0), button=MIDDLE)

    assert plot.view[0] == pytest.approx((-1.0, 9.0), abs=0.02)


def test_space_and_the_left_button_move_what_is_shown_and_no_tool_is_asked(plot):
    recorder = Recorder()
    plot.add_tool(recorder)
    QApplication.sendEvent(plot, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, NO_KEYS, " "))

    drag_pixels(plot, (5.0, 0.5), (0, plot.pixels.height / 10))

    assert plot.view[1] == pytest.approx((0.1, 1.1), abs=0.003)
    assert recorder.log == []


def test_ctrl_left_goes_back_through_the_zooms(plot):
    drag(plot, (2.0, 0.2), (6.0, 0.8), button=RIGHT)
    once = plot.view
    drag(plot, (3.0, 0.3), (5.0, 0.7), button=RIGHT)

    key(plot, Qt.Key.Key_Left, keys=CTRL)
    assert plot.view == once
    key(plot, Qt.Key.Key_Left, keys=CTRL)
    assert plot.view == FULL
    key(plot, Qt.Key.Key_Left, keys=CTRL)
    assert plot.view == FULL


def test_turns_of_the_wheel_in_one_go_are_one_step_back(plot):
    for _ in range(4):
        wheel(plot, (5.0, 0.5), 1)

    key(plot, Qt.Key.Key_Left, keys=CTRL)

    assert plot.view == FULL


@pytest.mark.parametrize(("code", "keys"), [(Qt.Key.Key_Backspace, NO_KEYS), (Qt.Key.Key_0, CTRL)])
def test_show_all_shows_the_data_with_a_margin(plot, code, keys):
    curve = CurveLayer("accent")
    plot.add_layer(curve)
    curve.set_data(np.array([1.0, 2.0, 3.0]), np.array([10.0, np.nan, 30.0]))

    key(plot, code, keys=keys)

    assert plot.view[0] == pytest.approx((0.92, 3.08))
    assert plot.view[1] == pytest.approx((9.2, 30.8))


def test_new_data_never_change_what_is_shown(plot):
    curve = CurveLayer("accent")
    plot.add_layer(curve)

    curve.set_data(np.array([100.0, 200.0]), np.array([1e6, 2e6]))
    QApplication.processEvents()

    assert plot.view == FULL


def test_show_all_pressed_again_shows_what_lies_far_off(plot):
    curve = CurveLayer("accent")
    plot.add_layer(curve)
    curve.set_data(np.array([0.0, 1.0]), np.array([0.0, 100.0]))
    plot.all_bounds = lambda: (0.0, 1.0, 0.0, 2.0)

    plot.show_all()
    first = plot.view[1]
    plot.show_all()

    assert first == pytest.approx((-0.08, 2.08))
    assert plot.view[1] == pytest.approx((-4.0, 104.0))


def test_show_all_of_nothing_changes_nothing(plot):
    plot.show_all()

    assert plot.view == FULL


def test_linked_plots_show_the_same_x_and_go_back_together(plot, qtbot):
    other = ThemedPlot(name="other", x_label="x")
    qtbot.addWidget(other)
    other.resize(640, 200)
    plot.link_x(other)

    other.zoom_to(((2.0, 4.0), (-1.0, 1.0)))

    assert plot.view == ((2.0, 4.0), FULL[1])
    key(plot, Qt.Key.Key_Left, keys=CTRL)
    assert plot.view == FULL


def test_the_cursor_is_read_out_in_data_units_with_the_nearest_sample(plot, qtbot):
    plot.nearest = lambda mouse: 7
    with qtbot.waitSignal(plot.cursor_moved) as signal:
        hover(plot, (2.5, 0.75))

    x, y, index = signal.args
    assert (x, y) == (pytest.approx(2.5, abs=0.01), pytest.approx(0.75, abs=0.002))
    assert index == 7


def test_on_a_log_axis_the_cursor_reads_the_value_not_its_logarithm(plot, qtbot):
    plot.set_scales("log", "linear")
    plot.set_view(((0.0, 2.0), (0.0, 1.0)))

    with qtbot.waitSignal(plot.cursor_moved) as signal:
        hover(plot, (10.0, 0.5))

    assert signal.args[0] == pytest.approx(10.0, rel=0.01)


def test_log_bounds_come_from_positive_values_only(plot):
    plot.set_scales("log", "linear")
    curve = CurveLayer("accent")
    plot.add_layer(curve)
    curve.set_data(np.array([0.0, 10.0]), np.array([0.0, 1.0]))

    plot.show_all()

    assert plot.view == FULL


def test_a_drag_belongs_to_the_tool_that_claimed_the_press(plot):
    recorder = Recorder()
    plot.add_tool(recorder)

    drag(plot, (2.0, 0.5), (4.0, 0.5))

    assert recorder.log[0] == ("press", pytest.approx(2.0, abs=0.02))
    assert recorder.log[-1] == ("release", pytest.approx(4.0, abs=0.02))
    assert plot.view == FULL


def test_escape_takes_a_drag_back_and_the_release_is_silent(plot):
    recorder = Recorder()
    plot.add_tool(recorder)
    press(plot, (2.0, 0.5))
    key(plot, Qt.Key.Key_Escape)
    release(plot, (4.0, 0.5))

    assert [kind for kind, _ in recorder.log] == ["press", "cancel"]


def test_a_right_click_is_offered_to_the_tools(plot):
    recorder = Recorder()
    plot.add_tool(recorder)

    click(plot, (2.0, 0.5), button=RIGHT)

    assert recorder.log == [("click", pytest.approx(2.0, abs=0.02))]


def test_keys_of_the_plot_come_before_shortcuts_of_the_window(plot):
    known = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Backspace, NO_KEYS, "\b")
    unknown = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, CTRL, "")
    for event in (known, unknown):
        event.ignore()
        QApplication.sendEvent(plot, event)

    assert known.isAccepted()
    assert not unknown.isAccepted()


def test_the_colors_follow_the_theme(plot, qapp):
    try:
        for choice in ("light", "dark"):
            theme.choose(choice)
            assert plot.backgroundBrush().color() == QColor(theme.tokens.card)
    finally:
        theme.choose("system")


def test_there_is_no_menu_of_pyqtgraph(plot):
    assert plot.scene().contextMenu == []
    assert not plot.getViewBox().menuEnabled()


def _with_bounds(plot, low, high):
    plot.all_bounds = lambda: (0.0, 10.0, low, high)


def test_what_is_compared_anew_is_fitted_in_y_alone(plot):
    _with_bounds(plot, 0.0, 1.0)
    plot.show_all_afresh()
    plot.set_view(((2.0, 3.0), plot.view[1]))

    _with_bounds(plot, 4.0, 5.0)
    plot.fit_y_unless_zoomed()

    assert plot.view[0] == (2.0, 3.0)
    assert plot.view[1] == pytest.approx((3.96, 5.04))


def test_a_range_of_y_that_the_user_chose_stays(plot):
    _with_bounds(plot, 0.0, 1.0)
    plot.show_all_afresh()
    wheel(plot, (2.0, 0.25), 1)
    chosen = plot.view

    _with_bounds(plot, 4.0, 5.0)
    plot.fit_y_unless_zoomed()
    plot.widen_y_unless_zoomed()

    assert plot.view == chosen


def test_after_all_is_shown_a_comparison_is_fitted_again(plot):
    _with_bounds(plot, 0.0, 1.0)
    plot.show_all_afresh()
    wheel(plot, (2.0, 0.25), 1)
    plot.show_all()

    _with_bounds(plot, 4.0, 5.0)
    plot.fit_y_unless_zoomed()

    assert plot.view[1] == pytest.approx((3.96, 5.04))


@pytest.mark.parametrize(("high", "expected"), [(0.5, (-0.04, 1.04)), (3.0, (-0.12, 3.12))])
def test_y_is_fitted_anew_only_where_what_is_compared_left_it(plot, high, expected):
    _with_bounds(plot, 0.0, 1.0)
    plot.show_all_afresh()

    _with_bounds(plot, 0.0, high)
    plot.widen_y_unless_zoomed()

    assert plot.view[1] == pytest.approx(expected)


def test_what_lies_under_the_cursor_is_read_again_where_it_lies_now(plot, qtbot):
    hover(plot, (2.0, 0.3))
    row, column = plot.cursor.row, plot.cursor.column
    plot.set_view(((100.0, 200.0), (0.0, 10.0)))

    with qtbot.waitSignal(plot.cursor_moved) as read:
        plot.read_again()

    assert read.args[0] == pytest.approx(plot.pixels.x_at(column))
    assert read.args[1] == pytest.approx(plot.pixels.y_at(row))


def test_nothing_is_read_again_where_the_mouse_has_left(plot, qtbot):
    hover(plot, (2.0, 0.3))
    plot.leaveEvent(QEvent(QEvent.Type.Leave))

    with qtbot.assertNotEmitted(plot.cursor_moved):
        plot.read_again()
