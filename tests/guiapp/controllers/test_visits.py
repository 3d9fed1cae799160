"""Tests of the controllers of repeated visits."""

from dataclasses import replace

import pytest
from numpy.testing import assert_array_equal

from engine.compare.repeatability import decimal_year
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.repeatability import RepeatabilityController
from guiapp.controllers.signal_to_noise import SnrController
from guiapp.controllers.visit_noise import VisitNoiseController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, type_key
from tests.helpers.open_files import OpenFiles
from tests.helpers.visits import drawn_visits

STARS = ("HD 163466", "10 Lac")
KEY = NodeKey("repeatability", "HD 163466@extracted")


@pytest.fixture
def workspace(runner, rng):
    """Return four visits of one star (e1 to e4), three of another (e5 to e7)."""
    files = OpenFiles()
    for star, n in zip(STARS, (4, 3), strict=True):
        for one in drawn_visits(rng, n=n)[0]:
            identity = replace(one.spectrum.identity, target=star)
            files.add(replace(one.spectrum, identity=identity), "spectrum", "standard star")
    selection = Selection()
    selection.select(("e2",))
    return Workspace(Document(files.session), selection, files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace):
    controller = RepeatabilityController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(760, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


def test_the_view_shows_the_result_of_the_selected_star(controller, workspace):
    result = workspace.chain.result(workspace.session, KEY)

    assert controller.repeatability.result is result
    assert controller.repeatability.selected().id == "e2"
    assert controller.heading == ("Repeatability · HD 163466", "as extracted")
    table = controller.inspector().numbers
    assert table.column("σs").values[1] == 100.0 * result.bands[1].scatter
    assert table.column("±").values[1] == 100.0 * result.bands[1].trend_error
    assert controller.inspector().numbers_title == "HD 163466"
    assert table.column("trend").unit == "%/yr"
    assert controller.copy_table().column("trend_error").unit == "%/yr"


def test_the_origin_is_that_of_the_star_that_is_shown(controller, workspace):
    named = controller.inspector().origin
    other = OpenFiles(workspace.chain)
    other.session = workspace.session
    lone = other.spectrum("16 Cyg B")
    workspace.document.start_over(other.session)

    workspace.selection.select((lone,))
    shown = controller.inspector().origin

    assert named[0] == "2.fits"
    assert controller.heading[0] == "Repeatability · HD 163466"
    assert shown[0] == "1.fits"
    assert shown[-1] == "and 2 more"


def test_a_click_selects_the_visit_everywhere(controller, workspace):
    visit = controller.result.bands[1].visits[3]
    plot = controller.repeatability.panels.plots["1B"]

    click(plot, (decimal_year(visit.mjd), 100.0 * (visit.ratio - 1.0)))

    assert workspace.selection.current == "e4"
    assert controller.repeatability.selected().id == "e4"


def test_a_selection_elsewhere_is_marked(controller, workspace):
    workspace.selection.select(("e3",))

    assert controller.repeatability.selected().id == "e3"


def test_leaving_a_visit_out_needs_a_reason_and_can_be_undone(qtbot, controller, workspace):
    before = controller.result
    type_key(controller.repeatability.panels.plots["1B"], "x")
    [dialog] = controller.view.window().findChildren(TextDialog)
    assert workspace.session.exclusions == ()

    dialog.field.setText("mirror tilt")
    dialog.taken.emit(dialog.text)
    dialog.accept()

    [exclusion] = workspace.session.exclusions
    assert (exclusion.subject, exclusion.reason) == ("HD 163466/1539-2", "mirror tilt")
    did = workspace.document.undo_stack.undoText()
    assert did.startswith("Leave out HD 163466/1539-2 of")
    assert did.endswith(": mirror tilt")
    qtbot.waitUntil(lambda: controller.result is not before)
    assert_array_equal(controller.repeatability.points_of("1B").kinds, [0, 1, 0, 0])

    workspace.document.undo_stack.undo()

    assert controller.result is before
    assert_array_equal(controller.repeatability.points_of("1B").kinds, [0, 0, 0, 0])


def test_a_visit_is_brought_back_without_a_question(qtbot, controller, workspace):
    workspace.document._replace(
        workspace.session.with_exclusion("HD 163466/1539-2", "mirror tilt").with_exclusion(
            "e2", "spikes"
        )
    )
    qtbot.waitUntil(lambda: not controller.repeatability.selected().is_used)

    controller.repeatability.exclude.click()

    assert workspace.session.exclusions == ()
    assert controller.view.window().findChildren(TextDialog) == []


def test_another_star_can_be_chosen(qtbot, controller, workspace):
    assert controller.stars() == ("HD 163466", "10 Lac")

    controller.repeatability.star_chosen.emit("10 Lac")

    qtbot.waitUntil(lambda: controller.result is not None and controller.result.star == "10 Lac")
    assert workspace.selection.current == "e5"
    assert controller.export_key() == NodeKey("repeatability", "10 Lac@extracted")


def test_the_other_stage_says_why_there_is_nothing(controller):
    controller.repeatability.stage_chosen.emit("calibrated")

    assert "There is no model of HD 163466" in controller.repeatability.empty.reason
    assert controller.inspector().summary == "No star is compared with itself yet."


def test_without_visits_the_view_says_what_to_open(qtbot, controller, workspace):
    workspace.document._replace(workspace.session.without_entries(f"e{i}" for i in range(2, 7)))

    assert "Open two or more visits" in controller.repeatability.empty.reason
    assert controller.key() is None


def test_a_parameter_holds_for_all_stars(controller, workspace):
    controller.set_parameter("min_samples", 50)

    assert workspace.params(NodeKey("repeatability", "10 Lac@extracted")).min_samples == 50
    assert list(workspace.session.params) == [NodeKey("repeatability", EVERYTHING)]


def test_the_noise_of_the_same_star_is_shown(qtbot, workspace):
    controller = VisitNoiseController(workspace)
    qtbot.addWidget(controller.view)
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.result is not None)

    table = controller.inspector().numbers

    assert controller.visits.result is controller.result
    assert table.column("σr").values[1] == 100.0 * controller.result.bands[1].noise
    assert controller.export_key() == NodeKey("noise", "HD 163466@extracted")
    assert "view.zoom_all" in controller.actions()


