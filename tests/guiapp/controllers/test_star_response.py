"""From the mouse to the engine and back: the spline editor."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from engine.analyses import RESPONSE
from engine.mrs.star_response import Mask, SampleState, StarResponseParams, fit_star_response
from engine.project.keys import NodeKey
from guiapp.controllers.star_response import StarResponseController
from guiapp.views.response_edits import ExcludeSample, HoldValue, IncludeSample, MoveBreakpoint
from tests.helpers.mouse import (
    SHIFT,
    click,
    double_click,
    drag,
    hover,
    key,
    move,
    press,
    release,
    type_key,
)
from tests.helpers.workspaces import workspace

KEY = NodeKey(RESPONSE.name, "e1")
START = StarResponseParams(breakpoints_um=(5.85, 6.05, 6.25, 6.45), line_windows="none")


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller with its view on the screen and 16 Cyg B 1B fitted."""
    space = workspace(runner)
    document = space.document
    document.start_over(space.session.with_params(KEY, START))
    controller = StarResponseController(space)
    view = controller.response
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None)
    view.plot.setFocus()
    return controller


def params_of(controller, subject="e1"):
    return controller.workspace.params(NodeKey(RESPONSE.name, subject))


def undo_texts(controller):
    stack = controller.workspace.document.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def handle(controller, index):
    handles = controller.response.canvas.layers.handles
    return float(handles.xs[index]), float(handles.ys[index])


def fitted(controller):
    """Return what the engine gives for the parameters as they are now."""
    return fit_star_response(*observed_and_model(controller), params_of(controller))


def observed_and_model(controller):
    session, library = controller.workspace.session, controller.workspace.chain.library
    return tuple(library.product(session.entry(name), 0) for name in ("e1", "e5"))


def wait_for_fit(controller, qtbot):
    expected = fitted(controller)
    qtbot.waitUntil(
        lambda: np.array_equal(controller.response.result.vector, expected.vector, True)
    )


def test_the_hand_sees_the_fit_that_the_release_gives_with_its_rejection(controller, qtbot):
    view = controller.response
    x, y = handle(controller, 1)
    press(view.plot, (x, y), keys=SHIFT)
    move(view.plot, (x, y), (x, y * 1.15), keys=SHIFT)
    qtbot.waitUntil(lambda: handle(controller, 1)[1] == pytest.approx(y * 1.15, rel=1e-3))

    seen, states = view.canvas.vector.copy(), view.canvas.state.copy()
    error, counted = view.canvas.drawn.stat_error, view.legend.buttons["rejected"].text()
    release(view.plot, (x, y * 1.15), keys=SHIFT)
    wait_for_fit(controller, qtbot)

    after = view.result
    assert np.count_nonzero(after.state == SampleState.REJECTED) > 20
    assert_array_equal(states, after.state)
    assert_array_equal(seen, after.vector)
    assert_array_equal(error, after.stat_error)
    n_rejected = np.count_nonzero(after.state == SampleState.REJECTED)
    assert counted == view.legend.buttons["rejected"].text() == f"rejected {n_rejected}"
    assert view.canvas.rejection in controller.inspector().summary
    assert view.canvas.problem.text() == view.canvas.rejection != ""


@pytest.mark.parametrize("typed", ["a", "A"])
def test_keys_act_on_the_breakpoint_that_was_just_added(controller, typed):
    view, stack = controller.response, controller.workspace.document.undo_stack
    x, y = handle(controller, 1)
    drag(view.plot, (x, y), (6.12, y))
    stack.undo()
    heard = []
    view.breakpoint_selected.connect(heard.append)
    hover(view.plot, (6.35, 1.0))

    type_key(view.plot, typed)
    [new] = set(params_of(controller).breakpoints_um) - set(START.breakpoints_um)
    key(view.plot, Qt.Key.Key_Delete)

    assert heard[0] == new == pytest.approx(6.35, abs=0.003)
    assert params_of(controller) == START
    assert undo_texts(controller)[-1] == "Remove breakpoint in 1B at 6.35 µm"


@pytest.mark.parametrize("add", ["shift and click", "double click"])
def test_a_breakpoint_that_the_mouse_adds_is_the_selected_one(controller, add):
    view = controller.response
    view.canvas.select(1)

    if add == "double click":
        double_click(view.plot, (6.35, 1.0))
    else:
        click(view.plot, (6.35, 1.0), keys=SHIFT)

    assert view.canvas.layers.handles.selected_x == pytest.approx(6.35, abs=0.003)


