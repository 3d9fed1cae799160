"""Tests of guiapp.arguments."""

import pytest

from guiapp.arguments import split_demo
from guiapp.command import main


@pytest.mark.parametrize("wrong", ["--bogus", "-x"])
def test_an_option_that_does_not_exist_is_wrong_usage(wrong, capsys):
    assert main([wrong]) == 2
    assert wrong in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["frobnicate"], 2),
        (["--demo", "everything"], 2),
        (["gone.fits"], 1),
        (["data/gone"], 1),
        ([__file__, "gone"], 1),  # commands stand first
    ],
)
def test_what_is_neither_command_nor_file_is_told_before_a_window_opens(arguments, code, capsys):
    assert main(arguments) == code

    said = capsys.readouterr().err
    assert arguments[-1] in said
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


def test_the_files_of_a_list_are_opened(tmp_path, capsys):
    (tmp_path / "cube.fits").write_text("")
    (tmp_path / "list.txt").write_text("cube.fits\ngone.fits\n", encoding="utf-8")

    assert main([f"@{tmp_path / 'list.txt'}"]) == 1

    assert f"{tmp_path / 'gone.fits'}: there is no such file" in capsys.readouterr().err


def test_a_list_that_is_not_there_is_told_before_a_window_opens(tmp_path, capsys):
    assert main([f"@{tmp_path / 'list.txt'}"]) == 1

    assert "list.txt" in capsys.readouterr().err