@pytest.fixture
def snr(qtbot, workspace):
    controller = SnrController(workspace)
    qtbot.addWidget(controller.view)
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


def test_the_signal_to_noise_of_the_selected_visit_is_shown(snr, workspace):
    table = snr.inspector().numbers

    assert snr.snr.source == "HD 163466/1539-2"
    assert len(table) == 1
    assert table.column("ERR / σ").values[0] == snr.result.bands[1].visits[1].factor
    assert snr.export_key() == NodeKey("signal_to_noise", "HD 163466@extracted")

    workspace.selection.select(("e3",))

    assert snr.snr.source == "HD 163466/1539-3"


def test_the_visit_chosen_in_the_list_is_selected_everywhere(snr, workspace):
    snr.snr.visit_chosen.emit("HD 163466/1539-4")

    assert workspace.selection.current == "e4"
    assert snr.inspector().numbers_title == "S/N of HD 163466/1539-4"


def test_the_band_that_is_clicked_is_selected_everywhere(snr, workspace):
    workspace.selection.select(("e5",))
    workspace.selection.select(("e1",))

    snr.snr.band_clicked.emit("1B")

    assert workspace.selection.current == "e1"


def test_the_levels_of_another_version_are_drawn_as_rings(controller, workspace, qtbot):
    view = controller.repeatability
    before = view.result
    edit(workspace.document, workspace.session.with_other("kept", workspace.session), "Keep")
    source = view.result.bands[1].visits[0].source

    left_out = workspace.session.with_exclusion(source, "mirror tilt")
    edit(workspace.document, left_out, "Leave out")
    qtbot.waitUntil(lambda: view.result is not before)

    old = before.bands[1]
    assert_array_equal(view._panels["1B"].other.ys, [100.0 * (v.ratio - 1.0) for v in old.visits])
    assert "of kept" in view.panels.captions["1B"].more
    assert view.legend.buttons["other"].text() == "kept"
