"""Tests of engine.project.source_spectra."""

import pytest

from engine.project.source_spectra import banded_segments, joined_sources
from tests.helpers.junctions import jumping_stars


@pytest.fixture
def session(rng):
    """Return two stars in 2A and 2B: e1 and e2, e3 and e4."""
    return jumping_stars(rng, levels=[1.0, 2.0]).session


def test_a_band_that_is_left_out_is_missing_and_comes_back(session):
    before = banded_segments(session, "Star 1/1-1")

    without = session.with_exclusion("e1", "saturated")

    assert [one.id for one in before] == ["e1", "e2"]
    assert [one.id for one in banded_segments(without, "Star 1/1-1")] == ["e2"]
    assert banded_segments(without.with_exclusion("e1", None), "Star 1/1-1") == before


def test_a_source_with_one_band_left_is_not_joined(session):
    assert joined_sources(session) == ("Star 1/1-1", "Star 2/2-1")

    assert joined_sources(session.with_exclusion("e4", "saturated")) == ("Star 1/1-1",)


def test_a_source_that_is_left_out_as_a_whole_is_still_measured(session):
    without = session.with_exclusion("Star 1/1-1", "variable")

    assert joined_sources(without) == joined_sources(session)
    assert without.sources_with_exclusions() == frozenset()
    assert without.with_exclusion("e3", "saturated").sources_with_exclusions() == {"Star 2/2-1"}
