"""Tests of guiapp.controllers.help_pages."""

import pytest
from PyQt6.QtWidgets import QWidget

from guiapp.controllers.help_pages import HelpPages, key_rows
from guiapp.dialogs.about import AboutDialog
from guiapp.dialogs.keys import KeysDialog
from guiapp.dialogs.preferences import PreferencesDialog
from guiapp.settings.actions import ACTIONS
from guiapp.settings.plot_keys import PLOT_KEYS


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
