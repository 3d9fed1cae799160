"""Tests of the view of photometry and its controller: from the mouse to the session and back."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.imaging.photometry import PhotometryParams
from engine.project.keys import NodeKey
from guiapp.controllers.browser_rows import segments_of_row
from guiapp.controllers.exports import ExportsController
from guiapp.controllers.naming import subject_title
from guiapp.controllers.photometry import PhotometryController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.imaging_sessions import PLACES, ImagingFiles
from tests.helpers.mouse import double_click, drag, hover, type_key


@pytest.fixture
def files():
    files = ImagingFiles()
    files.dithers(structure=1.0)
    return files


@pytest.fixture
def workspace(runner, files):
    return Workspace(Document(files.session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace, dressed):
    controller = PhotometryController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(700, 520)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.star.sky.cone is not None)
    qtbot.waitUntil(lambda: len(controller.star.gallery.ids) == 3)
    qtbot.waitUntil(lambda: controller.star.sky.image.values.size > 0)
    return controller


def params(workspace, entry="e1"):
    return workspace.params(NodeKey("photometry", entry))


def test_image_aperture_and_numbers_are_shown(controller):
    view = controller.star

    assert_allclose(view.sky.cone.center, PLACES[0], atol=0.05)
    assert view.sky.cone.radius_fwhm == 4.22
    numbers = dict(
        zip(*(one.values for one in controller.inspector().numbers.columns), strict=True)
    )
    assert numbers["Aperture (px)"] == "4.22"
    assert numbers["Measured as"] == "center of mass"
    shown = float(numbers["Flux (mJy)"].partition(" ")[0])
    assert_allclose(shown, 1e3 * controller._follower.result.flux_jy, rtol=1e-3)
    result = controller._follower.result
    mean_error = result.background_error / (np.pi * 4.22**2)
    assert 0 < mean_error < result.scatter_dn_s
    said = numbers["Level, a pixel (DN/s)"].partition("± ")[2]
    assert float(said) == pytest.approx(mean_error, rel=0.1)
    scatter = float(numbers["Scatter of pixels (DN/s)"])
    assert scatter == pytest.approx(result.scatter_dn_s, rel=0.01)
    assert "common to all stars of the filter" in controller.inspector().summary
    assert "is in MJy/sr; numbers are in DN/s" in controller.inspector().summary
    assert controller.heading[0] == "BD+60 1753 · F770W · SUB256 · 1536-2 · 2022-07-03"
    assert "DN/s in the aperture" in view.summary.full_text()


def test_form_says_which_radii_are_taken_by_themselves(controller, workspace):
    content = controller.inspector()
    automatic = {one.name: one.automatic for one in content.specs}

    assert (automatic["radius_px"], automatic["annulus_px"]) == ("4.22", "8.92–14.64")
    assert (content.values["radius_px"], content.values["annulus_px"]) == (None, (None, None))

    controller.set_parameter("radius_px", 5.0)
    controller.set_parameter("annulus_px", (9.0, None))
    assert (params(workspace).radius_px, params(workspace).annulus_px) == (5.0, (9.0, 0.0))
    controller.set_parameter("radius_px", None)
    assert params(workspace).radius_px == 0.0


def test_dragging_the_aperture_moves_the_center_and_is_undone(qtbot, controller, workspace):
    plot = controller.star.sky.plot

    drag(plot, PLACES[0], (PLACES[0][0] + 3.0, PLACES[0][1] - 2.0))

    assert_allclose(params(workspace).center, (43.2, 43.7), atol=0.1)
    qtbot.waitUntil(lambda: controller._follower.result.place.how == "by hand")
    assert controller.star.center.current == "pixel"
    assert "from the center of mass" in controller.star.sky.note.text()
    workspace.document.undo_stack.undo()
    assert params(workspace) == PhotometryParams()
    qtbot.waitUntil(lambda: controller._follower.result.place.how == "center of mass")


def test_dragging_a_circle_sets_its_radius(controller, workspace):
    x, y = PLACES[0]
    plot = controller.star.sky.plot

    drag(plot, (x + 4.22, y), (x + 6.0, y))
    drag(plot, (x + 14.64, y), (x + 16.0, y))

    assert_allclose(params(workspace).radius_px, 6.0, atol=0.1)
    assert_allclose(params(workspace).annulus_px, (8.92, 16.0), atol=0.1)


def test_double_click_centers_and_a_finds_again(controller, workspace):
    plot = controller.star.sky.plot

    double_click(plot, (46.0, 50.0))
    assert_allclose(params(workspace).center, (46.0, 50.0), atol=0.1)

    plot.setFocus()
    type_key(plot, "a")
    assert params(workspace).center == "coordinates"


def test_gallery_and_brackets_go_from_image_to_image(qtbot, controller, workspace):
    assert [controller.star.gallery.item(i).text() for i in range(3)] == ["F770W\nBD+60 1753"] * 3

    controller.star.sky.plot.setFocus()
    type_key(controller.star.sky.plot, "]")
    assert workspace.selection.current == "e2"
    controller.star.gallery.setCurrentRow(2)
    assert workspace.selection.current == "e3"
    qtbot.waitUntil(lambda: controller.star.result is not None)
    assert_allclose((controller.star.result.place.x), PLACES[2][0], atol=0.02)


def test_leaving_an_image_out_needs_a_reason(qtbot, controller, workspace):
    plot = controller.star.sky.plot
    plot.setFocus()
    type_key(plot, "x")
    [dialog] = controller.view.window().findChildren(TextDialog)
    dialog.field.setText("cosmic ray")
    dialog.taken.emit(dialog.text)

    assert workspace.session.exclusion("e1").reason == "cosmic ray"
    assert controller.heading[1] == "left out: cosmic ray"
    type_key(plot, "x")
    assert workspace.session.exclusion("e1") is None


def test_dithers_are_shown_before_alone_and_without_each_other(qtbot, controller):
    view = controller.star
    qtbot.waitUntil(view.shown.isEnabled)
    before = view.sky.image.values

    view.shown.choose("mean")
    view.shown.chosen.emit("mean")
    mean = view.sky.image.values
    view.shown.choose("after")
    view.shown.chosen.emit("after")
    after = view.sky.image.values

    far = np.s_[80:100, 5:30]
    assert np.nanstd(mean[far]) > 2.0
    assert np.nanstd(after[far]) < 0.2 * np.nanstd(before[far])


def test_form_is_that_of_the_mean_while_the_mean_is_shown(qtbot, controller, workspace):
    view = controller.star
    qtbot.waitUntil(view.shown.isEnabled)

    view.shown.choose("mean")
    view.shown.chosen.emit("mean")

    assert [one.name for one in controller.inspector().specs] == ["mask_fwhm", "fwhm_px"]
    before = view.background.mask_px
    controller.set_parameter("mask_fwhm", 4.0)
    qtbot.waitUntil(lambda: view.background.mask_px != before)
    assert_allclose(view.background.mask_px, 4.0 * before)
    key = NodeKey("background", "BD+60 1753/1536-2 F770W SUB256")
    assert workspace.params(key).mask_fwhm == 4.0
    view.shown.choose("before")
    view.shown.chosen.emit("before")
    assert controller.inspector().specs[0].name == "center"


def test_row_of_an_image_in_the_browser_selects_it(workspace):
    assert segments_of_row(workspace.session, "e2") == ("e2",)


def test_whole_image_and_its_star_have_their_own_fields(controller):
    pane = controller.star.sky

    pane.set_field("whole")
    assert pane.plot.ruler.field == (-0.5, 109.5, -0.5, 109.5)
    pane.set_field("star")
    left, right, low, high = pane.plot.ruler.field
    assert right - left < 60
    assert left < PLACES[0][0] < right
    assert low < PLACES[0][1] < high


def test_cursor_says_value_and_place(controller):
    said = []
    controller.cursor_changed.connect(said.append)

    hover(controller.star.sky.plot, (40.0, 46.0))

    assert "MJy/sr" in said[-1]
    assert said[-1].startswith("x 40.0  y 46.0")


def test_star_outside_the_image_is_said_over_it(qtbot, runner):
    files = ImagingFiles()
    files.image()
    files.coordinates(("BD+60 1753", 246.02, 65.0, 0.0, 0.0, 2016.0))
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = PhotometryController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    qtbot.waitUntil(lambda: "lies outside the image" in controller.star.sky.note.text())


def test_session_without_images_says_what_to_open(qtbot, runner):
    files = ImagingFiles()
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = PhotometryController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert controller.star.empty.reason.startswith("Open images")
    assert controller.inspector().summary.startswith("Open images")
    assert controller.export_key() is None


def test_the_name_of_the_figure_says_star_observation_and_filter(controller, workspace, tmp_path):
    suggested = []
    exports = ExportsController(workspace, controller.view.window(), tmp_path)
    exports.ask_path = lambda name: suggested.append(Path(name).name) or ""

    exports.ask_figure(controller.export_key())

    assert suggested == ["BD+60-1753_1536-2_F770W_photometry.pdf"]
    assert "e1" not in subject_title(workspace.session, controller.key())
