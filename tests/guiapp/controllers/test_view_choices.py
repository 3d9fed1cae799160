"""What was chosen in views is said by name, and taken back."""

from operator import attrgetter

import pytest
from PyQt6.QtWidgets import QComboBox

from engine.project.layout import Layout
from guiapp.controllers.view_choices import as_plain, by_view
from guiapp.controllers.views import VIEWS
from guiapp.document.commands import edit
from tests.helpers.sessions import star_session
from tests.helpers.workspaces import workspace

WITH_CHOICES = [kind for kind in VIEWS if kind.kept]


def values_of(part):
    """Return what can be chosen in a bar or a box."""
    if isinstance(part, QComboBox):
        return [part.itemText(i) for i in range(part.count())]
    return list(part.codes)


def said(controller):
    return {name: controller.choices()[name] for name in controller.kept}


@pytest.mark.parametrize("kind", WITH_CHOICES, ids=lambda kind: kind.name)
def test_every_choice_of_a_view_is_taken_back_by_a_new_one_and_nothing_unknown_is(
    qtbot, runner, kind
):
    space = workspace(runner)
    one, other = kind(space), kind(space)
    for controller in (one, other):
        qtbot.addWidget(controller.view)
    parts = {name: attrgetter(place)(one.view) for name, place in one.kept.items()}
    last = {name: values_of(part)[-1] for name, part in parts.items()}
    before = said(other)

    one.take_choices(last)
    other.take_choices(dict.fromkeys(last, "of a later version") | {"unheard": "of"})
    unknown = said(other)
    other.take_choices(one.choices())

    assert said(one) == last
    assert unknown == before
    assert said(other) == last


def test_choices_are_kept_as_triples_in_an_order_of_their_own():
    chosen = {"response": {"graph": "ratio"}, "cube": {"shown": "plane", "graph": "drift"}}

    plain = as_plain(chosen)

    assert plain == (
        ("cube", "graph", "drift"), ("cube", "shown", "plane"), ("response", "graph", "ratio"),
    )  # fmt: skip
    assert by_view(plain) == chosen
    assert Layout(choices=plain) != Layout()


def test_choices_come_back_with_a_session_also_those_of_views_that_were_not_seen(program, tmp_path):
    path = tmp_path / "night.fluxknot"
    program.controller.session.ask_name = lambda _suggested: str(path)
    edit(program.space.document, star_session(), "Open files")
    program.settle()
    program.view("response").response.graphs.chosen.emit("ratio")
    junctions = program.view("junctions")
    junctions.junctions.below.setCurrentIndex(1)
    junctions.junctions.below.activated.emit(1)
    page = junctions.junctions.page
    program.view("spectra").spectra.stage_chosen.emit("extracted")
    program.trigger("file.save")
    program.trigger("file.close")
    program.view("response").take_choices({"graph": "residual"})
    program.view("junctions").take_choices({"page": "close"})
    program.view("spectra").take_choices({"stage": "calibrated"})
    program.view("cube")

    program.controller.session.open(str(path))
    program.settle()
    again = program.controller.arrangement.now().choices
    seen = program.view("response").response.graphs.current

    assert ("response", "graph", "ratio") in again  # not seen since, and kept
    assert seen == "ratio"
    assert program.view("junctions").junctions.page == page != "close"
    assert program.view("spectra").stage == "extracted"
