"""Tests of guiapp.views.star_response_keys: what the keys say."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication

from engine.mrs.star_response import HeldValue, Mask
from guiapp.settings.plot_keys import ANY_PLOT, PLOT_KEYS, RESPONSE_PLOT
from guiapp.views.response_edits import (
    AddBreakpoint,
    AddBreakpointAtMedian,
    AddSampleRange,
    ArrangeBreakpoints,
    DropSampleRange,
    ExcludeSample,
    HoldValue,
    IncludeSample,
    MoveBreakpoint,
    MoveBreakpointToMedian,
    MoveHeldValue,
    RemoveBreakpoint,
    SetWeight,
    UseAllSamples,
)
from tests.helpers.mouse import CTRL, NO_KEYS, SHIFT, hover, key, type_key

BUILT_IN = {"plot.show_all", "plot.cancel", "plot.pan"}


@pytest.fixture
def make_view(make_view):
    """Return a function that makes a view with the keys of the table."""

    def make(**changes):
        view = make_view(**changes)
        view.bind_keys([(spec.id, spec.keys) for spec in PLOT_KEYS])
        return view

    return make


def near(x):
    return pytest.approx(x, abs=0.003)


def test_every_key_of_the_table_means_something_here(view):
    known = set(view.acts()) | BUILT_IN | {"response.nudge"}

    wanted = {spec.id for spec in PLOT_KEYS if spec.context in {ANY_PLOT, RESPONSE_PLOT}}

    assert wanted <= known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", AddBreakpoint(near(6.15))),
        ("A", AddBreakpointAtMedian(near(6.15))),
        ("m", MoveBreakpoint(6.05, near(6.15))),
        ("M", MoveBreakpointToMedian(6.05)),
        ("+", ArrangeBreakpoints("double")),
        ("_", ArrangeBreakpoints("halve")),
        ("o", ArrangeBreakpoints("reset")),
        ("t", UseAllSamples()),
    ],
)
def test_a_key_acts_at_the_cursor(view, edits, text, expected):
    hover(view.plot, (6.148, 1.0))

    type_key(view.plot, text)

    assert edits == [_at_cursor(expected)]


def _at_cursor(expected):
    """Return ``expected`` with the place of the cursor of the test above."""
    for name in ("wave_um", "to_um"):
        if hasattr(expected, name) and not isinstance(getattr(expected, name), float):
            object.__setattr__(expected, name, near(6.148))
    return expected


def test_keys_work_in_the_lower_plot_too(view, edits):
    hover(view.residual_plot, (6.15, 0.0))

    type_key(view.residual_plot, "a")

    assert edits == [AddBreakpoint(near(6.15))]


def test_delete_removes_the_selected_breakpoint_else_the_one_under_the_cursor(view, edits):
    hover(view.plot, (6.452, 1.0))
    key(view.plot, Qt.Key.Key_Delete)
    view.canvas.select(0)
    key(view.plot, Qt.Key.Key_Delete)

    assert edits == [RemoveBreakpoint(6.45), RemoveBreakpoint(5.85)]


def test_delete_takes_no_breakpoint_that_is_neither_selected_nor_under_the_cursor(view, edits):
    hover(view.plot, (6.4, 1.0))
    key(view.plot, Qt.Key.Key_Delete)

    assert edits == []
    assert view.canvas.problem.text().startswith("No breakpoint is selected or under the cursor")


def test_d_and_u_take_the_nearest_sample_out_and_back(view, edits, result):
    hover(view.plot, (float(result.wave_um[500]), float(result.ratio[500])))
    type_key(view.plot, "d")
    type_key(view.plot, "u")

    assert edits == [ExcludeSample(500), IncludeSample(200)]


def test_s_twice_adds_a_sample_range(view, edits):
    hover(view.plot, (6.3, 1.0))
    type_key(view.plot, "s")
    assert view.canvas.layers.pending.values == (near(6.3),)
    hover(view.plot, (5.9, 1.0))
    type_key(view.plot, "s")

    assert edits == [AddSampleRange(near(5.9), near(6.3))]
    assert view.canvas.layers.pending.values == ()


def test_escape_gives_up_a_range_that_was_begun(view, edits):
    hover(view.plot, (6.3, 1.0))
    type_key(view.plot, "s")
    key(view.plot, Qt.Key.Key_Escape)
    hover(view.plot, (5.9, 1.0))
    type_key(view.plot, "s")

    assert edits == []


def test_z_drops_the_range_under_the_cursor(make_view):
    view = make_view(sample_ranges=(Mask(5.7, 6.0),))
    heard = []
    view.edited.connect(lambda edit, _gesture: heard.append(edit))
    for x in (6.3, 5.9):
        hover(view.plot, (x, 1.0))
        type_key(view.plot, "z")

    assert heard == [DropSampleRange(near(5.9))]


def test_w_asks_for_a_weight(view, edits, result, qtbot):
    hover(view.plot, (float(result.wave_um[500]), float(result.ratio[500])))
    type_key(view.plot, "w")
    view.canvas._field.field.setText("0.25")
    qtbot.keyClick(view.canvas._field.field, Qt.Key.Key_Return)

    assert edits == [SetWeight(500, 0.25)]
    assert view.canvas._field.isHidden()


@pytest.mark.parametrize("typed", ["-1", "many", "", "inf"])
def test_what_is_no_weight_is_not_taken_and_can_be_mended(view, edits, result, qtbot, typed):
    hover(view.plot, (float(result.wave_um[500]), float(result.ratio[500])))
    type_key(view.plot, "w")
    asked = view.canvas._field
    asked.field.setText(typed)
    qtbot.keyClick(asked.field, Qt.Key.Key_Return)
    assert edits == []
    assert asked.isVisible()
    assert asked.label.text() == "A weight is a number from 0 on"

    asked.field.setText("2")
    qtbot.keyClick(asked.field, Qt.Key.Key_Return)

    assert edits == [SetWeight(500, 2.0)]
    assert asked.isHidden()


def test_g_goes_through_the_graphs(view):
    seen = []
    for _ in range(4):
        type_key(view.plot, "g")
        seen.append(view.canvas.graph)

    assert seen == ["ratio", "inverse", "factor", "residual"]


@pytest.mark.parametrize(
    ("text", "signal", "args"),
    [
        ("f", "fit_wanted", []),
        ("?", "keys_wanted", []),
        ("(", "band_stepped", [-1]),
        (")", "band_stepped", [1]),
        ("[", "star_stepped", [-1]),
        ("]", "star_stepped", [1]),
    ],
)
def test_some_keys_ask_the_window(view, qtbot, text, signal, args):
    with qtbot.waitSignal(getattr(view, signal)) as blocker:
        type_key(view.plot, text)

    assert blocker.args == args


def test_c_hides_and_shows_the_previous_curve(view, result):
    view.show_previous(view.canvas.previous or _curve(result))
    assert view.canvas.layers.previous.isVisible()

    type_key(view.plot, "c")
    assert not view.canvas.layers.previous.isVisible()
    type_key(view.plot, "c")
    assert view.canvas.layers.previous.isVisible()


def _curve(result):
    from guiapp.views.star_response_layers import NamedCurve

    return NamedCurve("previous", result.wave_um, result.vector)


def test_capital_f_freezes_the_read_out(view, qtbot):
    texts = []
    view.cursor_changed.connect(texts.append)
    hover(view.plot, (6.2, 1.0))
    type_key(view.plot, "F")
    n = len(texts)
    hover(view.plot, (6.3, 1.0))
    qtbot.wait(40)
    assert len(texts) == n
    assert view.canvas.mouse().x == near(6.2)

    type_key(view.plot, "F")
    hover(view.plot, (6.4, 1.0))
    qtbot.waitUntil(lambda: len(texts) > n)


def test_i_says_what_the_nearest_sample_is(view, result):
    hover(view.plot, (float(result.wave_um[500]), 0.99))

    type_key(view.plot, "i")

    assert view.canvas._tip.isVisible()
    assert "sample 501, used" in view.canvas._tip.text()
    assert QGuiApplication.clipboard().text() == view.canvas._tip.text()


def test_arrows_nudge_the_selected_breakpoint_by_a_pixel_and_shift_by_ten(view, edits):
    (low, high), _ = view.plot.view
    pixel = (high - low) / view.plot.pixels.width
    view.canvas.select(1)

    key(view.plot, Qt.Key.Key_Right)
    key(view.plot, Qt.Key.Key_Left, keys=SHIFT)

    assert edits == [
        MoveBreakpoint(6.05, pytest.approx(6.05 + pixel)),
        MoveBreakpoint(6.05, pytest.approx(6.05 - 10 * pixel)),
    ]


def test_up_holds_the_value_and_a_held_one_goes_on(make_view):
    view = make_view(held=(HeldValue(6.25, 1.03),))
    heard = []
    view.edited.connect(lambda edit, _gesture: heard.append(edit))
    _, (low, high) = view.plot.view
    pixel = (high - low) / view.plot.pixels.height

    view.canvas.select(1)
    at = float(view.canvas.layers.handles.ys[1])
    key(view.plot, Qt.Key.Key_Up)
    view.canvas.select(2)
    key(view.plot, Qt.Key.Key_Down)

    assert heard == [
        HoldValue(6.05, pytest.approx(at + pixel)),
        MoveHeldValue(6.25, 6.25, pytest.approx(1.03 - pixel)),
    ]


def test_nudges_that_follow_each_other_are_one_gesture(view):
    gestures = []
    view.edited.connect(lambda _edit, gesture: gestures.append(gesture))

    view.canvas.select(1)
    for _ in range(3):
        key(view.plot, Qt.Key.Key_Right)
    view.canvas.select(2)
    key(view.plot, Qt.Key.Key_Right)

    assert len(set(gestures[:3])) == 1
    assert gestures[3] != gestures[0]
    assert 0 not in gestures


def test_arrows_mean_nothing_without_a_selection(view, edits):
    key(view.plot, Qt.Key.Key_Right)

    assert edits == []


def test_ctrl_combinations_are_left_to_the_window(view, edits):
    for code in (Qt.Key.Key_Z, Qt.Key.Key_S, Qt.Key.Key_O, Qt.Key.Key_C, Qt.Key.Key_A):
        key(view.plot, code, keys=CTRL)

    assert edits == []


def test_escape_leaves_the_innermost_thing_first(view):
    view.canvas.select(1)
    view.set_mode("masks")

    key(view.plot, Qt.Key.Key_Escape, "\x1b", keys=NO_KEYS)
    assert (view.mode, view.canvas.layers.handles.selected) == ("breakpoints", 1)
    key(view.plot, Qt.Key.Key_Escape, "\x1b", keys=NO_KEYS)
    assert view.canvas.layers.handles.selected == -1
