"""What the view of the combination draws is what the result holds."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.mrs.star_combination import CombinationParams, combine_stars
from guiapp.views.star_combination import StarCombinationView, color_name, joined
from tests.helpers.star_vectors import BANDS, star_vectors


@pytest.fixture
def view(qtbot, rng, dressed):
    """Return the view with ten stars, one of them left out."""
    vectors = [
        replace(v, excluded="odd") if v.vector.identity.target == "HD 2811" else v
        for v in star_vectors(rng)
    ]
    view = StarCombinationView()
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(combine_stars(vectors, CombinationParams(order=1)))
    return view


def test_every_star_is_one_curve_of_every_other_band(view):
    [row] = [r for r in view.result.relative if r.star == "μ Col" and r.band == "1C"]

    curve = view.stars["μ Col/1-1"]["even"]

    finite = np.isfinite(curve.ys)
    assert np.all(np.diff(curve.xs) > 0)
    assert np.count_nonzero(finite) == 200 * len(BANDS[::2])
    assert_array_equal(curve.ys[201:401], row.ratio)


def test_a_star_that_is_left_out_is_dotted_and_says_so_in_the_legend(view):
    assert view.stars["HD 2811/1-1"]["even"].dash == "dotted"
    assert view.stars["μ Col/1-1"]["even"].dash == "solid"
    assert view.legend.buttons["HD 2811/1-1"].text() == "HD 2811 (left out)"


def test_a_star_that_is_left_out_is_crossed_in_the_residuals_selected_or_not(view):
    view.select("μ Col/1-1")
    apart = view.star_points.points_of(2)[0].size
    view.select("HD 2811/1-1")

    assert apart == view.star_points.points_of(3)[0].size == len(BANDS)
    assert view.star_points.points_of(2)[0].size == 0
    assert view.legend.buttons["left out"].text() == "left out"


def test_the_legend_hides_a_star(view):
    view.legend.switch("μ Col/1-1")

    assert not view.stars["μ Col/1-1"]["odd"].isVisible()


def test_the_selected_star_is_marked_in_the_residuals(view):
    view.select("μ Col/1-1")

    xs, ys = view.star_points.points_of(1)
    after = [100 * (r.after - 1) for r in view.result.relative if r.star == "μ Col"]
    assert xs.size == len(BANDS)
    assert_array_equal(ys, after)


def test_the_residuals_and_their_bars_are_those_of_the_bands(view):
    assert_array_equal(view.scatter.errors, [100 * one.scatter for one in view.result.bands])
    assert_array_equal(view.bars.errors, [100 * one.residual_error for one in view.result.bands])


def test_a_problem_keeps_the_last_good_result(view):
    before = view.result

    view.show_problem("No star has a vector.", "Open some.")

    assert view.result is before
    assert "last good" in view._note.text()


def test_clearing_leaves_nothing_drawn(view):
    view.clear("Nothing is open.")

    assert view.result is None
    assert not view.stars
    assert view.residuals.xs.size == 0


def test_keys_without_a_selection_ask_for_one(view, qtbot):
    view.bind_keys((("combine.exclude", ("x",)),))

    with qtbot.assertNotEmitted(view.exclude_wanted):
        view._ask(view.exclude_wanted)

    assert "Click a star" in view._note.text()


def test_classes_give_the_colors():
    assert [color_name(star) for star in ("10 Lac", "HD 2811", "16 Cyg B", "?")] == [
        "class hot",
        "class A",
        "class G",
        "class other",
    ]


def test_pieces_are_joined_with_a_gap():
    x, y = joined(
        [(np.array([1.0, 2.0]), np.array([5.0, 6.0])), (np.array([4.0]), np.array([7.0]))]
    )

    assert_array_equal(x, [1, 2, 3, 4])
    assert_array_equal(y, [5, 6, np.nan, 7])


def test_all_that_is_selected_is_drawn_strong(view):
    view.select("μ Col/1-1", {"μ Col/1-1", "10 Lac/1-1"})

    widths = {name: layers["even"].width for name, layers in view.stars.items()}
    strong = {name for name, width in widths.items() if width > 1.0}
    assert strong == {"μ Col/1-1", "10 Lac/1-1"}
    assert view.star_points.points_of(1)[0].size == 2 * len(BANDS)
