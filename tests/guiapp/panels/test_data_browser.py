"""Tests of guiapp.panels.data_browser and browser_tree."""

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QApplication

from guiapp.panels.browser_rows import BrowserCommand, BrowserRow
from guiapp.panels.browser_tree import row_of
from guiapp.panels.data_browser import DataBrowser


def star(name, *bands, detail="", star_class="hot", is_open=True):
    return BrowserRow(
        name,
        name,
        detail,
        role="standard star",
        star_class=star_class,
        is_open=is_open,
        children=tuple(
            BrowserRow(f"{name}/{band}", band, "cube", band=band, path=f"/data/{name}_{band}.fits")
            for band in bands
        ),
    )


ROWS = (
    star("10 Lac", "1A", "3B", detail="O9 V"),
    star("16 Cyg B", "4A", "4B", detail="G3 V", star_class="G"),
    BrowserRow("lamps", "Lamps", "12 dates", role="lamp", badge="care", badge_tip="Two are faint."),
)


@pytest.fixture
def browser(qtbot):
    browser = DataBrowser()
    qtbot.addWidget(browser)
    browser.resize(260, 400)
    browser.set_roles(("standard star", "lamp"))
    browser.show_tree(ROWS)
    with qtbot.waitExposed(browser):
        browser.show()
    return browser


def shown_ids(browser):
    return [row_of(index).id for index in browser._indexes()]


def index_of(browser, row_id):
    return next(index for index in browser._indexes() if row_of(index).id == row_id)


def click(browser, qtbot, row_id, modifier=Qt.KeyboardModifier.NoModifier):
    place = browser.tree.visualRect(index_of(browser, row_id)).center()
    qtbot.mouseClick(browser.tree.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_rows_are_listed_in_their_order(browser):
    assert shown_ids(browser) == [
        "10 Lac", "10 Lac/1A", "10 Lac/3B", "16 Cyg B", "16 Cyg B/4A", "16 Cyg B/4B", "lamps",
    ]  # fmt: skip


def test_a_click_selects_and_says_so(browser, qtbot):
    with qtbot.waitSignal(browser.selected) as signal:
        click(browser, qtbot, "16 Cyg B/4A")

    assert signal.args == [("16 Cyg B/4A",)]


def test_several_rows_can_be_selected_in_the_order_of_the_tree(browser, qtbot):
    click(browser, qtbot, "16 Cyg B/4B")
    click(browser, qtbot, "10 Lac/1A", Qt.KeyboardModifier.ControlModifier)

    assert browser.selected_ids() == ("10 Lac/1A", "16 Cyg B/4B")


def test_selecting_from_outside_tells_no_one_and_shows_the_row(browser, qtbot):
    with qtbot.assertNotEmitted(browser.selected):
        browser.select(("16 Cyg B/4B",))

    assert browser.selected_ids() == ("16 Cyg B/4B",)


def test_new_rows_keep_what_was_selected_and_what_was_closed(browser, qtbot):
    click(browser, qtbot, "10 Lac/3B")
    browser.tree.setExpanded(index_of(browser, "16 Cyg B"), False)

    with qtbot.assertNotEmitted(browser.selected):
        browser.show_tree((*ROWS, BrowserRow("models", "Models")))

    assert browser.selected_ids() == ("10 Lac/3B",)
    assert not browser.tree.isExpanded(index_of(browser, "16 Cyg B"))
    assert browser.tree.isExpanded(index_of(browser, "10 Lac"))


def test_a_selected_row_that_is_gone_is_told(browser, qtbot):
    click(browser, qtbot, "10 Lac/3B")

    with qtbot.waitSignal(browser.selected) as signal:
        browser.show_tree(ROWS[1:])

    assert signal.args == [()]


def test_a_row_that_asks_for_it_begins_closed(browser):
    browser.show_tree((star("µ Col", "1A", is_open=False),))

    assert not browser.tree.isExpanded(index_of(browser, "µ Col"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("10 lac 3b", ["10 Lac", "10 Lac/3B"]),
        ("G3", ["16 Cyg B", "16 Cyg B/4A", "16 Cyg B/4B"]),
        ("LAMP", ["lamps"]),
        ("nothing like this", []),
    ],
)
def test_typing_filters_by_every_word_in_a_row_and_above_it(browser, qtbot, typed, found):
    qtbot.keyClicks(browser.filter_field, typed)

    assert shown_ids(browser) == found


def test_the_filter_opens_what_it_finds_and_closes_it_again_afterwards(browser, qtbot):
    browser.tree.setExpanded(index_of(browser, "16 Cyg B"), False)

    qtbot.keyClicks(browser.filter_field, "4A")
    assert browser.tree.isExpanded(index_of(browser, "16 Cyg B"))
    qtbot.keyClick(browser.filter_field, Qt.Key.Key_Escape)

    assert not browser.tree.isExpanded(index_of(browser, "16 Cyg B"))
    assert len(shown_ids(browser)) == 7


@pytest.fixture
def long_browser(browser):
    """Return a browser with many more rows than are seen at once."""
    browser.show_tree(tuple(star(f"Star {i}", "1A", "1B", "1C") for i in range(20)))
    return browser


def is_seen(browser, row_id):
    viewport = browser.tree.viewport()
    return viewport.rect().contains(browser.tree.visualRect(index_of(browser, row_id)).center())


def test_what_is_selected_is_seen_again_when_the_filter_is_cleared(long_browser, qtbot):
    heard = []
    long_browser.selected.connect(heard.append)
    long_browser.select(("Star 15/1B",))

    qtbot.keyClicks(long_browser.filter_field, "Star 3")
    assert long_browser.selected_ids() == ()  # hidden, and so at the top
    assert is_seen(long_browser, "Star 3")
    long_browser.filter_field.clear()

    assert long_browser.selected_ids() == ("Star 15/1B",)
    assert is_seen(long_browser, "Star 15/1B")
    assert heard == []


def test_without_a_selection_the_list_begins_at_its_top_after_the_filter(long_browser, qtbot):
    long_browser.tree.scrollToBottom()

    qtbot.keyClicks(long_browser.filter_field, "1B")

    assert is_seen(long_browser, "Star 0")


def test_a_double_click_activates(browser, qtbot):
    place = browser.tree.visualRect(index_of(browser, "10 Lac/1A")).center()
    viewport = browser.tree.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)

    with qtbot.waitSignal(browser.activated) as signal:
        qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)

    assert signal.args == ["10 Lac/1A"]


