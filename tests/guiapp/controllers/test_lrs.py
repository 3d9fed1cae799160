"""Tests of the controllers and views of the LRS, on its demo."""

import numpy as np
import pytest

from engine.model.data_quality import FLUX_ESTIMATED
from engine.project.keys import NodeKey
from engine.project.lrs_inputs import spectrum_of
from guiapp.controllers.dropouts import DropoutsController
from guiapp.controllers.nods import NodsController
from guiapp.controllers.slitless import SlitlessController
from guiapp.controllers.spectra import SpectraController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.plots.legend import LegendButton
from tests.helpers.lrs_files import lrs_files
from tests.helpers.mouse import drag, hover

BLUE = "01536041"
WAIT = 20_000


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


@pytest.fixture
def make(qtbot, runner, files):
    """Return a function that makes a controller whose view is seen."""

    def build(kind, session=None):
        session = files.session if session is None else session
        workspace = Workspace(Document(session), Selection(), files.chain, runner)
        controller = kind(workspace)
        qtbot.addWidget(controller.view)
        controller.view.resize(900, 640)
        with qtbot.waitExposed(controller.view):
            controller.view.show()
        controller.set_active(True)
        return controller

    return build


def select(controller, files, *parts):
    segment = spectrum_of(files.session, files.entry(*parts))
    controller.workspace.selection.select((segment.id,))


@pytest.fixture
def dropouts(make, files, qtbot):
    controller = make(DropoutsController)
    select(controller, files, BLUE, "00001", "s2d")
    qtbot.waitUntil(lambda: bool(shown_dropouts(controller)), timeout=WAIT)
    return controller


def shown_dropouts(controller):
    result = controller.dropouts.result
    return () if result is None else result.dropouts


def test_the_selected_spectrum_brings_its_image(dropouts, files):
    view = dropouts.dropouts

    assert dropouts.key().subject == files.entry(BLUE, "00001", "s2d").id
    assert view.subjects.count() == 4
    assert len(view.result.dropouts) == 4
    assert "BD+60 1753" in view.subjects.currentText()


def test_image_and_spectrum_lie_on_one_axis_with_marks_in_both(dropouts):
    view = dropouts.dropouts
    result = view.result

    wave = np.sort(result.wave_um)
    np.testing.assert_array_equal(view.curve.xs, wave)
    np.testing.assert_array_equal(view.image.xs, wave)
    marked = np.sort(result.wave_um[result.missing])
    np.testing.assert_array_equal(view.marks.xs, marked)
    np.testing.assert_array_equal(view.points.xs, marked)
    assert view.plot.view[0] == view.image_plot.view[0]


def test_filling_is_one_click_and_is_undone(dropouts, qtbot):
    view, document = dropouts.dropouts, dropouts.workspace.document
    low = view.points.ys.copy()

    view.repair.click()

    qtbot.waitUntil(lambda: view.result.repair == "profile", timeout=WAIT)
    assert np.all(view.points.ys > low)
    assert np.any(view.result.spectrum.flags & FLUX_ESTIMATED)
    assert document.undo_stack.undoText().startswith("Set repair of BD+60 1753")
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: view.result.repair == "off", timeout=WAIT)
    np.testing.assert_array_equal(view.points.ys, low)
    assert not view.repair.isChecked()


def test_a_row_of_the_table_zooms_to_its_dropout(dropouts):
    view = dropouts.dropouts
    one = view.result.dropouts[1]

    dropouts.select_rows((1,))

    (low, high), _ = view.plot.view
    assert low < one.low_um < one.high_um < high
    assert high - low < 2.0


def test_unusable_ranges_are_shaded_with_their_reasons(dropouts):
    ranges = dropouts.dropouts.ranges

    assert ranges.reason_at(4.7) == "below 5 µm: blue limit"
    assert ranges.reason_at(13.5).startswith("beyond 13 µm")
    assert ranges.reason_at(8.0) == ""


def test_the_cursor_reads_row_flux_and_what_is_wrong(dropouts):
    view, said = dropouts.dropouts, []
    view.cursor_changed.connect(said.append)
    x = float(view.points.xs[0])
    row = int(view.order[np.argmin(np.abs(view.axis - x))])

    hover(view.plot, (x, float(view.points.ys[0])))

    assert f"row {row}" in said[-1]
    assert "peak missing" in said[-1]


