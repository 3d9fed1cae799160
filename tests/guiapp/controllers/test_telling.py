"""Tests of guiapp.controllers.telling."""

import re
from pathlib import Path

import pytest

from engine.project.exports import Written
from engine.project.opening import Refusal
from engine.project.session import Session
from guiapp.controllers.telling import Telling
from tests.helpers.workspaces import workspace


class Stage:
    """What is said in the window, and in the log and dialogs beside it."""

    def __init__(self):
        self.notices, self.logged, self.dialogs = [], [], []
        self.ways, self.logs_shown = [], 0
        self.store = self
        self.status, self.said = self, []
        self.view_area = self.standing = self

    def say(self, text):
        self.said.append(text)

    def show_notice(self, what, hint, kind, way=None):
        self.notices.append((kind, what, hint))
        self.ways.append(way)

    def show_log(self):
        self.logs_shown += 1

    def add(self, level, text):
        self.logged.append((level, text))

    def tell(self, what, hint):
        self.dialogs.append(what)

    def tell_all(self, title, troubles):
        self.dialogs.append([one.what for one in troubles])


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def space(runner):
    return workspace(runner)


@pytest.fixture
def telling(space, stage):
    return Telling(space, stage, stage)


def test_with_files_open_it_is_said_above_the_view_and_kept(telling, stage):
    telling.failed("It failed.", "Try again.")

    assert stage.notices == [("wrong", "It failed.", "Try again.")]
    assert stage.logged == [("wrong", "It failed. Try again.")]


def test_an_empty_window_says_it_in_a_dialog(telling, stage, space):
    space.document.start_over(Session())

    telling.failed("It failed.", "Try again.")
    telling.refused((Refusal("a.fits", "a.fits is damaged.", ""),))

    assert stage.dialogs == ["It failed.", ["a.fits is damaged."]]
    assert stage.notices == []


def test_of_many_refused_files_the_first_are_named_and_all_are_kept(telling, stage):
    telling.refused(tuple(Refusal(f"{n}.fits", f"{n}.fits is damaged.", "") for n in range(3)))

    assert stage.notices[0][1] == "3 files were not opened: 0.fits, 1.fits and 1 more."
    assert len(stage.logged) == 3


def test_what_was_saved_is_said_with_its_size_and_the_time(telling, stage, tmp_path):
    path = tmp_path / "night.fluxknot"
    path.write_bytes(bytes(14_000))

    telling.saved(str(path))

    assert re.fullmatch(r"Saved night\.fluxknot, 14 kB, \d\d:\d\d:\d\d", stage.said[0])
    assert stage.logged == [("note", f"night.fluxknot saved in {tmp_path}, 14 kB.")]


def test_an_export_says_what_it_wrote_and_what_it_left_out(telling, stage):
    telling.written(Written((Path("/out/a.fits"),), (("b.fits", "no data"),)))

    assert stage.notices == [
        ("ok", "a.fits written to /out.", "1 could not be had: see Tools > Messages.")
    ]
    assert ("care", "b.fits was not written: no data") in stage.logged


def test_an_export_of_nothing_says_so(telling, stage):
    telling.written(Written((), ()))

    assert stage.notices[0][1] == "Nothing was written."


def test_after_an_export_its_folder_can_be_opened(telling, stage):
    opened = []
    telling.open_folder = opened.append

    telling.written(Written((Path("/work/out/a.fits"),), ()))
    text, act = stage.ways[-1]
    act()

    assert text == "Open the folder"
    assert opened == ["/work/out"]


def test_of_several_refused_files_the_others_are_a_click_away(telling, stage):
    telling.refused((Refusal("/a", "No file a.", "Try b."), Refusal("/b", "No b.", "Try c.")))
    text, act = stage.ways[-1]
    act()

    assert stage.notices[-1][1] == "2 files were not opened: a, b."
    assert (text, stage.logs_shown) == ("Show messages", 1)


def test_what_stands_is_kept_in_the_log_and_shown_with_its_way_out(telling, stage):
    saved = []

    telling.stand("It is open elsewhere.", "Save it elsewhere.", ("Save as…", saved.append))

    assert stage.notices == [("care", "It is open elsewhere.", "Save it elsewhere.")]
    assert stage.ways[0][0] == "Save as…"
    assert stage.logged == [("care", "It is open elsewhere. Save it elsewhere.")]


def test_what_stands_is_said_in_a_dialog_where_there_is_no_view(telling, stage, space):
    space.document.start_over(Session())

    telling.stand("It is open elsewhere.", "", ("Save as…", lambda: None))

    assert stage.dialogs == ["It is open elsewhere."]
    assert stage.notices == []
