"""Tests of guiapp.views.junctions and guiapp.views.junction_map."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import QModelIndex, Qt

from engine.arrays import frozen
from engine.compare.junction_steps import BandOffset, JunctionSteps
from engine.compare.junctions import measure_junctions
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from guiapp.views.junction_bar import JumpScale
from guiapp.views.junction_chain import JunctionChain, centroid_text
from guiapp.views.junction_map import JunctionMap
from guiapp.views.junction_other import change_text
from guiapp.views.junction_worst import counting_sources
from guiapp.views.junctions import JunctionsView
from guiapp.views.source_map import contrast, shaded
from guiapp.views.stitched_plot import StitchedPage
from tests.helpers.mouse import click, double_click, drag, press


def _band(rng, name, low_um, high_um, level):
    wave = np.arange(low_um, high_um, 0.0008)
    flux = level * (1.0 + rng.normal(0.0, 0.002, wave.size))
    return Spectrum(
        frozen(wave),
        frozen(flux),
        frozen(np.full(wave.size, 0.002 * level)),
        frozen(np.zeros(wave.size), dtype=np.uint32),
        "Jy",
        Identity(target="Star", band=name),
    )


@pytest.fixture
def spectra(rng):
    """Return three bands; 1B lies 5 % above 1A, 1C where 1B is."""
    return {
        "1A": _band(rng, "1A", 4.90, 5.74, 1.00),
        "1B": _band(rng, "1B", 5.66, 6.63, 1.05),
        "1C": _band(rng, "1C", 6.53, 7.65, 1.05),
    }


@pytest.fixture
def sources(spectra):
    return (measure_junctions("Star/1-1", list(spectra.values())),)


@pytest.fixture
def view(qtbot, sources, spectra):
    view = JunctionsView()
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show_sources("extracted", sources, {"Star/1-1": spectra})
    with qtbot.waitExposed(view):
        view.show()
    view.plot.show_all_afresh()
    return view


def test_the_map_says_the_jump_of_every_junction(qtbot, sources):
    table = JunctionMap()
    qtbot.addWidget(table)
    table.show_sources(sources)

    model = table.model()
    texts = [model.index(0, i, QModelIndex()).data() for i in range(model.columnCount())]
    measures = sources[0].measures

    assert [one.junction for one in measures] == [
        model.headerData(i, Qt.Orientation.Horizontal) for i in range(len(measures))
    ]
    assert texts[0] == f"+{100 * (measures[0].ratio - 1):.1f}"
    assert texts[2:] == ["–"] * 9


def test_the_worst_junction_is_shown_first_from_close_by(view, sources):
    measure = sources[0].measures[0]

    assert view.measure is measure
    assert_array_equal(view.points["left"].ys, measure.left)
    assert_array_equal(view.points["right"].ys, measure.right)
    assert view.edges.values == measure.limits_um
    assert "jump" in view.verdict.text()


def test_a_cell_without_a_number_says_why(view, qtbot):
    with qtbot.waitSignal(view.chosen) as chosen:
        view.map.setCurrentIndex(view.map.model().index(0, 5))

    assert chosen.args == ["Star/1-1", "2C|3A"]
    assert view.measure.reason in view.verdict.text()


def test_dragging_an_edge_tells_the_new_range_once(view, qtbot, sources):
    low, high = sources[0].measures[0].limits_um
    heard = []
    view.limits_dragged.connect(lambda *args: heard.append(args))

    drag(view.plot, (low, 1.02), (low + 0.02, 1.02))

    [(source, junction, new_low, new_high)] = heard
    assert (source, junction, new_high) == ("Star/1-1", "1A|1B", high)
    assert new_low == pytest.approx(low + 0.02, abs=0.002)


def test_an_edge_stops_at_the_other_one(view, sources):
    low, high = sources[0].measures[0].limits_um
    heard = []
    view.limits_dragged.connect(lambda *args: heard.append(args))

    drag(view.plot, (low, 1.02), (high + 0.05, 1.02))

    assert low < heard[0][2] < heard[0][3] == high


def test_escape_puts_the_range_back(view, sources):
    limits = sources[0].measures[0].limits_um
    heard = []
    view.limits_dragged.connect(lambda *args: heard.append(args))
    press(view.plot, (limits[0], 1.02))
    view.edge_moved(0, limits[0] + 0.02)

    view.plot.cancel_gesture()

    assert view.edges.values == limits
    assert not heard


def test_a_double_click_asks_for_the_whole_overlap(view, qtbot, sources):
    low, high = sources[0].measures[0].limits_um

    with qtbot.waitSignal(view.limits_reset) as heard:
        double_click(view.plot, (0.5 * (low + high), 1.02))

    assert heard.args == ["Star/1-1", "1A|1B"]


def test_a_click_between_the_edges_changes_nothing(view, qtbot, sources):
    low, high = sources[0].measures[0].limits_um

    with qtbot.assertNotEmitted(view.limits_dragged):
        click(view.plot, (0.5 * (low + high), 1.02))


def test_new_results_keep_the_zoom_and_the_chosen_cell(view, sources, spectra):
    view.plot.zoom_to(((5.68, 5.72), (0.9, 1.2)))
    before = view.plot.view

    view.show_sources("extracted", sources, {"Star/1-1": spectra})

    assert view.plot.view == before
    assert view.map.current() == ("Star/1-1", "1A|1B")


def test_spectra_in_another_unit_are_shown_in_full(view, spectra):
    rates = {
        name: replace(one, flux=frozen(300.0 * one.flux), error=frozen(one.error), unit="DN/s")
        for name, one in spectra.items()
    }
    measured = (measure_junctions("Star/1-1", list(rates.values())),)

    view.show_sources("extracted", measured, {"Star/1-1": rates})

    (_, _), (low, high) = view.plot.view
    assert low > 250
    assert high < 350


def test_another_source_is_shown_at_the_same_junction(view, sources, spectra):
    other = replace(sources[0], source="Other/1-1")
    both = (*sources, other)
    view.show_sources("extracted", both, {one.source: spectra for one in both})
    view.choose("Star/1-1", "1B|1C")

    view.choose_source("Other/1-1")

    assert view.map.current() == ("Other/1-1", "1B|1C")
    assert view.source == "Other/1-1"


def test_nothing_to_show_says_why_in_place_of_empty_axes(view):
    view.clear("Open two neighboring bands.")

    assert view.empty.reason == "Open two neighboring bands."
    assert not view.plot.isVisible()


def test_a_junction_that_agrees_by_construction_is_gray_and_is_no_worst_one(qtbot, sources):
    table = JunctionMap()
    qtbot.addWidget(table)
    [source] = sources
    own = tuple(
        replace(one, by_construction="Own responses.") if one.junction == "1A|1B" else one
        for one in source.measures
    )

    table_sources = (replace(source, measures=own),)
    table.show_sources(table_sources)

    cell = table.cells.index_of("Star/1-1", "1A|1B")
    assert table.cells.data(cell) == "own"
    assert table.cells.sentence_of("Star/1-1", "1A|1B") == "Star/1-1 1A|1B: Own responses."
    assert table.cells.look(cell).fill.saturation() < 40
    assert "1A|1B" not in counting_sources(table_sources, None)["Star/1-1"]


def test_only_a_jump_beyond_three_sigma_is_colored_however_large(qtbot, sources):
    table = JunctionMap()
    qtbot.addWidget(table)
    [source] = sources
    looks = {"1A|1B": (1.01, 3.1), "1B|1C": (0.717, 1.1)}
    measures = tuple(
        replace(one, ratio=looks[one.junction][0], significance=looks[one.junction][1])
        if one.junction in looks
        else one
        for one in source.measures
    )

    table.show_sources((replace(source, measures=measures),))

    certain, unknown = (
        table.cells.look(table.cells.index_of("Star/1-1", name)) for name in ("1A|1B", "1B|1C")
    )
    assert unknown.text == "−28.3"
    assert unknown.fill.saturation() < 40
    assert contrast(unknown.ink, unknown.fill) >= 4.5
    assert certain.fill != unknown.fill
    assert certain.fill.red() > certain.fill.blue()


def test_the_order_is_that_at_the_chosen_junction_and_the_cell_stays_chosen(qtbot, view, sources):
    [source] = sources
    twice = tuple(
        replace(one, ratio=1.5) if one.junction == "1A|1B" else one for one in source.measures
    )
    view.show_sources("extracted", (source, replace(source, source="B/2-1", measures=twice)), {})
    view.choose("Star/1-1", "1A|1B")

    view.bar.order.setCurrentIndex(3)
    view.bar.order.activated.emit(3)

    assert view.map.cells.sources == ("B/2-1", "Star/1-1")
    assert view.map.current() == ("Star/1-1", "1A|1B")


def test_the_scale_of_colors_is_told_in_words(view):
    scale = view.findChild(JumpScale)

    assert scale.accessibleName() == "Color scale of the jumps, −8 to +8 %"
    assert scale.sizeHint().width() > 80


def test_stars_are_named_as_everywhere(view, sources, spectra):
    [source] = sources

    view.show_sources("extracted", (replace(source, source="DELUMI/1-1"),), {"DELUMI/1-1": spectra})
    view.choose("DELUMI/1-1", "1A|1B")

    names = view.map.cells.headerData(0, Qt.Orientation.Vertical)
    assert names == "δ UMi/1-1"


def test_the_axis_of_the_close_up_names_what_is_measured(view, sources, spectra):
    view.show_sources("extracted", sources, {sources[0].source: spectra})
    view.choose(sources[0].source, "1A|1B")

    assert view.plot.getPlotItem().getAxis("left").labelText == "Flux density (Jy)"


@pytest.mark.parametrize(("stage", "step"), [("extracted", "Extract"), ("calibrated", "Calibrate")])
def test_along_the_chain_the_step_of_the_spectra_below_is_marked(
    view, sources, spectra, stage, step
):
    steps = tuple((name, sources[0]) for name in ("extract", "calibrate"))
    view.show_sources(stage, sources, {"Star/1-1": spectra})

    view.chain.show_steps(JunctionSteps("Star/1-1", steps))
    view.choose("Star/1-1", "1B|1C")

    assert view.chain.map.current() == (step, "1B|1C")


def test_count_rates_have_no_color_along_the_chain_and_it_is_said_why(view, sources, spectra):
    rates = {
        name: replace(one, flux=frozen(300.0 * one.flux), error=frozen(one.error), unit="DN/s")
        for name, one in spectra.items()
    }
    measured = measure_junctions("Star/1-1", tuple(rates.values()))
    view.chain.show_steps(
        JunctionSteps("Star/1-1", (("extract", measured), ("calibrate", sources[0])))
    )
    cells = view.chain.map.cells
    fills = {
        (step, one.junction): cells.look_of(step, one.junction).fill.name()
        for step, shown in (("Extract", measured), ("Calibrate", sources[0]))
        for one in shown.measures
        if one.significance >= 3.0
    }
    gray = shaded("dim", 0.12)[0].name()

    assert {fill for (step, _), fill in fills.items() if step == "Extract"} == {gray}
    assert gray not in {fill for (step, _), fill in fills.items() if step == "Calibrate"}
    assert "Gray: Extract are count rates (DN/s)" in view.chain.remark.text()
    assert "No row for Corrected rate, Fringes, Leak: not applied" in view.chain.remark.text()


def test_the_stitched_spectrum_has_a_legend_and_says_what_a_click_does(view):
    view.show_page("stitched")
    [page] = view.findChildren(StitchedPage)

    page.legend.switch("bands")

    assert not any(one.isVisible() for one in page.plot.bands.values())
    assert page.plot.stitched.isVisible()
    assert "band to keep its level" in view.hint


def test_centroids_are_told_with_one_number_of_decimals():
    said = centroid_text((BandOffset("4C", 0.0, -0.003, 0.9),))

    assert "east 0.000 ″, north −0.003 ″, 0.003 FWHM" in said


def test_the_order_with_the_worst_first_asks_for_the_worst_junction(qtbot, view):
    view.bar.order.setCurrentText("Worst first")

    with qtbot.waitSignal(view.worst_wanted):
        view.bar.order.activated.emit(view.bar.order.currentIndex())


def test_a_source_without_junctions_leaves_no_other_one_from_close_by(view):
    view.choose_none("Other/1-1", "Other/1-1 has no junction.")

    assert view.measure is None
    assert view.source == ""
    assert view.map.current() is None
    assert view.points["left"].xs.size == 0
    assert view.verdict.text() == "Other/1-1 has no junction."


def test_the_sentence_names_source_and_junction_of_the_close_view(view):
    view.choose("Star/1-1", "1B|1C")

    assert view.verdict.text().startswith("Star/1-1, 1B|1C ")


def test_a_band_that_is_picked_shows_a_junction_of_it(view):
    view.choose("Star/1-1", "1A|1B")

    view.choose_source("Star/1-1", ("1C",))

    assert view.map.current() == ("Star/1-1", "1B|1C")


def test_the_other_side_of_a_junction_is_in_view(view, spectra):
    brighter = [replace(one, flux=frozen(1.5 * one.flux)) for one in spectra.values()]

    view.show_other(measure_junctions("Star/1-1", brighter), "old")

    low, high = view.plot.view[1]
    assert low < 1.0
    assert high > 1.5


@pytest.mark.parametrize(
    ("page", "after"),
    [("flux", "close"), ("date", "close"), ("stitched", "close"), ("chain", "chain")],
)
def test_the_worst_junction_is_seen_where_its_source_is_named(page, after, view):
    view.show_page(page)

    view.show_worst()

    assert view.page == after
    assert view.verdict.text().startswith("Star")


def test_the_other_version_is_in_the_legend_while_there_is_one(view, sources):
    view.show_other(sources[0], "version 05:12")

    assert view.legend.buttons["other"].text() == "version 05:12"
    view.legend.switch("other")
    assert not any(curve.isVisible() for curve in view.other.curves.values())
    view.show_other(None, "")
    assert "other" not in view.legend.buttons


def test_the_same_samples_in_two_versions_change_without_an_error(view, spectra):
    spectra["1B"] = replace(spectra["1B"], flux=frozen(spectra["1B"].flux * 1.001))
    before = view.measure

    view.show_other(measure_junctions("Star/1-1", list(spectra.values())), "old")

    points = 100.0 * before.ratio * 0.001
    assert f"this minus it −{points:.4f} points, same samples" in view.verdict.text()


def test_samples_of_one_version_alone_give_the_change_an_error(view):
    mine = view.measure
    n = int(mine.used.sum())
    half = mine.used & (np.cumsum(mine.used) <= n // 2)
    part = replace(
        mine, used=frozen(half, dtype=bool), ratio_error=mine.ratio_error * np.sqrt(n / (n // 2))
    )

    said = change_text(mine, part)

    error = 100.0 * np.sqrt(part.ratio_error**2 - mine.ratio_error**2)
    assert float(said.split("±")[1].split()[0]) == pytest.approx(error, rel=0.05)


def test_words_below_the_steps_are_reached_where_there_is_little_room(qtbot, sources):
    page = JunctionChain()
    qtbot.addWidget(page)
    page.show_steps(JunctionSteps("Star/1-1", (("extract", sources[0]),), (), ()))
    page.resize(500, 70)
    with qtbot.waitExposed(page):
        page.show()

    bar, words = page.scroller.verticalScrollBar(), page.centroids
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())

    lowest = words.mapTo(page.scroller.viewport(), words.rect().bottomLeft()).y()
    assert words.height() >= words.heightForWidth(words.width())
    assert lowest <= page.scroller.viewport().height()
