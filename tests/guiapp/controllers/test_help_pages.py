"""Tests of guiapp.controllers.help_pages."""

import pytest
from PyQt6.QtWidgets import QWidget

from guiapp.controllers.help_pages import HelpPages, key_rows
from guiapp.controllers.views import VIEWS
from guiapp.dialogs.about import AboutDialog
from guiapp.dialogs.keys import KeysDialog
from guiapp.dialogs.preferences import PreferencesDialog
from guiapp.settings.actions import ACTIONS
from guiapp.settings.plot_keys import ANY_PLOT, PLOT_KEYS, VIEWS_WITH


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_key_list_has_every_action_and_plot_key():
    rows = key_rows()

    assert len(rows) == len(ACTIONS) + len(PLOT_KEYS)
    assert all(row.keys or row.reason for row in rows)


@pytest.mark.parametrize(
    ("view", "first"),
    [("response", "Add a breakpoint at the cursor"), ("junctions", "Leave the selected visit out")],
)
def test_the_keys_of_the_view_that_is_seen_come_first_and_once(view, first):
    rows = key_rows(view=view)

    groups = list(dict.fromkeys(row.group for row in rows))
    assert groups[:3] == ["This view", "Any plot", "File"]
    assert rows[0].text.startswith(first)
    assert sorted(row.text for row in rows) == sorted(row.text for row in key_rows())


def test_a_view_without_keys_of_its_own_begins_with_those_of_every_plot():
    assert key_rows(view="spectra") == key_rows()
    assert key_rows()[0].group == "Any plot"


def test_every_plot_with_keys_is_in_a_view():
    names = [name for views in VIEWS_WITH.values() for name in views]

    assert {*VIEWS_WITH, ANY_PLOT} == {key.context for key in PLOT_KEYS}
    assert {*names} <= {kind.name for kind in VIEWS}
    assert len(names) == len({*names})


def test_an_action_that_does_nothing_has_no_line():
    rows = key_rows(lambda action_id: action_id == "edit.name_subset")

    assert "Name the selection" not in {row.text for row in rows}
    assert len(rows) == len(key_rows()) - 1


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("show_keys", KeysDialog),
        ("show_about", AboutDialog),
        ("show_preferences", PreferencesDialog),
    ],
)
def test_each_page_opens_its_dialog(window, preferences, page, kind):
    pages = HelpPages(window, preferences)

    getattr(pages, page)()

    assert window.findChild(kind).isVisible()


def test_what_is_chosen_in_the_preferences_is_kept(window, preferences):
    HelpPages(window, preferences).show_preferences()
    dialog = window.findChild(PreferencesDialog)

    dialog.fields["theme"].setCurrentText("dark")

    assert preferences.text("theme") == "dark"