def held_off(controller, qtbot, *, by):
    """Hold the second breakpoint off the samples, and wait until the view says so."""
    at, value = handle(controller, 1)
    controller.response.edited.emit(HoldValue(at, (1 + by) * value), 0)
    qtbot.waitUntil(controller.response.held_off.isVisible)
    return at


@pytest.mark.parametrize("way", ["move", "release"])
def test_a_value_held_off_the_samples_is_marked_and_one_click_mends_it(controller, qtbot, way):
    view = controller.response
    at = held_off(controller, qtbot, by=0.02)
    table = controller.inspector().numbers
    assert f"1 held value lies off the samples: {at:.2f} µm +2.0" in view.held_off.label.text()
    assert view.canvas.layers.handles.doubted == {1}
    assert table.column("held").values[1].startswith("off +2.")
    assert list(table.column("held").values[[0, 2, 3]]) == ["", "", ""]

    line = view.held_off
    (line.move_there if way == "move" else line.release).click()
    wait_for_fit(controller, qtbot)

    assert not line.isVisible()
    assert not view.canvas.layers.handles.doubted
    assert len(params_of(controller).held) == (1 if way == "move" else 0)
    did = "Move the value at 6.05 µm of 1B onto the samples"
    assert undo_texts(controller)[-1] == (
        did if way == "move" else "Release the value at 6.05 µm of 1B"
    )
    controller.workspace.document.undo_stack.undo()
    qtbot.waitUntil(line.isVisible)


def test_nothing_moves_under_the_hand_that_drops_a_value_off_the_samples(controller, qtbot):
    view = controller.response
    (x, y), plot = handle(controller, 1), view.plot
    before = (plot.view, plot.geometry(), view.canvas.geometry())

    drag(plot, (x, y), (x, y * 1.03), keys=SHIFT)
    qtbot.waitUntil(view.held_off.isVisible)
    QApplication.processEvents()

    assert (plot.view, plot.geometry(), view.canvas.geometry()) == before
    assert plot.rect().contains(view.held_off.geometry())
    at = handle(controller, 1)
    double_click(plot, at)
    assert params_of(controller).held == ()


def test_what_is_halved_away_is_drawn_and_listed_no_more(controller, qtbot):
    for index in (0, 1):
        at, value = handle(controller, index)
        controller.response.edited.emit(HoldValue(at, value), 0)

    controller.arrange("halve")
    wait_for_fit(controller, qtbot)

    places = controller.response.canvas.layers.handles.xs
    rows = controller.inspector().numbers.column("wave").values
    assert list(places) == list(rows) == [6.05, 6.45]
    assert undo_texts(controller)[-1] == "Halve the breakpoints in 1B, releasing 1 held value"


def test_a_note_of_rejected_samples_goes_with_the_next_zoom_and_undo_has_none(controller, qtbot):
    view = controller.response
    x, y = handle(controller, 1)
    drag(view.plot, (x, y), (x, y * 1.15), keys=SHIFT)
    wait_for_fit(controller, qtbot)
    assert view.canvas.problem.isVisible()
    view.plot.zoom_to(((5.8, 6.2), (0.9, 1.2)))
    assert not view.canvas.problem.isVisible()

    controller.workspace.document.undo_stack.undo()

    assert not view.canvas.problem.isVisible()
    assert "before" in view.canvas.rejection


def test_the_previous_curve_is_that_before_the_last_change_in_force(controller, qtbot):
    view, document = controller.response, controller.workspace.document
    first = view.result.vector
    edits = [StarResponseParams(breakpoints_um=(5.9, place)) for place in (6.2, 6.3, 6.4)]
    controller.workspace.set_params(KEY, edits[0], "first")
    wait_for_fit(controller, qtbot)
    assert_array_equal(view.canvas.previous.vector, first)
    document.undo_stack.undo()
    assert view.canvas.previous is None
    assert_array_equal(view.result.vector, first)

    document.undo_stack.redo()
    assert_array_equal(view.canvas.previous.vector, first)
    document.undo_stack.undo()

    controller.set_active(False)
    for params in edits[1:]:
        controller.workspace.set_params(KEY, params, "unseen")
    controller.set_active(True)
    controller.refresh()
    wait_for_fit(controller, qtbot)

    qtbot.waitUntil(lambda: view.canvas.previous is not None)
    found = fit_star_response(*observed_and_model(controller), edits[1])
    assert_array_equal(view.canvas.previous.vector, found.vector)


