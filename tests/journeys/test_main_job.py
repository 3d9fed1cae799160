"""The main job in the real window: open, extract, repair a response with the mouse, export."""

import numpy as np
import pytest
from astropy.io import fits

from engine.files import load
from tests.helpers.cubes_and_model import STAR

pytestmark = pytest.mark.journey

PLOT = "Response: samples and vector"
REAL = ("ch4-short", "ch4-medium", "ch4-long")


def test_a_star_is_opened_fitted_repaired_undone_exported_and_restored(
    open_window, cubes_and_model, tmp_path
):
    edited, vector_path = do_main_job(open_window(), cubes_and_model, tmp_path)

    check_exports(tmp_path / "out", figures=True)
    check_restored(open_window(*cubes_and_model, vector_path), edited)


@pytest.mark.real_data
def test_the_real_16_cyg_b_goes_the_same_way(open_window, real_data, tmp_path):
    files = [real_data(f"mrs_16cygb/Level3_{name}_s3d.fits.gz") for name in REAL]
    files.append(real_data("calspec/16cygb_stis_004.fits.gz"))

    edited, vector_path = do_main_job(open_window(), files, tmp_path)

    # DATA.md: model over observed without aperture correction
    assert np.median(edited["vector"]) == pytest.approx(1.19, abs=0.03)
    check_exports(tmp_path / "out", figures=True)
    check_restored(open_window(*files, vector_path), edited)


