"""Tests of engine.figures.model_choice."""

import pytest
from matplotlib.figure import Figure

from engine.figures import draw_model_choice
from engine.mrs.model_choice import class_name, compare_models
from engine.mrs.star_combination import CombinationParams, combine_stars
from tests.helpers.star_vectors import BANDS, OFFSETS, star_vectors
from tests.helpers.swapped_models import with_models


@pytest.fixture
def comparison(rng):
    """Return ten stars; the models of the G stars are 2.4 % brighter after."""
    factors = {star: 1.024 for star in OFFSETS if class_name(star) == "G"}
    vectors = star_vectors(rng)
    before = combine_stars(vectors, CombinationParams())
    after = combine_stars(with_models(vectors, factors), CombinationParams())
    names = {one.source: ("old", "new" if one.star in factors else "old") for one in before.stars}
    return compare_models(before, after, names)


def test_every_star_and_class_stands_before_and_after(comparison):
    figure = Figure(layout="constrained")

    draw_model_choice(figure, comparison)
    figure.draw_without_rendering()

    top, bottom = figure.axes
    labels = [text.get_text() for text in top.get_xticklabels()]
    assert sorted(labels) == sorted(OFFSETS)
    g_star = labels.index("16 Cyg B")
    [link] = [line for line in top.lines if list(line.get_xdata()) == [g_star, g_star]]
    was, now = link.get_ydata()
    assert (100 + now) / (100 + was) == pytest.approx(1.024, rel=1e-9)
    finals = [line for line in bottom.lines if line.get_linewidth() == pytest.approx(1.6)]
    assert len(finals) == len(BANDS)
    assert finals[0].get_ydata().mean() == pytest.approx(0.96, abs=0.05)  # 4 of 10 stars
