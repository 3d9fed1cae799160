"""Tests of guiapp.panels.inspector."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction, QUndoCommand, QUndoStack
from PyQt6.QtWidgets import QAbstractSlider, QPushButton

from engine.analyses import RESPONSE
from engine.model.table import Column, ResultTable
from guiapp.panels.inspector import Inspector

DEFAULTS = {spec.name: RESPONSE.default(spec.name) for spec in RESPONSE.fields}


@pytest.fixture
def inspector(qtbot):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(288, 800)
    inspector.show_parameters(RESPONSE.fields, DEFAULTS, DEFAULTS)
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector


def test_an_edit_in_the_form_is_passed_on(inspector, qtbot):
    with qtbot.waitSignal(inspector.edited) as signal:
        inspector.form.rows["degree"].field.edit.step(1)

    assert signal.args == ["degree", DEFAULTS["degree"] + 1]


def test_new_values_of_the_same_analysis_keep_the_fields(inspector):
    fields = {name: row.field for name, row in inspector.form.rows.items()}

    inspector.show_parameters(RESPONSE.fields, DEFAULTS, {**DEFAULTS, "degree": 4})

    assert {name: row.field for name, row in inspector.form.rows.items()} == fields
    assert inspector.form.rows["degree"].field.edit.text() == "4"


def test_the_scope_is_shown_quietly_and_told_when_chosen(inspector, qtbot):
    with qtbot.assertNotEmitted(inspector.scope_changed):
        inspector.show_scope(("This observation", "All observations"), "All observations")
    assert inspector.scope.currentText() == "All observations"

    with qtbot.waitSignal(inspector.scope_changed) as signal:
        inspector.scope.setCurrentIndex(0)
        inspector.scope.activated.emit(0)
    assert signal.args == ["This observation"]


@pytest.mark.parametrize(("height", "rows_seen"), [(300, 14), (2000, 40)])
def test_a_long_table_takes_the_room_that_is_left(inspector, qtbot, height, rows_seen):
    inspector.show_parameters((), {}, {})
    inspector.resize(288, height)

    inspector.show_numbers(ResultTable("", (Column("x", "", np.arange(40.0)),)), "a line below")
    qtbot.wait(1)

    assert inspector.numbers.height() == inspector.numbers.height_of(rows_seen)


def test_buttons_do_and_look_as_their_actions(inspector, qtbot):
    action = QAction("Propose breakpoints", inspector)
    inspector.set_actions((action,))
    made = next(one for one in inspector.findChildren(QPushButton) if "Propose" in one.text())

    with qtbot.waitSignal(action.triggered):
        made.click()
    action.setEnabled(False)

    assert not made.isEnabled()


def test_a_button_that_is_gone_no_longer_follows_its_action(inspector, qtbot):
    action = QAction("Propose breakpoints", inspector)
    inspector.set_actions((action,))
    inspector.set_actions(())
    qtbot.wait(5)

    action.setText("Propose again")

    texts = [one.text() for one in inspector.findChildren(QPushButton) if one.isVisible()]
    assert "Propose again" not in texts


def test_numbers_summary_and_origin_are_shown_and_hidden(inspector):
    table = ResultTable("T", (Column("wave_um", "um", np.array([5.0, 6.0])),))

    inspector.show_numbers(table, "rms 1.2 %", "Breakpoints")
    inspector.show_origin(("photom 0093", "jwst 1.11.4"))
    assert inspector.numbers.model().rowCount() == 2
    assert inspector.origin.text() == "photom 0093\njwst 1.11.4"

    inspector.show_numbers(None)
    inspector.show_origin(())
    assert inspector.numbers.isHidden()
    assert inspector.summary.isHidden()
    assert inspector.origin.isHidden()


def test_a_table_without_rows_takes_no_room(inspector):
    table = ResultTable("T", (Column("wave_um", "um", np.array([])),))

    inspector.show_numbers(table, "no breakpoints", "Breakpoints")

    assert inspector.numbers.isHidden()
    assert inspector.summary.text() == "no breakpoints"


def test_a_click_in_the_history_goes_back(inspector):
    stack = QUndoStack(inspector)
    for text in ("Open 16 Cyg B", "Move breakpoint in 4A to 19.50 µm"):
        stack.push(QUndoCommand(text))
    inspector.show_history(stack)

    inspector.history.header.click()
    edits = inspector.history.edits
    edits.setCurrentIndex(edits.model().index(1, 0))

    assert stack.index() == 1
    assert edits.model().index(0, 0).data() == "As opened"


def test_the_closed_history_says_the_last_edit_and_how_many_there_are(inspector, qtbot):
    stack = QUndoStack(inspector)
    inspector.show_history(stack)
    assert inspector.history.last.full_text() == "As opened"

    for text in ("Open 16 Cyg B", "Mask 5.9–6.0 µm in 1B", "Move breakpoint in 1B to 6.12 µm"):
        stack.push(QUndoCommand(text))
    stack.undo()

    history = inspector.history
    assert history.edits.isHidden()
    assert history.last.full_text() == "Mask 5.9–6.0 µm in 1B"
    assert history._count.text() == "2 of 3 edits"
    qtbot.mouseClick(history.last, Qt.MouseButton.LeftButton)
    assert not history.edits.isHidden()


def test_the_history_comes_back_as_it_was_left(inspector, qtbot):
    inspector.history.header.click()
    qtbot.wait(1)
    inspector.split.setSizes([500, 200])
    inspector.split.splitterMoved.emit(500, 1)
    height = inspector.split.sizes()[1]
    kept = inspector.layout_kept

    other = Inspector()
    qtbot.addWidget(other)
    other.resize(inspector.size())
    other.restore_layout(kept)
    with qtbot.waitExposed(other):
        other.show()

    assert other.history.is_open
    assert other.split.sizes()[1] == height
    other.restore_layout("")
    assert not other.history.is_open


def test_an_empty_inspector_says_why(inspector):
    inspector.clear("Open an observation.")

    assert inspector.form.isHidden()
    assert inspector.summary.text() == "Open an observation."


def test_nothing_is_wider_than_the_narrowest_inspector(inspector, qtbot):
    inspector.resize(264, 640)
    qtbot.wait(1)

    scroll = inspector.split.widget(0)
    assert scroll.widget().minimumSizeHint().width() <= scroll.viewport().width()


def test_tab_goes_from_top_to_bottom(inspector, qtbot):
    inspector.show_parameters(RESPONSE.fields[:2], DEFAULTS, DEFAULTS)
    inspector.set_actions((QAction("Propose", inspector),))
    inspector.scope.show()
    inspector.scope.setFocus()
    qtbot.wait(1)

    seen = []
    for _ in range(4):
        qtbot.keyClick(inspector.focusWidget(), Qt.Key.Key_Tab)
        seen.append(inspector.focusWidget().accessibleName())

    assert seen == ["Fit in", "Degree", "Propose", "History"]


def test_the_history_leaves_the_room_to_the_tables_until_it_is_opened(inspector):
    stack = QUndoStack()
    inspector.show_history(stack)
    few = inspector.split.sizes()[1]

    for number in range(20):
        stack.push(QUndoCommand(f"edit {number}"))
    assert inspector.split.sizes()[1] == few
    inspector.history.header.click()

    many = inspector.split.sizes()[1]
    assert few < 70
    assert few < many < 240


def test_a_long_name_of_a_file_does_not_widen_the_forms(inspector):
    name = "jw01538001001_02101_00001_mirimage_cal_of_a_very_long_name.fits.gz"

    inspector.show_origin((name,))

    scroll = inspector.split.widget(0)
    assert scroll.widget().width() == scroll.viewport().width()
    assert "…" in inspector.origin.text()
    assert inspector.origin.text().endswith(".fits.gz")
    assert name in inspector.origin.toolTip()


def _is_in_sight(inspector, row):
    """Tell whether a row of the numbers is seen whole."""
    table, area = inspector.numbers, inspector.upper_scroll.viewport()
    rect = table.visualRect(table.model().index(row, 0))
    seen = area.rect().intersected(
        table.viewport().rect().translated(table.viewport().mapTo(area, QPoint()))
    )
    return seen.contains(rect.translated(table.viewport().mapTo(area, QPoint())))


@pytest.mark.parametrize("when", ["before it is shown", "at once", "in a low table"])
def test_the_row_that_is_chosen_comes_into_sight_however_late_there_is_room(qtbot, when):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(288, 420)
    if when != "before it is shown":
        with qtbot.waitExposed(inspector):
            inspector.show()
    inspector.show_parameters(RESPONSE.fields, DEFAULTS, DEFAULTS)
    n_rows = 60 if when == "in a low table" else 11
    inspector.show_numbers(_numbers(n_rows), "a sentence " * 30, "Junctions")
    inspector.select_rows((n_rows - 2,))
    inspector.show_origin(("file.fits",))
    inspector.show()

    qtbot.waitUntil(lambda: _is_in_sight(inspector, n_rows - 2), timeout=2000)


def test_a_refresh_leaves_the_place_that_the_user_scrolled_to(qtbot, inspector):
    inspector.resize(288, 420)
    inspector.show_numbers(_numbers(11), "", "Junctions")
    inspector.select_rows((9,))
    qtbot.waitUntil(lambda: _is_in_sight(inspector, 9), timeout=2000)
    bar = inspector.upper_scroll.verticalScrollBar()

    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    inspector.show_numbers(_numbers(11), "a sentence " * 30, "Junctions")
    inspector.select_rows((9,))
    qtbot.wait(20)

    assert bar.value() == 0


def _numbers(n_rows):
    values = np.arange(n_rows, dtype=float)
    return ResultTable("t", (Column("a", "", values), Column("b", "", values)))
