"""Tests of guiapp.command: which words open the window, and which do not."""

import sys

import pytest

from engine.cli.commands import COMMANDS
from guiapp import command
from guiapp.command import main


@pytest.fixture
def opened(monkeypatch):
    """Open no window; the list grows by the arguments it would have been given."""
    calls = []
    monkeypatch.setattr(command, "open_window", lambda words: calls.append(list(words)) or 0)
    return calls


@pytest.mark.parametrize(
    "words", [[], ["--demo"], ["cube.fits", "data"], ["my.fluxknot"], ["--unheard-of"]]
)
def test_whatever_is_no_command_opens_the_window(opened, words):
    assert main(words) == 0
    assert opened == [words]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_opens_no_window(opened, capsys, command):
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])

    assert left.value.code == 0
    assert command in capsys.readouterr().out
    assert opened == []


def test_a_file_that_is_called_like_a_command_is_opened_by_its_path(opened):
    main(["./list"])

    assert opened == [["./list"]]


def test_a_system_without_qt_gets_a_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "guiapp.app", None)

    code = main([])

    said = capsys.readouterr().err
    assert code == 1
    assert said.startswith("fluxknot: the window cannot open:")
    assert said.count("\n") == 1
    assert "packaging/run.sh" in said


def test_the_words_of_the_process_are_taken_by_default(opened, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["fluxknot", "--demo"])

    assert main() == 0
    assert opened == [["--demo"]]
