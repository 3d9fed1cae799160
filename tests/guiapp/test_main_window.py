"""Tests of guiapp.main_window and the actions it shows."""

from functools import partial

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QCloseEvent, QDropEvent
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from guiapp.main_window import MainWindow
from guiapp.panels.browser_rows import BrowserRow
from guiapp.panels.chain_strip import ChainStep
from guiapp.panels.search_palette import SearchItem
from guiapp.settings.actions import ACTIONS
from guiapp.settings.preferences import Preferences


@pytest.fixture
def make_window(qtbot, preferences, dressed):
    """Return a function that makes a window with three views."""

    def make(kept=preferences):
        window = MainWindow(kept)
        qtbot.addWidget(window)
        for group, name in (("MRS", "cube"), ("MRS", "response"), ("Inspect", "junctions")):
            window.add_view(
                group, name, name.capitalize(), partial(QLabel, name), tip=f"Shows {name}."
            )
        return window

    return make


@pytest.fixture
def window(make_window, qtbot):
    window = make_window()
    with qtbot.waitExposed(window):
        window.show()
    return window


def menu(window, name):
    bar = window.menuBar()
    return next(action.menu() for action in bar.actions() if action.text() == name)


def visible_texts(one_menu):
    one_menu.aboutToShow.emit()
    return [a.text() for a in one_menu.actions() if a.isVisible() and not a.isSeparator()]


def drop(widget, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)


def test_an_empty_window_offers_three_ways_to_begin_and_no_axes(window):
    assert window.welcome.isVisible()
    assert not window.view_area.isVisible()

    window.show_workbench()

    assert window.view_area.isVisible()
    assert not window.welcome.isVisible()


def test_showing_the_workbench_again_does_not_move_the_keyboard(window, qtbot):
    window.show_workbench()
    window.data_browser.filter_field.setFocus()

    window.show_workbench()

    assert window.data_browser.filter_field.hasFocus()


def test_an_action_is_seen_once_someone_listens_to_it(window):
    assert "Save" not in visible_texts(menu(window, "File"))

    window.action("file.save").triggered.connect(lambda: None)

    assert "Save" in visible_texts(menu(window, "File"))


def test_nothing_in_the_menus_does_nothing(window):
    own = {spec.id for spec in ACTIONS if not window.actions_of.is_idle(spec.id)}

    assert own == {
        "file.quit", "edit.filter", "edit.copy_reading",
        "view.next", "view.previous", "view.data_browser",
        "view.inspector", "view.theme_system", "view.theme_light", "view.theme_dark",
        "view.larger_text", "view.smaller_text", "view.split", "view.tear_out",
        "tools.search", "help.view",
    }  # fmt: skip


def test_every_action_has_the_keys_of_the_table(window):
    for spec in ACTIONS:
        keys = [key.toString() for key in window.action(spec.id).shortcuts()]
        assert keys == [key for key in (spec.shortcut, *spec.more_shortcuts) if key]


def test_keys_reach_their_action_from_anywhere_in_the_window(window, qtbot):
    heard = []
    window.action("file.save").triggered.connect(lambda: heard.append("saved"))
    window.show_workbench()
    window.data_browser.filter_field.setFocus()
    qtbot.wait(1)

    qtbot.keyClick(
        window.data_browser.filter_field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier
    )

    assert heard == ["saved"]


def test_views_are_listed_by_group_with_keys_of_their_own(window):
    groups = {a.text(): a.menu() for a in menu(window, "View").actions() if a.menu()}
    assert [a.text() for a in groups["MRS"].actions()] == ["Cube", "Response"]

    groups["Inspect"].actions()[0].trigger()

    assert window.current_view == "junctions"
    assert groups["MRS"].actions()[1].shortcut().toString() == "Ctrl+2"


def test_changing_the_view_is_told_once(window, qtbot):
    heard = []
    window.view_changed.connect(heard.append)

    window.set_view("response")
    window.action("view.next").trigger()

    assert heard == ["response", "junctions"]


def test_search_finds_actions_views_and_what_others_add(window, qtbot):
    window.set_search_items("stars", (SearchItem("star", "10 Lac", "10 Lac", "O9 V"),))
    window.open_search()
    found = {(item.kind, item.id) for item in window.palette_box.found()}

    assert {("view", "response"), ("action", "view.next"), ("star", "10 Lac")} <= found
    assert ("action", "file.save") not in found


def test_what_search_found_is_done(window, qtbot):
    window.palette_box.chosen.emit("view", "response")
    assert window.current_view == "response"

    window.palette_box.chosen.emit("action", "view.next")
    assert window.current_view == "junctions"

    with qtbot.waitSignal(window.search_chosen) as signal:
        window.palette_box.chosen.emit("star", "10 Lac")
    assert signal.args == ["star", "10 Lac"]


def test_the_palette_offers_new_stars_instead_of_old_ones(window):
    window.set_search_items("stars", (SearchItem("star", "a", "a"),))
    window.set_search_items("stars", (SearchItem("star", "b", "b"),))
    window.open_search()

    assert [item.id for item in window.palette_box.found() if item.kind == "star"] == ["b"]


