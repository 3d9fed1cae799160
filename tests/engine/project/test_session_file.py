"""Tests of engine.project.session_file and engine.project.strict_json."""

import copy
import hashlib
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.analyses import ANALYSES
from engine.errors import FileError
from engine.files import load
from engine.model.identity import Identity
from engine.mrs.extraction import ExtractionParams
from engine.mrs.response_params import HeldValue, Mask, SampleWeight, StarResponseParams
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.layout import Layout
from engine.project.older_values import RENAMED
from engine.project.session import Session
from engine.project.session_file import (
    VERSION,
    file_digest,
    parse_session,
    read_session,
    session_text,
    write_session,
)
from tests.helpers.any_sessions import any_sessions, changed_params
from tests.helpers.disk import file_size_limit
from tests.helpers.sessions import entry, star_session

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "sessions").glob("*.fluxknot"))
HERE = Path("/data/session.fluxknot")
NOTHING = object()


def decided_session():
    """Return a session with decisions of every kind."""
    response = StarResponseParams(
        breakpoints_um=(18.5, 19.5), masks=(Mask(18.6, 18.8, "H I"),), held=(HeldValue(19.0, 1.2),)
    )
    return (
        star_session()
        .with_params(NodeKey("response", "e1"), response)
        .with_params(NodeKey("extract", "*"), ExtractionParams(center=(3.25, 4.0)))
        .with_model("16 Cyg B", "e4")
        .with_exclusion("e3", "mirror event")
    )


# Round trips


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_session_of_any_age_opens_and_keeps_what_it_says(path):
    original = json.loads(path.read_text(encoding="utf-8-sig"))

    text = session_text(read_session(path), path.parent)

    assert what_is_lost(original, json.loads(text)) == []
    assert session_text(parse_session(text, path), path.parent) == text


def what_is_lost(old, new, where=""):
    """Return the places of ``old`` that ``new`` does not have; more keys are no loss."""
    if isinstance(old, dict) and isinstance(new, dict):
        parts = ((new.get(key, NOTHING), value, key) for key, value in old.items())
        return [
            lost for now, was, key in parts for lost in what_is_lost(was, now, f"{where}/{key}")
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [lost for i, (was, now) in pairs for lost in what_is_lost(was, now, f"{where}/{i}")]
    field = where.rpartition("/")[2]
    renamed = {now for (_, name, was), now in RENAMED.items() if (name, was) == (field, old)}
    return [] if new in renamed or (type(old), old) == (type(new), new) else [where]


def test_a_sample_is_never_changed_only_added():
    listed = (SAMPLES[0].parent / "SHA256SUMS").read_text(encoding="utf-8").split()

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SAMPLES}

    assert found == dict(zip(listed[1::2], listed[::2], strict=True))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_reopened_session_asks_for_the_same_results(path):
    """The digest of a result stands for its bits: files, parameters and steps before it."""
    session, chain = read_session(path), Chain()

    again = parse_session(session_text(session, path.parent), Path("/moved/night.fluxknot"))

    assert chain.keys(again) == chain.keys(session)
    for key in chain.keys(session):
        assert chain.digest_or_reason(again, key) == chain.digest_or_reason(session, key)


def test_there_are_twenty_samples_of_every_version():
    versions = Counter(
        json.loads(path.read_text(encoding="utf-8-sig"))["version"] for path in SAMPLES
    )

    assert set(versions) == set(range(1, VERSION + 1))
    assert min(versions.values()) >= 20


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(any_sessions())
def test_any_session_survives_its_file_byte_by_byte(session):
    text = session_text(session, HERE.parent)

    again = parse_session(text, HERE)

    assert again == session
    assert session_text(again, HERE.parent) == text


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_the_parameters_of_every_step_survive_the_file(analysis):
    key = NodeKey(analysis.name, "*")
    session = star_session().with_params(key, changed_params(analysis.params))

    again = parse_session(session_text(session, None), HERE)

    assert again.own_params(key) == session.own_params(key) != analysis.params()


