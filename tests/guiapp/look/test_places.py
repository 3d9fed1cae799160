"""Tests of guiapp.look.places."""

import os
import time
from pathlib import Path

from guiapp.look.places import place_text, place_texts


def test_a_place_is_told_from_home_with_the_day(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    path = tmp_path / "stars" / "night.fluxknot"
    path.parent.mkdir()
    path.write_text("")
    moment = time.mktime((2026, 3, 14, 9, 26, 0, 0, 0, -1))
    os.utime(path, (moment, moment))

    assert place_text(str(path)) == "~/stars, 2026-03-14"
    assert place_text(str(tmp_path / "gone.fluxknot")) == "~"
    assert place_text("/data/gone.fluxknot") == "/data"


def test_a_long_way_is_cut_in_its_middle():
    assert place_texts("/a/b/c/gone.fluxknot") == ("/a/b/c", "/…/c")
    assert place_texts("/a/gone.fluxknot") == ("/a", "/a")
