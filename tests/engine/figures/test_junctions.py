"""Tests of engine.figures.junctions."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from engine.figures import draw_junction, draw_junctions
from tests.helpers.figures import junction_measure, source_junctions

RATIOS = [1.03, 0.995, 0.92, 1.0, 1.0, 1.001, 1.0, 1.0, np.nan, 1.008, 0.9996]


def drawn(draw, *arguments, **options):
    figure = Figure()
    draw(figure, *arguments, **options)
    figure.draw_without_rendering()
    return figure.axes


def test_every_cell_holds_its_number(rng):
    sources = [source_junctions(rng, "10 Lac", RATIOS), source_junctions(rng, "µ Col", RATIOS)]

    top, _ = drawn(draw_junctions, sources)

    cells = {text.get_position(): text for text in top.texts}
    row = [cells[x, 0].get_text() for x in range(11)]
    assert row == ["+3.0", "−0.5", "−8.0", "0.0", "0.0", "+0.1", "0.0", "0.0", "–", "+0.8", "0.0"]
    jumps = [3.0, np.nan, -8.0, *[np.nan] * 8]  # errors are 0.4 %
    assert_allclose(top.images[0].get_array().filled(np.nan)[1], jumps)
    assert [label.get_text() for label in top.get_yticklabels()] == ["10 Lac", "µ Col"]
    assert [label.get_text() for label in top.get_xticklabels()][::10] == ["1A|1B", "4B|4C"]


def test_jumps_are_bold(rng):
    top, _ = drawn(draw_junctions, [source_junctions(rng, "10 Lac", RATIOS)])

    cells = {text.get_position()[0]: text.get_weight() for text in top.texts}
    assert cells[0] == cells[2] == "bold"
    assert cells[1] == cells[8] == "normal"


def changed(source, junction, **values):
    measures = tuple(
        replace(one, **values) if junction in {"all", one.junction} else one
        for one in source.measures
    )
    return replace(source, measures=measures)


def grays(axes):
    return {round(one.get_x() + 0.5) for one in axes.patches}


def test_what_shows_no_jump_is_gray_however_large_it_is(rng):
    source = source_junctions(rng, "10 Lac", RATIOS)
    source = changed(source, "4B|4C", ratio=0.72, significance=1.1, verdict="agrees")
    source = changed(source, "1A|1B", by_construction="Both by their own response.")

    top, _ = drawn(draw_junctions, [source])

    cells = {text.get_position()[0]: text for text in top.texts}
    assert cells[0].get_text() == "own"
    assert cells[10].get_text() == "−28.0"
    assert grays(top) == set(range(11)) - {2, 8}  # the jump, and the one without a number
    meaning = " ".join(top.get_xlabel().split())
    assert "color, bold: a jump of more than 3 σ" in meaning
    assert "gray: no jump beyond 3 σ, own (both by their own response)" in meaning


def test_count_rates_are_gray_and_it_is_said_why(rng):
    source = changed(source_junctions(rng, "10 Lac", RATIOS), "all", unit="DN/s")

    top, bottom = drawn(draw_junctions, [source])

    assert not np.isfinite(top.images[0].get_array().filled(np.nan)).any()
    assert {text.get_weight() for text in top.texts} == {"normal"}
    assert "gray: count rates: bands need not agree" in top.get_xlabel()
    assert "count rates: bands need not agree" in bottom.texts[0].get_text()


def test_the_largest_jump_is_shown_close_up(rng):
    _, bottom = drawn(draw_junctions, [source_junctions(rng, "10 Lac", RATIOS)])

    assert bottom.get_title(loc="left") == "10 Lac 1C|2A"


def test_the_close_up_can_be_chosen(rng):
    sources = [source_junctions(rng, "10 Lac", RATIOS), source_junctions(rng, "VV 114", RATIOS)]

    _, bottom = drawn(draw_junctions, sources, zoom=("VV 114", "4A|4B"))

    assert bottom.get_title(loc="left") == "VV 114 4A|4B"


def test_sources_without_any_number_have_no_close_up(rng):
    axes = drawn(draw_junctions, [source_junctions(rng, "16 Cyg B", [np.nan] * 11)])

    assert len(axes) == 1
    assert {text.get_text() for text in axes[0].texts} == {"–"}


def test_a_close_up_shows_both_sides_and_what_was_left_out(rng):
    measure = junction_measure(rng, "2C|3A")

    (axes,) = drawn(draw_junction, measure, source="10 Lac")

    lines = {line.get_label(): line for line in axes.lines}
    assert_array_equal(lines["2C"].get_ydata(), measure.left)
    assert_array_equal(lines["3A"].get_ydata(), measure.right)
    crosses = [line for line in axes.lines if line.get_marker() == "x"]
    assert_array_equal(crosses[0].get_xdata(), measure.wave_um[~measure.used])
    assert axes.texts[0].get_text() == "right / left 1.0260 ± 0.0040, jump, 6.5 σ, 49 samples"
    assert axes.get_ylabel() == "Level (Jy)"


def test_a_junction_without_a_number_says_why(rng):
    measure = junction_measure(rng, "1A|1B", ratio=np.nan)

    (axes,) = drawn(draw_junction, measure)

    assert axes.texts[0].get_text().startswith("The bands do not overlap")


@pytest.mark.parametrize("name", ["$\\frac{", "<b>&", "x\ny"])
def test_names_from_data_are_no_formulas(rng, name):
    top, _ = drawn(draw_junctions, [source_junctions(rng, name, RATIOS)])

    shown = top.get_yticklabels()[0].get_text()
    assert shown.replace(r"\$", "$") == name.replace("\n", " ")