@pytest.mark.parametrize("part", ["window", "data_browser.tree", "welcome"])
def test_files_dropped_anywhere_are_told(window, qtbot, part):
    widget = window
    for name in () if part == "window" else part.split("."):
        widget = getattr(widget, name)

    with qtbot.waitSignal(window.files_dropped) as signal:
        drop(widget, "/data/a.fits", "/data/b.fits")

    assert signal.args == [("/data/a.fits", "/data/b.fits")]


def test_the_welcome_page_asks_through_the_actions(window):
    heard = []
    for name in ("open", "open_folder", "open_demo", "open_session"):
        window.action(f"file.{name}").triggered.connect(lambda _c, name=name: heard.append(name))

    window.welcome.open_files_wanted.emit()
    window.welcome.open_folder_wanted.emit()
    window.welcome.demo_wanted.emit("mrs")
    window.welcome.open_session_wanted.emit()

    assert heard == ["open", "open_folder", "open_demo", "open_session"]


def test_recent_sessions_are_in_the_menu_and_on_the_welcome_page(window, preferences, qtbot):
    preferences.remember_recent("/data/law2025.fluxknot")
    recent = next(a.menu() for a in menu(window, "File").actions() if a.text() == "Recent sessions")

    with qtbot.waitSignal(window.recent_chosen) as signal:
        recent.actions()[0].trigger()

    assert signal.args == ["/data/law2025.fluxknot"]
    assert recent.actions()[0].text() == "law2025   /data"
    assert [one.text() for one in window.welcome.recent_buttons] == ["law2025   /data"]


def test_the_theme_can_be_chosen_in_the_menu_and_is_kept(window, preferences, dressed):
    window.action("view.theme_dark").trigger()

    assert dressed.scheme == "dark"
    assert preferences.text("theme") == "dark"
    assert window.action("view.theme_dark").isChecked()
    assert not window.action("view.theme_light").isChecked()


def test_text_grows_and_shrinks_within_its_limits(window, preferences):
    for _ in range(20):
        window.action("view.larger_text").trigger()
    assert preferences.integer("text_percent") == 200

    for _ in range(20):
        window.action("view.smaller_text").trigger()
    assert preferences.integer("text_percent") == 70
    preferences.set("text_percent", 100)


def test_what_the_cursor_reads_can_be_copied(window):
    window.show_workbench()
    window.set_cursor_text("λ 6.1042 µm   C 1.0213 ± 0.0031")

    window.action("edit.copy_reading").trigger()

    assert QApplication.clipboard().text() == "λ 6.1042 µm   C 1.0213 ± 0.0031"


def test_the_title_says_session_and_changes(window):
    window.set_title("law2025.fluxknot", is_modified=True)

    assert window.windowTitle() == "law2025.fluxknot[*] — Fluxknot"
    assert window.isWindowModified()


def test_the_window_closes_only_when_it_may(window):
    answers = iter([False, True])
    window.may_close = lambda: next(answers)

    first, second = QCloseEvent(), QCloseEvent()
    window.closeEvent(first)
    window.closeEvent(second)

    assert (first.isAccepted(), second.isAccepted()) == (False, True)
    window.may_close = lambda: True


def test_layout_is_remembered(make_window, tmp_path, qtbot):
    first = make_window(Preferences(tmp_path / "settings.json"))
    first.resize(1300, 800)
    first.show_workbench()
    first.show()
    first._split.moveSplitter(320, 1)
    first.action("view.data_browser").setChecked(False)
    sizes = first._split.sizes()
    first.close()

    second = make_window(Preferences(tmp_path / "settings.json"))
    second.show_workbench()
    second.show()
    second.resize(1300, 800)

    assert not second.data_browser.isVisible()
    assert second._split.sizes()[2] == sizes[2]


def test_a_damaged_layout_is_no_layout(make_window, preferences):
    preferences.set_layout("window", "not base64 ☃")
    preferences.set_layout("widths", "AAAA")

    window = make_window(preferences)

    assert window.size().width() > 900


def test_panels_can_be_hidden_and_come_back(window):
    window.show_workbench()

    window.action("view.inspector").setChecked(False)
    assert not window.inspector.isVisible()
    window.action("edit.filter").trigger()
    window.action("view.inspector").setChecked(True)

    assert window.inspector.isVisible()
    assert window.data_browser.filter_field.hasFocus()


def test_the_chain_is_hidden_until_there_is_data(window):
    window.chain_strip.show_steps((ChainStep("extract", "Extract", "stale"),))
    assert not window.chain_strip.isVisible()

    window.show_workbench()

    assert window.chain_strip.isVisible()