def test_a_drag_refits_and_one_undo_takes_it_back(controller, qtbot):
    before = controller.response.result.vector
    x, y = handle(controller, 1)

    drag(controller.response.plot, (x, y), (6.12, y))

    [text] = undo_texts(controller)
    assert text == "Move breakpoint in 1B to 6.12 µm"
    assert params_of(controller).breakpoints_um[1] == pytest.approx(6.12, abs=0.003)
    wait_for_fit(controller, qtbot)
    assert_array_equal(controller.response.canvas.layers.curve.ys, fitted(controller).vector)

    controller.workspace.document.undo_stack.undo()

    assert params_of(controller) == START
    assert_array_equal(controller.response.canvas.layers.curve.ys, before)
    assert handle(controller, 1)[0] == 6.05


def test_undo_before_the_new_fit_came_shows_the_old_one_fresh(controller):
    before = controller.response.result.vector
    x, y = handle(controller, 1)
    drag(controller.response.plot, (x, y), (6.12, y))

    controller.workspace.document.undo_stack.undo()

    layers = controller.response.canvas.layers
    assert_array_equal(layers.curve.ys, before)
    assert layers.statistical.opacity() == 1


def test_while_dragging_the_curve_is_the_fit_with_the_last_rejection(controller):
    x, y = handle(controller, 1)
    view = controller.response
    used = view.result.state == SampleState.USED
    press(view.plot, (x, y))
    move(view.plot, (x, y), (6.12, y), steps=1)

    shown = view.canvas.vector
    to = float(view.canvas.layers.handles.xs[1])
    frozen = replace(
        START, breakpoints_um=(5.85, to, 6.25, 6.45), reject_above=1e9, reject_below=1e9
    )
    session, library = controller.workspace.session, controller.workspace.chain.library
    observed = library.product(session.entry("e1"), 0)
    flux = np.where(used, observed.flux, np.nan)
    expected = fit_star_response(
        replace(observed, flux=flux), library.product(session.entry("e5"), 0), frozen
    ).vector
    inside = np.isfinite(shown) & np.isfinite(expected)
    np.testing.assert_allclose(shown[inside], expected[inside], rtol=2e-6)
    assert np.count_nonzero(inside) > 600
    release(view.plot, (6.12, y))


def test_shift_drag_holds_the_curve_to_the_point(controller, qtbot):
    x, y = handle(controller, 1)

    drag(controller.response.plot, (x, y), (x, y + 0.01), keys=SHIFT)

    [held] = params_of(controller).held
    assert (held.wave_um, held.value) == (x, pytest.approx(y + 0.01, abs=1e-3))
    wait_for_fit(controller, qtbot)
    vector = controller.response.result
    at = np.interp(x, vector.wave_um, vector.vector)
    assert at == pytest.approx(held.value, rel=1e-5)


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("double", "Double the breakpoints in 1B"),
        ("halve", "Halve the breakpoints in 1B"),
        ("even", "Space the breakpoints evenly in 1B"),
        ("propose", "Propose breakpoints in 1B"),
        ("reset", "Reset the response of 1B"),
    ],
)
def test_arranging_breakpoints_is_one_entry_that_can_be_undone(controller, how, text):
    controller.arrange(how)
    assert undo_texts(controller) == [text]
    assert params_of(controller) != START

    controller.workspace.document.undo_stack.undo()

    assert params_of(controller) == START


@pytest.mark.parametrize("typed", list("aAdmM+_st"))
def test_every_key_that_changes_something_is_undoable(controller, typed, qtbot):
    view = controller.response
    wave = controller.response.result.wave_um
    hover(view.plot, (float(wave[500]), float(view.result.ratio[500])))
    type_key(view.plot, typed)
    if typed == "s":
        hover(view.plot, (5.8, 1.0))
        type_key(view.plot, typed)

    stack = controller.workspace.document.undo_stack
    if typed == "t":  # nothing was dropped, so there is nothing to bring back
        assert stack.count() == 0
        return
    assert stack.count() == 1
    assert params_of(controller) != START
    stack.undo()
    assert params_of(controller) == START


def test_what_changes_nothing_leaves_no_entry(controller):
    controller.response.edited.emit(MoveBreakpoint(6.05, 6.05), 0)

    assert undo_texts(controller) == []


def test_what_cannot_be_done_says_why_and_leaves_no_entry(controller):
    controller.response.edited.emit(MoveBreakpoint(6.3333, 6.4), 0)

    assert undo_texts(controller) == []
    assert "Nothing is held at 6.33 µm." in controller.response.canvas.problem.text()


def test_nudges_in_a_row_are_one_entry(controller):
    controller.response.canvas.select(1)
    for _ in range(5):
        key(controller.response.plot, Qt.Key.Key_Right)

    assert len(undo_texts(controller)) == 1
    assert params_of(controller).breakpoints_um[1] > 6.053


