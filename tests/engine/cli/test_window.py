"""Tests of engine.cli.window."""

import pytest

from engine.cli import main
from engine.cli.window import split_demo


@pytest.mark.parametrize("wrong", ["--bogus", "-x"])
def test_an_option_that_does_not_exist_is_wrong_usage(wrong, capsys):
    assert main([wrong]) == 2
    assert wrong in capsys.readouterr().err


def test_a_word_that_is_neither_command_nor_file_is_told_before_a_window_opens(capsys):
    assert main(["frobnicate"]) == 1

    said = capsys.readouterr().err
    assert "frobnicate" in said
    assert "\n" not in said.strip()


@pytest.mark.parametrize(
    ("arguments", "demo", "paths"),
    [
        ((), "", ()),
        (("cube.fits",), "", ("cube.fits",)),
        (("--demo",), "mrs", ()),
        (("--demo", "mrs"), "mrs", ()),
        (("--demo", "cube.fits"), "mrs", ("cube.fits",)),
        (("data", "--demo"), "mrs", ("data",)),
    ],
)
def test_the_demo_and_which_of_its_sets_is_told_from_files(arguments, demo, paths):
    assert split_demo(arguments) == (demo, paths)
