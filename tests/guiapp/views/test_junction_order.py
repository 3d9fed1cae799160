"""Tests of guiapp.views.junction_order."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.junctions import SourceJunctions, measure_junctions
from guiapp.views.junction_order import ordered
from tests.helpers.junctions import two_sides


@pytest.fixture
def rows(rng):
    """Return four sources: faint, bright, one without a ratio, one that says nothing."""
    found = []
    for name, level in (("b", 0.1), ("MUCOL", 5.0), ("c", 1.0), ("d", 2.0)):
        sides = two_sides(rng, level, program=name, mjd=59700.0)
        found.append((f"{name}/1-1", measure_junctions(f"{name}/1-1", sides)))
    found[1] = (found[1][0], changed(found[1][1], ratio=0.9, significance=1e9))
    found[2] = (found[2][0], changed(found[2][1], ratio=np.nan, significance=np.nan))
    found[3] = (found[3][0], changed(found[3][1], ratio=2.0, by_construction="its own vector"))
    return tuple(found)


def changed(source, **fields):
    return SourceJunctions(
        source.source,
        tuple(
            replace(one, **fields) if one.junction == "2A|2B" else one for one in source.measures
        ),
        (),
    )


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("opened", ["b", "MUCOL", "c", "d"]),
        ("name", ["b", "c", "d", "MUCOL"]),  # shown as μ Col
        ("flux", ["MUCOL", "d", "c", "b"]),
        ("jump", ["MUCOL", "b", "c", "d"]),
        ("worst", ["MUCOL", "b", "c", "d"]),
    ],
)
def test_sources_stand_in_the_order_that_is_asked_for(rows, order, names):
    found = ordered(rows, order, "2A|2B")

    assert [name.partition("/")[0] for name, _ in found] == names


def test_sources_that_do_not_count_come_last_with_the_worst_first(rows):
    found = ordered(rows, "worst", "2A|2B", counting={"b/1-1", "d/1-1"})

    assert [name.partition("/")[0] for name, _ in found] == ["b", "d", "MUCOL", "c"]


def test_a_junction_without_level_takes_the_brightness_of_another(rows):
    assert ordered(rows, "flux", "1A|1B") == ordered(rows, "flux", "2A|2B")
