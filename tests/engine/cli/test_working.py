"""Tests of engine.cli.working: who works, and what is told meanwhile."""

import io
import socket
import sys

import pytest

from engine.cli.caching import shared_results
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import write_session
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files

WHAT = ("--what", "spectra,vectors,tables")


@pytest.fixture
def saved(tmp_path):
    """Save a session of a spectrum and its model."""
    folder = write_files(tmp_path / "data", SPECTRUM_4A, MODEL)
    session = add_files(Session(), read_files([folder], Library())).session
    write_session(session, tmp_path / "star.fluxknot")
    return tmp_path / "star.fluxknot"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Terminal(io.StringIO):
    """A standard error that a person looks at."""

    def isatty(self):
        return True


@pytest.mark.rig  # the same comparison for each kind of result: test_crew.py
def test_an_export_by_two_processes_is_that_of_one(fluxknot, saved, tmp_path, monkeypatch):
    monkeypatch.setenv("FLUXKNOT_CACHE", str(tmp_path / "cache"))
    fluxknot("export", saved, *WHAT, "--out", tmp_path / "one")
    monkeypatch.setenv("FLUXKNOT_CACHE", "off")

    code, out, err = fluxknot("export", saved, *WHAT, "--out", tmp_path / "two", "--jobs", "2")

    assert code == 0
    assert err == ""
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert len(out.splitlines()) == len(contents(tmp_path / "two"))


@pytest.mark.parametrize("command", ["run", "export"])
def test_a_scheduler_that_cannot_be_reached_ends_with_one_sentence(
    fluxknot, saved, tmp_path, command, monkeypatch
):
    pytest.importorskip("distributed")
    monkeypatch.setattr("engine.project.dask_workers._PATIENCE_S", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    code, out, err = fluxknot(command, saved, "--out", tmp_path / "out", "--scheduler", address)

    assert code == 1
    assert out == ""
    assert err.startswith(f"fluxknot: The scheduler {address} cannot be reached.")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_processes_and_a_scheduler_exclude_each_other(fluxknot, saved, tmp_path):
    code, _, err = fluxknot(
        "run", saved, "--out", tmp_path / "out", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"
    )

    assert code == 2
    assert "not allowed with" in err


def test_a_terminal_is_told_how_far_the_work_is_and_left_clean(fluxknot, saved, tmp_path):
    from engine.cli.headless import run_headless

    terminal = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        code = run_headless(["export", str(saved), *WHAT, "--out", str(tmp_path / "out")])

    assert code == 0
    *told, last = terminal.getvalue().split("\r")
    assert any(" of " in line for line in told)
    assert max(map(len, told)) < 80
    assert last == ""
    assert told[-1].strip() == ""


def test_nothing_is_told_where_nobody_looks(fluxknot, saved, tmp_path):
    _, _, err = fluxknot("export", saved, *WHAT, "--out", tmp_path / "out")

    assert err == ""


@pytest.mark.parametrize("wanted", ["off", "file/cache"])
def test_processes_share_a_temporary_folder_where_there_is_no_other(tmp_path, monkeypatch, wanted):
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLUXKNOT_CACHE", wanted)

    with shared_results() as folder:
        was_there = folder.is_dir()

    assert was_there
    assert not folder.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_processes_share_the_folder_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FLUXKNOT_CACHE", str(tmp_path / "cache"))

    with shared_results() as folder:
        pass

    assert folder == tmp_path / "cache"
    assert folder.is_dir()
