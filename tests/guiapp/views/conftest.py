"""Fixtures of the views' tests."""

import pytest

from guiapp.views.star_response import StarResponseView
from tests.helpers.responses import params, response


@pytest.fixture
def result(rng):
    """Return a fitted response."""
    return response(rng)


@pytest.fixture
def make_view(qtbot, result):
    """Return a function that shows the response with some parameters in a view on the screen."""

    def make(**changes):
        view = StarResponseView()
        qtbot.addWidget(view)
        view.resize(900, 640)
        view.show_subject("1B", "16 Cyg B · 1538 · 2022-08-08")
        view.show_params(params(**changes))
        view.show_result(result)
        with qtbot.waitExposed(view):
            view.show()
        view.plot.setFocus()
        return view

    return make


@pytest.fixture
def view(make_view):
    """Return a view of the response with four free breakpoints."""
    return make_view()


@pytest.fixture
def edits(view):
    """Return the list that the edits of `view` are put into."""
    heard = []
    view.edited.connect(lambda edit, gesture: heard.append(edit))
    return heard