def test_an_image_without_wavelengths_and_spectrum_counts_rows(make, files, qtbot):
    session = files.without("x1d", "rateints", "ramp", "01282055", "00002")
    controller = make(DropoutsController, session)

    qtbot.waitUntil(lambda: bool(shown_dropouts(controller)), timeout=WAIT)

    assert controller.inspector().numbers is not None
    assert "No spectrum that was extracted" in controller.inspector().summary


@pytest.fixture
def nods(make, files, qtbot):
    controller = make(NodsController)
    select(controller, files, BLUE, "00001", "s2d")
    qtbot.waitUntil(
        lambda: (
            controller.nods.result is not None and controller.nods.result.source.startswith("BD+60")
        ),
        timeout=WAIT,
    )
    return controller


def test_the_ratio_its_bins_and_both_errors_are_those_of_the_result(nods):
    view = nods.nods
    ratio, error = view.ratio(), view.error()

    assert view.nods.currentText() == "nod 2"
    np.testing.assert_array_equal(view.points.ys, ratio.ratio)
    np.testing.assert_array_equal(view.bins.ys, ratio.binned)
    np.testing.assert_array_equal(view.stated.ys, error.stated)
    np.testing.assert_array_equal(view.bootstrap.ys, error.bootstrap)
    assert "level differs" in view.verdict.text()
    assert not np.isfinite(view.response.ys).any()
    listed = {one.text() for one in view.legend.findChildren(LegendButton)}
    assert "bootstrap error" in listed
    assert "response error" not in listed  # no response curve is open
    assert view.ranges[1].reason_at(13.5)


def test_another_nod_has_other_errors(nods):
    view = nods.nods
    before = view.bootstrap.ys.copy()

    view.nods.setCurrentIndex(0)
    view.nods.activated.emit(0)

    assert not np.array_equal(view.bootstrap.ys, before)
    np.testing.assert_array_equal(view.bootstrap.ys, view.result.errors[0].bootstrap)


def test_without_the_slit_the_reason_stands_where_the_ratio_would(make, files, qtbot):
    controller = make(NodsController)
    entry = files.entry("01536043", "x1dints")
    controller.workspace.selection.select((f"{entry.id}.1",))

    qtbot.waitUntil(
        lambda: (
            controller.nods.result is not None
            and controller.nods.result.source.startswith("HD 2811")
        ),
        timeout=WAIT,
    )

    assert controller.nods.ratio() is None
    assert "Without the slit" in controller.nods.result.reason
    assert controller.nods.nods.count() == 8


@pytest.fixture
def slitless(make, files, qtbot):
    controller = make(SlitlessController)
    subject = files.entry("01536043", "rateints").id
    controller.lrs.subject_chosen.emit(subject)
    qtbot.waitUntil(
        lambda: controller.slitless.result is not None and controller.slitless.noise is not None,
        timeout=WAIT,
    )
    return controller


def test_an_observation_without_slitless_data_is_said_to_be_another_one(slitless, files):
    assert "another one is shown" not in slitless.heading[1]

    select(slitless, files, BLUE, "00001", "s2d")

    assert "has nothing for this view: another one is shown" in slitless.heading[1]
    assert "BD+60 1753" in slitless.heading[1]


def test_before_after_and_the_periodogram_are_drawn(slitless):
    view = slitless.slitless

    np.testing.assert_array_equal(view.before.values, view.result.before.T)
    np.testing.assert_array_equal(view.after.values, view.result.after.T)
    assert view.before.levels.span == view.after.levels.span
    np.testing.assert_array_equal(view.levels.ys, view.result.level)
    np.testing.assert_array_equal(view.spectrum.ys, view.noise.amplitude)
    assert sorted(view.lines.values) == pytest.approx([10.039216, 390.625])
    assert "diagnosis only" in slitless.inspector().summary


