"""Tests of engine.project.vector_choice: what each spectrum is calibrated with, and no other."""

from dataclasses import replace

import pytest

from engine.project.calibrate_step import vector_source
from engine.project.session import Session
from engine.project.vector_choice import (
    OPENED,
    OWN,
    SEVERAL,
    calibrated_together,
    usual_choice,
    vector_choice,
    vector_choices,
    with_vectors,
)
from tests.helpers.sessions import entry

BANDS = ("3C", "4A")


def in_unit(made, unit):
    return replace(made, units=(unit,) * len(made.parts))


@pytest.fixture
def session():
    """Return two stars with models, an asteroid and a disk in DN/s, and a visit in Jy."""
    rates = [
        entry(1, target="10 Lac", bands=BANDS),
        entry(2, target="16 Cyg B", bands=BANDS),
        entry(3, kind="spectrum", role="asteroid", target="515 Athalia", bands=BANDS),
        entry(4, kind="spectrum", role="red disk", target="SAO 206462", bands=BANDS),
    ]
    visit = entry(5, kind="spectrum", target="16 Cyg B", bands=BANDS, program="9999")
    models = (
        entry(6, kind="model spectrum", role="model", target="10LAC", bands=("",)),
        entry(7, kind="model spectrum", role="model", target="16CYGB", bands=("",)),
    )
    opened = (*(in_unit(one, "DN/s") for one in rates), in_unit(visit, "Jy"), *models)
    return Session(entries=opened, next_id=8)


def names(session, source):
    return [one.name for one in vector_choices(session, session.sources[source])]


def sources_of(session):
    """Return what calibrates each segment."""
    return {one.id: vector_source(session, one) for one in session.segments}


def test_a_star_can_have_its_own_the_combined_or_another_stars_vectors(session):
    assert names(session, "10 Lac/1538-1") == [OWN, "combined", "channel 4", "10 Lac", "16 Cyg B"]


def test_a_spectrum_in_jy_is_not_offered_vectors_of_count_rates(session):
    assert names(session, "16 Cyg B/9999-1") == [OWN]


def test_without_spectra_there_is_nothing_to_choose(session):
    assert vector_choices(session, ()) == ()


def test_a_star_that_is_left_out_calibrates_no_other(session):
    without = session.with_exclusion("16 Cyg B/1538-1", "a companion")
    without = without.with_exclusion("16 Cyg B/9999-1", "a companion")

    assert "16 Cyg B" not in names(without, "10 Lac/1538-1")


def test_opened_vectors_are_offered_for_their_bands_alone(session):
    vector = entry(8, kind="vector", role="other", target="10 Lac", bands=("4A",))
    session = session.with_entries([vector])
    segments = session.sources["10 Lac/1538-1"]

    after = with_vectors(session, segments, OPENED)

    assert OPENED in names(session, "10 Lac/1538-1")
    assert sources_of(after)["e1.1"] == OWN
    assert sources_of(after)["e1.2"] == "e8"


@pytest.mark.parametrize("name", ["combined", "channel 4", "10 Lac", OWN])
def test_what_was_chosen_holds_for_the_whole_source_and_for_nothing_else(session, name):
    source = "16 Cyg B/1538-1"
    before = with_vectors(session, session.sources[source], "16 Cyg B")

    after = with_vectors(before, before.sources[source], name)

    assert vector_choice(after, after.sources[source]) == name
    others = [one.id for one in session.segments if one.identity.source_key != source]
    assert {one: sources_of(after)[one] for one in others} == {
        one: sources_of(session)[one] for one in others
    }


def test_channel_4_stands_for_the_combined_vectors_below_it(session):
    after = with_vectors(session, session.sources["10 Lac/1538-1"], "channel 4")

    assert [sources_of(after)[one] for one in ("e1.1", "e1.2")] == ["combined", "channel 4"]


def test_all_observations_are_neither_red_sources_nor_spectra_in_jy(session):
    held = calibrated_together(session)

    assert {one.identity.source_key for one in held} == {"10 Lac/1538-1", "16 Cyg B/1538-1"}


def test_several_ways_are_told_as_such_and_stay_until_one_is_chosen(session):
    first = session.sources["10 Lac/1538-1"][:1]
    mixed = with_vectors(session, first, "combined")
    held = mixed.sources["10 Lac/1538-1"]

    assert vector_choice(mixed, held) == SEVERAL
    assert vector_choice(with_vectors(mixed, held, "combined"), held) == "combined"
    assert usual_choice(mixed, held) == OWN
    assert usual_choice(mixed, mixed.sources["515 Athalia/1538-1"]) == "channel 4"
