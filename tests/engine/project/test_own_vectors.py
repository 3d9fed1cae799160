"""Tests of engine.project.own_vectors, and of what junctions say of them."""

from dataclasses import replace

import numpy as np
import pytest

from engine.mrs.calibrated_spectra import CalibrationParams
from engine.project.calibrate_step import is_calibrated_already
from engine.project.export_tables import build_table
from engine.project.jumps_step import jumps_key
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.own_vectors import (
    CALIBRATED_ALREADY,
    bands_with_own_vectors,
    has_only_own_vectors,
    has_own_vector,
    sources_with_own_vectors,
    vector_title,
    vectors_said,
)
from tests.helpers.open_files import OpenFiles

A, B = "Star A/1-1", "Star B/1-1"
CALIBRATED = NodeKey("junctions", f"{A}@calibrated")


@pytest.fixture
def files():
    """Return two stars in 1B and 1C with models: e1 and e2, e3 and e4."""
    files = OpenFiles()
    for star in ("Star A", "Star B"):
        files.spectrum(star, "1B")
        files.spectrum(star, "1C")
    files.model("Star A")
    files.model("Star B")
    return files


def applied(session, vector, subject=EVERYTHING):
    return session.with_params(NodeKey("calibrate", subject), CalibrationParams(vector_of=vector))


def test_a_segment_has_its_own_vector_by_whichever_name_it_is_wanted(files):
    session = files.session
    [one, *_] = session.sources[A]

    assert has_own_vector(session, one)
    assert has_own_vector(applied(session, "Star A"), one)
    assert has_own_vector(applied(session, "e1", "e1"), one)
    assert not has_own_vector(applied(session, "Star B"), one)
    assert not has_own_vector(applied(session, "combined"), one)
    assert not has_own_vector(applied(session, "Star C"), one)  # there is none


def test_a_calibrated_spectrum_is_not_calibrated_beside_count_rates(files):
    rates = files.session
    units = dict.fromkeys(("e1", "e2", "e4"), "DN/s") | {"e3": "Jy", "e5": "Jy", "e6": "Jy"}
    entries = tuple(replace(one, units=(units[one.id],)) for one in rates.entries)
    session = applied(replace(rates, entries=entries), "Star A")
    steps = files.chain.keys_of(session, "calibrate")
    own = applied(session, "", "e3")
    all_in_jy = replace(
        session, entries=tuple(replace(one, units=("Jy",)) for one in rates.entries)
    )

    assert [key.subject for key in steps] == ["e1", "e2", "e4"]
    assert vector_title(session, session.segment("e3")) == CALIBRATED_ALREADY
    assert is_calibrated_already(session, session.segment("e3"))
    assert not is_calibrated_already(own, own.segment("e3"))
    assert len(files.chain.keys_of(all_in_jy, "calibrate")) == 4


def test_a_calibrated_copy_changes_nothing_that_its_count_rates_give(files):
    before = files.session
    files.spectrum("Star A", "1B", seed=9)
    rates = dict.fromkeys(("e1", "e2", "e3", "e4"), ("DN/s",))

    def with_units(session):
        entries = (replace(one, units=rates.get(one.id, ("Jy",))) for one in session.entries)
        return applied(replace(session, entries=tuple(entries)), "Star A")

    alone, beside = with_units(before), with_units(files.session)
    chain = files.chain

    assert beside.copies == {"e7"}
    assert {key: chain.digest_or_reason(alone, key) for key in chain.keys(alone)} == {
        key: chain.digest_or_reason(beside, key) for key in chain.keys(alone)
    }


def test_each_vector_is_named(files):
    session = files.session
    [one, *_] = session.sources[A]

    assert vector_title(session, one) == "own response"
    assert vector_title(applied(session, "Star B"), one) == f"response of {B}"
    assert vector_title(applied(session, "combined"), one) == "combined vector"
    assert vector_title(applied(session, "Star C"), one) == "response of Star C"


def test_what_calibrates_spectra_is_said_in_one_phrase(files):
    session = files.session
    segments, both = session.sources[A], session.segments
    mixed = applied(session, "Star B", segments[0].id)
    odd = applied(applied(session, "Star B"), "combined", segments[0].id)

    assert vectors_said(session, segments) == "own responses"
    assert vectors_said(applied(session, "Star B"), segments) == f"response of {B}"
    assert vectors_said(mixed, segments) == f"response of {B} and own responses"
    assert vectors_said(odd, both) == (
        "own responses, 2 spectra otherwise"  # those of the star that gives them
    )
    assert vectors_said(session, ()) == ""


def test_a_vector_that_all_share_is_nobodys_own(files):
    segments = files.session.segments

    assert has_only_own_vectors(files.session, segments)
    assert sources_with_own_vectors(files.session, segments) == (A, B)
    assert sources_with_own_vectors(applied(files.session, "Star B"), segments) == ()
    assert bands_with_own_vectors(applied(files.session, "e1", "e2"), segments[:2]) == {"1B"}


def test_junctions_of_own_vectors_are_marked_said_and_do_not_count(files):
    own = files.chain.evaluate(files.session, CALIBRATED)
    other = files.chain.evaluate(applied(files.session, "Star B"), CALIBRATED)
    extracted = files.chain.evaluate(files.session, NodeKey("junctions", f"{A}@extracted"))

    assert own.measures[1].by_construction
    shared = [
        any("what it shares" in text for text in one.messages) for one in (own, other, extracted)
    ]
    assert shared == [False, True, False]
    assert not own.measures[2].by_construction  # there is no 2A
    assert own.messages[-1].startswith("All junctions: both bands are calibrated with their own")
    assert not any("own responses" in said for said in (*other.messages, *extracted.messages))
    assert not other.measures[1].by_construction
    assert not extracted.measures[1].by_construction


def test_jumps_over_all_sources_do_not_take_them_for_agreements(files):
    key = jumps_key("calibrated")

    own = files.chain.evaluate(files.session, key)
    common = files.chain.evaluate(applied(files.session, "Star B"), key)

    assert own.verdict("1B|1C").n_sources == 0
    assert all("own responses" in one.reason for one in own.points)
    assert common.verdict("1B|1C").n_sources == 1  # Star B's own still says nothing


def test_the_last_step_of_the_chain_and_the_table_say_it_too(files):
    steps = dict(files.chain.evaluate(files.session, NodeKey("junction_steps", A)).steps)
    table = build_table(files.session, files.chain, "junctions")

    assert steps["calibrate"].measures[1].by_construction
    assert not steps["extract"].measures[1].by_construction
    said = [
        reason
        for stage, junction, reason in zip(
            table.column("stage").values,
            table.column("junction").values,
            table.column("reason").values,
            strict=True,
        )
        if stage == "calibrated" and junction == "1B|1C"
    ]
    assert np.size(said) == 2
    assert all("own responses" in one for one in said)