def test_a_sample_says_what_was_decided():
    [path] = [path for path in SAMPLES if path.stem == "v1-every-parameter"]

    session = read_session(path)

    response = session.own_params(NodeKey("response", "e1"))
    assert response.breakpoints_um == (18.1, 18.9, 19.6, 20.4)
    assert response.fit_in == "inverse photon"
    assert response.cutoffs_um == (17.75, None)
    assert response.weights[0] == SampleWeight(19.2003, 0.0, "cosmic ray")
    assert session.own_params(NodeKey("extract", "e3")).center == (24.3, 19.75)
    assert session.own_params(NodeKey("extract", "e2")).center == "target"
    assert session.own_params(NodeKey("calibrate", "e1")).vector_of == "10 Lac"
    assert [segment.identity.band for segment in session.segments] == ["4A", "4B", "4C"]


@pytest.mark.parametrize("session", [Session(), star_session(), decided_session()])
def test_a_session_survives_its_file(tmp_path, session):
    path = tmp_path / "a.fluxknot"

    write_session(session, path)
    first = path.read_bytes()
    reread = read_session(path)
    write_session(reread, path)

    assert reread == session
    assert path.read_bytes() == first


def test_the_undo_history_is_not_needed_to_reopen_the_same_text():
    session = decided_session()
    other = session.with_params(NodeKey("response", "e2"), StarResponseParams(degree=2))

    undone = other.with_params(NodeKey("response", "e2"), None)

    assert session_text(undone, None) == session_text(session, None)


def test_the_same_file_is_the_same_session_while_that_is_in_use(tmp_path):
    path = tmp_path / "s.fluxknot"
    write_session(decided_session(), path)
    first = read_session(path)

    again = read_session(path)
    elsewhere = parse_session(path.read_text(), tmp_path / "other" / "s.fluxknot")
    write_session(star_session(), path)
    changed = read_session(path)

    assert again is first
    assert elsewhere is not first
    assert changed == star_session()


# Paths


def test_paths_beside_and_below_the_session_move_with_it(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "cubes").mkdir(parents=True)
    inside = replace(entry(1), path=str(old / "cubes" / "a.fits"))
    outside = replace(entry(2), path="/elsewhere/b.fits")
    write_session(Session(entries=(inside, outside)), old / "s.fluxknot")

    old.rename(new)
    paths = [one.path for one in read_session(new / "s.fluxknot").entries]

    assert paths == [str(new / "cubes" / "a.fits"), "/elsewhere/b.fits"]


