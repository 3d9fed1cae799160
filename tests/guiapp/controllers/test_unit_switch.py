"""Units are chosen in the menu or in a view, and kept as preferences."""

import pytest
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from guiapp.controllers.unit_switch import UnitSwitch
from guiapp.dialogs.ask import TextDialog
from guiapp.look.units import shown_units


class Switch:
    """A switch over actions of its own."""

    def __init__(self, window, preferences):
        self.window, self.preferences = window, preferences
        self.actions = {}
        self.switch = UnitSwitch(window, preferences, self.action)

    def action(self, name):
        if name not in self.actions:
            self.actions[name] = QAction(name, self.window)
            self.actions[name].setCheckable(True)
        return self.actions[name]

    def checked(self):
        return sorted(name for name, one in self.actions.items() if one.isChecked())


@pytest.fixture
def units(qtbot, preferences):
    window = QWidget()
    qtbot.addWidget(window)
    yield Switch(window, preferences)
    shown_units.choose(wave="µm", flux="Jy", line_um=12.3719)


def test_what_is_chosen_in_the_menu_is_shown_checked_and_kept(units):
    units.actions["view.wave_per_cm"].trigger()
    units.actions["view.flux_mag"].trigger()

    assert (shown_units.wave, shown_units.flux) == ("cm⁻¹", "mag")
    assert units.checked() == ["view.flux_mag", "view.wave_per_cm"]
    assert units.preferences.text("wave_unit") == "cm⁻¹"


def test_one_unit_of_each_kind_is_always_chosen(units):
    for _ in range(2):  # a second click on what is chosen changes nothing
        units.actions["view.flux_mag"].trigger()

    assert units.checked() == ["view.flux_mag", "view.wave_um"]
    assert all(one.actionGroup().isExclusive() for one in units.actions.values())


def test_what_is_chosen_in_a_view_is_checked_and_kept(units):
    shown_units.choose(wave="cm⁻¹", flux="mJy")

    assert units.checked() == ["view.flux_mjy", "view.wave_per_cm"]
    assert (shown_units.wave, shown_units.flux) == ("cm⁻¹", "mJy")
    assert units.preferences.text("flux_unit") == "mJy"


def test_velocities_ask_for_a_line_first(units):
    units.actions["view.wave_km_s"].trigger()
    [dialog] = units.window.findChildren(TextDialog)
    assert units.checked() == ["view.flux_jy", "view.wave_um"]
    assert any(dialog._box.itemText(i).startswith("H I 7") for i in range(dialog._box.count()))

    dialog.taken.emit("[Ne II]  12.8136")

    assert (shown_units.wave, shown_units.line_um) == ("km/s", 12.8136)
    assert units.checked() == ["view.flux_jy", "view.wave_km_s"]


def test_a_line_that_is_none_is_asked_again(units):
    units.actions["view.wave_km_s"].trigger()
    [dialog] = units.window.findChildren(TextDialog)

    dialog.taken.emit("somewhere")

    assert shown_units.wave == "µm"
    assert len(units.window.findChildren(TextDialog)) == 2