def do_main_job(window, files, tmp_path):
    """Do everything with mouse and keys, from an empty window to exported files, and quit."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    window.wait_until_ready()
    window.picture(pictures / "1-welcome.png")

    open_by_dialog(window, files)
    window.wait("extraction")
    window.picture(pictures / "2-cube.png")

    window.click("Response")
    window.wait("response")
    window.picture(pictures / "3-response.png")
    edited = edit_response(window, pictures)
    undo_and_redo_everything(window, edited)
    window.picture(pictures / "5-redone.png")

    export_into(window, tmp_path / "out")
    window.picture(pictures / "6-exported.png")
    save_as(window, tmp_path / "star.fluxknot")
    window.quit()
    [vector_path] = (tmp_path / "out").glob("*_4A_vector.fits")
    return edited[-1], vector_path


def open_by_dialog(window, files):
    window.click("Open files…")
    window.answer_file_dialog("Open files", *files)
    opened = window.wait("entries", lambda found: len(found) == len(files))
    assert {star for _, _, star, _ in opened} == {STAR}
    assert sorted(band for kind, _, _, band in opened if kind == "cube") == ["4A", "4B", "4C"]
    assert [role for kind, role, *_ in opened if kind == "model spectrum"] == ["model"]
    assert window.wait("current_view") == "cube"
    assert window.wait("segment") == [STAR, "4A"]


def edit_response(window, pictures):
    """Add two breakpoints, drag one, remove one, mask a range; return what was after each."""
    window.wait_until_ready()
    states = [state_of(window)]
    zoom = window.ask("view", plot=PLOT)

    def done(text):
        window.wait("history", lambda found: found[1] == len(states) + 1)
        texts, _ = window.ask("history")
        assert texts[-1].startswith(text)
        states.append(state_of(window))

    for share in (0.3, 0.62):
        window.display.click(on_curve(window, share), keys=("shift",))
        done("Add breakpoint in 4A at ")
    drag_breakpoint(window, nearest(window, share_um(window, 0.62)), by=60)
    done("Move breakpoint in 4A to ")
    window.picture(pictures / "4-dragged.png")
    x, y = nearest(window, share_um(window, 0.3))
    window.display.click(window.ask("point", plot=PLOT, x=x, y=y), button="right")
    done("Remove breakpoint in 4A at ")
    mask_by_drag(window, 0.8, 0.84)
    done("Mask ")

    assert window.ask("view", plot=PLOT) == zoom
    added, dragged, removed = (set(one["breakpoints_um"]) for one in states[2:5])
    [start], [end] = added - dragged, dragged - added
    assert start < end
    assert dragged - removed == {x}
    assert len(states[5]["params"]["masks"]) == 1
    return states


def undo_and_redo_everything(window, states):
    """Walk back to the start and forth to the end; every state is as it was."""
    for before in reversed(states[:-1]):
        window.key("ctrl+z")
        check_state(window, before)
    for after in states[1:]:
        window.key("ctrl+shift+z")
        check_state(window, after)


def check_state(window, state):
    window.wait("response_params", lambda params: params == state["params"])
    window.wait("response", lambda shown: shown is not None and shown["vector"] == state["vector"])


def export_into(window, folder):
    window.key("ctrl+e")
    window.wait("dialog", lambda title: title.startswith("Export"))
    window.click("Everything")
    window.click("Spectra")  # vectors, tables and figures are what is seen
    window.click("Folder")
    window.key("ctrl+a")
    window.type(str(folder))
    window.key("Tab")
    [button] = [text for text in window.wait("texts") if text.startswith("Export ")]
    window.click(button)
    window.wait("notice", lambda text: "files written to" in text, seconds=60)


def save_as(window, path):
    assert window.ask("title")[1]
    window.key("ctrl+s")
    window.answer_file_dialog("Save the session", path)
    window.wait("title", lambda said: said == [f"{path.name}[*] — Fluxknot", False])
    assert path.is_file()


def check_exports(folder, *, figures):
    names = {path.name for path in folder.iterdir()}
    stem = "16-Cyg-B_1538-1"
    assert {f"{stem}_{band}_vector.fits" for band in ("4A", "4B", "4C")} <= names
    for path in folder.glob("*.pdf"):
        assert path.read_bytes().startswith(b"%PDF")
    assert figures == any(name.endswith(".pdf") for name in names)
    [calibrated] = folder.glob("*_4A_calibrated*.fits")
    with fits.open(calibrated, memmap=False) as hdus:
        flux = hdus["EXTRACT1D"].data["FLUX"]
        assert np.nanmedian(flux) == pytest.approx(0.147, abs=0.05)
        assert "FLUXKNOT" in hdus


def check_restored(window, edited):
    """Restore the recipe of the vector that was opened; breakpoints and masks are back."""
    window.wait("entries", lambda found: len(found) == 5)
    window.wait_until_ready()
    assert window.ask("response_params") != edited["params"]
    vector = load(window.arguments[-1]).products[0]

    window.click(vector_row(window), button="right")
    window.click("Restore the recipe of this vector")

    window.wait("current_view", lambda name: name == "response")
    check_state(window, edited)
    window.quit(answer="Do not save")
    np.testing.assert_array_equal(vector.value, np.array(edited["vector"], dtype=float))


def vector_row(window):
    [row] = [text for text, detail in window.ask("rows") if detail == "vector"]
    return row


# The plot


def state_of(window):
    window.wait_until_ready()
    shown = window.wait("response")
    return {"params": window.ask("response_params"), **shown}


def share_um(window, share):
    (low, high), _ = window.ask("view", plot=PLOT)
    return low + share * (high - low)


def on_curve(window, share):
    """Return the place on the screen where the curve is, at a share of what is in view."""
    x = share_um(window, share)
    shown = window.ask("response")
    vector = np.array([np.nan if v is None else v for v in shown["vector"]])
    known = np.isfinite(vector)
    y = np.interp(x, np.array(shown["wave_um"])[known], vector[known])
    return window.ask("point", plot=PLOT, x=x, y=float(y))


def nearest(window, x):
    return min(window.ask("breakpoints"), key=lambda handle: abs(handle[0] - x))


def drag_breakpoint(window, handle, *, by):
    start = window.ask("point", plot=PLOT, x=handle[0], y=handle[1])
    window.display.drag(start, (start[0] + by, start[1] + 4))


def mask_by_drag(window, low, high):
    window.click("Masks")
    window.wait("response_mode", lambda mode: mode == "masks")
    row = on_curve(window, low)[1] - 120
    window.display.drag((on_curve(window, low)[0], row), (on_curve(window, high)[0], row))
    window.click("Breakpoints")
    window.wait("response_mode", lambda mode: mode == "breakpoints")