def test_links_of_folders_do_not_make_paths_absolute(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    through_link = replace(entry(1), path=str(tmp_path / "link" / "a.fits"))

    write_session(Session(entries=(through_link,)), tmp_path / "link" / "s.fluxknot")

    document = json.loads((tmp_path / "real" / "s.fluxknot").read_text())
    assert document["entries"][0]["path"] == "a.fits"


def test_names_of_files_that_are_no_unicode_survive(tmp_path):
    name = os.fsdecode(b"\xff\xfe.fits")
    path = tmp_path / "a.fluxknot"

    write_session(Session(entries=(replace(entry(1), path=str(tmp_path / name)),)), path)

    assert read_session(path).entries[0].path == str(tmp_path / name)
    path.read_text(encoding="utf-8")


def test_an_existing_session_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "a.fluxknot"
    write_session(star_session(), path)

    with pytest.raises(FileError, match="exists already"):
        write_session(Session(), path, exists="refuse")

    assert read_session(path) == star_session()


# How it was shown


def test_a_session_says_how_it_was_shown_and_is_the_same_session_however_it_was():
    layout = Layout("junctions", ("e1", "e3.2"), rows=("target:HD 163466",), beside="response")
    shown = replace(decided_session(), layout=layout)

    again = parse_session(session_text(shown, None), HERE)

    assert again.layout == layout
    assert again == decided_session()


def test_a_session_that_no_window_saved_says_nothing_of_how_it_was_shown():
    assert "layout" not in json.loads(session_text(decided_session(), None))


@pytest.mark.parametrize("layout", [7, [], {"view": 3}, {"selected": "e1"}])
def test_a_layout_that_makes_no_sense_keeps_no_session_from_opening(layout):
    text = json.dumps(json.loads(session_text(decided_session(), None)) | {"layout": layout})

    session = parse_session(text, HERE)

    assert session == decided_session()
    assert session.layout == Layout()


# What this version does not know


def test_what_is_not_known_is_kept_where_it_was():
    [path] = [path for path in SAMPLES if "later-minor" in path.stem]

    session = read_session(path).with_exclusion("e1", "later").with_model("16 Cyg B", "e4")

    document = json.loads(session_text(session, None))
    assert document["layout"] == {"left": ["browser", {"width": 280}], "zoom": [1.5, None, True]}
    assert document["entries"][0]["note"] == "a future remark"
    assert document["params"]["response:e1"]["smoothness"] == 0.5
    assert document["params"]["telluric:*"] == {"order": 3}
    assert document["exclusions"][0] == {"subject": "e3", "reason": "tilt", "by": "DL"}
    assert document["exclusions"][1] == {"subject": "e1", "reason": "later"}


def test_what_is_not_known_goes_with_the_file_it_belongs_to():
    [path] = [path for path in SAMPLES if "later-minor" in path.stem]

    text = session_text(read_session(path).without_entries(["e1"]), None)

    assert "a future remark" not in text
    assert "smoothness" not in text


@pytest.mark.parametrize("version", [2, 10**9])
def test_a_newer_version_is_refused_and_left_alone(tmp_path, version):
    path = tmp_path / "new.fluxknot"
    path.write_text(json.dumps({"format": "fluxknot session", "version": version, "entries": []}))
    before = path.read_bytes()

    with pytest.raises(FileError, match=r"new\.fluxknot: it was written by a newer version"):
        read_session(path)
    with pytest.raises(FileError, match="newer version"):
        write_session(star_session(), path, exists="replace")

    assert path.read_bytes() == before


# Damage


def document(**changes):
    return json.loads(session_text(decided_session(), None)) | changes


def entry_with(**changes):
    plain = document()["entries"][0]
    return document(entries=[plain | changes])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("{", "damaged in line 1"),
        ("null", "not a Fluxknot session"),
        ("[]", "not a Fluxknot session"),
        ('{"format": "fluxknot session"}', "version is 'None'"),
        ('{"format": "fluxknot session", "version": true}', "version is 'True'"),
        ('{"format": "fluxknot session", "version": 1.0}', "version is '1.0'"),
        ('{"format": "fluxknot session", "version": 0}', "version is '0'"),
        ('{"format": "fluxknot session", "version": 1, "version": 1}', "damaged"),
        ('{"format": "fluxknot session", "version": 1, "next_id": NaN}', "damaged"),
        ('{"format": "fluxknot session", "version": 1, "zoom": [-Infinity]}', "damaged"),
        ('{"format": "fluxknot session", "version": 1, "zoom": 1e999}', "damaged"),
        ('{"format": "fluxknot session", "version": 1, "zoom": ' + "9" * 5000 + "}", "damaged"),
        ("[" * 200_000, "damaged"),
        ('{"format": "fluxknot session", "version": 1, "x": ' + "[" * 99 + "]" * 99 + "}", "deep"),
        ("{'format': 'fluxknot session'}", "damaged"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name_and_a_way_out(tmp_path, text, words):
    path = tmp_path / "broken.fluxknot"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FileError) as caught:
        read_session(path)

    assert "broken.fluxknot" in caught.value.what
    assert words in caught.value.what or words == "deep"
    assert len(caught.value.sentence) <= 300


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (document(entries={}), "entries is not a list"),
        (document(params=[]), "params is not an object"),
        (document(models=3), "models is not an object"),
        (document(models={"a": 3}), "models.a is 3"),
        (document(exclusions=[{"subject": "e1"}]), "exclusions"),
        (document(exclusions=["e1"]), "exclusions"),
        (document(next_id="7"), "next_id"),
        (document(entries=document()["entries"] * 2), "same id"),
        (document(entries=[7]), "entries[0]"),
        (entry_with(path=""), "path"),
        (entry_with(path="a\0b"), "path"),
        (entry_with(path=None), "path"),
        (entry_with(id="../../e1"), "id"),
        (entry_with(id="e²"), "id"),
        (entry_with(id="e0"), "id"),
        (entry_with(id="e" + "9" * 5000), "id"),
        (entry_with(size="big"), "size"),
        (entry_with(role="administrator"), "role"),
        (entry_with(parts=[{"mjd": 10**400}]), "mjd"),
        (entry_with(parts=[{"target": "\ud800"}]), "target"),
        (entry_with(parts=[5]), "parts[0]"),
        (document(params={"response:e1": {"degree": "three"}}), "degree"),
        (document(params={"response:e1": []}), "response:e1"),
        (document(params={"response": {}}), "no step and subject"),
        (document(params={":e1": {}}), "no step and subject"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(broken, words):
    with pytest.raises(FileError) as caught:
        parse_session(json.dumps(broken), HERE)

    assert words in caught.value.what
    assert len(caught.value.sentence) <= 300


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_matter(tmp_path, encoding):
    path = tmp_path / "a.fluxknot"
    path.write_text(session_text(decided_session(), None), encoding=encoding)

    assert read_session(path) == decided_session()


@pytest.mark.parametrize("next_id", [-5, 0, 1, 3])
def test_ids_are_never_used_twice_whatever_the_file_says(next_id):
    session = parse_session(json.dumps(document(next_id=next_id)), HERE)

    assert session.next_id == 6


def nodes_of(value, place=()):
    """Yield the place of every value inside ``value``."""
    yield place
    if not isinstance(value, dict | list):
        return
    for name, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield from nodes_of(child, (*place, name))


def with_node(value, place, new):
    changed = copy.deepcopy(value)
    target = changed
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = new
    return changed


WHOLE = document()
PLACES = [place for place in nodes_of(WHOLE) if place]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), JSON_VALUES)
def test_any_value_in_any_place_gives_a_session_or_a_sentence(place, value):
    session, sentence = session_or_sentence(json.dumps(with_node(WHOLE, place, value)))

    if session is None:
        assert "session.fluxknot" in sentence
        assert len(sentence) <= 300
    else:
        again = parse_session(session_text(session, HERE.parent), HERE)
        assert again == session
        assert session_text(again, None) == session_text(session, None)


