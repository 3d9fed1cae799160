"""Tests of engine.figures.star_response."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_array_equal

from engine.arrays import frozen
from engine.figures import draw_star_response
from engine.figures.palette import color
from engine.mrs.held_values import HeldCheck
from engine.mrs.response_params import Mask
from engine.mrs.star_response import SampleState
from tests.helpers.figures import star_response


def drawn(response, **options):
    """Return the lines of the two panels by their labels."""
    figure = Figure()
    draw_star_response(figure, response, **options)
    figure.draw_without_rendering()
    top, bottom = figure.axes
    return {line.get_label(): line for line in top.lines}, top, bottom


def test_the_curve_is_the_vector_solid_inside_the_data_and_dotted_beyond(rng):
    response = star_response(rng)

    lines, *_ = drawn(response)

    solid, dotted = lines["vector"].get_ydata(), lines["extrapolated"].get_ydata()
    assert_array_equal(solid[:-25], response.vector[:-25])
    assert np.isnan(solid[-25:]).all()
    assert_array_equal(dotted[-25:], response.vector[-25:])
    assert lines["extrapolated"].get_linestyle() == ":"


def test_every_state_has_its_samples_and_its_own_symbol(rng):
    response = star_response(rng)

    lines, *_ = drawn(response)

    symbols = set()
    for state, word in [
        (SampleState.USED, "used"),
        (SampleState.REJECTED, "rejected"),
        (SampleState.MASKED, "in lines"),
        (SampleState.EXCLUDED, "excluded"),
        (SampleState.FLAGGED, "flagged"),
        (SampleState.OUTSIDE, "outside the cut-offs"),
    ]:
        here = (response.state == state) & np.isfinite(response.ratio)
        line = lines[f"{word} ({here.sum()})"]
        assert_array_equal(line.get_xdata(), response.wave_um[here])
        assert_array_equal(line.get_ydata(), response.ratio[here])
        symbols.add((line.get_marker(), line.get_markerfacecolor()))
    assert len(symbols) == 6


def test_the_legend_tells_masks_and_ranges_from_windows_of_lines(rng):
    response = star_response(rng)
    wave = response.wave_um[(response.state == SampleState.MASKED) & np.isfinite(response.ratio)]
    mask, chosen = Mask(wave[0] - 0.001, wave[0]), Mask(wave[0], wave[-2])

    lines, *_ = drawn(response, masks=[mask], ranges=[chosen])

    assert f"masked (1), outside ranges (1), in lines ({wave.size - 2})" in lines


def test_held_values_are_diamonds_and_amber_off_the_samples(rng):
    response = star_response(rng)
    first, second, *free = response.breakpoints_um
    held = (HeldCheck(first, 1.01, 1.01, 0.01), HeldCheck(second, 1.20, 1.0, 0.01))

    lines, *_ = drawn(replace(response, held=held))

    on, off = lines["held value"], lines["held value, off the samples"]
    assert_array_equal(lines["breakpoint"].get_xdata(), free)
    assert (list(on.get_xdata()), list(on.get_ydata())) == ([first], [1.01])
    assert (list(off.get_xdata()), list(off.get_ydata())) == ([second], [1.20])
    assert (on.get_marker(), off.get_marker()) == ("D", "D")
    assert (on.get_markerfacecolor(), off.get_markerfacecolor()) == (color("accent"), color("care"))


def test_breakpoints_stand_on_the_curve(rng):
    response = star_response(rng)

    lines, *_ = drawn(response)

    assert_array_equal(lines["breakpoint"].get_xdata(), response.breakpoints_um)
    assert_array_equal(lines["breakpoint"].get_ydata(), response.breakpoint_values)


def test_both_error_bands_are_drawn_apart(rng):
    response = star_response(rng)

    _, top, _ = drawn(response)

    bands = {band.get_label(): band for band in top.collections}
    for label, error in (
        ("statistical ±1σ", response.stat_error),
        ("systematic ±1σ", response.sys_error),
    ):
        edge = bands[label].get_paths()[0].vertices
        middle = np.flatnonzero(np.isclose(edge[:, 0], response.wave_um[250]))
        values = edge[middle, 1]
        width = 2.0 * error[250]
        assert values.max() - values.min() == pytest.approx(width, rel=1e-6)


def test_samples_beyond_the_axis_are_shown_by_arrows(rng):
    response = star_response(rng)
    far = response.ratio > 2.0

    lines, top, _ = drawn(response)

    low, high = top.get_ylim()
    assert high < 2.0
    arrows = lines[f"beyond the axis ({far.sum()})"]
    assert_array_equal(arrows.get_xdata(), response.wave_um[far])
    assert_array_equal(arrows.get_ydata(), np.full(far.sum(), high))
    assert low < response.vector[20:].min()


def test_residuals_are_in_percent_of_the_curve(rng):
    response = star_response(rng)
    used = (response.state == SampleState.USED) & np.isfinite(response.ratio)

    _, _, bottom = drawn(response)

    shown = bottom.lines[1]
    assert_array_equal(shown.get_xdata(), response.wave_um[used])
    expected = 100.0 * (response.ratio[used] / response.vector[used] - 1.0)
    assert_array_equal(shown.get_ydata(), expected)
    assert "scatter 1.12 %" in bottom.texts[0].get_text()


def test_the_axis_says_which_factor_it_is(rng):
    _, relative, _ = drawn(star_response(rng))
    _, absolute, _ = drawn(star_response(rng, kind="calibration factor"))

    assert relative.get_ylabel() == "Relative factor, model / observed"
    assert absolute.get_ylabel() == "Calibration factor C ((MJy/sr)/(DN/s))"


def test_a_response_without_any_number_can_be_drawn(rng):
    response = star_response(rng)
    nothing = frozen(np.full(response.wave_um.size, np.nan))
    empty = replace(
        response,
        ratio=nothing,
        ratio_error=nothing,
        vector=nothing,
        stat_error=nothing,
        sys_error=nothing,
        breakpoints_um=frozen([]),
        breakpoint_values=frozen([]),
        scatter=np.nan,
    )

    _, top, _ = drawn(empty, title="10 Lac")

    assert top.get_title(loc="left") == "10 Lac"