def test_a_nudge_sideways_and_one_upward_are_two_entries(controller):
    controller.response.canvas.select(1)
    for code in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        key(controller.response.plot, code)

    moved, held = undo_texts(controller)
    assert "Move breakpoint" in moved
    assert "held value" in held
    controller.workspace.document.undo_stack.undo()
    assert params_of(controller).held == ()
    assert params_of(controller).breakpoints_um[1] > 6.05


def test_a_breakpoint_without_data_is_red_and_the_good_curve_stays(controller, qtbot):
    view = controller.response
    good = view.result.vector
    crowded = replace(START, breakpoints_um=tuple(np.linspace(6.2, 6.205, 9)))

    controller.workspace.set_params(KEY, crowded, "Crowd")

    qtbot.waitUntil(view.canvas.problem.isVisible)
    assert "breakpoint" in view.canvas.problem.text()
    assert view.canvas.layers.handles.wrong
    assert_array_equal(view.canvas.layers.curve.ys, good)


def test_excluding_a_sample_keeps_a_reason_and_undo_brings_it_back(controller, qtbot):
    wave_um = float(controller.response.result.wave_um[500])

    controller.response.edited.emit(ExcludeSample(500, "point", "a cosmic ray"), 0)

    [weight] = params_of(controller).weights
    assert (weight.wave_um, weight.weight, weight.reason) == (wave_um, 0.0, "a cosmic ray")
    qtbot.waitUntil(lambda: controller.response.result.state[500] == SampleState.EXCLUDED)
    controller.response.edited.emit(IncludeSample(500), 0)
    assert params_of(controller).weights == ()


def test_a_click_excludes_a_sample_for_a_reason(controller):
    view = controller.response
    samples = view.canvas.layers.samples

    click(view.plot, (float(samples.xs[500]), float(samples.ys[500])))
    QTest.qWait(QApplication.doubleClickInterval() + 50)

    [weight] = params_of(controller).weights
    assert weight.reason


def test_a_wavelength_is_excluded_in_all_stars_of_the_band_at_once(controller):
    chain, session = controller.workspace.chain, controller.workspace.session
    chain.evaluate(session, NodeKey(RESPONSE.name, "e3"))

    controller.response.edited.emit(ExcludeSample(500, "wavelength"), 0)

    assert len(undo_texts(controller)) == 1
    assert len(params_of(controller, "e1").weights) == 1
    assert len(params_of(controller, "e3").weights) == 1
    assert params_of(controller, "e2").weights == ()
    controller.workspace.document.undo_stack.undo()
    assert params_of(controller, "e3").weights == ()


def test_a_star_is_left_out_and_brought_back(controller):
    controller.response.edited.emit(ExcludeSample(500, "star", "binary"), 0)
    session = controller.workspace.session
    assert session.exclusion("16 Cyg B/1538-1").reason == "binary"

    controller.response.edited.emit(IncludeSample(500, "star"), 0)

    assert controller.workspace.session.exclusion("16 Cyg B/1538-1") is None


def test_breakpoints_are_copied_from_another_star(controller):
    other = START.breakpoints_um[:2]
    session = controller.workspace.session.with_params(
        NodeKey(RESPONSE.name, "e3"), replace(START, breakpoints_um=other)
    )
    controller.workspace.document.start_over(session)

    controller.choose_source()
    [action] = controller._menu.actions()
    action.trigger()
    controller._menu.hide()

    assert params_of(controller).breakpoints_um == other
    assert undo_texts(controller) == ["Copy breakpoints of 10 Lac · 1B to 1B"]


def test_brackets_step_through_stars_and_parentheses_through_bands(controller):
    selection, plot = controller.workspace.selection, controller.response.plot
    steps = []
    for typed in ("]", ")", ")", "[", "("):
        type_key(plot, typed)
        steps.append(selection.current)

    assert steps == ["e3", "e4", "e4", "e2", "e1"]


def test_another_star_of_the_band_keeps_the_wavelengths_in_view(controller, qtbot):
    view = controller.response
    view.plot.zoom_to(((5.9, 6.1), view.plot.view[1]))

    controller.workspace.selection.select(("e3",))
    qtbot.waitUntil(lambda: view.result is not None)
    same_band = view.plot.view[0]
    controller.workspace.selection.select(("e4",))
    qtbot.waitUntil(lambda: view.result is not None)

    assert same_band == (5.9, 6.1)
    assert view.plot.view[0][1] > 7.5


