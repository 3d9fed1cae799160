"""Tests of guiapp.controllers.junctions."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose
from PyQt6.QtCore import Qt

from engine.compare.stitching import stitch
from engine.figures.seen import as_seen
from engine.progress import SILENT
from engine.project.export_together import figure_draw
from engine.project.jumps_step import jumps_key
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.junction_worst import worst_junction
from tests.helpers.junctions import JUMP_LEVELS, jumping_stars
from tests.helpers.mouse import click, type_key

JUNCTION = "2A|2B"


@pytest.fixture
def workspace(runner, rng):
    """Return six stars of different brightness: Star 1 is e1 and e2, Star 2 e3 and e4, ..."""
    files = jumping_stars(rng)
    selection = Selection()
    selection.select(("e3",))
    return Workspace(Document(files.session), selection, files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace):
    controller = JunctionsController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(820, 680)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.junctions.jumps is not None)
    return controller


def show_page(controller, page):
    controller.junctions.below.setCurrentIndex(
        ["close", "flux", "date", "chain", "stitched"].index(page)
    )
    controller.junctions.below.activated.emit(controller.junctions.below.currentIndex())


def test_the_kind_of_each_jump_stands_below_its_name(controller):
    model = controller.junctions.map.model()
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]

    assert heads[3] == f"{JUNCTION}\n×"
    assert heads[0] == "1A|1B\n?"


def test_the_jump_is_drawn_against_the_flux_with_what_it_would_be(controller):
    show_page(controller, "flux")

    plot = controller.junctions.jump_plot
    jumps = controller.junctions.jumps
    points = sorted(jumps.at(JUNCTION), key=lambda one: one.flux)
    assert_allclose(plot.points.xs, [one.flux for one in points])
    assert_allclose(plot.points.ys, [100.0 * (one.ratio - 1.0) for one in points])
    assert_allclose(plot.factor.ys, 100.0 * (jumps.verdict(JUNCTION).factor - 1.0))
    assert_allclose(
        plot.offset.ys * plot.offset.xs, 100.0 * jumps.verdict(JUNCTION).offset, rtol=1e-9
    )
    assert "multiplicative" in controller.junctions.verdict.text()
    assert controller.export_key() == jumps_key("extracted")
    legend = plot.parentWidget().legend.buttons
    assert [one.text() for one in legend.values()] == ["one factor", "one offset"]


def test_a_point_that_is_clicked_is_selected_everywhere(controller, workspace):
    show_page(controller, "flux")
    plot = controller.junctions.jump_plot

    click(plot, (float(plot.points.xs[4]), float(plot.points.ys[4])))

    assert workspace.segment().identity.source_key == "Star 5/5-1"
    assert controller.junctions.source == "Star 5/5-1"
    assert controller.junctions.map.current() == ("Star 5/5-1", JUNCTION)
    assert plot.ring.xs == pytest.approx(plot.points.xs[4])


def test_a_selection_elsewhere_moves_map_and_ring(controller, workspace):
    show_page(controller, "date")

    workspace.selection.select(("e7",))

    assert controller.junctions.map.current() == ("Star 4/4-1", JUNCTION)
    plot = controller.junctions.jump_plot
    assert plot.ring.xs == pytest.approx(plot.points.xs[3])


def test_the_trend_with_the_date_is_said_in_words(controller):
    show_page(controller, "date")

    assert "% per year" in controller.junctions.verdict.text()
    assert controller.junctions.jump_plot.trend.xs.size == 2


def test_a_source_is_left_out_with_a_reason_from_the_keyboard(qtbot, controller, workspace):
    show_page(controller, "flux")
    before = controller.junctions.jumps
    type_key(controller.junctions.jump_plot, "x")
    [dialog] = controller.view.window().findChildren(TextDialog)

    dialog.field.setText("variable")
    dialog.taken.emit(dialog.text)
    dialog.accept()

    [exclusion] = workspace.session.exclusions
    assert (exclusion.subject, exclusion.reason) == ("Star 2/2-1", "variable")
    qtbot.waitUntil(lambda: controller.junctions.jumps.verdict(JUNCTION).n_sources == 5)
    kinds = controller.junctions.jump_plot.points.kinds
    assert list(kinds) == [0, 1, 0, 0, 0, 0]

    workspace.document.undo_stack.undo()

    qtbot.waitUntil(
        lambda: controller.junctions.jumps.verdict(JUNCTION).n_sources == JUMP_LEVELS.size
    )
    assert_allclose(
        [one.ratio for one in controller.junctions.jumps.points],
        [one.ratio for one in before.points],
    )


def test_the_map_keeps_a_source_that_is_left_out_and_says_why(qtbot, controller, workspace):
    workspace.document._replace(workspace.session.with_exclusion("Star 2/2-1", "variable"))
    qtbot.waitUntil(lambda: controller.junctions.jumps.verdict(JUNCTION).n_sources == 5)

    model = controller.junctions.map.model()
    assert model.rowCount() == JUMP_LEVELS.size
    said = model.headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert "left out: variable" in said
    assert model.headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.FontRole).strikeOut()


def test_the_stitched_spectrum_keeps_the_anchor_that_is_clicked(qtbot, controller, workspace):
    show_page(controller, "stitched")
    plot = controller.junctions.stitched_plot
    spectra = controller._gathered.spectra["Star 2/2-1"]

    click(plot, (8.0, float(spectra["2A"].flux[300])))

    key = NodeKey("junctions", "Star 2/2-1")
    assert workspace.params(key).anchor == "2A"
    assert controller.inspector().values["anchor"] == "2A"  # the form shows it
    assert workspace.document.undo_stack.undoText() == "Stitch Star 2/2-1 to 2A"
    qtbot.waitUntil(lambda: plot.anchor_span.spans[0].low == spectra["2A"].wave_um[0])
    node = NodeKey(key.step, f"{key.subject}@extracted")
    measured = workspace.chain.result(workspace.session, node)
    expected = stitch(tuple(spectra.values()), measured)
    assert_allclose(plot.stitched.ys, expected.flux)
    right = plot.stitched.xs > 9.0
    assert np.median(plot.stitched.ys[right]) == pytest.approx(JUMP_LEVELS[1], rel=0.005)


def test_a_jump_that_all_stars_have_is_said_to_be_common(qtbot, controller):
    show_page(controller, "close")

    said = "common, look at the calibration of 2A and 2B."
    qtbot.waitUntil(lambda: said in controller.junctions.verdict.text())

    assert "5 of 5 other stars at this stage jump like it" in controller.junctions.verdict.text()


def test_the_steps_of_the_chain_have_a_row_each(qtbot, controller):
    show_page(controller, "chain")

    page = controller.junctions.chain
    qtbot.waitUntil(lambda: page.result is not None)

    assert page.map.model().rowCount() == 1
    assert page.map.current() == ("Extract", JUNCTION)
    assert controller.export_key() == NodeKey("junction_steps", "Star 2/2-1")


@pytest.mark.parametrize(("height", "is_seen"), [(680, False), (1100, True)])
def test_the_junction_is_seen_below_its_steps_where_there_is_room(
    qtbot, controller, height, is_seen
):
    controller.view.resize(820, height)
    show_page(controller, "chain")
    view = controller.junctions
    qtbot.waitUntil(lambda: view.chain.result is not None)

    assert view.close_up.isVisible() == is_seen
    assert view.stack.isVisible()
    if is_seen:
        qtbot.waitUntil(lambda: view.chain.map.height() >= view.chain.map.wanted_height() - 4)
    show_page(controller, "close")
    assert view.close_up.isVisible()
    assert not view.stack.isVisible()


def test_another_source_brings_its_own_steps(qtbot, controller, workspace):
    show_page(controller, "chain")
    page = controller.junctions.chain
    qtbot.waitUntil(lambda: page.result is not None)

    workspace.selection.select(("e9",))

    qtbot.waitUntil(lambda: page.result is not None and page.result.source == "Star 5/5-1")


def test_without_sources_every_page_is_empty(controller, workspace):
    show_page(controller, "stitched")

    workspace.document._replace(workspace.session.without_entries(f"e{i}" for i in range(1, 13)))

    assert "Open two neighboring bands" in controller.junctions.empty.reason
    assert controller.junctions.stitched_plot.stitched.xs.size == 0
    assert controller.junctions.jumps is None


def test_the_row_of_a_single_source_is_seen_whole(qtbot, runner, rng):
    files = jumping_stars(rng, levels=[1.0])
    selection = Selection()
    selection.select(("e1",))
    workspace = Workspace(Document(files.session), selection, files.chain, runner)
    controller = JunctionsController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(820, 680)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.junctions.jumps is not None)

    table = controller.junctions.map
    row = table.visualRect(table.model().index(0, 0))
    assert row.bottom() <= table.viewport().height()


def marked(controller):
    """Return the names of the junctions that are written as selected."""
    model = controller.junctions.map.model()
    role = Qt.ItemDataRole.ForegroundRole
    inks = [model.headerData(i, Qt.Orientation.Horizontal, role) for i in range(len(model.columns))]
    return [name for name, ink in zip(model.columns, inks, strict=True) if ink != inks[0]]


def test_the_order_with_the_worst_first_marks_what_is_shown(controller, workspace):
    controller.junctions.bar.order.setCurrentText("Worst first")
    controller.junctions.bar.order.activated.emit(controller.junctions.bar.order.currentIndex())

    view = controller.junctions
    worst = worst_junction(view._sources, view.jumps)
    assert view.map.current() == (worst.source, worst.junction)
    source, junction = worst.source, worst.junction
    assert view.measure.junction == junction == JUNCTION
    assert marked(controller) == [JUNCTION]
    chosen = [workspace.session.segment(one) for one in workspace.selection.segments]
    assert [one.identity.band for one in chosen] == ["2A", "2B"]
    assert {one.identity.source_key for one in chosen} == {source}


def test_order_and_junction_that_were_kept_are_taken_up_without_going_to_the_worst(
    qtbot, workspace
):
    controller = JunctionsController(workspace)
    qtbot.addWidget(controller.view)
    controller.take_choices({"order": "worst", "junction": JUNCTION, "stage": "extracted"})
    waiting = controller.choices()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.junctions.jumps is not None)
    qtbot.waitUntil(lambda: not controller._wanted)

    assert waiting["junction"] == JUNCTION
    assert waiting["order"] == "worst"
    assert controller.choices() == {
        "page": "close", "order": "worst", "stage": "extracted", "junction": JUNCTION,
    }  # fmt: skip
    assert controller.junctions.source == workspace.segment().identity.source_key


def test_a_band_selected_elsewhere_marks_the_junctions_on_both_of_its_sides(controller, workspace):
    workspace.selection.select(("e4",))

    assert marked(controller) == ["2A|2B", "2B|2C"]


def looking_for_worst(qtbot, runner, rng):
    """Return a controller that looks for the worst junction, before anything is measured."""
    files = jumping_stars(rng)
    selection = Selection()
    selection.select(("e3",))
    workspace = Workspace(Document(files.session), selection, files.chain, runner)
    controller = JunctionsController(workspace)
    qtbot.addWidget(controller.view)
    controller.set_active(True)
    controller.show_worst()
    return controller


def test_the_worst_junction_is_shown_as_soon_as_it_is_known(qtbot, runner, rng):
    looking = looking_for_worst(qtbot, runner, rng)
    view = looking.junctions
    assert view.empty.reason.startswith("Looking for the worst junction")

    qtbot.waitUntil(lambda: view.jumps is not None)

    worst = worst_junction(view._sources, view.jumps)
    assert view.map.current() == (worst.source, worst.junction)
    assert looking.workspace.segment().identity.source_key == worst.source
    assert worst.said in view.verdict.text()


def test_the_search_for_the_worst_junction_ends_when_something_else_is_picked(qtbot, runner, rng):
    looking = looking_for_worst(qtbot, runner, rng)

    looking.workspace.selection.select(("e7",))

    qtbot.waitUntil(lambda: looking.junctions.jumps is not None)

    assert looking.junctions.source == "Star 4/4-1"
    assert not looking.junctions.verdict.text().startswith("Looking")


def assert_of_one(controller, source, junction):
    """Assert that heading, sentence, close view, cell and row are of one junction."""
    view = controller.junctions
    assert controller.heading[0] == f"Junctions · {source} · {junction}"
    assert view.verdict.text().startswith(f"{source}, {junction} ")
    assert (view.source, view.measure.junction) == (source, junction)
    assert view.map.current() == (source, junction)
    [row] = controller.selected_rows()
    assert controller.inspector().numbers.column("junction").values[row] == junction
    assert controller.inspector().numbers_title == f"Junctions of {source}"


def test_heading_sentence_and_close_view_are_of_what_is_picked(qtbot, controller, workspace):
    assert_of_one(controller, "Star 2/2-1", JUNCTION)

    workspace.selection.select(("e7",))
    assert_of_one(controller, "Star 4/4-1", JUNCTION)

    cell = controller.junctions.map.cells.index_of("Star 1/1-1", "3B|3C")  # without these bands
    controller.junctions.map.setCurrentIndex(cell)
    assert_of_one(controller, "Star 1/1-1", "3B|3C")
    controller.refresh()
    assert_of_one(controller, "Star 1/1-1", "3B|3C")


@pytest.mark.parametrize(
    ("page", "name", "value", "step"),
    [("flux", "chance", 0.01, "jumps"), ("chain", "misaligned_fwhm", 0.25, "junction_steps")],
)
def test_the_form_has_the_parameters_of_the_page_that_is_seen(
    controller, workspace, page, name, value, step
):
    assert name not in controller.inspector().values
    show_page(controller, page)

    controller.set_parameter(name, value)

    assert controller.inspector().values[name] == value
    assert getattr(workspace.params(NodeKey(step, EVERYTHING)), name) == value
    assert workspace.document.undo_stack.undoText().partition(f" of all sources to {value}")[1]


@pytest.mark.parametrize("page", ["close", "flux", "chain"])
def test_a_row_of_the_table_leads_to_its_junction(qtbot, controller, workspace, page):
    show_page(controller, page)
    names = controller.inspector().numbers.column("junction").values.tolist()

    controller.select_rows((names.index("3B|3C"),))

    assert controller.junctions.measure.junction == "3B|3C"
    assert controller.selected_rows() == (names.index("3B|3C"),)


def test_an_observation_without_a_junction_is_named_and_no_other_one_is_shown(
    qtbot, controller, workspace
):
    workspace.document._replace(workspace.session.without_entries(("e8",)))
    qtbot.waitUntil(lambda: len(controller.junctions.map.cells.sources) == JUMP_LEVELS.size - 1)

    workspace.selection.select(("e7",))

    assert controller.heading[0] == "Junctions · Star 4/4-1"
    assert controller.junctions.verdict.text().startswith("Star 4/4-1 has no junction")
    assert controller.junctions.measure is None
    assert controller.junctions.map.current() is None


def figure_of_what_is_seen(controller, workspace):
    key, part = controller.export_key(), controller.seen_part()
    draw = figure_draw(workspace.session, workspace.chain, (key,), SILENT, part=part)
    figure = Figure()
    as_seen(draw, controller.seen_panels())(figure)
    return figure.axes


def zoomed(plot):
    """Zoom into ``plot``; return what is seen then."""
    (left, right), (low, high) = plot.view
    wide, tall = right - left, high - low
    plot.set_view(((left + 0.3 * wide, right - 0.3 * wide), (low + 0.4 * tall, high - 0.2 * tall)))
    return plot.seen_axes()


@pytest.mark.parametrize(
    ("page", "place"), [("close", 1), ("flux", 0), ("date", -1), ("stitched", 0)]
)
def test_the_figure_of_each_page_is_of_what_is_seen_there(page, place, controller, workspace):
    show_page(controller, page)
    controller.junctions.choose("Star 2/2-1", JUNCTION)
    x, y = zoomed(controller.junctions.page_plot)

    drawn = figure_of_what_is_seen(controller, workspace)

    axes = [one for one in drawn if one.get_label() == f"{JUNCTION} {page}"] or [drawn[place]]
    assert_allclose((*axes[0].get_xlim(), *axes[0].get_ylim()), (x.low, x.high, y.low, y.high))
    assert (axes[0].get_xscale(), axes[0].get_yscale()) == (x.scale, y.scale)
    if page == "close":
        assert axes[0].get_title(loc="left") == f"Star 2/2-1 {JUNCTION}"
