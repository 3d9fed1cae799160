"""Time loss, subarrays, C(t) and error budgets: from the mouse to the session and back."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from engine.files import load
from engine.files.write_imaging_photom import write_imaging_photom
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import photom_of
from engine.model.provenance import Provenance
from engine.project.chain import Chain
from engine.project.opening import Read, add_files
from engine.project.session import Session
from engine.project.time_loss_step import ALL_SUBARRAYS, ALL_TIME_LOSS
from engine.simulate.imaging_table import observation_table
from guiapp.controllers.calibration_history import CalibrationHistoryController
from guiapp.controllers.error_budget import ErrorBudgetController
from guiapp.controllers.subarrays import SubarraysController
from guiapp.controllers.time_loss import TimeLossController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.look.result_table import ResultTableView
from guiapp.views.time_loss import caption_of, loss_decimals, tau_text
from tests.helpers.mouse import RIGHT, click, drag, hover, type_key
from tests.helpers.open_files import OpenFiles


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Return the demo's table and a delivered reference, with a chain that keeps results."""
    folder = tmp_path_factory.mktemp("imaging")
    table = folder / "observations.ecsv"
    table.write_bytes(observation_table(np.random.default_rng([2025, 5]))[0])
    reference = photom_of([published_curve("F2550W")], {}).reference
    photom = write_imaging_photom(
        folder / "photom.fits",
        replace(reference, useafter="2023-07-01T00:00:00"),
        provenance=Provenance("0.1.0", (), "{}"),
    )
    files = tuple(load(one) for one in (table, photom))
    chain = Chain()
    for one in files:
        chain.library.keep(one)
    return add_files(Session(), Read(files, ())).session, chain


@pytest.fixture
def make(qtbot, runner, opened):
    """Return what makes a controller whose view is seen."""

    def made(kind):
        session, chain = opened
        controller = kind(Workspace(Document(session), Selection(), chain, runner))
        qtbot.addWidget(controller.view)
        controller.view.resize(690, 560)
        with qtbot.waitExposed(controller.view):
            controller.view.show()
        controller.set_active(True)
        qtbot.waitUntil(lambda: controller.view.result is not None, timeout=20_000)
        return controller

    return made


def answer(qtbot, text):
    def dialogs():
        found = QApplication.topLevelWidgets()
        return [one for one in found if isinstance(one, TextDialog) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(dialogs()))
    [dialog] = dialogs()
    dialog.field.setText(text)
    dialog._ok.click()


def place_of(view, name, wanted):
    """Return where an observation of a filter is drawn, and its index."""
    points = view.result.of(name).points
    index = int(np.flatnonzero(wanted(points))[0])
    layer = view.points_of(name)
    return (layer.xs[index], layer.ys[index]), points.ids[index]


# --- time loss ------------------------------------------------------------------------------------


def test_a_visit_is_left_out_with_a_reason_and_comes_back_with_undo(qtbot, make):
    controller = make(TimeLossController)
    view, document = controller.loss, controller.workspace.document
    before = view.result.of("F2550W").n_used
    plot = view.panels.plots["F2550W"]
    at, observation = place_of(
        view, "F2550W", lambda p: p.is_used & (np.array(p.stars) == "BD+60 1753")
    )

    click(plot, at)
    assert view.picked == observation
    type_key(plot, "x")
    answer(qtbot, "mirror tilt")

    qtbot.waitUntil(lambda: view.result.of("F2550W").n_used == before - 1, timeout=20_000)
    assert document.session.exclusion(observation).reason == "mirror tilt"
    assert view.exclude.text() == "Bring back"

    document.undo_stack.undo()

    qtbot.waitUntil(lambda: view.result.of("F2550W").n_used == before)
    assert document.session.exclusion(observation) is None


def test_a_deviant_visit_beyond_the_first_view_is_marked_and_show_all_includes_it(make):
    controller = make(TimeLossController)
    view = controller.loss
    layer, plot = view.points_of("F1500W"), view.panels.plots["F1500W"]
    points = view.result.of("F1500W").points
    far = layer.ys[int(np.flatnonzero(points.is_deviant)[0])]
    low, high = plot.view[1]
    assert not low < far < high
    assert all(style.off_scale == "marked" for style in layer.styles)

    controller.actions()["view.zoom_all"]()

    low, high = plot.view[1]
    assert low < far < high


def test_a_deviant_visit_is_kept_by_a_key(qtbot, make):
    controller = make(TimeLossController)
    view = controller.loss
    points = view.result.of("F1500W").points
    observation = points.ids[int(np.flatnonzero(points.is_deviant)[0])]
    view.pick("F1500W", observation)
    assert view.keep.isEnabled()

    type_key(view.panels.plots["F1500W"], "k")

    qtbot.waitUntil(lambda: not view.result.of("F1500W").points.is_deviant.any(), timeout=20_000)
    assert controller.workspace.params(ALL_TIME_LOSS).kept == (observation,)
    assert view.keep.text() == "Do not keep"


