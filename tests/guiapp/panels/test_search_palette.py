"""Tests of guiapp.panels.search_palette."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QWidget

from guiapp.panels.search_palette import SearchItem, SearchPalette, ranked

ITEMS = (
    SearchItem("action", "file.open", "Open files…", "Add cubes to the session.", "Ctrl+O"),
    SearchItem("action", "calibrate.propose", "Propose breakpoints", "The fewest."),
    SearchItem("view", "response", "Response", "Law+2025, Fig. 8", also="MRS"),
    SearchItem("star", "10 Lac", "10 Lac", "O9 V"),
    SearchItem("action", "edit.redo", "Redo", is_enabled=False),
)


@pytest.fixture
def palette(qtbot):
    palette = SearchPalette()
    qtbot.addWidget(palette)
    palette.open_at(QPoint(900, 10), ITEMS)
    return palette


def ids(items):
    return [item.id for item in items]


def test_everything_is_listed_before_anything_is_typed(palette):
    assert len(palette.found()) == len(ITEMS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("res", "response"),
        ("break", "calibrate.propose"),
        ("PROP BREAK", "calibrate.propose"),
        ("o9", "10 Lac"),
        ("mrs", "response"),
        ("cubes", "file.open"),
        ("prbk", "calibrate.propose"),
    ],
)
def test_the_best_match_comes_first(typed, first):
    assert ids(ranked(ITEMS, typed))[0] == first


def test_every_word_must_be_found():
    assert ids(ranked(ITEMS, "open breakpoints")) == []


def test_a_name_that_begins_so_beats_one_that_contains_it():
    items = (SearchItem("action", "b", "Save as…"), SearchItem("action", "a", "As opened"))

    assert ids(ranked(items, "as")) == ["a", "b"]


def test_enter_takes_the_marked_line(palette, qtbot):
    qtbot.keyClicks(palette.field, "resp")

    with qtbot.waitSignal(palette.chosen) as signal:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert signal.args == ["view", "response"]
    assert palette.isHidden()


def test_arrows_move_the_mark_around(palette, qtbot):
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)

    with qtbot.waitSignal(palette.chosen) as signal:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert signal.args == [ITEMS[-2].kind, ITEMS[-2].id]


def test_what_cannot_be_done_now_is_listed_but_not_taken(palette, qtbot):
    qtbot.keyClicks(palette.field, "redo")

    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert ids(palette.found()) == ["edit.redo"]


def test_what_is_said_about_an_item_is_shown_whole(qtbot):
    window = QWidget()
    window.resize(1280, 720)
    qtbot.addWidget(window)
    palette = SearchPalette(window)
    said = "Name what there is now; it is drawn dashed beside what comes of later edits. " * 2
    palette.open_at(QPoint(1260, 10), (*ITEMS, SearchItem("action", "keep", "Keep", said)))

    index = palette.list.model().index(ids(palette.found()).index("keep"))
    line = palette.list.visualRect(index)

    assert palette.list.fontMetrics().horizontalAdvance(said) < line.width()
    assert line.height() >= 2 * palette.list.fontMetrics().height()
    assert said in index.data(Qt.ItemDataRole.ToolTipRole)


def test_nothing_found_is_said(palette, qtbot):
    qtbot.keyClicks(palette.field, "xyzzy")

    assert palette.found() == ()
    assert not palette._nothing.isHidden()


def test_escape_leaves_without_choosing(palette, qtbot):
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.field, Qt.Key.Key_Escape)

    assert palette.isHidden()


def test_a_click_takes_a_line(palette, qtbot):
    place = palette.list.visualRect(palette.list.model().index(3)).center()

    with qtbot.waitSignal(palette.chosen) as signal:
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert signal.args == ["star", "10 Lac"]


def test_other_words_count_less_than_the_name_and_more_than_what_is_said():
    items = (
        SearchItem("action", "tour", "Guided tour", "See a jump."),
        SearchItem("view", "junctions", "Junctions", words="jump step"),
        SearchItem("action", "jumps", "Jump list"),
    )

    assert ids(ranked(items, "jump")) == ["jumps", "junctions", "tour"]