@settings(max_examples=200)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_byte_gives_a_session_or_a_sentence(position, value):
    content = bytearray(session_text(decided_session(), None).encode())
    content[position % len(content)] = value

    session, sentence = session_or_sentence(content.decode("utf-8", "replace"))

    assert session is not None or "session.fluxknot" in sentence


def session_or_sentence(text):
    try:
        return parse_session(text, HERE), ""
    except FileError as error:
        return None, error.sentence


def test_reading_a_session_touches_nothing_it_names(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    trap = replace(entry(1), path=str(tmp_path / "pipe"))
    write_session(Session(entries=(trap,)), tmp_path / "a.fluxknot")

    assert read_session(tmp_path / "a.fluxknot").entries[0].path == trap.path


def test_the_general_reader_tells_a_session_from_other_files(tmp_path):
    write_session(star_session(), tmp_path / "a.fluxknot")

    loaded = load(tmp_path / "a.fluxknot")

    assert loaded.kind == "session"
    assert loaded.products == ()


def test_the_digest_of_a_file_follows_its_text(tmp_path):
    one, other = tmp_path / "a.fluxknot", tmp_path / "b.fluxknot"
    write_session(star_session(), one)
    write_session(Session(), other)

    assert file_digest(one) != file_digest(other)
    write_session(star_session(), other)
    assert file_digest(one) == file_digest(other)
    assert file_digest(tmp_path / "nothing") == ""


# Disks


@pytest.mark.parametrize("size", [0, 1, 500, 1500])
def test_a_full_disk_leaves_the_old_session(tmp_path, size):
    path = tmp_path / "a.fluxknot"
    write_session(Session(), path)
    before = path.read_bytes()

    with file_size_limit(size), pytest.raises(FileError, match=r"a\.fluxknot"):
        write_session(decided_session(), path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_content_in_memory_does_not_leak_between_sessions():
    extra = MappingProxyType({"entries": {"e1": {"note": "x"}}, "theme": "dark"})
    session = replace(star_session(), extra=extra)

    text = session_text(session, None)
    other = session_text(star_session(), None)

    assert json.loads(text)["theme"] == "dark"
    assert json.loads(text)["entries"][0]["note"] == "x"
    assert "note" not in other


def test_the_identity_of_every_part_is_kept():
    parts = (Identity(target="μ Col", band="1A", mjd=59799.90576726794), Identity(band="1B"))
    session = Session(entries=(replace(entry(1, kind="spectrum"), parts=parts),))

    assert parse_session(session_text(session, None), HERE).entries[0].parts == parts