def test_residuals_are_shown_about_zero_and_the_table_has_all_filters(make):
    controller = make(TimeLossController)
    view = controller.loss

    view.pages.chosen.emit("residual")

    used = view.result.of("F2550W").points.is_used
    shown = view.points_of("F2550W").ys[used]
    assert abs(np.mean(shown)) < 1.0
    assert view.panels.plots["F2550W"].view[1][0] < 0 < view.panels.plots["F2550W"].view[1][1]
    assert len(controller.inspector().numbers.columns[0].values) == 14


def test_panels_and_table_print_a_loss_with_the_same_digits(qtbot, make):
    controller = make(TimeLossController)
    loss = controller.loss.result.of("F2550W")
    shown = ResultTableView()
    qtbot.addWidget(shown)
    shown.show_table(controller.inspector().numbers)
    model = shown.model()
    cells = [[model.index(row, c).data() for c in range(3)] for row in range(model.rowCount())]
    [row] = [one for one in cells if one[0] == "F2550W"]

    text, _ = caption_of(loss, loss_decimals(controller.loss.result))

    assert text == f"{row[1]} ± {row[2]} %"


def test_a_time_constant_has_its_error_or_says_where_it_comes_from(make):
    loss = make(TimeLossController).loss.result.of("F2550W")

    fitted = tau_text(replace(loss, source="fitted", tau_days=171.2, tau_error=12.0))
    assumed = tau_text(replace(loss, source="fitted", tau_days=200.0, tau_error=np.nan))
    between = tau_text(replace(loss, source="interpolated", tau_days=199.84, tau_error=np.nan))

    assert (fitted, assumed, between) == ("171 ± 12", "200 (assumed)", "200 (interpolated)")


def test_every_time_constant_of_the_table_has_an_error_or_a_star(make):
    content = make(TimeLossController).inspector()

    taus, errors = (content.numbers.column(name).values.tolist() for name in ("τ", "± τ"))

    assert any(one.endswith("*") for one in taus)
    for tau, error in zip(taus, errors, strict=True):
        assert tau.endswith("*") == (error == "–")
    assert "* This τ is assumed" in content.summary


def test_the_observation_under_the_cursor_is_read(qtbot, make):
    controller = make(TimeLossController)
    view = controller.loss
    at, _ = place_of(view, "F2550W", lambda p: p.is_used)
    said = []
    controller.cursor_changed.connect(said.append)

    hover(view.panels.plots["F2550W"], at)

    qtbot.waitUntil(lambda: any("F2550W" in one and "MJD" in one for one in said))


# --- subarrays ------------------------------------------------------------------------------------


def test_dragging_an_adopted_value_is_one_undoable_edit(qtbot, make):
    controller = make(SubarraysController)
    view, document = controller.subarrays, controller.workspace.document
    names = [one.subarray for one in view.result.throughputs]
    x = float(names.index("SUB64"))
    start = (x, view.stars.ys[int(x)])

    drag(view.plot, start, (x, 1.02))

    assert document.undo_stack.count() == 1
    [(name, value)] = document.session.params[ALL_SUBARRAYS].adopted
    assert name == "SUB64"
    assert value * 0.98 == pytest.approx(1.02, abs=0.002)
    qtbot.waitUntil(lambda: view.result.of("SUB64").is_own, timeout=20_000)
    assert view.result.of("SUB64").adopted == pytest.approx(value * 0.98, rel=1e-9)

    document.undo_stack.undo()

    qtbot.waitUntil(lambda: not view.result.of("SUB64").is_own)


def test_all_of_the_page_is_relative_to_the_full_frame(qtbot, make):
    controller = make(SubarraysController)
    view = controller.subarrays
    names = [one.subarray for one in view.result.throughputs]

    assert_allclose(view.stars.ys, [one.adopted for one in view.result.throughputs], rtol=1e-3)
    fits = [np.nan if t.subarray == "FULL" else t.fitted for t in view.result.throughputs]
    assert_allclose(view.fits.ys, fits)
    drag(view.plot, (names.index("FULL"), 1.0), (names.index("FULL"), 1.03))

    qtbot.waitUntil(lambda: view.result.of("FULL").is_own, timeout=20_000)
    assert view.stars.ys[names.index("FULL")] == 1.0
    assert view.stars.ys[names.index("SUB256")] == pytest.approx(0.98 / 1.03, abs=0.003)


def test_sub256_cannot_be_dragged(make):
    controller = make(SubarraysController)
    view = controller.subarrays

    drag(view.plot, (2.0, 0.98), (2.0, 1.02))

    assert controller.workspace.document.undo_stack.count() == 0


def test_the_fit_is_adopted_and_a_right_click_returns_to_table_7(qtbot, make):
    controller = make(SubarraysController)
    view = controller.subarrays

    view.take_fitted.click()
    qtbot.waitUntil(lambda: view.result.of("SUB64").is_own, timeout=20_000)
    one = view.result.of("SUB64")
    assert one.adopted == pytest.approx(one.fitted, abs=2e-3)
    place = [t.subarray for t in view.result.throughputs].index("SUB64")
    click(view.plot, (place, view.stars.ys[place]), button=RIGHT)

    qtbot.waitUntil(lambda: not view.result.of("SUB64").is_own, timeout=20_000)
    assert view.result.of("BRIGHTSKY").is_own


