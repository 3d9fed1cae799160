"""Tests of guiapp.panels.view_area."""

from functools import partial

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from guiapp.panels.notice import Notice
from guiapp.panels.view_area import View, ViewArea
from guiapp.panels.view_frames import ViewFrame

NAMES = {"MRS": ["Cube", "Response", "Combine"], "Inspect": ["Junctions", "Trends"]}


@pytest.fixture
def area(qtbot):
    area = ViewArea()
    qtbot.addWidget(area)
    area.resize(700, 400)
    for group, titles in NAMES.items():
        for title in titles:
            area.add_view(View(group, title.lower(), title, partial(QLabel, title)))
    with qtbot.waitExposed(area):
        area.show()
    return area


def tabs(area):
    bar = area.tabs.bar
    return [bar.tabText(i) for i in range(bar.count()) if bar.isTabVisible(i)]


def test_the_first_view_is_seen_at_once(area):
    assert area.current == "cube"
    assert area.stack.currentWidget().text() == "Cube"


def test_tabs_are_those_of_the_group(area):
    assert tabs(area) == NAMES["MRS"]

    area.set_view("trends")

    assert tabs(area) == NAMES["Inspect"]
    assert area.groups.currentText() == "Inspect"


def test_a_click_on_a_tab_changes_the_view_and_says_so_once(area, qtbot):
    heard = []
    area.view_changed.connect(heard.append)

    qtbot.mouseClick(
        area.tabs.bar, Qt.MouseButton.LeftButton, pos=area.tabs.bar.tabRect(2).center()
    )

    assert heard == ["combine"]
    assert area.stack.currentWidget().text() == "Combine"


def test_a_group_comes_back_with_the_view_it_had(area):
    area.set_view("response")
    area.set_view("junctions")

    area.groups.setCurrentText("MRS")
    area.groups.activated.emit(0)

    assert area.current == "response"


def test_stepping_goes_through_all_groups_and_around(area):
    seen = []
    for _ in range(5):
        area.step(1)
        seen.append(area.current)

    assert seen == ["response", "combine", "junctions", "trends", "cube"]
    area.step(-1)
    assert area.current == "trends"


def test_another_view_begins_with_its_own_words(area):
    area.heading("Cube · 10 Lac", "1A")
    area.mode_chip("MASKS", "care")
    area.set_cursor_text("λ 5")
    area.notice.show_notice("No data.", "Open some.")

    area.set_view("response")

    assert area.title.full_text() == "Response"
    assert area.detail.full_text() == area.cursor_label.full_text() == ""
    assert area.chip.isHidden()
    assert area.notice.isHidden()


def test_showing_the_view_that_is_seen_changes_nothing(area, qtbot):
    area.heading("Cube · 10 Lac")

    with qtbot.assertNotEmitted(area.view_changed):
        area.set_view("cube")

    assert area.title.full_text() == "Cube · 10 Lac"


def test_tabs_without_room_are_in_the_menu_at_the_end(area, qtbot):
    area.set_view("combine")
    area.resize(330, 400)
    qtbot.wait(1)
    assert "Combine" in tabs(area)
    assert len(tabs(area)) < 3
    assert area.tabs.more.isVisible()

    area.tabs._fill_menu()
    hidden = {action.text(): action for action in area.tabs._menu.actions()}
    assert set(hidden) | set(tabs(area)) == set(NAMES["MRS"])
    next(iter(hidden.values())).trigger()

    assert area.current == next(iter(hidden)).lower()


def test_the_tab_of_a_view_that_was_in_the_menu_is_the_chosen_one(area, qtbot):
    for name in ("noise", "lines", "models", "units"):
        area.add_view(View("Inspect", name, name.title(), QLabel))
    area.set_view("models")
    area.resize(380, 400)
    qtbot.wait(1)

    for name in ("units", "lines", "models", "lines"):
        area.set_view(name)

        assert area.tabs.bar.tabText(area.tabs.bar.currentIndex()) == name.title()
        assert name.title() in tabs(area)


def test_help_names_the_view(area, qtbot):
    area.set_view("junctions")

    with qtbot.waitSignal(area.help_wanted) as signal:
        area.help_button.click()

    assert signal.args == ["junctions"]


def test_a_notice_can_be_closed(area, qtbot):
    area.notice.show_notice("The fit failed.", "Remove a breakpoint.", "wrong")
    assert area.notice.text.full_text() == "The fit failed. Remove a breakpoint."

    with qtbot.waitSignal(area.notice.closed):
        area.notice.shut.click()

    assert area.notice.isHidden()


def test_two_views_of_one_name_are_a_bug(area):
    with pytest.raises(ValueError, match="cube"):
        area.add_view(View("MRS", "cube", "Cube", QLabel))


