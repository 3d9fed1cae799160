"""From a click on a point to trends without it, and back."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from engine.arrays import frozen
from engine.compare.subsets import Subset
from engine.files import Loaded
from engine.model.tabulated import DataTable
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.trends import TrendsController, observations_of
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, type_key

STARS = ("10 Lac", "10 Lac", "HD 2811", "HD 2811", "del UMi", "16 Cyg B", "HD 37962", "P330E")


@pytest.fixture
def controller(qtbot, runner, rng):
    """Return the controller with a table of eight factors of six stars."""
    chain = Chain()
    table = DataTable(
        "",
        {
            "name": STARS,
            "factor": frozen(1.0 + 0.01 * rng.standard_normal(len(STARS))),
            "mjd": frozen(np.linspace(59700, 60400, len(STARS))),
            "well_depth_dn": frozen(rng.uniform(1e4, 5e4, len(STARS))),
        },
        {"well_depth_dn": "DN"},
    )
    chain.library.keep(Loaded("/data/t.ecsv", "0" * 64, 1000, "factors", (table,), "other"))
    entry = Entry("e1", "/data/t.ecsv", "0" * 64, 1000, "factors", "other", (table.identity,))
    session = Session(entries=(entry,), next_id=2)
    controller = TrendsController(Workspace(Document(session), Selection(), chain, runner))
    view = controller.trends
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    return controller


def answer(qtbot, text):
    """Type into the open question and confirm it."""
    qtbot.waitUntil(lambda: bool(_questions()))
    [dialog] = _questions()
    dialog.field.setText(text)
    dialog._ok.click()


def _questions():
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, TextDialog) and one.isVisible()
    ]


def _click(controller, row):
    panel = controller.trends.panels[1]
    at = list(panel.order).index(row)
    click(panel.plot, (panel.points.xs[at], panel.points.ys[at]))
    return panel.plot


def test_x_leaves_a_point_out_with_a_reason_and_undo_brings_it_back(controller, qtbot):
    document, view = controller.workspace.document, controller.trends
    before = view.result
    plot = _click(controller, 4)

    type_key(plot, "x")
    answer(qtbot, "saturated")
    qtbot.waitUntil(lambda: view.result is not before)

    assert document.undo_stack.undoText() == "Leave out δ UMi: saturated"
    assert view.result.table.reasons[4] == "saturated"
    assert view.result.all.n_used == before.all.n_used - 1
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: view.result is before)
    document.undo_stack.redo()
    qtbot.waitUntil(lambda: view.result.table.reasons[4] == "saturated")


@pytest.mark.parametrize(("reach", "rows"), [("star", (2, 3)), ("class", (2, 3, 4))])
def test_a_star_or_a_class_is_one_edit(controller, qtbot, reach, rows):
    view, document = controller.trends, controller.workspace.document
    _click(controller, 2)
    view.reach.setCurrentText(reach)

    view.ask_exclusion()
    answer(qtbot, "model in doubt")

    qtbot.waitUntil(lambda: any(view.result.table.reasons))
    left_out = [row for row, reason in enumerate(view.result.table.reasons) if reason]
    assert tuple(left_out) == rows
    assert document.undo_stack.count() == 1


def test_bringing_back_asks_nothing(controller, qtbot):
    view = controller.trends
    view.choose(("e1.6",))
    view.ask_exclusion()
    answer(qtbot, "variable")
    qtbot.waitUntil(lambda: view.result.table.reasons[5] == "variable")

    view.ask_exclusion()

    assert not _questions()
    qtbot.waitUntil(lambda: not any(view.result.table.reasons))
    assert controller.workspace.document.undo_stack.undoText() == "Bring back 16 Cyg B"


def test_a_subset_by_condition_is_named_colored_and_left_out(controller, qtbot):
    view, document = controller.trends, controller.workspace.document

    controller.subsets.ask("condition", ())
    answer(qtbot, "class = A")
    answer(qtbot, "A dwarfs")
    qtbot.waitUntil(lambda: bool(view.result.subsets))

    assert document.session.subsets == (Subset("A dwarfs", condition="class = A"),)
    assert view.result.subsets[0].n_used == 3
    view.color_by.setCurrentText("subset")
    view.color_by.activated.emit(1)
    assert view.groups.titles == ("A dwarfs", "others")
    view.subset_exclusion_wanted.emit("A dwarfs")
    answer(qtbot, "disks")
    qtbot.waitUntil(lambda: view.result.table.reasons[2] == "disks")
    assert view.result.table.reasons.count("disks") == 3


def test_a_subset_of_the_selection_is_undone_in_one_step(controller, qtbot):
    document = controller.workspace.document
    controller.trends.choose(("e1.1", "e1.2"))

    controller.subsets.ask("selection", controller.trends.chosen)
    answer(qtbot, "early")

    assert document.session.subsets == (Subset("early", members=("e1.1", "e1.2")),)
    assert document.undo_stack.undoText() == "Name the subset early"
    document.undo_stack.undo()
    assert document.session.subsets == ()


def test_columns_taken_from_the_count_make_the_others_clearer(controller, qtbot):
    view = controller.trends
    before = view.result

    view.ignored_changed.emit(("well_depth_dn",))
    qtbot.waitUntil(lambda: view.result is not before)

    assert view.result.n_tried == before.n_tried - 1
    params = controller.workspace.params(NodeKey("trends", EVERYTHING))
    assert params.ignored == ("well_depth_dn",)


def test_rows_of_the_numbers_and_points_are_linked(controller):
    controller.select_rows((2, 5))
    chosen = controller.trends.chosen
    controller.trends.choose(("e1.1",))

    assert chosen == ("e1.3", "e1.6")
    assert controller.selected_rows() == (0,)


def test_two_observations_of_a_star_do_not_look_alike_in_the_table(controller):
    result = controller.result
    sources = ("10LAC/1524-16", "10 Lac/3779-1", *(f"{one}/1-{i}" for i, one in enumerate(STARS)))
    named = replace(result, table=replace(result.table, ids=sources[:2] + sources[4:]))

    found = observations_of(named).column("star").values.tolist()

    assert found[:2] == ["10 Lac/1524-16", "10 Lac/3779-1"]
    assert found[-1] == "GSPC P330-E"


def test_the_inspector_says_what_was_found(controller):
    content = controller.inspector()

    assert len(content.numbers) == len(STARS)
    assert "well depth" in content.summary.lower()
    assert "A dwarfs: mean 0." in content.summary


def test_without_stars_or_tables_the_view_says_what_to_open(qtbot, runner):
    controller = TrendsController(Workspace(Document(), Selection(), Chain(), runner))
    qtbot.addWidget(controller.trends)

    controller.set_active(True)

    assert "table of factors" in controller.trends.empty.reason
