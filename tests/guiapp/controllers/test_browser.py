"""What the data browser shows, and what its menu offers for which rows."""

from dataclasses import replace

import pytest

from guiapp.controllers.browser import BrowserController
from guiapp.controllers.file_states import FileStates
from guiapp.controllers.health import HealthController
from guiapp.document.commands import edit
from guiapp.panels.data_browser import DataBrowser
from tests.helpers.sessions import entry
from tests.helpers.workspaces import workspace


@pytest.fixture
def browser(qtbot, runner):
    """Return the panel of two stars in two bands, their models, and a vector (e9)."""
    space = workspace(runner)
    vector = entry(9, kind="vector", role="reference", bands=("1B",))
    space.document.start_over(
        replace(space.session, entries=(*space.session.entries, vector), next_id=10)
    )
    panel = DataBrowser()
    qtbot.addWidget(panel)
    panel.space = space
    panel.controller = BrowserController(
        space, panel, FileStates(space, panel), HealthController(space, panel), panel
    )
    return panel


def offered(panel, *rows):
    panel.select(())
    panel.select(rows)
    panel.selected.emit(rows)
    return [action.text() for action in panel.context_menu().actions() if action.text()]


def test_a_vector_is_listed_by_star_and_band(browser):
    shown = browser.tree.model()
    texts = [shown.index(i, 0).data() for i in range(shown.rowCount())]
    references = shown.index(texts.index("References"), 0)

    assert shown.index(0, 0, references).data() == "16 Cyg B 1B"


def test_only_a_vector_offers_to_restore_its_recipe(browser):
    restore = "Restore the recipe of this vector"

    assert restore in offered(browser, "e9")
    assert restore not in offered(browser, "e1")
    assert restore not in offered(browser, "e5")


def test_a_vector_stays_selected_when_the_tree_is_shown_anew(browser):
    browser.select(("e9",))
    browser.selected.emit(("e9",))

    browser.controller.refresh()  # a look at its file does it, when its menu is asked for

    assert browser.selected_ids() == ("e9",)
    browser.space.selection.select(("e2",))
    assert browser.selected_ids() == ("e2",)


def test_observations_can_be_excluded_and_only_then_brought_back(browser):
    assert "Leave out…" in offered(browser, "e1")
    assert "Bring back" not in offered(browser, "e1")
    assert "Leave out…" not in offered(browser, "e9")
    space = browser.space

    edit(space.document, space.session.with_exclusion("e1", "saturated"), "Exclude")

    assert "Bring back" in offered(browser, "e1")


def test_the_menu_marks_the_model_of_the_selected_star(browser):
    for row, model in (("e1", "5.fits"), ("e3", "6.fits")):
        offered(browser, row)
        menu = browser.context_menu()
        [models] = [action.menu() for action in menu.actions() if action.text() == "Model"]

        [checked] = [action.text() for action in models.actions() if action.isChecked()]

        assert checked.endswith(model)


def test_a_picked_source_selects_its_catalog_and_a_catalog_what_is_in_it(browser):
    space = browser.space
    catalog = entry(20, kind="source catalog", bands=("",))
    session = replace(space.session, entries=(*space.session.entries, catalog), next_id=21)
    space.document.start_over(session)

    space.selection.select_points(("e20.7",))
    shown = browser.selected_ids()
    space.selection.select(("e1",))
    browser.select(("e20",))
    browser.selected.emit(("e20",))

    assert shown == ("e20",)
    assert space.selection.points == ("e20",)


def test_a_star_that_is_picked_shows_the_band_that_is_seen(browser):
    space = browser.space
    before, after = list(space.session.sources)
    seen = space.session.sources[before][-1]
    space.selection.select((seen.id,))

    browser.selected.emit((f"source:{after}",))

    assert space.segment().identity.source_key == after
    assert space.segment().identity.band == seen.identity.band == "1C"
