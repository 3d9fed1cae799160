"""From the chain to the view of types of stars."""

import numpy as np
import pytest

from engine.files import load
from engine.project.chain import Chain
from engine.project.opening import Read, add_files
from engine.project.session import Session
from engine.simulate.imaging_table import observation_table
from guiapp.controllers.source_types import SourceTypesController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click


@pytest.fixture
def controller(qtbot, runner, tmp_path):
    """Return the controller with the table of the imaging demo."""
    path = tmp_path / "observations.ecsv"
    path.write_bytes(observation_table(np.random.default_rng([2025, 5]))[0])
    loaded, chain = load(path), Chain()
    chain.library.keep(loaded)
    session = add_files(Session(), Read((loaded,), ())).session
    controller = SourceTypesController(Workspace(Document(session), Selection(), chain, runner))
    view = controller.types
    qtbot.addWidget(view)
    view.resize(800, 560)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    return controller


def test_types_stand_beside_each_other_and_a_click_names_the_filter(controller, qtbot):
    view = controller.types
    heard = []
    view.filter_chosen.connect(heard.append)

    click(view.plot, (view.points.xs[0], view.points.ys[0]))

    assert heard == [view.drawn[0].filter_name]
    numbers = controller.inspector().numbers
    marked = {numbers.column("filter").values[row] for row in controller.selected_rows()}
    assert marked == set(heard)
    assert view.means.xs.size == 3
    assert [one.star_class for one in view.result.means] == ["hot", "A", "G"]


def test_longer_bars_are_an_edit_that_can_be_undone(controller, qtbot):
    view = controller.types
    error = view.result.means[0].error
    low, high = view.mean_bars.bars()
    assert high[0] - low[0] == pytest.approx(10 * error)

    controller.set_parameter("bars", 1.0)
    qtbot.waitUntil(lambda: view.result.params.bars == 1.0)

    low, high = view.mean_bars.bars()
    assert high[0] - low[0] == pytest.approx(2 * error)
    assert controller.workspace.document.undo_stack.undoText() == (
        "Set bars of the means of the source types to 1 σ"
    )
    controller.workspace.document.undo_stack.undo()
    qtbot.waitUntil(lambda: view.result.params.bars == 5.0)


def test_the_numbers_are_those_of_the_plot(controller):
    numbers = controller.inspector().numbers

    assert len(numbers) == len(controller.types.drawn) + 3


def test_nothing_open_says_what_to_open(qtbot, runner):
    workspace = Workspace(Document(Session()), Selection(), Chain(), runner)
    controller = SourceTypesController(workspace)
    qtbot.addWidget(controller.types)

    controller.set_active(True)

    assert "Open photometry of stars" in controller.types.empty.reason
