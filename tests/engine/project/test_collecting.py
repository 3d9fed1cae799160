"""Tests of engine.project.collecting."""

from pathlib import Path

import pytest

from engine.errors import FileError
from engine.project.chain import Chain
from engine.project.collecting import collect_session
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.reopening import missing_files
from engine.project.run import evaluate_all
from engine.project.session import Session
from engine.project.session_file import read_session
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files


def opened(*folders):
    return add_files(Session(), read_files(folders, Library())).session


@pytest.fixture
def session(tmp_path):
    return opened(write_files(tmp_path / "data", MODEL, SPECTRUM_4A))


def test_the_folder_gives_the_same_session_wherever_it_is_moved(session, tmp_path):
    collected = collect_session(session, tmp_path / "given", "night.fluxknot")
    assert (collected.n_files, collected.messages) == (2, ())

    (tmp_path / "given").rename(tmp_path / "taken")
    (tmp_path / "data").rename(tmp_path / "gone")

    again = read_session(tmp_path / "taken" / "night.fluxknot")
    assert missing_files(again) == ()
    assert [one.sha256 for one in again.entries] == [one.sha256 for one in session.entries]
    assert all(Path(one.path).is_relative_to(tmp_path / "taken" / "data") for one in again.entries)
    assert evaluate_all(again, Chain()) == ()


def test_files_of_one_name_in_two_folders_are_both_copied(tmp_path):
    session = opened(write_files(tmp_path / "a", SPECTRUM_4A), write_files(tmp_path / "b", MODEL))
    (tmp_path / "b" / MODEL).rename(tmp_path / "b" / SPECTRUM_4A)
    session = opened(tmp_path / "a", tmp_path / "b")

    collect_session(session, tmp_path / "given", "night.fluxknot")

    again = read_session(tmp_path / "given" / "night.fluxknot")
    assert missing_files(again) == ()
    assert len({one.path for one in again.entries}) == 2


def test_the_version_that_is_compared_with_comes_along(session, tmp_path):
    compared = session.with_other("before", session)

    collect_session(compared, tmp_path / "given", "night.fluxknot")

    again = read_session(tmp_path / "given" / "night.fluxknot")
    assert missing_files(again.other.session) == ()
    assert len(list((tmp_path / "given" / "data").iterdir())) == 2


def test_a_file_that_is_gone_or_changed_is_told_and_the_rest_is_copied(session, tmp_path):
    (tmp_path / "data" / MODEL).unlink()
    with (tmp_path / "data" / SPECTRUM_4A).open("ab") as stream:
        stream.write(b"\0")

    collected = collect_session(session, tmp_path / "given", "night.fluxknot")

    assert collected.n_files == 1
    gone, changed = sorted(collected.messages, key=lambda text: "changed" in text)
    assert MODEL in gone
    assert "no such file" in gone
    assert f"{SPECTRUM_4A} has changed" in changed
    assert [Path(one.path).name for one in missing_files(read_session(collected.path))] == [MODEL]


def test_a_folder_with_something_in_it_is_left_alone(session, tmp_path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "mine.txt").write_text("mine")

    with pytest.raises(FileError, match="not empty"):
        collect_session(session, tmp_path / "given", "night.fluxknot")

    assert [one.name for one in (tmp_path / "given").iterdir()] == ["mine.txt"]
