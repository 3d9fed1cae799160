"""Tests of engine.files.names."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.files.names import export_name, safe_part, unique_names
from engine.model.identity import Identity

WINDOWS_DEVICES = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"] + [
    f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"
]
INJECTIONS = [
    "../../etc/passwd",
    "/etc/cron.d/job",
    "..\\..\\Windows\\System32\\x",
    "C:\\autoexec.bat",
    "~/.bashrc",
    "$(rm -rf ~)",
    "`reboot`; rm x",
    "name\nwith\nlines",
    "null\0byte",
    "-rf",
    ".hidden",
    "CON",
    "nul.fits",
    "file:stream",
    "\u202egnp.exe",
    "%2e%2e%2fescape",
    "a" * 5000,
    "µ" * 300,
    "\ud800 lone surrogate",
    "  .. ",
    "星",
    '<b>"bold"</b>|?*',
]


def test_a_name_says_what_the_file_shows():
    identity = Identity(target="16 Cyg B", program="1538", observation="1", band="4A")

    assert export_name(identity, "x1d", "fits") == "16-Cyg-B_1538-1_4A_x1d.fits"


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (Identity(), "unnamed_x1d.fits"),
        (Identity(target="BD+60 1753"), "BD+60-1753_x1d.fits"),
        (Identity(target="μ Col", program="4497"), "mu-Col_4497_x1d.fits"),
        (Identity(target="10_Lac", observation="16", band="3C"), "10-Lac_16_3C_x1d.fits"),
    ],
)
def test_parts_that_are_not_known_are_left_out(identity, name):
    assert export_name(identity, "x1d", "fits") == name


@pytest.mark.parametrize("text", INJECTIONS)
def test_header_text_cannot_lead_a_name_astray(tmp_path, text):
    identity = Identity(target=text, program=text, observation=text, band=text)

    name = export_name(identity, text, "fits")

    assert_harmless(name, tmp_path)


@given(st.text())
def test_no_text_at_all_leads_a_name_astray(text):
    assert_harmless(export_name(Identity(target=text, band=text), "x1d", "fits"), Path("/out"))


def assert_harmless(name, folder):
    assert re.fullmatch(r"[A-Za-z0-9+_-]+\.fits", name)
    assert not name.startswith(("-", "."))
    assert len(name) <= 200
    assert (folder / name).parent == folder
    assert name.split(".")[0].upper() not in WINDOWS_DEVICES


@pytest.mark.parametrize("device", ["CON", "nul", "Com1", "LPT9"])
def test_a_part_that_means_a_device_is_changed(device):
    part = safe_part(device)

    assert part != device
    assert part.upper() not in WINDOWS_DEVICES


def test_repeated_names_are_numbered():
    names = ["a.fits", "a.fits", "b.fits", "A.fits", "a-2.fits", "c", "c"]

    assert unique_names(names) == (
        "a.fits",
        "a-3.fits",
        "b.fits",
        "A-4.fits",
        "a-2.fits",
        "c",
        "c-2",
    )


@given(st.lists(st.sampled_from(["a.fits", "A.fits", "a-2.fits", "a-3.fits", "b"])))
def test_no_name_comes_twice_and_single_ones_stay(names):
    unique = unique_names(names)

    assert len({name.casefold() for name in unique}) == len(names)
    if len({name.casefold() for name in names}) == len(names):
        assert unique == tuple(names)
