"""Tests of engine.project.session and engine.project.edits."""

import json

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.vector import CalibrationVector
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.codec import to_plain
from engine.project.edits import rename_target, restore_recipe, set_role
from engine.project.keys import NodeKey, parse_key
from engine.project.models import model_of, models
from engine.project.session import Session
from tests.helpers.sessions import entry, star_session


def test_segments_leave_models_out():
    session = star_session()

    assert [segment.id for segment in session.segments] == ["e1", "e2", "e3"]
    assert session.segment("e2").title == "16 Cyg B · 4B"
    assert session.segment("e4") is None


def test_a_file_of_several_spectra_gives_several_segments():
    session = Session(entries=(entry(7, kind="spectrum", bands=("1A", "1B")),), next_id=8)

    assert [segment.id for segment in session.segments] == ["e7.1", "e7.2"]
    assert [segment.identity.band for segment in session.segments] == ["1A", "1B"]


def test_sources_gather_the_bands_in_order():
    session = star_session()

    [(name, segments)] = session.sources.items()
    assert name == "16 Cyg B/1538-1"
    assert [segment.identity.band for segment in segments] == ["4A", "4B", "4C"]


def test_files_are_found_by_kind_and_models_by_star_in_the_order_of_opening():
    session = star_session()

    for kind, found in session.entries_by_kind.items():
        assert found == tuple(one for one in session.entries if one.kind == kind)
    by_star = session.models_by_star
    assert {one for found in by_star.values() for one in found} == set(models(session))
    for star, found in by_star.items():
        assert session.star_models[star] == found[-1]


def test_own_parameters_come_before_those_for_all():
    key, other = NodeKey("response", "e1"), NodeKey("response", "e2")
    everywhere, own = StarResponseParams(degree=2), StarResponseParams(degree=4)
    session = star_session().with_params(NodeKey("response", "*"), everywhere)

    assert session.own_params(key) == everywhere
    session = session.with_params(key, own)
    assert session.own_params(key) == own
    assert session.own_params(other) == everywhere
    assert session.with_params(key, None).own_params(key) == everywhere


def test_both_stages_of_a_source_share_their_parameters():
    extracted = NodeKey("junctions", "16 Cyg B/1538-1@extracted")
    calibrated = NodeKey("junctions", "16 Cyg B/1538-1@calibrated")

    session = star_session().with_params(extracted, "anything")

    assert session.own_params(calibrated) == "anything"


def test_an_edit_leaves_the_old_session_alone():
    session = star_session()
    key = NodeKey("response", "e1")

    edited = session.with_params(key, StarResponseParams(degree=2))

    assert session.own_params(key) is None
    assert edited != session
    assert edited.with_params(key, None) == session


def test_removing_a_file_removes_what_was_decided_about_it():
    session = (
        star_session()
        .with_params(NodeKey("response", "e1"), StarResponseParams())
        .with_exclusion("e1", "mirror event")
        .with_model("16 Cyg B", "e4")
    )

    left = session.without_entries(["e1", "e4"])

    assert [one.id for one in left.entries] == ["e2", "e3", "e5"]
    assert not left.params
    assert not left.exclusions
    assert not left.models


def test_an_exclusion_keeps_its_reason_until_it_is_taken_back():
    session = star_session().with_exclusion("e1", "mirror event").with_exclusion("e1", "tilt event")

    assert session.exclusion("e1").reason == "tilt event"
    assert session.with_exclusion("e1", None).exclusion("e1") is None


def test_roles_and_names_are_changed_for_the_entries_given():
    session = set_role(star_session(), ("e1", "e2"), "red disk")
    session = rename_target(session, ("e3",), "Somebody")

    assert [one.role for one in session.entries[:3]] == ["red disk", "red disk", "standard star"]
    assert session.entries[2].parts[0].target == "Somebody"
    assert session.entries[1].parts[0].target == "16 Cyg B"


@pytest.mark.parametrize("subject", ["e1", "e3.2", "16 Cyg B/1538-1@extracted", "a:b"])
def test_keys_are_readable_text(subject):
    key = NodeKey("junctions", subject)

    assert parse_key(str(key)) == key


@pytest.mark.parametrize(
    ("subject", "stage", "settings"),
    [
        ("16 Cyg B/1538-1@extracted", "extracted", "16 Cyg B/1538-1"),
        ("me@home/1-1@calibrated", "calibrated", "me@home/1-1"),
        ("me@home", "", "me@home"),
        ("odd@", "", "odd@"),
        ("e3.2", "", "e3.2"),
    ],
)
def test_a_sign_in_the_name_of_a_target_is_no_stage(subject, stage, settings):
    key = NodeKey("junctions", subject)

    assert key.stage == stage
    assert key.settings == NodeKey("junctions", settings)


def test_parameters_are_kept_as_they_come_back_from_a_file():
    session = star_session().with_params(
        NodeKey("extract", "e1"),
        ExtractionParams(radius_fwhm=2, center=(np.float64(3.5), 4)),
    )

    kept = session.own_params(NodeKey("extract", "e1"))

    assert [type(kept.radius_fwhm), *map(type, kept.center)] == [float, float, float]


