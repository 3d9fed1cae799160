"""Tests of engine.project.demo."""

import json
from dataclasses import replace

import pytest

from engine import __version__
from engine.demo_titles import DEMO_TITLES
from engine.errors import FileError
from engine.project import demo
from engine.project.chain import Chain
from engine.project.demo import DEMO_SETS, DemoSet, demo_session, session_name, write_demo
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.reopening import missing_files
from engine.project.run import evaluate_all
from engine.project.session_file import read_session
from engine.simulate.demo import DemoFile
from tests.helpers.star_files import COUNTS_4A, MODEL, OTHER_MODEL, SPECTRUM_4A, content


@pytest.fixture
def small(monkeypatch):
    """Make a demo of four files, and count how often it is made."""
    made = []
    files = (
        ("models/" + MODEL, "model", content(MODEL)),
        ("models/" + OTHER_MODEL, "model", content(OTHER_MODEL)),
        ("stars/" + COUNTS_4A, "standard star", content(COUNTS_4A)),
        ("visits/" + SPECTRUM_4A, "standard star", content(SPECTRUM_4A)),
        ("truth.json", "truth", b'{"seed": 1}'),
    )

    def make(seed, *, size="small", progress=None):
        made.append((seed, size))
        for name, role, data in files:
            yield DemoFile(name, data, role)

    monkeypatch.setattr(demo, "DEMO_SETS", {"mrs": replace(DEMO_SETS["mrs"], make=make)})
    return made


def test_every_set_that_is_offered_can_be_made():
    assert list(DEMO_SETS) == list(DEMO_TITLES)


def test_each_set_has_a_session_of_its_own(tmp_path, monkeypatch):
    def make(_seed, *, size, progress):
        yield DemoFile(MODEL, content(MODEL), "model")

    monkeypatch.setattr(demo, "DEMO_SETS", {"imaging": DemoSet(make)})

    path = write_demo(tmp_path, name="imaging")

    assert path == tmp_path / "imaging_demo.fluxknot"
    assert len(read_session(path).entries) == 1
    assert not read_session(path).params


def test_the_demo_is_written_with_a_session_that_opens_it(tmp_path, small):
    path = write_demo(tmp_path / "demo", seed=7, size="full")

    session = read_session(path)
    assert path == tmp_path / "demo" / session_name()
    assert small == [(7, "full")]
    assert missing_files(session) == ()
    assert len(session.entries) == 4
    assert json.loads((tmp_path / "demo" / "truth.json").read_text()) == {"seed": 1}


def test_the_demo_can_be_moved(tmp_path, small):
    write_demo(tmp_path / "demo")
    (tmp_path / "demo").rename(tmp_path / "moved")

    assert missing_files(read_session(tmp_path / "moved" / session_name())) == ()


def test_the_reference_star_calibrates_count_rates_and_nothing_in_jy(tmp_path, small):
    session = read_session(write_demo(tmp_path / "demo"))

    by_kind = {entry.kind: NodeKey("calibrate", entry.id) for entry in session.entries}
    assert session.own_params(NodeKey("calibrate", EVERYTHING)).vector_of == "10 Lac"
    assert session.own_params(by_kind["cube"]).vector_of == "10 Lac"
    assert session.own_params(by_kind["spectrum"]).vector_of == ""
    assert len(session.params) == 3
    chain = Chain()
    failures = evaluate_all(session, chain)
    assert [key for key, _ in failures if key.step in {"response", "calibrate"}] == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, small):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(FileError, match="not empty"):
        write_demo(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    write_demo(tmp_path, exists="replace")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path, small):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match="not a folder"):
        write_demo(tmp_path / "file")


def test_the_demo_of_the_window_is_made_once_a_version(tmp_path, small):
    folder = tmp_path / "demo"

    first = demo_session(folder)
    again = demo_session(folder)

    assert first == again == folder / session_name()
    assert len(small) == 1
    (folder / "version.txt").write_text("0.0.1")
    demo_session(folder)
    assert len(small) == 2
    assert (folder / "version.txt").read_text() == __version__


@pytest.mark.parametrize("stamp", ["", "\0\0", None])
def test_a_demo_that_was_not_finished_is_made_again(tmp_path, small, stamp):
    folder = tmp_path / "demo"
    demo_session(folder)
    (folder / "version.txt").unlink()
    if stamp is not None:
        (folder / "version.txt").write_text(stamp)

    demo_session(folder)

    assert len(small) == 2


@pytest.mark.rig
def test_the_small_demo_opens_and_can_be_calibrated_throughout(tmp_path):
    session = read_session(write_demo(tmp_path / "demo", size="small"))
    chain = Chain()

    failures = evaluate_all(session, chain)

    assert [(str(key), reason) for key, reason in failures] == []
    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 100e6
