"""From a click on a factor to averages without it, and back."""

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication

from engine.files import load
from engine.imaging.row_edits import RowEdit
from engine.project.chain import Chain
from engine.project.factors_step import ALL_FACTORS
from engine.project.observations_step import OBSERVATION_TABLE
from engine.project.opening import Read, add_files
from engine.project.session import Session
from engine.simulate.imaging_table import observation_table
from guiapp.controllers.imaging_factors import ImagingFactorsController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, type_key


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return the opened table of the imaging demo."""
    path = tmp_path_factory.mktemp("imaging") / "observations.ecsv"
    path.write_bytes(observation_table(np.random.default_rng([2025, 5]))[0])
    return load(path)


@pytest.fixture(scope="module")
def chain(loaded):
    """Return a chain that keeps its results from one test to the next."""
    chain = Chain()
    chain.library.keep(loaded)
    return chain


@pytest.fixture
def controller(qtbot, runner, loaded, chain):
    """Return the controller with the table of the demo."""
    session = add_files(Session(), Read((loaded,), ())).session
    controller = ImagingFactorsController(Workspace(Document(session), Selection(), chain, runner))
    view = controller.factors
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.numbers is not None, timeout=10_000)
    return controller


def answer(qtbot, text):
    """Type into the open question and confirm it."""
    qtbot.waitUntil(lambda: bool(_questions()))
    [dialog] = _questions()
    if text:
        dialog.field.setText(text)
    dialog._ok.click()


def _questions():
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, TextDialog) and one.isVisible()
    ]


def show(controller, qtbot, subject):
    controller.show_subject(subject)
    qtbot.waitUntil(lambda: shown_subject(controller.factors) == subject, timeout=10_000)


def shown_subject(view):
    return "" if view.result is None else view.result.subject


def pick(controller, name):
    """Click the point of the observation ``name`` in the first panel."""
    panel = controller.factors.panels[0]
    at = [panel.trends.table.ids[row] for row in panel.order].index(name)
    click(panel.plot, (panel.points.xs[at], panel.points.ys[at]))
    return panel.plot


def used_row(controller, filter_name, star):
    table = controller.study.table
    return next(
        row
        for row, (name, own) in enumerate(zip(table.filters, table.stars, strict=True))
        if name == filter_name and own == star and controller.study.is_used[row]
    )


def average(controller, filter_name):
    return controller.study.of(filter_name).average


def test_x_leaves_an_observation_out_with_a_reason_and_undo_brings_it_back(controller, qtbot):
    document = controller.workspace.document
    before = average(controller, "F1280W")
    row = used_row(controller, "F1280W", "10 Lac")
    name = controller.study.table.ids[row]
    plot = pick(controller, name)

    type_key(plot, "x")
    answer(qtbot, "poor background")
    qtbot.waitUntil(lambda: bool(controller.study.table.reasons[row]))

    assert controller.study.table.reasons[row] == "poor background"
    assert average(controller, "F1280W").n_used == before.n_used - 1
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: not controller.study.table.reasons[row])
    assert average(controller, "F1280W").mean == before.mean


def test_a_point_is_selected_in_all_panels_and_in_the_table(controller):
    view = controller.factors
    row = used_row(controller, "F1280W", "HR 6538")
    name = controller.study.table.ids[row]

    pick(controller, name)

    assert view.chosen == (name,)
    assert all(panel.ring.xs.size == 1 for panel in view.visible_panels)
    [chosen] = view.observations.selected_rows()
    assert view.numbers.ids[chosen] == name


def test_a_row_of_the_table_is_ringed_in_the_panels(controller):
    view = controller.factors

    view.observations.selectRow(3)

    [row] = view.observations.selected_rows()
    assert view.chosen == (view.numbers.ids[row],)
    assert view.visible_panels[0].ring.xs.size == 1


def test_a_suspected_star_is_left_out_of_all_filters_with_the_reason_that_is_proposed(
    controller, qtbot
):
    view = controller.factors
    view.tabs.setCurrentIndex(2)
    view.flags.selectRow(0)
    view.reach.setCurrentText("star in all filters")

    view.exclude.click()
    answer(qtbot, "")
    qtbot.waitUntil(lambda: any(controller.study.table.reasons))

    table = controller.study.table
    reasons = {r for r, star in zip(table.reasons, table.stars, strict=True) if star == "HD 180609"}
    assert reasons == {"debris disk"}
    assert "HD 180609" not in {one.star for one in controller.study.suspects}


def test_what_deviates_can_be_kept_and_undone(controller, qtbot):
    show(controller, qtbot, "F2100W")
    study = controller.study
    [row] = [
        row
        for row in np.flatnonzero(study.is_deviant)
        if study.table.filters[row] == "F2100W" and study.table.stars[row] == "HD 106252"
    ]
    view = controller.factors
    view.choose((study.table.ids[row],))
    assert view.keep.isEnabled()

    view.keep.click()
    qtbot.waitUntil(lambda: bool(controller.study.is_used[row]))

    assert controller.workspace.params(ALL_FACTORS).kept == (study.table.ids[row],)
    assert view.keep.text() == "Keep no more"
    controller.workspace.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not controller.study.is_used[row])


def test_another_class_is_an_edit_that_can_be_undone(controller, qtbot):
    row = used_row(controller, "F1280W", "HR 6538")
    name = controller.study.table.ids[row]
    controller.factors.choose((name,))

    controller._set_class("A")
    qtbot.waitUntil(lambda: controller.study.table.classes[row] == "A")

    edits = controller.workspace.params(OBSERVATION_TABLE).edits
    assert edits == (RowEdit(name, star_class="A"),)
    controller._reset()
    qtbot.waitUntil(lambda: controller.study.table.classes[row] == "G")


def test_another_star_brings_its_class(controller, qtbot):
    row = used_row(controller, "F1280W", "HR 6538")
    controller.factors.choose((controller.study.table.ids[row],))

    controller._ask_star()
    answer(qtbot, "mu Col")
    qtbot.waitUntil(lambda: controller.study.table.stars[row] == "μ Col")

    assert controller.study.table.classes[row] == "hot"


def test_one_parameter_is_shown_in_all_filters(controller, qtbot):
    show(controller, qtbot, "model_flux_mjy")

    view = controller.factors
    assert len(view.visible_panels) == 14
    assert len(view.numbers.ids) == len(controller.study.table)
    assert view.visible_panels[0].plot.accessibleName() == "Factor over F560W"


def test_the_last_filter_stays_drawn_until_the_next_one_is_there(controller, qtbot):
    view = controller.factors
    reasons = []
    say = view.empty.say
    view.empty.say = lambda reason: (reasons.append(reason), say(reason))

    show(controller, qtbot, "F2550W")

    assert set(reasons) == {""}


def test_closing_the_table_empties_the_view(controller, qtbot):
    document = controller.workspace.document
    edit(document, document.session.without_entries(["e1"]), "Close the table")

    assert "Open a table of photometry" in controller.factors.empty.reason


def test_brackets_step_through_filters_and_parameters(controller, qtbot):
    view = controller.factors
    before = view.subject.currentIndex()

    type_key(view.panels[0].plot, "]")

    assert view.subject.currentIndex() == before + 1


def test_switching_the_time_correction_off_is_said_and_undone(controller, qtbot):
    controller.set_parameter("time", "none")
    qtbot.waitUntil(lambda: controller.study.params.time == "none")

    assert "not corrected for time" in controller.heading[1]
    controller.workspace.document.undo_stack.undo()
    qtbot.waitUntil(lambda: controller.study.params.time == "measured")


def test_nothing_open_says_what_to_open(qtbot, runner):
    workspace = Workspace(Document(Session()), Selection(), Chain(), runner)
    controller = ImagingFactorsController(workspace)
    qtbot.addWidget(controller.factors)

    controller.set_active(True)

    assert "Open a table of photometry" in controller.factors.empty.reason
    assert controller.export_key() is None


def test_two_observations_of_one_star_are_shown_without_an_error(qtbot, runner, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text(
        "name,filter,subarray,iflux,time,model_mjy\n"
        "BD+60 1753,F770W,SUB256,8.1e4,59800,9.0\n"
        "BD+60 1753,F770W,SUB256,8.15e4,59830,9.0\n"
    )
    loaded, chain = load(path), Chain()
    chain.library.keep(loaded)
    session = add_files(Session(), Read((loaded,), ())).session
    controller = ImagingFactorsController(Workspace(Document(session), Selection(), chain, runner))
    view = controller.factors
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()

    controller.set_active(True)
    qtbot.waitUntil(lambda: view.numbers is not None, timeout=10_000)

    assert "1.0 stars" in view.chip.text()
    notes = [panel.note.text for panel in view.visible_panels]
    assert len(notes) == 8
    assert all("are needed" in one or "same for all" in one for one in notes)
    assert view.grab().width() == 900


def test_a_double_click_on_an_average_shows_its_filter(controller, qtbot):
    view = controller.factors
    view.tabs.setCurrentIndex(1)

    view.averages.row_activated.emit(0)

    qtbot.waitUntil(lambda: shown_subject(view) == view.numbers.filters[0], timeout=10_000)


def test_the_legend_hides_a_type(controller):
    view = controller.factors
    points = view.visible_panels[0].points
    before = points.hidden_kinds

    view.legend.switch("class A")

    assert points.hidden_kinds > before
    assert np.isnan(view.visible_panels[0].bars.bars()[0]).any()


def set_time(controller, qtbot, value):
    controller.set_parameter("time", value)
    qtbot.waitUntil(lambda: controller.study.params.time == value, timeout=20_000)


def test_all_points_are_seen_without_the_correction_for_time(controller, qtbot):
    show(controller, qtbot, "F2550W")
    panels = controller.factors.visible_panels

    set_time(controller, qtbot, "none")

    used = panels[0].trends.table.factor[panels[0].trends.table.used]
    for panel in panels:
        low, high = panel.plot.view[1]
        assert low < used.min() < used.max() < high


def test_another_correction_leaves_a_zoom_as_it_is(controller, qtbot):
    show(controller, qtbot, "F2550W")
    plot = controller.factors.panels[0].plot
    x, (low, high) = plot.view
    zoomed = (x, (low + 0.2 * (high - low), high))
    plot.zoom_to(zoomed)

    set_time(controller, qtbot, "none")

    assert plot.view[1] == pytest.approx(zoomed[1])
