"""Tests of guiapp.system_libraries."""

import re
from pathlib import Path

import pytest

from guiapp.command import main
from guiapp.system_libraries import LIBRARIES, X_LIBRARIES, why_no_window

SCREEN = {"DISPLAY": ":0"}


def without(*missing):
    def load(name):
        if name in missing:
            raise OSError(name)

    return load


def test_nothing_is_said_when_all_is_there():
    assert why_no_window(SCREEN, platform="linux", load=without()) == ""


def test_every_missing_library_is_named_with_its_package():
    load = without("libxcb-cursor.so.0", "libEGL.so.1")

    said = why_no_window(SCREEN, platform="linux", load=load)

    assert "libEGL.so.1, libxcb-cursor.so.0" in said
    assert said.endswith("apt-get install libegl1 libxcb-cursor0")


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux"),
        ({"WAYLAND_DISPLAY": "wayland-0", **SCREEN}, "linux"),
        ({}, "darwin"),
        ({}, "win32"),
    ],
)
def test_libraries_of_x_are_asked_for_on_an_x_display_alone(environment, platform):
    assert why_no_window(environment, platform=platform, load=without(*X_LIBRARIES)) == ""


def test_a_machine_without_a_display_is_told_so():
    assert "no display" in why_no_window({}, platform="linux", load=without())


def test_the_program_ends_with_the_reason_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("guiapp.command.why_no_window", lambda: "there is no display")

    assert main([]) == 1
    assert capsys.readouterr().err == "fluxknot: the window cannot open: there is no display.\n"


def test_the_packages_are_those_that_packaging_installs():
    setup = Path(__file__).parents[2] / "packaging" / "setup.sh"
    listed = re.search(r"window_packages=\((.*?)\)", setup.read_text(encoding="utf-8"), re.DOTALL)

    assert {*LIBRARIES.values(), *X_LIBRARIES.values()} == set(listed[1].split()) - {
        "fonts-dejavu-core"
    }
