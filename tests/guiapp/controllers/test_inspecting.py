"""Tests of guiapp.controllers.inspecting."""

from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from guiapp.controllers.inspecting import Inspecting


class Inspector(QObject):
    """Notes what it is asked to show."""

    edited = pyqtSignal(str, object)
    scope_changed = pyqtSignal(str)
    rows_selected = pyqtSignal(tuple)

    def __init__(self):
        super().__init__()
        self.shown = []
        self.numbers = SimpleNamespace(select_rows=self.shown.append)
        self.click = lambda: None  # comes while the form is being made

    def show_parameters(self, specs, defaults, values):
        self.shown.append(specs)

    def show_scope(self, choices, current):
        self.shown.append(current)

    def set_actions(self, actions):
        self.shown.append(actions)
        QTimer.singleShot(0, self.click)

    def show_numbers(self, table, summary, title):
        self.shown.append(title)

    def show_origin(self, lines):
        self.shown.append(lines)


class View:
    """A view of the name that all it shows begins with."""

    def __init__(self, name):
        self.name, self.scope, self.got = name, "own", []

    def inspector(self):
        return SimpleNamespace(
            specs=f"{self.name} form", defaults={}, values={}, scopes=(), scope=self.scope,
            actions=(), numbers=None, summary="", numbers_title=f"{self.name} numbers",
            origin=f"{self.name} origin",
        )  # fmt: skip

    def selected_rows(self):
        return None

    def select_rows(self, rows):
        self.got.append(rows)

    def set_parameter(self, name, value):
        self.got.append((name, value))


@pytest.fixture
def window():
    return SimpleNamespace(inspector=Inspector(), action=lambda name: name)


@pytest.fixture
def inspecting(qapp, window):
    return Inspecting(window, window.inspector)


def test_a_click_has_its_turn_between_the_form_and_the_numbers(inspecting, window, qtbot):
    shown = window.inspector.shown
    window.inspector.click = lambda: shown.append("a click")

    inspecting.follow(View("cube"))

    qtbot.waitUntil(lambda: "cube origin" in shown)
    assert shown == ["cube form", "own", (), "a click", "cube numbers", "cube origin"]


def test_a_view_that_was_left_meanwhile_does_not_bring_its_numbers(inspecting, window, qtbot):
    response = View("response")
    window.inspector.click = lambda: inspecting.follow(response)

    inspecting.follow(View("cube"))

    qtbot.waitUntil(lambda: "response form" in window.inspector.shown)
    window.inspector.click = lambda: None
    qtbot.waitUntil(lambda: "response origin" in window.inspector.shown)
    assert "cube numbers" not in window.inspector.shown


def test_several_changes_are_shown_once(inspecting, window, qtbot):
    view = View("cube")
    inspecting.follow(view)

    for _ in range(5):
        inspecting.refresh(view)

    qtbot.waitUntil(lambda: "cube origin" in window.inspector.shown)
    assert window.inspector.shown.count("cube form") == 1


def test_a_view_that_is_not_worked_in_changes_nothing(inspecting, window, qtbot):
    inspecting.follow(None)

    inspecting.refresh(View("cube"))
    qtbot.wait(10)

    assert window.inspector.shown == []


def test_what_is_done_in_the_inspector_goes_to_the_view_that_is_worked_in(inspecting, window):
    view = View("cube")
    inspecting.follow(view)

    window.inspector.edited.emit("radius_fwhm", 2.0)
    window.inspector.rows_selected.emit((1, 2))
    window.inspector.scope_changed.emit("All bands")

    assert view.got == [("radius_fwhm", 2.0), (1, 2)]
    assert view.scope == "All bands"
