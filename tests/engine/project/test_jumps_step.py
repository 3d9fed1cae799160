"""Tests of engine.project.jumps_step and its tables."""

import numpy as np
import pytest

from engine.project.export_tables import build_table
from engine.project.exports import plan_exports
from engine.project.jumps_step import jumps_key
from tests.helpers.junctions import JUMP, jumping_stars


@pytest.fixture
def files(rng):
    """Return six stars in 2A and 2B; 2B lies 3 % above."""
    return jumping_stars(rng)


def test_the_jumps_of_all_sources_are_compared_at_both_stages(files):
    keys = files.chain.keys(files.session)

    found = files.chain.evaluate(files.session, jumps_key("extracted"))

    assert jumps_key("extracted") in keys
    assert jumps_key("calibrated") in keys
    assert found.verdict("2A|2B").kind == "multiplicative"
    assert found.verdict("2A|2B").factor == pytest.approx(JUMP, abs=0.002)
    assert [one.mjd for one in found.points] == [59700.0 + 100.0 * n for n in range(6)]


def test_a_source_that_is_left_out_does_not_count_and_keeps_its_point(files):
    before = files.chain.digest(files.session, jumps_key("extracted"))

    session = files.session.with_exclusion("Star 3/3-1", "variable")
    found = files.chain.evaluate(session, jumps_key("extracted"))

    assert files.chain.digest(session, jumps_key("extracted")) != before
    assert found.verdict("2A|2B").n_sources == 5
    assert [one.reason for one in found.points] == ["", "", "variable", "", "", ""]


def test_one_source_alone_has_no_kind_yet_and_says_so(rng):
    files = jumping_stars(rng, levels=[1.0])

    found = files.chain.evaluate(files.session, jumps_key("extracted"))

    assert found.verdict("2A|2B").n_sources == 1
    assert found.trend("2A|2B", "flux").reason.startswith("1 source,")


def test_the_tables_hold_points_and_verdicts(files):
    points = build_table(files.session, files.chain, "jumps")
    verdicts = build_table(files.session, files.chain, "jump-verdicts")

    extracted = points.column("stage").values == "extracted"
    assert np.count_nonzero(extracted) == 6
    assert points.column("ratio").values[extracted] == pytest.approx(JUMP, abs=0.003)
    kinds = dict(
        zip(verdicts.column("junction").values, verdicts.column("kind").values, strict=True)
    )
    assert kinds["2A|2B"] == "multiplicative"
    assert kinds["1A|1B"] == "undetermined"


def test_figures_are_planned_under_clear_names(files):
    names = [one.name for one in plan_exports(files.session, files.chain, ("figures", "tables"))]

    assert "all-sources_jumps-extracted.pdf" in names
    assert {"jumps.ecsv", "jump-verdicts.ecsv"} <= set(names)


def test_a_source_that_was_measured_once_is_not_taken_apart_again(files):
    key = jumps_key("extracted")
    before = files.chain.evaluate(files.session, key)

    after = files.chain.evaluate(files.session.with_exclusion("Star 3/3-1", "variable"), key)

    kept = [one is other for one, other in zip(before.points, after.points, strict=True)]
    assert kept == [True, True, False, True, True, True]
    assert before.points[2].ratio == after.points[2].ratio


def test_the_table_of_junctions_says_where_jumps_come_from(files):
    table = build_table(files.session, files.chain, "junctions")

    rows = zip(table.column("junction").values, table.column("cause").values, strict=True)
    told = [cause for junction, cause in rows if junction == "2A|2B"]
    assert told
    assert all("other stars" in cause for cause in told)


def test_a_table_of_some_sources_rests_on_no_other(files):
    of = [one for one in map(str, files.chain.keys(files.session)) if one.startswith("junctions:")]

    table = build_table(files.session, files.chain, "junctions", of=of[:2])

    assert not any("other stars" in cause for cause in table.column("cause").values)