def test_arrow_keys_move_the_selected_value(qtbot, make):
    controller = make(SubarraysController)
    view = controller.subarrays
    view.choose(4)

    QTest.keyClick(view.plot, Qt.Key.Key_Up)

    [(name, value)] = controller.workspace.params(ALL_SUBARRAYS).adopted
    assert (name, value) == ("SUB64", round(0.966 / 0.98 + 0.001, 3))


# --- C(t) -----------------------------------------------------------------------------------------


def test_a_click_on_a_filter_draws_it_over_time(make):
    controller = make(CalibrationHistoryController)
    view = controller.history
    plot = view.panels.plots["F2550W"]
    (x0, x1), (y0, y1) = plot.view

    click(plot, (0.5 * (x0 + x1), 0.3 * y0 + 0.7 * y1))

    assert view.filter.currentText() == "F2550W"
    own = view.result.of("F2550W")
    assert view.present.ys[0] == pytest.approx(own.curve.start, rel=1e-9)
    assert view.older[0].ys[0] == pytest.approx(0.7053, rel=3e-3)
    assert "A 0.9" in view.numbers.text()


def test_filled_and_open_symbols_are_start_and_end(make):
    view = make(CalibrationHistoryController).history

    points = view._panels["F2550W"].points
    assert points.kinds.tolist() == [0, 1, 2, 3]
    assert points.ys[0] == pytest.approx(0.7053, rel=3e-3)
    assert points.ys[1] == pytest.approx(0.9064, rel=3e-3)


def test_brackets_go_from_filter_to_filter(make):
    view = make(CalibrationHistoryController).history
    view.choose("F1000W")

    type_key(view.curve, "]")
    assert view.filter.currentText() == "F1065C"
    type_key(view.curve, "[")
    type_key(view.curve, "[")
    assert view.filter.currentText() == "F770W"


def test_another_subarray_divides_c_of_t(qtbot, make):
    controller = make(CalibrationHistoryController)
    view = controller.history
    view.choose("F770W")
    before = view.present.ys[-1]

    controller.set_parameter("subarray", "SUB64")

    qtbot.waitUntil(lambda: view.present.ys[-1] != before, timeout=20_000)
    assert view.present.ys[-1] == pytest.approx(before / 0.966, rel=1e-9)


# --- error budget ---------------------------------------------------------------------------------


def test_bars_are_the_budgets_of_all_bands_and_a_click_opens_one(make):
    controller = make(ErrorBudgetController)
    view = controller.budget

    totals = view.bars.heights.sum(axis=1)
    assert totals == pytest.approx([one.total_percent for one in view.shown])
    assert [one.band for one in view.shown][:3] == ["F560W", "F770W", "F1000W"]
    click(view.plot, (0.0, 0.5 * totals[0]))

    assert view.band.currentText() == "F560W"
    assert {one.band for one in view.shown} == {"F560W"}


def test_the_part_under_the_cursor_says_where_it_comes_from(qtbot, make):
    controller = make(ErrorBudgetController)
    view = controller.budget
    said = []
    controller.cursor_changed.connect(said.append)
    top = float(view.bars.heights[0].sum())

    hover(view.plot, (0.0, 0.9 * top))

    qtbot.waitUntil(lambda: any("Model: 2.000 %, of any one star" in one for one in said))
    assert "total" in view.detail.text()


def test_the_kind_of_source_changes_which_terms_count(qtbot, make):
    controller = make(ErrorBudgetController)
    view = controller.budget
    before = view.result

    controller.set_parameter("source", "extended source")

    qtbot.waitUntil(lambda: view.result is not before, timeout=20_000)
    f770w = next(one for one in view.result.budgets if one.band == "F770W")
    assert f770w.term("model").percent == 0.0
    assert f770w.term("aperture").percent >= 3.0


def test_spectra_have_budgets_of_their_own(qtbot, runner):
    files = OpenFiles()
    for band in ("2A", "1B"):
        files.spectrum("Star A", band)
    files.model("Star A")
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = ErrorBudgetController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    view = controller.budget
    qtbot.waitUntil(lambda: view.result is not None, timeout=20_000)
    assert controller.heading[0] == "Error budget · MRS spectra"
    assert [one.band for one in view.shown] == ["1B", "2A"]
    assert not view.subject.isVisibleTo(view)
    assert controller.export_key().subject == "mrs"


# --- nothing open ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [TimeLossController, SubarraysController, CalibrationHistoryController, ErrorBudgetController],
)
def test_without_photometry_each_view_says_what_to_open(qtbot, runner, kind):
    controller = kind(Workspace(Document(Session()), Selection(), Chain(), runner))
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert controller.view.empty.reason.startswith("Open a table of photometry")
    assert controller.export_key() is None
    assert controller.inspector().summary == controller.nothing
