"""Tests of engine.project.version_changes."""

from dataclasses import replace

import pytest

from engine.compare.subsets import Subset
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import HeldValue, Mask, SampleWeight, StarResponseParams
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.version_changes import VersionChange, changes_table, version_changes
from tests.helpers.sessions import entry, star_session


def rows(then, now):
    return [(one.where, one.what, one.then, one.now) for one in version_changes(then, now)]


def test_a_version_does_not_differ_from_itself():
    session = star_session().with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=1))

    assert version_changes(session, session) == ()


def test_a_parameter_is_told_with_the_value_that_held_and_the_one_that_holds():
    then = star_session()
    now = then.with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=1.39))

    [row] = version_changes(then, now)
    [back] = version_changes(now, then)

    assert row == VersionChange("16 Cyg B 1538-1 4A", "Extract: radius", "2 FWHM", "1.39 FWHM")
    assert (back.then, back.now) == (row.now, row.then)


def test_a_parameter_of_all_is_the_value_that_held_for_each():
    for_all = ExtractionParams(radius_fwhm=1.5)
    then = star_session().with_params(NodeKey("extract", EVERYTHING), for_all)
    now = then.with_params(NodeKey("extract", "e1"), replace(for_all, background="none"))

    assert rows(then, now) == [
        ("16 Cyg B 1538-1 4A", "Extract: background", "annulus", "none"),
    ]


def test_values_at_wavelengths_are_compared_place_by_place():
    key = NodeKey("response", "e1")
    same = HeldValue(5.1, 120.0)
    before = StarResponseParams(held=(same, HeldValue(5.8215, 137.96)))
    after = StarResponseParams(
        held=(same, HeldValue(5.8215, 138.6)), weights=(SampleWeight(5.3, 0.0, "glitch"),)
    )
    then, now = (star_session().with_params(key, one) for one in (before, after))

    assert [row[1:] for row in rows(then, now)] == [
        ("Response: held value at 5.8215 µm", "137.96", "138.6"),
        ("Response: excluded, weighted at 5.3 µm", "–", "0 glitch"),
    ]


def test_of_lists_that_differ_what_each_alone_has_is_told():
    key = NodeKey("response", "e1")
    before = StarResponseParams(breakpoints_um=(5.0, 5.2, 5.4))
    after = StarResponseParams(breakpoints_um=(5.0, 5.25, 5.4), masks=(Mask(5.5, 5.6, "spike"),))
    then, now = (star_session().with_params(key, one) for one in (before, after))

    assert [row[1:] for row in rows(then, now)] == [
        ("Response: breakpoints", "3, with 5.2 µm", "3, with 5.25 µm"),
        ("Response: masks", "none", "1, with 5.5–5.6 µm spike"),
    ]
    assert [row[2:] for row in rows(star_session(), then)] == [
        ("automatic", "3, with 5 µm, 5.2 µm, 5.4 µm")
    ]


def test_numbers_that_look_alike_are_told_with_the_digits_in_which_they_differ():
    key = NodeKey("extract", "e1")
    then, now = (
        star_session().with_params(key, ExtractionParams(radius_fwhm=one))
        for one in (1.3900001, 1.3900002)
    )

    assert [row[2:] for row in rows(then, now)] == [("1.3900001", "1.3900002")]


@pytest.mark.parametrize(
    ("subject", "where"),
    [("e2", "16 Cyg B 1538-1 4B"), ("16 Cyg B/1538-1", "16 Cyg B 1538-1")],
)
def test_what_is_left_out_is_told_with_the_reason(subject, where):
    then = star_session()
    now = then.with_exclusion(subject, "bad pointing")

    assert rows(then, now) == [(where, "Left out", "used", "left out: bad pointing")]
    assert rows(now, then) == [(where, "Left out", "left out: bad pointing", "used")]


def test_files_and_models_that_came_and_went_are_told():
    then = star_session()
    other_model = entry(7, kind="model spectrum", role="model", target="16CYGB", bands=("",))
    now = then.without_entries(["e3"]).with_entries([other_model])

    assert rows(then, now) == [
        ("16 Cyg B", "Model", "16CYGB-4.fits", "16CYGB-7.fits"),
        ("16CYGB-7.fits", "File", "not open", "open"),
        ("16 Cyg B-3.fits", "File", "open", "not open"),
    ]


def test_observations_are_matched_by_their_files_whatever_their_numbers():
    then = star_session().with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=1.5))
    moved = tuple(replace(one, id=f"e{9 - number}") for number, one in enumerate(then.entries))
    now = replace(star_session(), entries=moved, next_id=10)
    now = now.with_params(NodeKey("extract", "e9"), ExtractionParams(radius_fwhm=1.5))

    assert version_changes(then, now) == ()


def test_another_role_another_content_and_another_subset_are_told():
    then = star_session().with_subset("cool", Subset("cool", condition="class = G"))
    changed = replace(then.entries[0], role="science target", sha256="f" * 64)
    now = then.with_entries([changed]).with_subset("cool", Subset("cool", condition="class = K"))

    assert rows(then, now) == [
        ("16 Cyg B-1.fits", "File, SHA-256", "000000000000", "ffffffffffff"),
        ("16 Cyg B-1.fits", "File, role", "standard star", "science target"),
        ("all", "Subset cool", "class = G", "class = K"),
    ]


def test_the_table_has_a_row_for_each_change_and_none_for_none():
    then = star_session()
    now = then.with_exclusion("e2", "bad pointing")

    table = changes_table(version_changes(then, now), "as opened")

    assert [one.name for one in table.columns] == ["where", "what", "then", "now"]
    assert table.title == "What differs from as opened"
    assert len(table) == 1
    assert len(changes_table((), "as opened")) == 0
