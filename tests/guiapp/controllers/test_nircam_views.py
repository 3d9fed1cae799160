"""The views of the NIRCam modules: what is drawn, what the mouse does, what can be undone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from engine.nircam.matching import MatchParams
from engine.nircam.module_correction import CorrectionParams
from engine.nircam.module_offsets import array_subject
from engine.project.nircam_inputs import CORRECTION_KEY, EPOCHS_KEY, GRADIENTS_KEY
from engine.project.session import Session
from guiapp.controllers.epochs import EpochsController
from guiapp.controllers.module_gradients import ModuleGradientsController
from guiapp.controllers.module_offsets import ModuleOffsetsController
from guiapp.controllers.nircam_views import FieldChoice, field_choice
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.epochs import source_text
from guiapp.views.module_plots import COLORS, color_kinds, messages_of, place_of
from tests.helpers.mouse import SHIFT, click, hover, type_key
from tests.helpers.nircam_session import nircam_demo


def shown(qtbot, runner, make, session=None):
    """Return a controller with its view on the screen."""
    demo, chain = nircam_demo()
    workspace = Workspace(
        Document(demo if session is None else session), Selection(), chain, runner
    )
    controller = make(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(960, 660)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def epochs(qtbot, runner):
    """Return the view of epochs with its result."""
    controller = shown(qtbot, runner, EpochsController)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


@pytest.fixture
def offsets(qtbot, runner):
    """Return the view of offsets with its result."""
    controller = shown(qtbot, runner, ModuleOffsetsController)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


@pytest.fixture
def gradients(qtbot, runner):
    """Return the view of gradients with both of its results."""
    controller = shown(qtbot, runner, ModuleGradientsController)
    qtbot.waitUntil(lambda: controller.result is not None and controller.correction is not None)
    return controller


def answer(text):
    """Give the reason that is asked for."""
    [dialog] = [
        one for one in QApplication.topLevelWidgets()
        if isinstance(one, TextDialog) and one.isVisible()
    ]  # fmt: skip
    dialog.field.setText(text)
    dialog._ok.click()


# Epochs


def test_the_histograms_hold_every_source_in_use(epochs):
    view, pair = epochs.epochs, epochs.epochs.pair

    assert pair.title == "F444W, epochs 1 and 2, jwst_1130.pmap"
    for curve in view.bars.values():
        counts = curve.ys[1:-1:2]
        assert counts.sum() == np.count_nonzero(pair.used)
    assert_allclose(np.sort(view.points.xs), np.sort(pair.east_mas))
    assert f"{len(pair)} sources" in view.chip.text()


def test_a_source_is_left_out_with_a_reason_and_comes_back(qtbot, epochs):
    view = epochs.epochs
    place = len(view.pair) // 2
    click(view.scatter, (view.points.xs[place], view.points.ys[place]))
    [source] = view.chosen
    type_key(view.scatter, "x")
    answer("blended")

    document = epochs.workspace.document
    qtbot.waitUntil(lambda: "blended" in view.pair.reasons)
    assert document.session.exclusion(source).reason == "blended"
    assert view.exclude.text() == "Bring back"
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: "blended" not in view.pair.reasons)
    assert document.session.exclusion(source) is None


def test_shift_adds_a_source_and_takes_it_away_again(epochs):
    view = epochs.epochs
    places = [0, len(view.pair) - 1]
    for place in places:
        click(view.scatter, (view.points.xs[place], view.points.ys[place]), keys=SHIFT)
    assert len(view.chosen) == 2
    click(view.scatter, (view.points.xs[0], view.points.ys[0]), keys=SHIFT)

    assert len(view.chosen) == 1
    assert view.ring.xs.size == 1


def test_the_list_changes_filter_and_epochs(epochs):
    view = epochs.epochs
    place = view.pairs.findText("F150W, epochs 1 and 3, jwst_1130.pmap")
    view.pairs.setCurrentIndex(place)
    view.pairs.activated.emit(place)

    assert view.pair.turn == "same"
    assert "same orientation" in view.chip.text()


def test_pairs_of_the_same_epochs_are_told_apart_by_their_calibration(epochs):
    numbers = epochs.inspector().numbers

    names = ("filter", "1st", "2nd", "context")
    rows = list(zip(*(numbers.column(one).values.tolist() for one in names), strict=True))
    assert len(set(rows)) == len(rows)


def test_only_the_messages_of_the_chosen_pair_are_shown(epochs):
    pair = next(one for one in epochs.result.pairs if one.title.startswith("F444W, epochs 1 and 2"))
    said = (
        "Epochs 1 and 3 have the same orientation.",
        "Array 1 in F200W, epochs 1 and 2: Patch p has 1 source, 5 are needed.",
        "Epochs 1 and 20 have the same orientation.",
        "Array long in F444W, epochs 1 and 2: Patch q has 1 source, 5 are needed.",
        "F090W was observed in epoch 1 only.",
    )

    assert messages_of(said, pair) == said[3:]
    assert messages_of(said, None) == said


def test_rows_of_the_numbers_show_their_pair(epochs):
    epochs.select_rows((5,))

    assert epochs.epochs.pair is epochs.result.pairs[5]
    assert epochs.selected_rows() == (5,)


def test_images_give_the_sources_when_they_are_wanted(qtbot, epochs):
    before = len(epochs.inspector().specs)
    epochs.set_parameter("measured_in", "images")

    qtbot.waitUntil(lambda: epochs.epochs.pair.ids[0].startswith("nircam.image"), timeout=20_000)
    names = [one.name for one in epochs.inspector().specs]
    assert len(names) > before
    assert "flux_in" in names
    assert epochs.heading[1] == "sources measured in images"
    assert epochs.workspace.params(EPOCHS_KEY) == MatchParams(measured_in="images")


def test_a_match_that_finds_nothing_keeps_the_last_one_and_says_why(qtbot, epochs):
    drawn = epochs.epochs.pair
    epochs.set_parameter("faintest_mag", 14.5)

    qtbot.waitUntil(lambda: "share no source" in epochs.epochs.remark.full_text())
    assert epochs.epochs.pair is drawn


# Offsets


def test_the_plots_show_the_result(offsets):
    view, result = offsets.offsets, offsets.result

    pair = view.pair
    own = view.map.points
    assert_allclose(own.kinds, np.where(pair.used, color_kinds(pair.delta), 9)[view.map.order])
    known = [one for one in result.arrays if one.p.n]
    assert_allclose(view.plane.points.xs, np.sort([one.p.median for one in known]))
    assert len(view.by_array.points.xs) == len(known) == 30


def test_a_click_on_an_array_rings_its_sources(offsets):
    view = offsets.offsets
    row = next(
        i for i, one in enumerate(view.arrays)
        if (one.filter, one.array, one.calibration) == ("F200W", "2", "jwst_1130.pmap")
    )  # fmt: skip
    at = int(np.flatnonzero(view.by_array.order == row)[0])

    click(view.by_array.plot, (view.by_array.points.xs[at], view.by_array.points.ys[at]))

    assert view.array == ("F200W", "2")
    assert view.pair.filter == "F200W"
    assert view.map.ring.xs.size == np.count_nonzero(view.pair.of_array("2"))
    assert "F200W array 2" in view.chip.text()
    assert [offsets.result.arrays[i].array for i in offsets.selected_rows()] == ["2"] * 4


def test_an_array_is_left_out_in_its_filter_and_still_shown_as_open(qtbot, offsets):
    view = offsets.offsets
    view.choose_array("F150W", "3")
    type_key(view.plane.plot, "X")
    answer("ghosts")

    qtbot.waitUntil(lambda: any(one.left_out == "ghosts" for one in view.arrays))
    assert offsets.workspace.session.exclusion(array_subject("F150W", "3")).reason == "ghosts"
    out = [i for i, one in enumerate(view.arrays) if one.left_out]
    assert {view.arrays[i].array for i in out} == {"3"}
    fills = [view.plane.points.styles[int(np.flatnonzero(view.plane.order == i)[0])] for i in out]
    assert {one.fill for one in fills} == {"open"}
    assert view.leave_array.text() == "Bring array back"
    offsets.workspace.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not any(one.left_out for one in view.arrays))


def test_a_click_on_the_map_selects_source_and_array(offsets):
    view = offsets.offsets
    at = 0

    click(view.map.plot, (view.map.points.xs[at], view.map.points.ys[at]))

    [source] = view.chosen
    row = view.pair.ids.index(source)
    assert view.array == (view.pair.filter, view.pair.arrays[row])
    assert view.leave_source.isEnabled()


def test_the_cursor_names_source_and_array(qtbot, offsets):
    view, said = offsets.offsets, []
    offsets.cursor_changed.connect(said.append)
    hover(view.map.plot, (view.map.points.xs[0], view.map.points.ys[0]))
    qtbot.waitUntil(lambda: any("mag" in one for one in said))

    row = int(view.map.order[0])
    assert source_text(view.pair, row) in said


def test_a_filter_is_hidden_by_the_legend(offsets):
    view = offsets.offsets

    view.legend.switch("F444W")

    hidden = {int(view.plane.order[kind]) for kind in view.plane.points.hidden_kinds}
    assert hidden
    assert {view.arrays[row].filter for row in hidden} == {"F444W"}


def test_rows_of_the_numbers_select_an_array(offsets):
    row = next(i for i, one in enumerate(offsets.result.arrays) if one.array == "4")

    offsets.select_rows((row,))

    assert offsets.offsets.array[1] == "4"


# Gradients


def test_the_table_has_the_layout_of_table_2_and_the_lines_are_the_fit(gradients):
    view = gradients.gradients

    assert view.shown.array == "long"
    for patch in ("p", "q"):
        line = view.lines[patch]
        assert_allclose(line.ys, view.shown.model(line.xs, patch))
    model = view.table.model()
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(4)]
    assert titles[:2] == ["array", "filter"]
    assert model.rowCount() == 30


def test_a_row_of_the_table_shows_its_fit(gradients):
    view = gradients.gradients
    row = next(i for i, one in enumerate(view.rows) if one.array == "2" and one.filter == "F200W")

    view.table.rows_selected.emit((row,))

    assert view.table.selected_rows() == (row,)
    assert (view.shown.filter, view.shown.array) == ("F200W", "2")
    assert "F200W 2" in view.chip.text()
    assert view.differences.currentText().startswith("F200W, array 2")


def test_an_array_can_be_asked_for_by_its_name(gradients):
    gradients.gradients.show_row("F444W", "long")

    assert (gradients.gradients.shown.filter, gradients.gradients.shown.first) == ("F444W", "1")


def test_fit_and_images_are_of_the_same_array_from_the_start(gradients):
    view = gradients.gradients
    one = view._differences()[view.differences.currentIndex()]

    assert (one.filter, one.array) == (view.shown.filter, view.shown.array)


def test_a_fit_that_nobody_asked_for_gives_way_to_one_with_images(gradients):
    view, correction = gradients.gradients, gradients.correction
    others = [one for one in correction.differences if one.filter != view.shown.filter]
    assert others

    view.show_correction(replace(correction, differences=tuple(others)))

    one = view._differences()[view.differences.currentIndex()]
    assert (one.filter, one.array) == (view.shown.filter, view.shown.array)


def test_a_fit_without_images_says_so_in_place_of_those_of_another(gradients):
    view, correction = gradients.gradients, gradients.correction
    view.show_row(view.shown.filter, view.shown.array)
    others = [one for one in correction.differences if one.filter != view.shown.filter]

    view.show_correction(replace(correction, differences=tuple(others)))

    assert view.about.full_text().startswith(f"No images of {view.shown.filter}")
    assert not view.images["before"].layer.values.size


def test_the_fit_follows_the_difference_that_is_chosen(gradients):
    view = gradients.gradients
    names = [(one.filter, one.array) for one in view._differences()]
    place = next(i for i, one in enumerate(names) if one[0] != view.shown.filter)

    view.differences.setCurrentIndex(place)
    view.differences.activated.emit(place)

    assert (view.shown.filter, view.shown.array) == names[place]
    assert view.differences.currentIndex() == place


def test_differences_are_shown_before_and_after(gradients):
    view = gradients.gradients
    one = view._differences()[view.differences.currentIndex()]

    assert_allclose(view.images["before"].layer.values, one.before)
    assert_allclose(view.images["after"].layer.values, one.after)
    assert view.images["before"].layer.levels.high == pytest.approx(4.0 * one.level_mjy_sr)


def test_a_source_of_the_fit_is_left_out(qtbot, gradients):
    view = gradients.gradients
    n_before = np.count_nonzero(view.shown.used)
    at = int(np.flatnonzero(view.points.kinds == 0)[5])
    click(view.plot, (view.points.xs[at], view.points.ys[at]))
    [source] = view.chosen
    type_key(view.plot, "x")
    answer("variable")

    qtbot.waitUntil(lambda: np.any(view.shown.left_out), timeout=20_000)
    assert view.shown.ids[int(np.flatnonzero(view.shown.left_out)[0])] == source
    assert np.count_nonzero(view.shown.used) == n_before - 1
    gradients.workspace.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not view.shown.left_out.any(), timeout=20_000)


def test_one_form_edits_the_fit_and_the_correction(qtbot, gradients):
    gradients.set_parameter("time_term", "fitted")
    gradients.set_parameter("baseline", "A")

    workspace = gradients.workspace
    assert workspace.params(GRADIENTS_KEY).time_term == "fitted"
    assert workspace.params(CORRECTION_KEY).baseline == "A"
    qtbot.waitUntil(lambda: gradients.correction.baseline == "A", timeout=20_000)
    assert np.isfinite(gradients.gradients.shown.time_error)
    texts = [
        workspace.document.undo_stack.text(i) for i in range(workspace.document.undo_stack.count())
    ]
    assert texts == ["Set time term of NIRCam to fitted", "Set baseline of NIRCam to A"]


def test_the_files_that_are_corrected_stand_beside_the_plots(gradients):
    content = gradients.inspector()

    assert content.actions == ("file.export",)
    assert len(content.numbers) == 12
    assert "Corrected images" in content.summary


def test_a_correction_that_cannot_be_had_says_why_beside_the_fit(qtbot, gradients):
    gradients.set_parameter("terms", "file")

    view = gradients.gradients
    qtbot.waitUntil(lambda: "No table of module offsets is open" in view.about.full_text())
    assert view.shown is not None
    assert not view.images["before"].layer.values.size
    assert gradients.workspace.params(CORRECTION_KEY) == CorrectionParams(terms="file")


# All of them


def test_every_step_of_nircam_is_shown_by_a_view(program):
    for step, view in (
        ("image_sources", "epochs"),
        ("module_offsets", "module_offsets"),
        ("module_correction", "module_gradients"),
    ):
        program.controller._show_step(step)

        assert program.window.view_area.current == view


@pytest.mark.parametrize(
    "make", [EpochsController, ModuleOffsetsController, ModuleGradientsController]
)
def test_an_empty_session_says_what_to_open(qtbot, runner, make):
    controller = shown(qtbot, runner, make, Session())

    assert "Open catalogs of NIRCam sources" in controller.view.empty.reason
    assert controller.export_key() is None
    assert controller.inspector().numbers is None


def test_colors_run_from_bright_to_faint():
    kinds = color_kinds(np.array([-1.0, -0.06, 0.0, 0.059, 1.0]))

    assert kinds.tolist() == [0, 0, len(COLORS) // 2, len(COLORS) - 1, len(COLORS) - 1]


def test_the_most_telling_pair_is_shown_first(epochs):
    pairs = epochs.result.pairs

    assert pairs[place_of(pairs, "")].title == "F444W, epochs 1 and 2, jwst_1130.pmap"
    assert place_of(pairs, pairs[3].title) == 3


# What is selected, everywhere


def test_a_source_picked_in_one_view_is_marked_in_the_others(qtbot, runner, epochs):
    epochs.epochs.show_pair([one.filter for one in epochs.result.pairs].index("F356W"))
    source = epochs.epochs.pair.ids[3]
    epochs.epochs.choose((source,))
    selection = epochs.workspace.selection
    assert selection.points == (source,)

    offsets = ModuleOffsetsController(epochs.workspace)
    gradients = ModuleGradientsController(epochs.workspace)
    for other in (offsets, gradients):
        qtbot.addWidget(other.view)
        other.set_active(True)
        qtbot.waitUntil(lambda one=other: one.result is not None)

    assert offsets.offsets.chosen == (source,)
    assert offsets.offsets.pair.filter == "F356W"
    assert gradients.gradients.shown.filter == "F356W"
    assert gradients.gradients.chosen == (source,)
    assert gradients.gradients.ring.xs.size == 1


def test_an_array_picked_in_the_offsets_is_shown_by_the_gradients(qtbot, offsets):
    gradients = ModuleGradientsController(offsets.workspace)
    qtbot.addWidget(gradients.view)
    gradients.set_active(True)
    qtbot.waitUntil(lambda: gradients.result is not None)

    offsets.offsets.choose_array("F200W", "2")

    shown_fit = gradients.gradients.shown
    assert (shown_fit.filter, shown_fit.array) == ("F200W", "2")


def test_a_catalog_picked_in_the_browser_shows_its_filter(epochs):
    session = epochs.workspace.session
    entry = next(one for one in session.entries if one.parts[0].filter == "F200W")

    epochs.workspace.selection.select_points((entry.id,))

    assert epochs.epochs.pair.filter == "F200W"
    assert epochs.epochs.chosen == ()


def test_another_pair_stays_shown_when_the_result_is_new(qtbot, epochs):
    epochs.epochs.choose(epochs.epochs.pair.ids[:1])
    other = [one.filter for one in epochs.result.pairs].index("F150W")
    epochs.epochs.show_pair(other)

    before = epochs.result
    epochs.set_parameter("faintest_mag", 21.5)
    qtbot.waitUntil(lambda: epochs.result is not before)

    assert epochs.epochs.pair.filter == "F150W"


def test_what_is_no_file_of_a_field_selects_nothing_of_it():
    assert field_choice(Session(), ("gone.3",)) == FieldChoice(("gone.3",))
    assert field_choice(Session(), ()) == FieldChoice()
    assert field_choice(Session(), (array_subject("F444W", "long"),)) == FieldChoice(
        (), "F444W", "long"
    )