def test_an_edge_that_is_dragged_takes_more_columns_and_is_undone(slitless, qtbot):
    view, document = slitless.slitless, slitless.workspace.document
    x = view.edges.values[0]
    y = 0.5 * sum(view.across_plot.view[1])

    drag(view.across_plot, (x, y), (x + 4.0, y))

    qtbot.waitUntil(lambda: view.result.left_columns == (4, 19), timeout=WAIT)
    assert view.result.right_columns == (56, 71)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: view.result.left_columns == (4, 15), timeout=WAIT)


def test_a_ramp_has_the_noise_alone(make, files, qtbot):
    controller = make(SlitlessController)
    ramp = files.entry("01536043", "ramp")

    controller.lrs.subject_chosen.emit(ramp.id)
    qtbot.waitUntil(
        lambda: (
            controller.slitless.noise is not None and controller.slitless.noise.source == "ramps"
        ),
        timeout=WAIT,
    )

    view = controller.slitless
    assert view.result is None
    assert not view.images.isVisible()
    assert view.empty.reason == ""
    assert controller.export_key() == NodeKey("periodic_noise", ramp.id)
    assert "Ramps have no background yet" in controller.inspector().summary


@pytest.mark.parametrize("kind", [DropoutsController, NodsController, SlitlessController])
def test_with_nothing_open_a_view_says_what_is_missing(make, files, kind):
    controller = make(kind, files.without("jw"))

    assert controller.lrs.empty.reason.startswith("Open ")
    assert controller.key() is None
    assert controller.inspector().numbers is None


def test_the_view_of_spectra_shades_what_cannot_be_used(make, files, qtbot):
    controller = make(SpectraController)
    entry = files.entry("01282057", "x1dints")

    controller.workspace.selection.select((f"{entry.id}.1",))

    spans = controller.spectra.unusable[0].limited
    qtbot.waitUntil(lambda: bool(spans.spans), timeout=WAIT)
    assert controller.spectra.unusable[0].reason_at(5.1) == "below 5.2 µm: blue limit, red source"
    assert controller.spectra.unusable[1].reason_at(4.3) == "below 4.5 µm: fold-over"


def test_the_heading_of_spectra_calls_integrations_so(make, files, qtbot):
    controller = make(SpectraController)
    entry = files.entry("01536043", "x1dints")

    controller.workspace.selection.select((f"{entry.id}.1",))

    qtbot.waitUntil(lambda: "8 integrations" in controller.heading[1], timeout=WAIT)
    assert "band" not in controller.heading[1]


def test_the_heading_of_spectra_calls_nods_no_bands(make, files, qtbot):
    controller = make(SpectraController)

    select(controller, files, BLUE, "00001", "x1d")

    qtbot.waitUntil(lambda: "2 spectra" in controller.heading[1], timeout=WAIT)


def test_an_end_of_the_usable_range_is_dragged_and_comes_back(dropouts, qtbot):
    view, document = dropouts.dropouts, dropouts.workspace.document
    y = 0.5 * sum(view.plot.view[1])

    drag(view.plot, (13.0, y), (12.4, y))

    qtbot.waitUntil(lambda: view.result.usable.high_um < 12.6, timeout=WAIT)
    assert view.result.usable.high_um == pytest.approx(12.4, abs=0.05)
    assert document.undo_stack.undoText().startswith("Set red limits of BD+60 1753")
    dropouts.lrs.limits_reset.emit()
    qtbot.waitUntil(lambda: view.result.usable.high_um == 13.0, timeout=WAIT)
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.session.params


def test_the_blue_limit_that_holds_is_the_one_that_moves(nods, qtbot):
    nods.lrs.limit_chosen.emit("blue", 5.5)

    qtbot.waitUntil(lambda: nods.nods.result.usable.low_um == 5.5, timeout=WAIT)
    key = NodeKey("usable_range", nods.usable_segment().id)
    params = nods.workspace.params(key)
    assert (params.blue_um, params.blue_red_um) == (5.5, 5.2)


def test_one_form_holds_the_parameters_of_both_results(slitless, qtbot):
    names = [one.name for one in slitless.inspector().specs]

    slitless.set_parameter("highest_hz", 450.0)

    assert "columns" in names
    assert "highest_hz" in names
    qtbot.waitUntil(lambda: slitless.slitless.noise.frequency_hz[-1] == 450.0, timeout=WAIT)
    assert slitless.slitless.result.left_columns == (4, 15)
