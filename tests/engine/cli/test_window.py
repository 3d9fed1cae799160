"""Tests of engine.cli.window."""

import pytest

from engine.cli import main


@pytest.mark.parametrize("wrong", ["--bogus", "-x"])
def test_an_option_that_does_not_exist_is_wrong_usage(wrong, capsys):
    assert main([wrong]) == 2
    assert wrong in capsys.readouterr().err


def test_a_word_that_is_neither_command_nor_file_is_told_before_a_window_opens(capsys):
    assert main(["frobnicate"]) == 1

    said = capsys.readouterr().err
    assert "frobnicate" in said
    assert "\n" not in said.strip()