def test_a_view_can_stand_beside_another(area):
    area.set_view("response")

    area.put_apart("response", "beside")

    assert area.current == "cube"
    assert area.shown == ("cube", "response")
    assert area.stack.currentWidget().text() == "Cube"
    assert area.widget("response").isVisible()
    assert area.widget("cube").isVisible()


def test_only_one_view_stands_beside_the_others(area):
    area.put_apart("response", "beside")
    area.put_apart("trends", "beside")

    assert area.apart == {"trends": "beside"}
    assert area.shown == ("response", "trends")


def test_any_number_of_views_can_have_windows_of_their_own(area):
    opened = []
    area.window_opened.connect(opened.append)

    area.put_apart("response", "window")
    area.put_apart("combine", "window")
    area.put_apart("response", "beside")

    assert area.apart == {"combine": "window", "response": "beside"}
    assert [frame.isWindow() for frame in opened] == [True, True]
    assert area.shown == ("cube", "combine", "response")


def test_closing_the_window_of_a_view_puts_it_back(area):
    opened = []
    area.window_opened.connect(opened.append)
    area.put_apart("response", "window")

    opened[0].close()

    assert area.apart == {}
    assert area.current == "response"
    assert area.stack.currentWidget().text() == "Response"
    assert area.stack.currentWidget().isVisible()


def test_the_tab_of_a_view_that_is_apart_leads_to_it(area, qtbot):
    area.put_apart("response", "beside")
    area.set_view("combine")

    area.set_view("response")

    assert area.current == "response"
    assert area.shown == ("combine", "response")


def test_the_view_that_has_the_keyboard_is_the_current_one(area, qtbot):
    for one in map(area.widget, area.views):
        one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    area.put_apart("response", "beside")
    heard = []
    area.view_changed.connect(heard.append)

    area._on_focus_changed(None, area.widget("response"))
    area._on_focus_changed(None, area.widget("cube"))

    assert heard == ["response", "cube"]


def test_the_last_view_among_the_tabs_stays_there(area):
    for name in ("response", "combine", "junctions", "trends", "cube"):
        area.put_apart(name, "window")

    assert "cube" not in area.apart
    assert area.stack.currentWidget().text() == "Cube"


@pytest.mark.parametrize(("width", "is_beside"), [(700, False), (1500, True)])
def test_a_view_stands_below_the_other_where_it_would_be_too_narrow(area, width, is_beside):
    area.resize(width, 700)

    area.put_apart("response", "beside")

    first, second = area.widget("cube"), area.widget("response")
    assert (second.mapTo(area, second.rect().topLeft()).x() > first.width()) is is_beside


def test_views_that_need_more_width_than_there_is_stand_below_each_other(area):
    area.resize(1500, 700)
    for name in ("cube", "response"):
        area.widget(name).setMinimumWidth(800)

    area.put_apart("response", "beside")

    first, second = area.widget("cube"), area.widget("response")
    assert second.mapTo(area, second.rect().topLeft()).x() < first.width()
    assert second.visibleRegion().boundingRect().width() == second.width()


def test_two_views_share_the_width_although_one_needs_more(area):
    area.resize(1500, 700)
    area.widget("cube").setMinimumWidth(600)

    area.put_apart("response", "beside")

    assert abs(area.widget("cube").width() - area.widget("response").width()) <= 1


def test_the_first_tab_is_whole_whichever_is_chosen(area, qtbot):
    for name in ("noise", "lines", "models", "units"):
        area.add_view(View("Inspect", name, name.title(), QLabel))
    area.resize(420, 400)
    qtbot.wait(1)

    for name in ("units", "junctions", "models", "lines", "cube", "units"):
        area.set_view(name)

        bar = area.tabs.bar
        shown = [place for place in range(bar.count()) if bar.isTabVisible(place)]
        assert bar.tabRect(shown[0]).x() == 0
        assert bar.tabRect(bar.currentIndex()).right() <= bar.width()


def test_tabs_that_are_hidden_are_in_the_menu_however_one_came(area, qtbot):
    for name in ("noise", "lines", "models", "units"):
        area.add_view(View("Inspect", name, name.title(), QLabel))
    area.resize(420, 400)
    qtbot.wait(1)

    for name in ("units", "junctions", "models", "lines", "cube", "units"):
        area.set_view(name)

        n_tabs = area.tabs.bar.count()
        assert area.tabs.more.isVisible() is (len(tabs(area)) < n_tabs)


def test_a_view_is_made_when_it_is_first_shown_and_only_then(qtbot):
    area, made = ViewArea(), []
    qtbot.addWidget(area)
    for name in ("cube", "response"):
        area.add_view(View("MRS", name, name, lambda name=name: made.append(name) or QLabel()))

    area.set_view("cube")
    at_first = tuple(made)
    area.set_view("response")
    area.set_view("cube")

    assert (at_first, made) == (("cube",), ["cube", "response"])


