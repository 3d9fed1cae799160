"""Tests of guiapp.panels.welcome."""

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QPushButton

from guiapp.panels.welcome import Welcome


@pytest.fixture
def welcome(qtbot):
    welcome = Welcome()
    qtbot.addWidget(welcome)
    return welcome


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open files…", "open_files_wanted"),
        ("Open a folder…", "open_folder_wanted"),
        ("Open the demo", "demo_wanted"),
        ("Open a session…", "open_session_wanted"),
    ],
)
def test_each_button_asks_for_its_way_to_begin(welcome, qtbot, text, signal):
    made = next(one for one in welcome.findChildren(QPushButton) if one.text() == text)

    with qtbot.waitSignal(getattr(welcome, signal)):
        made.click()


@pytest.mark.parametrize(
    ("card", "signal"),
    [
        ("open_card", "open_files_wanted"),
        ("demo_card", "demo_wanted"),
        ("recent_card", "open_session_wanted"),
    ],
)
def test_a_click_on_a_card_is_a_click_on_its_first_button(welcome, qtbot, card, signal):
    welcome.show()

    with qtbot.waitSignal(getattr(welcome, signal)):
        qtbot.mouseClick(getattr(welcome, card), Qt.MouseButton.LeftButton)


def test_of_a_recent_session_far_away_the_last_folder_is_read(welcome):
    welcome.show_recent((f"/{'data/' * 20}last night/a name that is rather long.fluxknot",))
    [button] = welcome.recent_buttons
    button.resize(240, button.height())

    assert button.shown_text().startswith("a name")
    assert button.shown_text().endswith("   /…/last night")


def test_recent_sessions_are_offered_by_name_folder_and_day(welcome, qtbot):
    welcome.show_recent(("/data/law2025.fluxknot", "/data/ma.fluxknot"))
    assert [one.text() for one in welcome.recent_buttons] == ["law2025   /data", "ma   /data"]

    with qtbot.waitSignal(welcome.recent_chosen) as signal:
        welcome.recent_buttons[1].click()

    assert signal.args == ["/data/ma.fluxknot"]


def test_files_can_be_dropped_anywhere(welcome, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/data/folder")])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    with qtbot.waitSignal(welcome.files_dropped) as signal:
        welcome.dropEvent(event)

    assert signal.args == [("/data/folder",)]
