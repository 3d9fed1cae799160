"""A process that is killed loses at most the last ten seconds, and its work is offered once."""

import json
import time

import pytest

from engine.project.autosave import Autosave
from tests.helpers.killing import crash
from tests.helpers.sessions import star_session
from tests.helpers.window_kills import AUTOSAVE_S, killed_windows

pytestmark = pytest.mark.journey

RECOVER = "Recover unsaved work? — Fluxknot"


def test_two_killed_windows_lose_at_most_ten_seconds(tmp_path):
    run = killed_windows(tmp_path, 2)  # a hundred: tests/rigs/test_kill.py

    assert run.kills == 2
    assert run.unknown == run.strays == []
    assert run.longest_lost_s <= AUTOSAVE_S + 2.0
    assert run.offered_twice == run.offered_again == 0


@pytest.mark.rig
def test_a_killed_process_loses_at_most_what_came_after_the_last_copy(
    open_window, cubes_and_model, tmp_path
):
    saved = tmp_path / "star.fluxknot"
    first = open_window(*cubes_and_model)
    show_response(first)
    edit_response(first)
    wait_for_copy(first)
    copied = first.ask("session")
    edit_response(first)
    first.kill()

    second = recovered(open_window())
    assert comparable(second.ask("session")) == comparable(copied)
    second.kill()

    third = recovered(open_window())
    assert comparable(third.ask("session")) == comparable(copied)
    third.key("ctrl+s")
    third.answer_file_dialog("Save the session", saved)
    third.wait("title", lambda said: not said[1])
    assert copies(third) == []
    third.kill()

    fourth = open_window(saved)
    show_response(fourth)
    assert fourth.ask("dialog") == ""
    assert comparable(fourth.ask("session")) == comparable(copied)


@pytest.mark.rig  # in one process: tests/guiapp/controllers/test_lost_work.py
def test_work_that_is_thrown_away_is_not_offered_again(open_window, tmp_path):
    leave_work_behind(tmp_path / "home" / "data" / "fluxknot" / "autosave")
    first = open_window()
    first.wait("dialog", lambda title: title == RECOVER)
    first.click("Decide later")
    first.wait("dialog", lambda title: title == "")
    first.quit()

    second = open_window()
    second.wait("dialog", lambda title: title == RECOVER)
    second.click("Throw away")
    second.wait("dialog", lambda title: title == "")
    second.kill()

    third = open_window()
    third.wait_until_ready()
    assert third.ask("dialog") == ""
    assert copies(third) == []


@pytest.mark.rig
def test_a_crash_after_a_recovery_offers_the_newest_state_once(open_window, cubes_and_model):
    window = open_window(*cubes_and_model)
    show_response(window)
    for _ in range(3):
        edit_response(window)
        wait_for_copy(window)
        newest = window.ask("session")
        window.kill()

        window = open_window()
        window.wait("dialog", lambda title: title == RECOVER)
        assert sum(text.startswith("untitled") for text in window.ask("texts")) == 1
        window = recovered(window)
        assert comparable(window.ask("session")) == comparable(newest)


# Parts


def show_response(window):
    """Wait until the files are open, and show the response of the first band."""
    window.wait("entries", lambda found: len(found) == 4)
    window.wait_until_ready()
    window.click("Response")
    window.wait("response")
    window.wait_until_ready()


def edit_response(window):
    """Make one edit with the keyboard: space the breakpoints evenly, or propose them again."""
    _, done = window.ask("history")
    is_automatic = window.ask("response_params")["breakpoints_um"] is None
    window.key("ctrl+alt+v" if is_automatic else "ctrl+alt+b")
    window.wait("history", lambda found: found[1] == done + 1)
    window.wait_until_ready()


def recovered(window):
    """Take the offer, and wait until the response is there."""
    window.wait("dialog", lambda title: title == RECOVER)
    window.click("Recover")
    show_response(window)
    return window


def leave_work_behind(folder):
    """Leave what a process leaves that dies with unsaved work."""
    autosave = Autosave(folder)
    autosave.save(star_session())
    crash(autosave)


def copies(window):
    return sorted((window.home / "data" / "fluxknot" / "autosave").glob("*.autosave.fluxknot"))


def wait_for_copy(window):
    """Wait for a copy of the session as it is now; it comes by itself within ten seconds."""
    wanted = comparable(window.ask("session"))
    end = time.monotonic() + AUTOSAVE_S + 5.0
    while wanted not in {comparable(path.read_text(encoding="utf-8")) for path in copies(window)}:
        assert time.monotonic() < end, "no copy was made"
        time.sleep(0.1)


def comparable(text):
    """Return what a session says, without what belongs to the place of its file."""
    content = json.loads(text)
    for beside in ("autosave_of", "layout"):
        content.pop(beside, None)
    for entry in content.get("entries", ()):
        entry["path"] = entry["path"].rpartition("/")[2]
    return json.dumps(content, sort_keys=True)