def top(area):
    return area.title.full_text(), tabs(area)[area.tabs.bar.currentIndex()]


def test_the_view_that_is_split_stays_under_its_heading_and_the_one_before_comes_below(area):
    area.set_view("trends")
    area.set_view("response")
    area.heading("Response · 10 Lac", "1B")

    area.split()

    assert area.shown == ("response", "trends")
    assert area.stack.currentWidget().text() == "Response"
    assert top(area) == ("Response · 10 Lac", "Response")
    assert area.detail.full_text() == "1B"


@pytest.mark.parametrize("active", ["response", "cube"])
def test_a_split_ends_with_the_view_that_has_the_focus(area, active):
    area.set_view("response")
    area.split()
    area.set_view(active)

    area.join()

    assert area.apart == {}
    assert area.current == active
    assert area.stack.currentWidget().text() == top(area)[0] == active.title()


def test_to_close_the_lower_pane_leaves_the_upper_one(area):
    area.set_view("response")
    area.split()
    area.set_view("cube")

    area._apart["cube"].back.click()

    assert area.shown == ("response",)
    assert area.current == "response"


def test_the_heading_is_that_of_the_view_below_it_whichever_has_the_focus(area):
    area.set_view("response")
    area.split()
    area.set_view("cube")

    area.heading("Cube · 10 Lac", "25 planes")

    assert area.current == "cube"
    assert top(area) == ("Response", "Response")
    assert area.detail.full_text() == "in the inspector: Cube · 10 Lac"


def test_a_view_that_gets_a_window_leaves_heading_and_tabs_to_what_is_seen(area):
    area.set_view("trends")
    heard = []
    area.view_changed.connect(heard.append)

    area.put_apart("trends", "window")

    assert heard == [area.current] == ["cube"]
    assert top(area) == ("Cube", "Cube")
    assert area.groups.currentText() == "MRS"


def test_a_group_whose_view_has_a_window_shows_the_next_one(area):
    area.set_view("junctions")
    area.put_apart("junctions", "window")

    area.groups.setCurrentText("Inspect")
    area.groups.activated.emit(1)

    assert area.shown == ("trends", "junctions")
    assert top(area)[0] == "Trends"


def test_a_window_that_is_opened_is_current_when_the_user_goes_into_it(area):
    area.put_apart("response", "window")

    area._on_focus_changed(None, area._apart["response"].back)  # by the platform
    at_first = area.current
    area._on_focus_changed(None, area.widget("response"))

    assert at_first == "cube"
    assert area.current == "response"
    assert top(area) == ("Cube", "Cube")


def test_two_views_that_need_more_height_than_there_is_are_scrolled_not_cut(area, qtbot):
    area.set_view("response")
    area.set_view("cube")
    for name in ("cube", "response"):
        area.widget(name).setMinimumHeight(220)

    area.split()
    qtbot.waitUntil(lambda: area._scroll.verticalScrollBar().maximum() > 180)

    lower = area.widget("response")
    assert lower.height() >= 220
    area.set_view("response")
    window = area._scroll.viewport()
    assert 0 <= lower.mapTo(window, lower.rect().bottomLeft()).y() <= window.height()
    area.set_view("cube")
    assert area.stack.mapTo(window, area.stack.rect().topLeft()).y() == 0


def test_a_notice_offers_its_way_out_as_a_button(qtbot):
    notice, done = Notice(), []
    qtbot.addWidget(notice)

    notice.show_notice(
        "4 files written.", kind="ok", way=("Open the folder", lambda: done.append(1))
    )
    assert notice.act.isVisibleTo(notice)
    assert notice.act.text() == "Open the folder"
    notice.act.click()
    notice.show_notice("The fit failed.")

    assert done == [1]
    assert not notice.act.isVisibleTo(notice)


def test_what_is_wider_than_a_small_window_can_be_reached_and_only_while_it_is_seen(area, qtbot):
    area.set_view("response")
    area.widget("response").setMinimumWidth(900)
    area.resize(500, 400)
    bar = area._scroll.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)

    area.set_view("cube")

    qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_what_a_view_beside_another_shows_is_said_whole(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    frame = ViewFrame("junctions", "Junctions", QWidget(), holder, is_window=False)
    frame.resize(420, 300)
    with qtbot.waitExposed(holder):
        holder.resize(430, 310)
        holder.show()
    detail = "right / left − 1 in % · response of 10 Lac/1524-16"
    title = "Junctions · 16 Cyg B/1538-1 · 2C|3A"

    frame.say(title, detail)

    def shown():
        return [one.text().replace("\n", " ") for one in (frame.title, frame.detail)]

    qtbot.waitUntil(lambda: shown() == [title, detail], timeout=1000)
