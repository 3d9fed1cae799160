"""Named subsets in the data browser."""

import pytest

from engine.compare.subsets import Subset
from guiapp.document.commands import edit
from tests.guiapp.controllers.test_browser_edits import Browser

SOURCE = "16 Cyg B/1538-1"


@pytest.fixture
def browser(qtbot, runner):
    browser = Browser(qtbot, runner)
    named = browser.session.with_subset("", Subset("solar analogs", condition="class = G"))
    edit(browser.space.document, named, "Name the subset solar analogs")
    browser.start = browser.session
    return browser


def test_a_subset_that_is_clicked_selects_its_observations(browser):
    browser.click("subset:solar analogs")

    assert browser.space.selection.segments == ("e1", "e2")


def test_leaving_a_subset_out_leaves_its_visits_out(browser):
    browser.click("subset:solar analogs")
    browser.choose("Leave out…")
    browser.answer("companion")

    assert browser.session.exclusion(SOURCE).reason == "companion"
    browser.click("subset:solar analogs")
    browser.choose("Bring back")
    assert browser.session.exclusion(SOURCE) is None


def test_closing_a_subset_forgets_its_name_and_keeps_its_files(browser):
    browser.panel.removed.emit(("subset:solar analogs",))

    assert browser.session.subsets == ()
    assert browser.session.entries == browser.start.entries
    assert browser.is_undone()


def test_what_is_selected_can_be_named(browser):
    browser.space.selection.select(("e3", "e1"))

    browser.controller.name_selection()
    browser.answer("both")

    assert browser.session.subsets[1] == Subset("both", members=("10 Lac/1524-1", SOURCE))