def test_vectors_of_other_stars_at_hand_are_offered(controller, qtbot):
    controller.workspace.selection.select(("e3",))
    qtbot.waitUntil(lambda: controller.response.result is not None)
    controller.workspace.selection.select(("e1",))
    qtbot.waitUntil(lambda: len(controller.response.canvas.layers.others) == 1)

    assert not controller.response.legend.is_on("others")
    assert not controller.response.canvas.layers.others[0].isVisible()


def test_vectors_of_other_stars_are_drawn_as_soon_as_other_work_gave_them(controller, qtbot):
    space, key = controller.workspace, NodeKey("response", "e3")
    assert controller.response.canvas.layers.others == []

    space.runner.start(
        "Take up results of before",
        lambda progress: space.chain.evaluate(space.session, key, progress),
        lambda _job: None,
        lane="queue",
    )

    qtbot.waitUntil(lambda: len(controller.response.canvas.layers.others) == 1)


def test_cutoffs_are_proposed_where_the_stars_diverge_or_not_at_all(controller):
    controller.propose_cutoffs()
    assert "Two stars or more are needed." in controller.response.canvas.problem.text()

    chain, session = controller.workspace.chain, controller.workspace.session
    chain.evaluate(session, NodeKey(RESPONSE.name, "e3"))
    controller.propose_cutoffs()

    assert "agree to the ends" in controller.response.canvas.problem.text()
    assert undo_texts(controller) == []


def test_proposed_cutoffs_are_one_undoable_edit(controller):
    chain, session = controller.workspace.chain, controller.workspace.session
    other = NodeKey(RESPONSE.name, "e3")
    result = chain.evaluate(session, other)
    rises = 1 + 0.5 * np.clip(result.wave_um - 6.5, 0, None)
    chain.store.put(chain.digest(session, other), replace(result, vector=result.vector * rises))

    controller.propose_cutoffs()

    low, high = params_of(controller).cutoffs_um
    assert low is None
    assert 6.5 < high < 6.6
    assert undo_texts(controller) == ["Propose cut-offs of 1B"]


def test_a_star_without_a_model_says_so(controller):
    session = controller.workspace.session
    controller.workspace.document.start_over(session.without_entries(["e5"]))

    placeholder = controller.response.canvas.placeholder
    assert placeholder.isVisible()
    assert "no model of 16 Cyg B" in placeholder.text()


def test_the_tip_of_a_flagged_sample_says_its_flags_in_words(controller):
    assert controller.flags_in_words(401) == "DQ: DO_NOT_USE"
    assert controller.flags_in_words(10) == ""

    plot, result = controller.response.plot, controller.response.result
    hover(plot, (float(result.wave_um[401]), float(result.ratio[401])))

    assert "DQ: DO_NOT_USE" in controller.response.canvas._tip.text()


def test_nothing_open_says_what_to_do(controller):
    controller.workspace.selection.select(())

    assert "Open a cube or a spectrum" in controller.response.canvas.placeholder.text()
    assert controller.inspector().numbers is None


def test_a_view_nobody_sees_computes_nothing(controller, runner):
    controller.set_active(False)

    controller.workspace.set_params(KEY, replace(START, degree=2), "Set degree")

    assert runner.jobs == ()


def test_the_inspector_shows_breakpoints_and_summary(controller):
    content = controller.inspector()

    assert [column.name for column in content.numbers.columns] == ["wave", "C", "error"]
    assert "used" in content.summary
    controller.select_rows((2,))
    assert controller.response.canvas.layers.handles.selected == 2


def test_the_history_can_be_read(controller):
    emit = controller.response.edited.emit
    emit(HoldValue(6.05, 1.01), 0)
    controller.workspace.set_params(KEY, replace(START, masks=(Mask(6.0, 6.1, "x"),)), "Mask")

    assert undo_texts(controller)[0] == "Hold 1B at 6.05 µm to 1.01"


def test_a_star_that_is_left_out_says_why_and_comes_back_by_the_button_beside_it(controller):
    line, space = controller.response.left_out, controller.workspace
    source = space.segment().identity.source_key
    assert not line.isVisible()

    space.document._replace(space.session.with_exclusion(source, "saturated in 4C"))
    assert line.isVisible()
    assert "left out of everything that combines stars: saturated in 4C." in line.label.text()
    assert line.label.text().startswith("16 Cyg B")
    QTest.mouseClick(line.back, Qt.MouseButton.LeftButton)

    assert not line.isVisible()
    assert space.session.exclusions == ()
    assert undo_texts(controller)[-1] == f"Bring back {source}"


def test_a_band_that_is_left_out_is_named(controller):
    line, space = controller.response.left_out, controller.workspace

    space.document._replace(space.session.with_exclusion(space.segment().id, "ghost"))

    assert line.label.text().startswith(space.segment().title)