def test_the_menu_gives_a_role_to_everything_selected(browser, qtbot):
    browser.select(("10 Lac", "16 Cyg B"))
    menu = browser.context_menu()
    roles = next(action.menu() for action in menu.actions() if action.text() == "Role")
    assert [action.isChecked() for action in roles.actions()] == [True, False]

    with qtbot.waitSignal(browser.role_changed) as signal:
        next(action for action in roles.actions() if action.text() == "lamp").trigger()

    assert signal.args == [("10 Lac", "16 Cyg B"), "lamp"]


def test_the_menu_offers_what_others_add(browser, qtbot):
    browser.set_commands(
        (
            BrowserCommand("model:1", "CALSPEC 004", "Model", is_checked=True),
            BrowserCommand("exclude", "Exclude…"),
        )
    )
    browser.select(("10 Lac",))
    menu = browser.context_menu()

    with qtbot.waitSignal(browser.command_chosen) as signal:
        next(action for action in menu.actions() if action.text() == "Exclude…").trigger()

    assert signal.args == ["exclude", ("10 Lac",)]
    assert "Model" in texts(menu)


def test_messages_are_offered_for_one_row_only(browser):
    browser.select(("10 Lac",))
    assert "Show messages" in texts(browser.context_menu())

    browser.select(("10 Lac", "lamps"))
    assert "Show messages" not in texts(browser.context_menu())


def test_delete_asks_to_remove_what_is_selected(browser, qtbot):
    browser.select(("10 Lac/1A",))

    with qtbot.waitSignal(browser.removed) as signal:
        qtbot.keyClick(browser.tree, Qt.Key.Key_Delete)

    assert signal.args == [("10 Lac/1A",)]


def test_files_of_a_row_and_below_it_are_dragged_out(browser):
    model = browser.tree.model()

    data = model.mimeData([index_of(browser, "10 Lac")])

    assert [url.toLocalFile() for url in data.urls()] == [
        "/data/10 Lac_1A.fits",
        "/data/10 Lac_3B.fits",
    ]


def test_files_dropped_into_the_tree_are_told(browser, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/data/a.fits"), QUrl("https://example.org/b.fits")])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    with qtbot.waitSignal(browser.files_dropped) as signal:
        browser.tree.dropEvent(event)

    assert signal.args == [("/data/a.fits",)]


def test_a_badge_says_in_words_what_is_wrong(browser):
    index = index_of(browser, "lamps")

    assert "Two are faint." in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "Two are faint." in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_names_from_files_are_shown_as_they_are(browser):
    browser.show_tree((BrowserRow("x", "<b>bold</b>", tip="<img src=x>"),))

    assert "&lt;img" in index_of(browser, "x").data(Qt.ItemDataRole.ToolTipRole)
    assert index_of(browser, "x").data() == "<b>bold</b>"


def test_the_tree_is_painted_in_the_colors_of_its_bands(browser, dressed):
    for choice in ("light", "dark"):
        dressed.choose(choice)
        QApplication.processEvents()
        place = browser.tree.visualRect(index_of(browser, "16 Cyg B/4A"))
        image = browser.tree.viewport().grab().toImage()
        ratio = image.devicePixelRatio()
        colors = {
            image.pixelColor(int(x * ratio), int(place.center().y() * ratio)).name()
            for x in range(place.left(), place.left() + 20)
        }
        assert dressed.band("4A") in colors


def test_a_long_tree_scrolls_to_what_is_selected_elsewhere(browser):
    browser.show_tree(tuple(BrowserRow(str(i), f"row {i}") for i in range(200)))

    browser.select(("199",))

    place = browser.tree.visualRect(index_of(browser, "199"))
    assert browser.tree.viewport().rect().contains(place.center())
    assert browser.tree.indexAt(QPoint(5, 5)).isValid()


def hold(browser, qtbot, row_id):
    """Press the button on a row, and keep it down."""
    place = browser.tree.visualRect(index_of(browser, row_id)).center()
    qtbot.mousePress(browser.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_row_that_is_dragged_leaves_the_selection_alone(browser, qtbot, monkeypatch):
    dragged = []
    monkeypatch.setattr(
        "guiapp.panels.browser_tree.QDrag.exec",
        lambda drag, *_actions: dragged.append(drag.mimeData().text()),
    )
    click(browser, qtbot, "10 Lac/1A")
    hold(browser, qtbot, "16 Cyg B/4A")

    browser.tree.startDrag(Qt.DropAction.CopyAction)

    assert dragged == ["/data/16 Cyg B_4A.fits"]
    assert browser.selected_ids() == ("10 Lac/1A",)
