"""Tests of guiapp.views.subject_view."""

import pytest

from guiapp.look.empty_state import EmptyState
from guiapp.plots.message import PlotMessage
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.subject_view import SubjectView


class Plain(SubjectView):
    """Draws nothing but knows whether it would."""

    busy = "Working …"

    def __init__(self):
        super().__init__()
        self.result = None
        self.plot = ThemedPlot(self, name="Plain")
        self.empty = EmptyState(self, self.plot)
        self.note = PlotMessage(self.plot, "top")

    def drawn(self):
        return self.result


@pytest.fixture
def view(qtbot):
    view = Plain()
    qtbot.addWidget(view)
    return view


def test_another_subject_is_shown_from_end_to_end_and_the_same_keeps_the_zoom(view):
    view.show_subjects([("a", "A"), ("b", "B")], "a")
    view.is_new = False

    view.show_subjects([("a", "A"), ("b", "B")], "a")
    kept = view.is_new
    view.show_subjects([("a", "A"), ("b", "B")], "b")

    assert not kept
    assert view.is_new
    assert view.subjects.currentText() == "B"


def test_a_problem_stands_beside_the_last_good_result_or_in_its_place(view):
    view.result = "something"
    view.show_problem("It failed.", "Try again.")
    beside = view.empty.reason

    view.result = None
    view.show_problem("It failed.", "Try again.")

    assert beside == ""
    assert view.empty.reason == "It failed. Try again."
