"""The main job without a mouse: every step is reached by keys."""

import pytest

pytestmark = pytest.mark.journey

PLOT = "Response: samples and vector"
MOST_TABS = 60


def test_a_response_is_edited_undone_exported_and_saved_without_a_mouse(
    open_window, cubes_and_model, tmp_path
):
    window = open_window(*cubes_and_model)
    window.wait("entries", lambda found: len(found) == 4)
    window.wait_until_ready()
    go_to_response(window)
    edit_by_keys(window)
    walk_back_and_forth(window)
    export_by_keys(window, tmp_path / "out")
    window.key("ctrl+s")
    window.answer_file_dialog("Save the session", tmp_path / "star.fluxknot")
    window.wait("title", lambda said: said == ["star.fluxknot[*] — Fluxknot", False])
    window.quit()

    assert (tmp_path / "out" / "16-Cyg-B_1538-1_4A_vector.fits").is_file()


def go_to_response(window):
    """Find the view by its name, as nothing need be known by heart."""
    window.key("ctrl+k")
    window.type("Response")
    window.key("Return")
    window.wait("current_view", lambda name: name == "response")
    window.wait("response")


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
    steps = window.ask("history")[1] - 1

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
    tab_to(window, "Folder")
    window.key("ctrl+a")
    window.type(str(folder))
    window.key("Tab")
    tab_to(window, "Export")
    window.key("space")
    window.wait("notice", lambda text: "files written to" in text, seconds=60)


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
