"""The main job without a mouse: every step is reached by keys."""

import pytest

pytestmark = pytest.mark.journey

PLOT = "Response: samples and vector"
MOST_TABS = 60
WRITTEN = ("calibrated.fits", "vector.fits", "response.pdf")


def test_the_whole_main_job_is_done_and_taken_up_again_without_a_mouse(
    open_window, cubes_and_model, tmp_path
):
    window = open_window()
    open_by_keys(window, cubes_and_model)
    find_worst_junction(window)
    select_by_keys(window, "4A")
    go_to(window, "Response", "response")
    window.wait("response")
    edit_by_keys(window)
    walk_back_and_forth(window)
    exclude_by_keys(window, "4C", "saturated")
    window.key("ctrl+alt+k")
    window.wait("dialog", lambda title: title.startswith("Keep this version"))
    window.key("Return")
    last_edit(window, "Keep this version to compare with")
    correct_aperture(window)
    export_by_keys(window, tmp_path / "out")
    window.key("ctrl+s")
    window.answer_file_dialog("Save the session", tmp_path / "star.fluxknot")
    window.wait("title", lambda said: said == ["star.fluxknot[*] — Fluxknot", False])
    close_and_reopen(window, tmp_path / "star.fluxknot")
    window.quit()

    written = {path.name for path in (tmp_path / "out").iterdir()}
    stem = "16-Cyg-B_1538-1_4A"
    assert {f"{stem}_{what}" for what in WRITTEN} | {"report.html", "responses.ecsv"} <= written


def open_by_keys(window, files):
    window.wait_until_ready()
    window.key("ctrl+o")
    window.answer_file_dialog("Open files", *files)
    window.wait("entries", lambda found: len(found) == len(files))
    window.wait_until_ready()


def find_worst_junction(window):
    """Let the map begin with the worst jump; its own response would hide it."""
    go_to(window, "Junctions", "junctions")
    window.wait_until_ready()
    tab_to(window, "Spectra compared")
    window.key("a")
    window.wait_until_ready()
    tab_to(window, "Order of the sources")
    window.key("w")
    found = window.wait("junction", lambda found: found is not None)
    assert found["cell"][1] in {"4A|4B", "4B|4C"}
    assert found["said"]


def select_by_keys(window, band):
    window.key("ctrl+k")
    window.type(f"16 Cyg B {band}")
    window.key("Return")
    window.wait("segment", lambda shown: shown[1] == band)


def exclude_by_keys(window, band, reason):
    select_by_keys(window, band)
    window.key("ctrl+Delete")
    window.wait("dialog", lambda title: title.startswith("Leave out"))
    window.type(reason)
    window.key("Return")
    last_edit(window, "Leave out ")
    assert window.ask("history")[0][-1].endswith(reason)


def correct_aperture(window):
    go_to(window, "Cube", "cube")
    window.wait_until_ready()
    tab_to(window, "Radius")
    window.key("ctrl+a")
    window.type("1.8")
    window.key("Return")
    last_edit(window, "Set radius of ")


def close_and_reopen(window, path):
    before, seen = window.ask("session"), window.ask("current_view")
    window.key("ctrl+w")
    window.wait("entries", lambda found: not found)
    window.key("ctrl+alt+o")
    window.answer_file_dialog("Open a session", path)
    window.wait("entries", bool)
    window.wait_until_ready()
    assert window.ask("session") == before
    assert window.ask("current_view") == seen


def go_to(window, title, view):
    """Find the view by its name, as nothing need be known by heart."""
    window.key("ctrl+k")
    window.type(title)
    window.key("Return")
    window.wait("current_view", lambda name: name == view)


def edit_by_keys(window):
    window.key("ctrl+alt+v")
    last_edit(window, "Space the breakpoints evenly in 4A")
    count = len(window.ask("breakpoints"))

    tab_to(window, "Numbers")
    window.key("Down")
    chosen = window.wait("selected_breakpoint", lambda index: index >= 0)
    before = window.ask("breakpoints")[chosen][0]

    tab_to(window, PLOT)
    window.key("shift+Right", "Right", "Right")
    last_edit(window, "Move breakpoint in 4A to ")
    assert window.ask("breakpoints")[chosen][0] > before

    window.key("Delete")
    last_edit(window, "Remove breakpoint in 4A at ")
    assert len(window.ask("breakpoints")) == count - 1


def walk_back_and_forth(window):
    done = window.ask("response_params")
    steps = window.ask("history")[1] - 1  # back to the opened files

    window.key(*["ctrl+z"] * steps)
    window.wait("history", lambda found: found[1] == 1)
    assert window.ask("response_params")["breakpoints_um"] is None

    window.key(*["ctrl+shift+z"] * steps)
    window.wait("history", lambda found: found[1] == steps + 1)
    assert window.ask("response_params") == done
    window.wait_until_ready()


def export_by_keys(window, folder):
    window.key("ctrl+e")
    window.wait("dialog", lambda title: title.startswith("Export"))
    tab_to(window, "What is seen")
    window.key("Down", "Down", "Down")
    tab_to(window, "Everything")
    for what in ("Calibration vectors", "Report"):
        tab_to(window, what)
        window.key("space")
    tab_to(window, "Folder")
    window.key("ctrl+a")
    window.type(str(folder))
    window.key("Tab")
    tab_to(window, "Export")
    window.key("space")
    window.wait("notice", lambda text: "files written to" in text, seconds=90)


def last_edit(window, text):
    window.wait("history", lambda found: found[0][found[1] - 1].startswith(text))
    window.wait_until_ready()


def tab_to(window, name):
    """Press Tab until the keyboard goes to ``name``."""
    seen = []
    for _ in range(MOST_TABS):
        seen.append(window.ask("has_focus"))
        if seen[-1] == name:
            return
        window.key("Tab")
    pytest.fail(f"Tab never came to {name!r}, but to {seen}")
