"""Tests of guiapp.views.star_response: what is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtWidgets import QApplication

from engine.arrays import frozen
from engine.errors import FitError
from engine.mrs.star_response import HeldValue, Mask, SampleState
from guiapp.look import theme
from guiapp.views.star_response import StarResponseView
from guiapp.views.star_response_layers import NamedCurve, total_error
from tests.helpers.mouse import RIGHT, drag
from tests.helpers.responses import BREAKPOINTS_UM, WAVE_UM, params, response


def layers_of(view):
    return view.canvas.layers


def test_what_is_drawn_is_the_result(view, result):
    layers = layers_of(view)

    assert_array_equal(layers.curve.xs, result.wave_um)
    assert_array_equal(layers.curve.ys, result.vector)
    assert_array_equal(layers.samples.ys, result.ratio)
    for state in SampleState:
        x, y = layers.samples.points_of(int(state))
        there = (result.state == state) & np.isfinite(result.ratio)
        assert_array_equal(x, result.wave_um[there])
        assert_array_equal(y, result.ratio[there])
    assert {int(k) for k in np.unique(layers.samples.kinds)} >= {0, 1, 2, 3, 4, 5}


def test_the_two_uncertainties_are_drawn_apart(view, result):
    layers = layers_of(view)

    assert_allclose(layers.statistical.highs, result.vector + result.stat_error)
    assert_allclose(layers.statistical.lows, result.vector - result.stat_error)
    assert_allclose(layers.systematic.highs, result.vector + total_error(result))
    assert layers.statistical.fill != layers.systematic.fill


def test_errors_of_the_samples_in_use_are_drawn_as_bars(view, result):
    low, high = layers_of(view).error_bars.bars()

    used = result.state == SampleState.USED
    assert_allclose((high - low)[used] / 2, result.ratio_error[used])
    assert np.isnan(low[~used]).all()


def test_breakpoints_lie_on_the_curve(view, result):
    handles = layers_of(view).handles

    assert_allclose(handles.xs, BREAKPOINTS_UM)
    assert_allclose(handles.ys, result.breakpoint_values, rtol=1e-4)
    assert set(handles.kinds) == {"free"}


def test_residuals_are_percent_of_the_curve(view, result):
    points = layers_of(view).lower_samples.ys

    assert_allclose(points, 100 * (result.ratio / result.vector - 1))
    assert layers_of(view).lower_scatter.values == pytest.approx(
        (-100 * result.scatter, 100 * result.scatter)
    )


def test_masks_cutoffs_breaks_and_held_values_are_drawn(view):
    view.show_params(
        params(
            masks=(Mask(5.9, 5.95, "H I 9–6"), Mask(6.2, 6.3)),
            breaks_um=(6.5,),
            held=(HeldValue(6.25, 1.01), HeldValue(5.75, 1.03)),
            sample_ranges=(Mask(5.7, 6.6),),
        )
    )
    layers = layers_of(view)

    assert [(m.low, m.high, m.name) for m in layers.masks.spans] == [
        (5.9, 5.95, "H I 9–6"),
        (6.2, 6.3, ""),
    ]
    assert layers.cutoffs.values == (5.68, 6.61)
    assert layers.breaks.values == (6.5,)
    assert_allclose(layers.handles.xs, [5.75, 5.85, 6.05, 6.25, 6.45])
    assert layers.handles.kinds == ("held", "free", "free", "held", "free")
    assert (layers.handles.ys[0], layers.handles.ys[3]) == (1.03, 1.01)
    assert len(layers.ranges.spans) == 1


def test_the_legend_tells_masks_from_windows_of_lines(view, rng):
    both = response(rng, line_windows="hydrogen")
    masked = both.state == SampleState.MASKED
    by_hand = np.count_nonzero(masked & (both.wave_um >= 6.10) & (both.wave_um <= 6.13))
    in_lines = np.count_nonzero(masked) - by_hand

    view.show_result(both)
    said = view.legend.buttons["masked"].text()
    view.show_params(params(masks=()))
    view.show_result(response(rng, masks=(), line_windows="hydrogen"))

    assert said == f"masked {by_hand}, in lines {in_lines}"
    assert view.legend.buttons["masked"].text().startswith("in lines ")


def test_automatic_breakpoints_are_those_of_the_result(view, rng):
    automatic = response(rng, breakpoints_um=None)

    view.show_params(params(breakpoints_um=None))
    view.show_result(automatic)

    assert_array_equal(layers_of(view).handles.xs, automatic.breakpoints_um)


def test_a_new_result_never_changes_the_zoom(view, rng):
    drag(view.plot, (5.9, 1.00), (6.3, 1.08), button=RIGHT)
    zoomed = (view.plot.view, view.residual_plot.view)

    view.show_params(params(breakpoints_um=(6.0, 6.3)))
    view.show_result(response(rng, breakpoints_um=(6.0, 6.3)))
    QApplication.processEvents()

    assert (view.plot.view, view.residual_plot.view) == zoomed


@pytest.mark.parametrize("graph", ["residual", "factor", "inverse"])
def test_samples_that_a_change_drives_out_are_brought_into_both_plots(view, rng, graph):
    view.set_graph(graph)
    fit = response(rng)

    view.show_result(replace(fit, ratio=frozen(3 * fit.ratio), vector=frozen(3 * fit.vector)))

    canvas, (low, high) = view.canvas, view.plot.view[1]
    assert low < np.nanmin(canvas.vector) < np.nanmax(canvas.vector) < high
    low, high = view.residual_plot.view[1]
    points = canvas.layers.lower_samples.ys[canvas.state == SampleState.USED]
    assert np.mean((points > low) & (points < high)) > 0.97


def test_show_all_brings_back_both_plots_in_one_step(view):
    whole = (view.plot.view, view.residual_plot.view)
    view.plot.zoom_to(((5.9, 6.1), (0.5, 0.6)))
    view.residual_plot.set_view(((5.9, 6.1), (-9.0, -8.0)))
    zoomed = (view.plot.view, view.residual_plot.view)

    view.plot.show_all_linked()

    np.testing.assert_allclose((view.plot.view, view.residual_plot.view), whole)
    view.plot.previous_zoom()
    np.testing.assert_allclose((view.plot.view, view.residual_plot.view), zoomed)


def test_what_a_plot_fitted_itself_is_still_its_own_after_going_back(view, result):
    view.set_graph("ratio")
    view.show_previous(NamedCurve("old", result.wave_um, 0.99 * result.vector))
    drag(view.plot, (5.9, 1.00), (6.3, 1.08), button=RIGHT)
    view.show_previous(NamedCurve("older", result.wave_um, 0.5 * result.vector))
    view.plot.previous_zoom()

    view.show_previous(NamedCurve("oldest", result.wave_um, 0.25 * result.vector))

    low, high = view.residual_plot.view[1]
    assert low < 4.0 < high


def test_another_subject_is_shown_whole(view, result):
    drag(view.plot, (5.9, 1.00), (6.3, 1.08), button=RIGHT)

    view.clear("")
    view.show_result(result)

    (low, high), _ = view.plot.view
    assert low < result.wave_um[0]
    assert high > result.wave_um[-1]


def test_a_subject_left_before_it_was_drawn_leaves_no_wavelengths_in_view(qtbot, result):
    view = StarResponseView()
    qtbot.addWidget(view)

    view.show_subject("1B", "10 Lac")
    view.show_subject("1B", "16 Cyg B")
    view.show_result(result)

    (low, high), _ = view.plot.view
    assert low == pytest.approx(result.wave_um[0], abs=0.1)
    assert high == pytest.approx(result.wave_um[-1], abs=0.1)


def test_a_far_outlier_does_not_press_the_curve_flat(view, result):
    ratio = result.ratio.copy()
    ratio[result.state == SampleState.REJECTED] = 1e4
    view.clear("")
    view.show_result(replace(result, ratio=frozen(ratio)))

    _, (low, high) = view.plot.view
    assert high - low < 1


def test_both_plots_show_the_same_wavelengths(view):
    drag(view.residual_plot, (6.0, -1.0), (6.2, 1.0), button=RIGHT)

    assert view.plot.view[0] == view.residual_plot.view[0]


def test_a_problem_keeps_the_last_curve_and_turns_its_breakpoint_red(view, result, qtbot):
    error = FitError("No data at 6.05 µm.", hint="Move it.", breakpoints_um=(6.05,))

    view.show_problem(error.what, error.hint, error.breakpoints_um)

    assert view.canvas.problem.isVisible()
    assert view.canvas.problem.text() == "No data at 6.05 µm. Move it."
    assert layers_of(view).handles.wrong == {1}
    assert_array_equal(layers_of(view).curve.ys, result.vector)
    assert layers_of(view).statistical.opacity() < 1


def test_the_next_result_takes_the_problem_away(view, result):
    view.show_problem("No.", "", (6.05,))

    view.show_result(result)

    assert not view.canvas.problem.isVisible()
    assert layers_of(view).handles.wrong == frozenset()
    assert layers_of(view).statistical.opacity() == 1


def test_a_quick_refit_does_not_flicker_and_a_long_one_is_faint(view, result, qtbot):
    view.show_stale()
    view.show_result(result)
    qtbot.wait(400)
    assert layers_of(view).statistical.opacity() == 1

    view.show_stale()
    qtbot.waitUntil(lambda: layers_of(view).statistical.opacity() < 1)


def test_clear_draws_nothing_and_says_why(view):
    view.clear("There is no model of this star.")

    assert view.canvas.placeholder.isVisible()
    assert view.canvas.placeholder.text() == "There is no model of this star."
    assert layers_of(view).curve.xs.size == 0
    assert layers_of(view).samples.xs.size == 0
    assert view.legend.buttons == {}
    assert view.result is None


def test_the_curve_before_the_last_change_is_drawn_dashed(view, result, rng):
    view.show_result(response(rng, breakpoints_um=(6.1,)))
    view.show_previous(NamedCurve("previous", result.wave_um, result.vector))

    previous = layers_of(view).previous
    assert_array_equal(previous.ys, result.vector)
    assert previous.dash == "dashed"
    assert "previous" in view.legend.buttons


@pytest.mark.parametrize("width", [500, 700, 900, 1100])
def test_the_plot_stays_in_place_at_the_first_edit(view, result, rng, width):
    others = tuple(NamedCurve(f"star {n}", result.wave_um, result.vector) for n in range(9))
    view.resize(width, 700)
    view.show()
    QApplication.processEvents()
    top = view.canvas.mapTo(view, view.canvas.rect().topLeft()).y()

    view.show_result(response(rng, breakpoints_um=(6.1,)))
    view.show_previous(NamedCurve("previous", result.wave_um, result.vector))
    view.show_others(others)
    QApplication.processEvents()

    assert {"previous", "others"} <= set(view.legend.buttons)
    assert view.canvas.mapTo(view, view.canvas.rect().topLeft()).y() == top


def test_vectors_of_other_stars_can_be_shown_and_hidden(view, result):
    view.show_others((NamedCurve("10 Lac", result.wave_um, 1.01 * result.vector),))
    [other] = layers_of(view).others
    assert_array_equal(other.ys, 1.01 * result.vector)

    assert not other.isVisible()
    view.legend.switch("others")
    assert other.isVisible()


@pytest.mark.parametrize(
    ("entry", "layer"),
    [("statistical", "statistical"), ("systematic", "systematic"), ("error bars", "error_bars")],
)
def test_the_legend_hides_what_it_names(view, entry, layer):
    assert getattr(layers_of(view), layer).isVisible()

    view.legend.switch(entry)

    assert not getattr(layers_of(view), layer).isVisible()


def test_what_was_hidden_stays_hidden_with_a_new_result(view, result):
    view.legend.switch("rejected")

    view.show_result(result)

    assert layers_of(view).samples.hidden_kinds == {int(SampleState.REJECTED)}


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ("inverse", lambda r: r.wave_um / r.ratio),
        ("factor", lambda r: r.ratio),
        ("residual", lambda r: 100 * (r.ratio / r.vector - 1)),
    ],
)
def test_the_lower_graph_can_be_another(view, result, graph, expected):
    view.set_graph(graph)

    assert_allclose(layers_of(view).lower_samples.ys, expected(result))


def test_the_ratio_graph_divides_by_the_previous_curve(view, result):
    view.show_previous(NamedCurve("10 Lac", result.wave_um, np.full(WAVE_UM.size, 2.0)))

    view.set_graph("ratio")

    assert_allclose(layers_of(view).lower_samples.ys, result.ratio / 2)
    assert_allclose(layers_of(view).lower_curve.ys, result.vector / 2)


def test_the_ratio_graph_fits_what_is_compared_with_anew(view, result):
    view.set_graph("ratio")
    view.show_previous(NamedCurve("old", result.wave_um, 0.99 * result.vector))
    drag(view.plot, (5.9, 1.00), (6.3, 1.08), button=RIGHT)
    waves = view.plot.view[0]

    view.show_previous(NamedCurve("older", result.wave_um, 0.5 * result.vector))

    low, high = view.residual_plot.view[1]
    assert low < 2.0 < high
    assert view.plot.view[0] == pytest.approx(waves)
    view.residual_plot.set_view((view.residual_plot.view[0], (1.9, 2.1)))
    view.show_previous(NamedCurve("older", result.wave_um, 0.5 * result.vector))
    assert view.residual_plot.view[1] == pytest.approx((1.9, 2.1))


def test_the_summary_says_by_how_much_two_versions_differ(view, result):
    other = result.vector.copy()
    at = other.size // 2
    other[at] /= 1.05

    view.show_previous(NamedCurve("old", result.wave_um, other))

    rms, wave = 5.0 / np.sqrt(np.isfinite(other).sum()), result.wave_um[at]
    found = f"median 0.00 %, rms {rms:.2f} %, at most 5.00 %, λ {wave:.2f} µm"
    assert f"over old: {found}" in view.summary()


def test_a_graph_change_leaves_the_zoom_in_wavelength(view):
    drag(view.plot, (5.9, 1.00), (6.3, 1.08), button=RIGHT)
    before = view.plot.view

    for graph in ("ratio", "inverse", "factor", "residual"):
        view.set_graph(graph)

    assert view.plot.view == before
    assert view.residual_plot.view[0] == before[0]


@pytest.mark.parametrize("missing", [slice(0, 50), slice(650, 700), slice(None)])
def test_missing_measurements_anywhere_are_no_trouble(view, result, missing):
    arrays = {}
    for name in ("ratio", "ratio_error", "vector", "stat_error", "sys_error"):
        values = getattr(result, name).copy()
        values[missing] = np.nan
        arrays[name] = frozen(values)
    view.clear("")

    view.show_result(replace(result, scatter=np.nan, **arrays))
    for graph in ("ratio", "inverse", "factor", "residual"):
        view.set_graph(graph)

    assert not view.grab().isNull()


def test_one_sample_is_drawn(view, result):
    one = {
        name: frozen(getattr(result, name)[350:351])
        for name in ("wave_um", "ratio", "ratio_error", "model_jy", "vector")
    }
    none = frozen([np.nan])
    few = replace(
        result,
        **one,
        stat_error=none,
        sys_error=none,
        state=frozen([0], dtype=np.uint8),
        flags=frozen([0], dtype=np.uint32),
        breakpoints_um=frozen([]),
        breakpoint_values=frozen([]),
    )
    view.clear("")
    view.show_params(params(breakpoints_um=None))

    view.show_result(few)

    assert not view.grab().isNull()


def test_the_theme_may_change_while_it_is_seen(view):
    pictures = []
    try:
        for choice in ("light", "dark"):
            theme.choose(choice)
            QApplication.processEvents()
            pictures.append(view.grab().toImage().pixelColor(400, 300).lightness())
    finally:
        theme.choose("system")

    assert pictures[0] > 200
    assert pictures[1] < 80


def test_rows_of_breakpoints_have_as_many_decimals_as_the_error_allows(view, result):
    rows = view.breakpoint_rows(result)

    assert [row.wave_um for row in rows] == pytest.approx(BREAKPOINTS_UM)
    assert [row.value for row in rows] == pytest.approx(list(result.breakpoint_values))
    first = rows[0].texts
    assert first[0] == "5.850"
    assert len(first[1].partition(".")[2]) == len(first[2].partition(".")[2])
    assert float(first[2]) == pytest.approx(rows[0].error, rel=0.05)


def test_the_summary_says_scatter_and_samples(view, result):
    assert f"{result.n_used} of {result.n_samples} used" in view.summary()


def test_every_control_has_an_accessible_name(view):
    controls = [
        *view.legend.buttons.values(),
        *view.modes._buttons.values(),
        view.scope_choice,
        view.plot,
        view.residual_plot,
    ]

    assert all(control.accessibleName() for control in controls)


def test_what_was_read_of_another_subject_is_forgotten(view, qtbot):
    with qtbot.waitSignal(view.cursor_changed) as read:
        view.show_subject("1C", "HD 2811 · 1536 · 2022-10-10")

    assert read.args == [""]


def test_a_graph_with_nothing_to_compare_says_so(view):
    view.canvas.set_graph("ratio")
    said, label = view.canvas.nothing, view.canvas.below.getAxis("left").labelString()
    is_said, words = said.isVisible(), said.text()
    view.canvas.set_graph("residual")

    assert is_said
    assert words.startswith("Nothing to compare with")
    assert not said.isVisible()
    assert ">Ratio<" in label
