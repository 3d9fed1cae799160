"""The action table keeps its promises: every action has keys or a reason, no key means two."""

from collections import Counter

import pytest
from PyQt6.QtGui import QKeySequence

from engine.resources import resource_path
from guiapp.settings.actions import ACTIONS, MENUS, action_spec
from guiapp.settings.plot_keys import ANY_PLOT, PLOT_KEYS, RESPONSE_PLOT, key_in


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.id)
def test_every_action_has_keys_or_a_reason_and_says_what_it_does(spec):
    assert bool(spec.shortcut) != bool(spec.reason_without_shortcut)
    assert spec.tip.endswith(".")
    assert spec.menu in MENUS
    assert spec.id.split(".")[0] == spec.menu.lower()
    if spec.icon:
        assert resource_path(f"icons/{spec.icon}.svg").exists()


def test_no_key_means_two_things(qapp):
    keys = [
        QKeySequence(key).toString()
        for spec in ACTIONS
        for key in (spec.shortcut, *spec.more_shortcuts)
        if key
    ]

    assert all(keys)
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_the_keys_of_the_desktop_are_the_desktops():
    wanted = {
        "edit.undo": "Ctrl+Z", "edit.redo": "Ctrl+Shift+Z", "file.save": "Ctrl+S",
        "file.save_as": "Ctrl+Shift+S", "file.open": "Ctrl+O", "file.export_figure": "Ctrl+P",
        "file.quit": "Ctrl+Q", "edit.copy_data": "Ctrl+C", "tools.search": "Ctrl+K",
        "help.keys": "F1", "view.zoom_all": "Ctrl+0", "view.zoom_previous": "Ctrl+Left",
    }  # fmt: skip

    assert {name: action_spec(name).shortcut for name in wanted} == wanted


def test_no_action_takes_a_single_letter_from_the_plots():
    assert all(len(spec.shortcut) != 1 for spec in ACTIONS)


def test_no_plot_key_means_two_things_in_one_plot():
    counts = Counter((key.context, typed) for key in PLOT_KEYS for typed in key.keys)

    assert max(counts.values()) == 1


def test_capital_and_small_letters_are_different_keys():
    small, capital = key_in(RESPONSE_PLOT, "a"), key_in(RESPONSE_PLOT, "A")

    assert small.id == "response.add_breakpoint"
    assert capital.id == "response.add_breakpoint_at_median"


def test_a_plot_has_the_keys_of_every_plot_and_no_others():
    assert key_in(RESPONSE_PLOT, "Backspace").context == ANY_PLOT
    assert key_in("some other plot", "a") is None


def test_the_keys_of_the_old_hands_are_all_there():
    promised = "aAdumM+_wsztfgioc()[]"

    assert [typed for typed in promised if key_in(RESPONSE_PLOT, typed) is None] == []
