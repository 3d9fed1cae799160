"""Tests of the controller and the view of pixel flats."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from engine.model.identity import Identity
from engine.project.keys import NodeKey
from guiapp.controllers.pixel_flat import PixelFlatController, edited_patches, joined
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.range_gestures import AddRange, ChangeRange, RemoveRange
from tests.helpers.mouse import RIGHT, click, drag, hover, key, type_key
from tests.helpers.nebula import SMALL, nebula_images
from tests.helpers.open_files import OpenFiles

KEY = NodeKey("flat", "2A@nebula")


@pytest.fixture(scope="module")
def images():
    return nebula_images(SMALL, 0)[0]


@pytest.fixture
def files(images):
    found = OpenFiles()
    for image in images:
        found.add(image, "detector image", "extended source")
    combined = replace(
        images[0], data=images[0].wave_um * 3.0, identity=Identity(band="1A"), unit=""
    )
    found.add(combined, "flat reference", "other")
    return found


@pytest.fixture
def controller(qtbot, runner, files):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = PixelFlatController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.flat.flat is not None, timeout=20_000)
    return controller


def _wait_for_patches(qtbot, controller, number):
    view = controller.flat
    qtbot.waitUntil(
        lambda: view.flat is not None and len(view.flat.patches) == number, timeout=20_000
    )


def test_dirty_and_clean_flat_stand_side_by_side(controller):
    flat = controller.flat.flat

    left, right = controller.flat.images.layers

    np.testing.assert_array_equal(left.values, flat.dirty)
    np.testing.assert_array_equal(right.values, flat.clean)
    assert controller.heading[0] == "Pixel flat · 2A nebula"
    said = controller.flat.summary.full_text()
    assert said.startswith("18 exposures   ± ")
    assert "%   corrected " in said


def test_zoom_and_pan_hold_for_both_images(controller):
    left, right = controller.flat.images.plots

    left.set_view(((5.0, 25.0), (10.0, 40.0)))

    assert right.view == left.view


def test_corrections_show_the_first_pass_and_the_chosen_one(controller):
    view = controller.flat

    view.pages.chosen.emit("correction")
    view.passes.setCurrentIndex(1)
    view.passes.activated.emit(1)

    left, right = view.images.layers
    np.testing.assert_array_equal(left.values, view.flat.passes[0].correction)
    np.testing.assert_array_equal(right.values, view.flat.passes[1].correction)
    assert view.images.titles[1].text().startswith("Correction of pass 2")


def test_the_uncertainty_has_the_room_of_both(controller):
    view = controller.flat

    view.pages.chosen.emit("error")

    known = np.isfinite(view.flat.clean)
    np.testing.assert_allclose(
        view.images.layers[0].values[known], (view.flat.error / view.flat.clean)[known]
    )
    assert not view.images.plots[1].isVisible()


def test_a_range_that_is_dragged_in_the_spectrum_is_patched_and_undone(qtbot, controller):
    view, document = controller.flat, controller.workspace.document
    type_key(view.plot, "p")
    y = float(np.nanmedian(view.flat.curve))

    drag(view.plot, (7.74, y), (7.76, y))

    _wait_for_patches(qtbot, controller, 1)
    [(low, high)] = view.flat.patches
    assert (low, high) == (pytest.approx(7.74, abs=1e-3), pytest.approx(7.76, abs=1e-3))
    assert document.undo_stack.undoText().startswith("Patch 7.7")
    assert np.any(view.flat.is_patched)
    document.undo_stack.undo()
    _wait_for_patches(qtbot, controller, 0)


def test_a_range_that_is_dragged_in_an_image_is_patched(qtbot, controller):
    view = controller.flat
    view.set_mode("patch")
    column, low, high = 7, 20, 30

    drag(view.images.plots[1], (column, low), (column, high))

    _wait_for_patches(qtbot, controller, 1)
    wave = view.flat.wave_um
    found = view.flat.patches[0]
    assert found == (pytest.approx(wave[low, column]), pytest.approx(wave[high, column]))


def test_a_right_click_or_a_key_removes_a_patch(qtbot, controller):
    view = controller.flat
    y = float(np.nanmedian(view.flat.curve))
    view.commit(AddRange(7.74, 7.75))
    view_patches = controller.workspace.params(KEY).patches
    assert view_patches == ((7.74, 7.75),)
    _wait_for_patches(qtbot, controller, 1)

    click(view.plot, (7.745, y), button=RIGHT)

    assert controller.workspace.params(KEY).patches == ()
    controller.workspace.document.undo_stack.undo()
    hover(view.plot, (7.745, y))
    type_key(view.plot, "d")
    assert controller.workspace.params(KEY).patches == ()


def test_lines_can_be_found_again(controller):
    view = controller.flat
    assert not view.automatic.isEnabled()
    view.commit(AddRange(7.74, 7.75))
    assert view.automatic.isEnabled()

    view.automatic.click()

    assert controller.workspace.params(KEY).patches is None


def test_in_look_mode_a_drag_patches_nothing(controller):
    view = controller.flat
    y = float(np.nanmedian(view.flat.curve))

    drag(view.plot, (7.74, y), (7.76, y))
    drag(view.images.plots[0], (7, 20), (7, 30))

    assert controller.workspace.params(KEY).patches is None


def test_escape_leaves_the_mode(controller):
    controller.flat.set_mode("patch")

    key(controller.flat.plot, Qt.Key.Key_Escape)

    assert controller.flat.mode == "look"


def test_the_reference_can_be_chosen_and_shows_its_spline(qtbot, controller):
    view = controller.flat

    view.subject_chosen.emit("1A@reference")

    qtbot.waitUntil(lambda: view.flat is not None and view.flat.band == "1A", timeout=20_000)
    assert view.samples.xs.size > 1000
    np.testing.assert_allclose(view.curve.ys, 3.0 * view.curve.xs, rtol=1e-3)
    assert view.images.titles[0].text() == "Reference over its median"
    assert controller.export_key() == NodeKey("flat", "1A@reference")


def test_the_pixel_under_the_cursor_is_read(qtbot, controller):
    view, said = controller.flat, []
    controller.cursor_changed.connect(said.append)

    hover(view.images.plots[1], (7, 30))
    qtbot.waitUntil(lambda: any("slice 201" in text and "clean" in text for text in said))
    hover(view.images.plots[1], (0, 30))
    qtbot.waitUntil(lambda: "no light" in said[-1])


def test_the_inspector_lists_the_passes_and_what_cannot_be_known(controller):
    content = controller.inspector()

    assert list(content.numbers.column("pass").values) == [1, 2, 3]
    assert "cannot be told from the nebula's spectrum" in content.summary
    assert content.origin[-1] == "and 16 more"


def test_a_number_typed_makes_a_new_flat(qtbot, controller):
    controller.set_parameter("passes", 1)

    qtbot.waitUntil(lambda: len(controller.flat.flat.passes) == 1, timeout=20_000)
    text = controller.workspace.document.undo_stack.undoText()
    assert text == "Set passes of the flat of 2A to 1"


def test_exposures_that_are_left_out_say_why_there_is_no_flat(qtbot, controller, files):
    session = files.session
    for one in session.exposures[:-2]:
        session = session.with_exclusion(one.id, "Clouds.")
    said = []
    controller.flat.show_problem = lambda what, hint: said.append(f"{what} {hint}")

    edit(controller.workspace.document, session, "Leave out")

    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert "2 exposures of 2A are too few" in said[-1]


def test_without_exposures_the_view_says_what_to_open(qtbot, runner):
    files = OpenFiles()
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = PixelFlatController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "ALPHA, BETA and WAVELENGTH" in controller.flat.empty.reason
    assert controller.key() is None


def test_patches_that_meet_become_one():
    assert joined(((7.7, 7.8), (7.75, 7.9), (8.0, 8.1))) == ((7.7, 7.9), (8.0, 8.1))


def test_edits_say_what_they_do():
    patches = ((7.7, 7.8), (8.0, 8.1))

    assert edited_patches(patches, RemoveRange(0)) == (
        ((8.0, 8.1),), "No longer patch 7.7000–7.8000 µm",
    )  # fmt: skip
    changed, text = edited_patches(patches, ChangeRange(1, 8.0, 8.2, ""))
    assert changed == ((7.7, 7.8), (8.0, 8.2))
    assert text == "Patch 8.0000–8.2000 µm, not 8.0000–8.1000 µm,"