def test_parameters_that_could_not_be_saved_are_refused_at_once():
    with pytest.raises(DataError, match="radius_fwhm is nan"):
        star_session().with_params(NodeKey("extract", "e1"), ExtractionParams(radius_fwhm=np.nan))


def test_what_follows_from_the_files_outlives_an_edit_of_parameters():
    session = star_session()
    segments, sources = session.segments, session.sources

    edited = session.with_params(NodeKey("response", "e1"), StarResponseParams(degree=2))

    assert edited.segments is segments
    assert edited.sources is sources
    assert [one.id for one in edited.without_entries(["e1"]).segments] == ["e2", "e3"]
    assert edited.segment("e1") is segments[0]


def test_exclusions_are_found_by_observation_and_by_source():
    session = star_session().with_exclusion("16 Cyg B/1538-1", "tilt").with_exclusion("e9", "x")
    segment = session.segment("e1")

    assert session.exclusion_of(segment).reason == "tilt"
    assert session.with_exclusion("16 Cyg B/1538-1", None).exclusion_of(segment) is None


# Models


@pytest.mark.parametrize("name", ["16 Cyg B", "16CYG-B", "HD 186427"])
def test_a_model_is_found_under_every_name_of_its_star(name):
    session = rename_target(star_session(), ("e1",), name)

    assert model_of(session, session.segment("e1")).id == "e4"


def test_the_model_that_was_opened_last_is_taken_unless_the_user_chose():
    newer = entry(6, kind="model spectrum", role="model", target="16 Cyg B", bands=("",))
    session = star_session().with_entries([newer])

    assert model_of(session, session.segment("e1")).id == "e6"
    chosen = session.with_model("16 Cyg B", "e4")
    assert model_of(chosen, chosen.segment("e1")).id == "e4"
    assert model_of(chosen.with_model("16 Cyg B", None), chosen.segment("e1")).id == "e6"


def test_a_choice_that_is_no_longer_open_or_no_longer_a_model_falls_back():
    session = star_session().with_model("16 Cyg B", "e5")

    assert model_of(session, session.segment("e1")).id == "e5"
    closed, other = session.without_entries(["e5"]), set_role(session, ("e5",), "other")
    assert model_of(closed, closed.segment("e1")).id == "e4"
    assert model_of(other, other.segment("e1")).id == "e4"


@pytest.mark.parametrize("target", ["", "***", "Nobody"])
def test_a_source_without_a_name_has_no_model(target):
    nameless = entry(6, kind="model spectrum", role="model", target=target, bands=("",))
    session = rename_target(star_session().with_entries([nameless]), ("e1",), "???")

    assert model_of(session, session.segment("e1")) is None


def test_a_cube_is_no_model_whatever_its_role():
    session = set_role(star_session(), ("e2",), "model")

    assert [one.id for one in models(session)] == ["e4", "e5"]
    assert model_of(session, session.segment("e1")).id == "e4"


# Vectors that come back


def _vector(recipe, band="4A", target="16CYGB"):
    return CalibrationVector(
        *[()] * 5,
        kind="relative factor",
        identity=Identity(target=target, band=band),
        recipe=recipe,
    )


def test_a_reopened_vector_restores_breakpoints_and_masks():
    params = StarResponseParams(breakpoints_um=(18.5, 19.5), masks=(Mask(18.6, 18.8, "H I"),))
    recipe = json.dumps({"step": "response", "params": to_plain(params)})

    session, key = restore_recipe(star_session(), _vector(recipe))

    assert key == NodeKey("response", "e1")
    assert session.own_params(key) == params


@pytest.mark.parametrize(
    ("vector", "words"),
    [
        (_vector(""), "carries no recipe"),
        (_vector("{"), "cannot be read"),
        (_vector('{"step": "os.system"}'), "cannot be read"),
        (_vector('{"step": "response", "params": {}}', band="1A"), "1A"),
        (_vector('{"step": "response", "params": {}}', target="Vega"), "Vega"),
    ],
)
def test_a_vector_that_restores_nothing_says_why(vector, words):
    with pytest.raises(DataError, match=words):
        restore_recipe(star_session(), vector)


def test_the_star_seen_most_often_comes_first_among_those_with_visits():
    def seen(number, star, program, bands):
        return entry(number, kind="spectrum", target=star, program=program, bands=bands)

    entries = (
        seen(1, "10 Lac", "1524", ("1A",)),
        seen(2, "10 Lac", "3779", ("1A",)),
        seen(3, "HD 163466", "1536", ("1A", "1B")),
        seen(4, "HD 163466", "4496", ("1A", "1B")),
        seen(5, "16 Cyg B", "1538", ("1A",)),
    )

    assert Session(entries=entries, next_id=6).repeated_stars == ("HD 163466", "10 Lac")


def test_what_a_session_forgets_is_found_out_again():
    session = star_session()
    before = (session.segments, session.sources, session.observations)

    session.forget()

    assert "segments" not in session.__dict__
    assert session == star_session()
    assert (session.segments, session.sources, session.observations) == before
