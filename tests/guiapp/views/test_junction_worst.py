"""Tests of guiapp.views.junction_worst."""

from dataclasses import replace

import pytest

from engine.compare.jumps import JumpSource, compare_jumps
from engine.compare.junctions import measure_junctions
from guiapp.views.junction_worst import worst_junction
from tests.helpers.junctions import two_sides


@pytest.fixture
def measured(rng):
    """Return a function from source and significance to the junctions of a source."""

    def make(source, significance):
        sides = two_sides(rng, 1.0, program=source, mjd=59700.0)
        found = measure_junctions(source, sides)
        changed = tuple(replace(one, significance=significance) for one in found.measures)
        return replace(found, measures=changed)

    return make


def jumps_of(sources, left_out=""):
    return compare_jumps(
        [
            JumpSource(one.source, 59700.0, one, "variable" if one.source == left_out else "")
            for one in sources
        ]
    )


def test_the_worst_junction_is_looked_for_among_standard_stars_that_count(measured):
    sources = (
        measured("MUCOL/1-1", 9.0),
        measured("10 Lac/2-1", 5.0),
        measured("515 Athalia/3-1", 50.0),
        measured("HD 2811/4-1", 40.0),
    )

    worst = worst_junction(sources, jumps_of(sources, left_out="HD 2811/4-1"))

    assert (worst.source, worst.junction) == ("MUCOL/1-1", "2A|2B")
    assert worst.said.replace("\N{NO-BREAK SPACE}", " ") == (
        "The worst by σ, not by %, of 2 observations of standard stars that count "
        "(2 others do not, of them 515 Athalia/3-1, 2A|2B: +2.979 ± 0.059 %, 50.0 σ)."
    )


def test_without_a_standard_star_all_sources_that_count_are_looked_at(measured):
    sources = (measured("Star 1/1-1", 5.0), measured("Star 2/2-1", 9.0))

    worst = worst_junction(sources, jumps_of(sources))

    assert worst.source == "Star 2/2-1"
    assert worst.said == "The worst by σ, not by %, of 2 sources that count."


def test_without_a_number_there_is_no_worst_junction(measured):
    sources = (measured("Star 1/1-1", 5.0),)

    assert worst_junction(sources, jumps_of(sources, left_out="Star 1/1-1")) is None