def test_help_asks_for_the_view_that_is_seen(window, qtbot):
    window.set_view("response")

    with qtbot.waitSignal(window.help_wanted) as signal:
        window.action("help.view").trigger()

    assert signal.args == ["response"]


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
@pytest.mark.parametrize("percent", [100, 130])
def test_nothing_is_wider_or_higher_than_the_window(window, qtbot, preferences, size, percent):
    preferences.set("text_percent", percent)
    window.show_workbench()
    window.resize(*size)
    QApplication.processEvents()

    assert (window.width(), window.height()) == size
    for panel in (window.data_browser, window.view_area, window.inspector, window.chain_strip):
        right = panel.mapTo(window, panel.rect().bottomRight())
        assert right.x() < size[0]
        assert right.y() < size[1]
    preferences.set("text_percent", 100)


def test_everything_that_takes_the_keyboard_has_a_name(window):
    window.show_workbench()
    window.inspector.show_scope(("One", "All"), "One")

    nameless = [
        one
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isVisible()
        and not one.accessibleName()
        and one.metaObject().className() not in {"QMenuBar", "QMenu"}
    ]

    assert [(one.metaObject().className(), one.objectName()) for one in nameless] == []


def test_views_apart_are_there_again_the_next_time(make_window, preferences, qtbot):
    first = make_window()
    first.show_workbench()
    first.set_view("response")
    first.action("view.split").trigger()
    first.set_view("junctions")
    first.action("view.tear_out").trigger()
    first.save_layout()
    first.view_area.put_back("junctions")

    second = make_window()
    assert second.view_area.apart == {}
    second.show_workbench()

    assert second.view_area.apart == {"cube": "beside", "junctions": "window"}
    assert second.current_view == "response"
    second.view_area.put_back("junctions")


@pytest.mark.parametrize("active", ["response", "cube"])
def test_the_same_action_ends_a_split_and_is_ticked_while_there_is_one(window, active):
    window.show_workbench()
    window.set_view("response")
    split = window.action("view.split")

    split.trigger()
    seen, is_ticked = window.shown_views, split.isChecked()
    window.set_view(active)
    is_still_ticked = split.isChecked()
    split.trigger()

    assert seen == ("response", "cube")
    assert is_ticked
    assert is_still_ticked
    assert not split.isChecked()
    assert window.shown_views == (active,)


def test_a_split_that_is_closed_by_its_button_is_not_ticked(window):
    window.show_workbench()
    window.set_view("response")
    window.action("view.split").trigger()

    window.view_area._apart["cube"].back.click()

    assert not window.action("view.split").isChecked()
    assert window.shown_views == ("response",)


def test_keys_of_the_window_work_in_the_window_of_a_view(window):
    window.show_workbench()
    frames = []
    window.view_area.window_opened.connect(frames.append)

    window.action("view.tear_out").trigger()

    assert window.action("edit.undo") in frames[0].actions()
    frames[0].close()


def test_a_wide_window_gives_the_panels_room_until_the_user_says_how_much(window):
    window.show_workbench()
    window.resize(1440, 900)
    usual = window.inspector.width()
    window.resize(2440, 900)
    wide = window.inspector.width()
    window._split.moveSplitter(2000, 2)
    by_hand = window.inspector.width()

    window.resize(2300, 900)

    assert wide > usual + 80
    assert window.view_area.width() > 1500
    assert window.inspector.width() == pytest.approx(by_hand, abs=2)


def test_the_next_window_has_panels_of_its_own_size_unless_the_user_chose_one(
    make_window, tmp_path
):
    first = make_window(Preferences(tmp_path / "settings.json"))
    first.show_workbench()
    first.resize(1280, 720)
    first.save_layout()
    small = first.data_browser.width()

    second = make_window(Preferences(tmp_path / "settings.json"))
    second.show_workbench()
    second.resize(1920, 1080)
    second.show()

    assert second.data_browser.width() == pytest.approx(1920 / 6, abs=3)
    assert second.data_browser.width() > small + 60


class OwnDrop(QDropEvent):
    """A drop of something that was dragged in this window."""

    def source(self):
        return self


def test_rows_of_the_browser_that_are_dropped_are_told_as_such(window):
    row = BrowserRow("source:10 Lac/1524-1", "10 Lac", path="/data/10lac.fits")
    window.data_browser.show_tree((row,))
    tree = window.data_browser.tree
    data = tree.model().mimeData([tree.model().index(0, 0)])
    rows, files = [], []
    window.rows_dropped.connect(rows.append)
    window.files_dropped.connect(files.append)

    for kind in (OwnDrop, QDropEvent):
        window.dropEvent(
            kind(
                QPointF(5, 5),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )

    assert rows == [("source:10 Lac/1524-1",)]
    assert files == [("/data/10lac.fits",)]  # of another window


def test_in_a_small_window_the_panels_give_way_to_the_view(window):
    window.show_workbench()
    window.resize(1280, 720)
    usual = window._split.sizes()
    window.resize(1024, 700)
    small = window._split.sizes()

    assert small[0] < usual[0]
    assert small[2] < usual[2]
    assert usual[1] - small[1] < 1280 - 1024
