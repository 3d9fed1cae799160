"""Images of stars: a center is dragged, a star left out with a reason, and all panels follow."""

import pytest

from engine.project.demo import write_demo

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def imaging_demo(tmp_path_factory):
    """Write the imaging demo; return its session."""
    folder = tmp_path_factory.mktemp("imaging")
    return write_demo(folder, name="imaging", size="small")


def test_a_center_is_dragged_and_a_star_left_out_and_all_follow(
    open_window, imaging_demo, tmp_path
):
    window = open_window(imaging_demo)
    window.wait("entries", lambda found: len(found) > 20)
    window.wait_until_ready()
    show(window, "Photometry", "photometry")

    before = window.wait("star_photometry")
    start = window.ask("point", plot=before["plot"], x=before["x"], y=before["y"])
    end = window.ask("point", plot=before["plot"], x=before["x"] + 4.0, y=before["y"])
    window.display.drag(start, end)
    window.wait_until_ready()
    moved = window.wait("star_photometry", lambda now: now["x"] > before["x"] + 2.0)
    assert moved["flux_dn_s"] < before["flux_dn_s"]
    window.key("ctrl+z")
    window.wait("star_photometry", lambda now: now == before)

    show(window, "Factors", "factors")
    full = window.wait("factor_average", bool)
    star, plot, x, y = window.ask("factor_point", number=0)
    window.display.click(window.wait("point", bool, plot=plot, x=x, y=y))
    window.key("x")
    window.wait("dialog", lambda title: title.startswith(f"Leave out {star}"))
    window.type("saturated")
    window.key("Return")
    window.wait_until_ready()
    without = window.wait("factor_average", lambda now: now["n_used"] == full["n_used"] - 1)
    assert without["mean"] != full["mean"]
    assert without["n_crossed"] == [n + 1 for n in full["n_crossed"]]

    picture = tmp_path / "factors.pdf"
    window.key("ctrl+p")
    window.answer_file_dialog("Export this figure", picture)
    window.wait_until_ready()
    assert picture.read_bytes().startswith(b"%PDF")

    window.key("ctrl+z")
    window.wait("factor_average", lambda now: now == full)
    window.quit()  # nothing is left to save


def show(window, title, name):
    """Go to a view by its title, as the search finds it."""
    window.key("ctrl+k")
    window.type(title)
    window.key("Return")
    window.wait("current_view", lambda seen: seen == name)
    window.wait_until_ready()
