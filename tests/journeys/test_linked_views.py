"""A star is picked and marked everywhere, a visit left out, two recipes compared, all written."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table
from matplotlib.image import imread

from engine.arrays import frozen
from engine.files.write_tables import write_spectrum_table
from tests.helpers.exports import PROVENANCE
from tests.helpers.junctions import JUMP, two_sides
from tests.helpers.visits import grid, star_flux, visit

pytestmark = pytest.mark.journey

STARS = ("Star 1/1-1", "Star 2/2-1", "Star 3/3-1")
JUNCTION = "2A|2B"
CLOSE_UP, JUMPS, VISITS = "Junction", "Jumps of all sources", "Repeatability 1B"
LEVELS = (1.0, 1.004, 0.997, 1.05, 0.999)
DEVIANT = 3
HIGHER, FROM_UM = 1.02, 8.72  # by what the right side of a star rises inside the overlap


def test_a_star_is_marked_in_every_view_and_its_view_is_written(open_window, tmp_path):
    window = open_window(*stars(tmp_path))
    go_to(window, "Junctions", files=6)

    window.display.click(window.wait("cell", bool, source=STARS[2], junction=JUNCTION))
    window.wait("segment", lambda shown: shown is not None and shown[0] == "Star 3")
    window.wait("marked_sources", lambda found: found == [STARS[2]])
    assert window.wait("selected_rows") == ["2A", "2B"]  # both sides of the junction

    window.click(browser_row(window, "Star 1"))
    window.wait("junction", lambda shown: shown["cell"] == [STARS[0], JUNCTION])
    window.wait("marked_sources", lambda found: found == [STARS[0]])
    choose_page(window, "Against date")
    [[year, percent]] = window.wait("ringed_jump", lambda found: len(found) == 1)
    assert year == pytest.approx(2022.351, abs=0.003)  # MJD 59708
    assert percent == pytest.approx(100.0 * (JUMP - 1.0), abs=0.3)

    export_figure(window, tmp_path / "jumps.pdf")
    folder = export_tables(window, tmp_path / "out")
    table = Table.read(folder / "junctions.ecsv", format="ascii.ecsv")
    measured = np.asarray(table["ratio"][table["junction"] == JUNCTION], dtype=float)
    np.testing.assert_allclose(measured[np.isfinite(measured)], JUMP, atol=0.003)
    stitched = Table.read(folder / "Star-3_3-1_stitched.ecsv", format="ascii.ecsv")
    assert stitched.meta["fluxknot"]["scales"]["2A"] == pytest.approx(JUMP, abs=0.003)
    window.quit(answer="Do not save")


def test_a_visit_is_crossed_with_a_reason_compared_and_put_back(open_window, tmp_path):
    window = open_window(*visits_of_a_star(tmp_path))
    go_to(window, "Repeatability", files=len(LEVELS))
    before = window.wait("visits", lambda shown: len(shown["points"]) == len(LEVELS), band="1B")
    window.key("ctrl+alt+k")
    window.wait("dialog", lambda title: title.startswith("Keep this version"))
    window.key("Return")
    window.wait("visits", lambda shown: shown["said"][1].startswith("× 1"), band="1B")

    clean = red_around(window, tmp_path, before["points"][DEVIANT])
    spot = before["points"][DEVIANT]
    window.display.click(window.ask("point", plot=VISITS, x=spot[0], y=spot[1]))
    window.key("x")
    window.wait("dialog", lambda title: title.startswith("Leave out HD 163466"))
    window.type("mirror tilt")
    window.key("Return")
    left_out = window.wait("visits", lambda shown: shown["crossed"] == [DEVIANT], band="1B")
    window.wait_until_ready()
    spot_now = left_out["points"][DEVIANT]
    wait_to_see(lambda: red_around(window, tmp_path, spot_now) > clean + 8)
    ratio = relative_scatter(np.delete(LEVELS, DEVIANT)) / relative_scatter(LEVELS)
    assert ratio_of(left_out["said"][1]) == pytest.approx(ratio, abs=0.0011)
    assert " of version " in left_out["said"][1]

    window.key("ctrl+z")
    window.wait("visits", lambda shown: shown["points"] == before["points"], band="1B")
    assert window.ask("visits", band="1B")["crossed"] == []
    wait_to_see(lambda: red_around(window, tmp_path, spot) <= clean)
    window.quit(answer="Do not save")


def test_a_recipe_is_compared_with_that_of_a_saved_session(open_window, tmp_path):
    window = open_window(*stars(tmp_path, rising=True))
    go_to(window, "Junctions", files=6)
    window.display.click(window.wait("cell", bool, source=STARS[1], junction=JUNCTION))
    whole = window.wait("junction", lambda shown: shown["cell"][0] == STARS[1])
    window.key("ctrl+s")
    window.answer_file_dialog("Save the session", tmp_path / "first.fluxknot")
    window.wait("title", lambda said: said == ["first.fluxknot[*] — Fluxknot", False])

    drag_left_edge(window, whole["limits_um"][0], FROM_UM + 0.004)
    window.wait("junction", lambda shown: shown["limits_um"][0] > FROM_UM)
    window.key("ctrl+alt+m")
    window.answer_file_dialog("Compare with a session", tmp_path / "first.fluxknot")

    said = window.wait("junction", lambda shown: "this minus it" in shown["said"])["said"]
    assert "first.fluxknot: " in said
    low, high = whole["limits_um"]
    mean_rise = 1.0 + (HIGHER - 1.0) * (high - FROM_UM) / (high - low)
    change = float(re.search(r"this minus it \+([\d.]+) ± [\d.]+ points", said)[1])
    assert change == pytest.approx(100.0 * (HIGHER - mean_rise), abs=0.3)
    window.key("ctrl+alt+0")
    window.wait("junction", lambda shown: "this minus it" not in shown["said"])
    window.quit(answer="Do not save")


# What is opened


def stars(folder, *, rising=False):
    """Write 2A and 2B of three stars, 3 % apart; return the paths."""
    rng, paths = np.random.default_rng(7), []
    for number, level in enumerate((0.1, 0.4, 1.6), start=1):
        mjd = 59608.0 + 100.0 * number
        left, right = two_sides(rng, level, program=str(number), mjd=mjd)
        if rising:
            factor = np.where(right.wave_um < FROM_UM, 1.0, HIGHER)
            right = replace(right, flux=frozen(right.flux * factor))
        for one in (left, right):
            paths.append(folder / f"star{number}_{one.identity.band}.ecsv")
            write_spectrum_table(paths[-1], one, provenance=PROVENANCE)
    return paths


def visits_of_a_star(folder):
    """Write five visits of a star, one 5 % too high; return the paths."""
    wave, rng, paths = grid("1B"), np.random.default_rng(8), []
    for number, level in enumerate(LEVELS):
        noise = 1e-4 * rng.standard_normal(wave.size)
        flux = star_flux(wave) * (level + noise)
        one = visit(number, flux, wave, error=1e-4 * star_flux(wave))
        paths.append(folder / f"visit{number}.ecsv")
        write_spectrum_table(paths[-1], one.spectrum, provenance=PROVENANCE)
    return paths


def relative_scatter(levels):
    return np.std(levels, ddof=1) / np.mean(levels)


# What is done


def go_to(window, view, *, files):
    window.wait("entries", lambda found: len(found) == files)
    window.wait_until_ready()
    window.key("ctrl+k")
    window.type(view)
    window.key("Return")
    window.wait("current_view", lambda name: name == view.lower())
    window.wait_until_ready()


def browser_row(window, star):
    return next(text for text, _ in window.ask("rows") if text.startswith(star))


def choose_page(window, page):
    window.click("Shown below the map")
    window.click(page)
    window.wait("view", bool, plot=JUMPS)


def drag_left_edge(window, start_um, end_um):
    (_, _), (low, high) = window.ask("view", plot=CLOSE_UP)
    middle = 0.5 * (low + high)
    start = window.ask("point", plot=CLOSE_UP, x=start_um, y=middle)
    window.display.drag(start, window.ask("point", plot=CLOSE_UP, x=end_um, y=middle))


def export_figure(window, path):
    window.key("ctrl+p")
    window.answer_file_dialog("Export this figure", path)
    window.wait("notice", lambda text: "written" in text)
    assert path.read_bytes().startswith(b"%PDF")


def export_tables(window, folder):
    window.key("ctrl+e")
    window.wait("dialog", lambda title: title.startswith("Export"))
    window.click("Everything")
    window.click("Figures")  # not now
    window.click("Spectra")
    window.click("Folder")
    window.key("ctrl+a")
    window.type(str(folder))
    window.key("Tab")
    [button] = [text for text in window.wait("texts") if text.startswith("Export ")]
    window.click(button)
    window.wait("notice", lambda text: "files written to" in text)
    return folder


# What is seen


def red_around(window, folder, point):
    """Count the red pixels around a point of the panel, as the display shows them."""
    x, y = (round(value) for value in window.ask("point", plot=VISITS, x=point[0], y=point[1]))
    window.picture(folder / "seen.png")
    near = imread(folder / "seen.png")[y - 6 : y + 7, x - 6 : x + 7, :3]
    red, rest = near[..., 0], near[..., 1:].max(axis=-1)
    return int(np.count_nonzero(red - rest > 0.25))


def wait_to_see(is_seen, *, seconds=10.0):
    """Look again until it is on the display: it is painted after it is known."""
    end = time.monotonic() + seconds
    while not is_seen():
        assert time.monotonic() < end, "the display does not show it"
        time.sleep(0.1)


def ratio_of(said):
    return float(re.match(r"× ([\d.]+) of", said)[1])
