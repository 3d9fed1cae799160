"""A planet over an older map: a latitude is chosen, a range is dragged, and the edit undone."""

import numpy as np
import pytest

from engine.simulate.planets import planet_map, reference_map

pytestmark = pytest.mark.journey

MAP, PROFILE = "Map", "One latitude"


def test_a_range_of_temperatures_is_dragged_and_put_back(open_window, tmp_path):
    window = open_window(*maps_of_a_planet(tmp_path))
    window.wait("entries", lambda found: len(found) == 2)
    window.wait_until_ready()
    window.key("ctrl+k")
    window.type("Temperature")
    window.key("Return")
    window.wait("current_view", lambda name: name == "temperature")
    window.wait_until_ready()

    window.display.click(window.wait("point", bool, plot=MAP, x=20.0, y=70.0))
    window.wait("texts", lambda found: "below: 70.0°" in found)
    high = window.ask("point", plot=PROFILE, x=27.5, y=98.0)
    window.display.drag(high, window.ask("point", plot=PROFILE, x=25.0, y=98.0))
    said = "Change a range to 22.00 to 25.0"
    window.wait("history", lambda found: found[0][found[1] - 1].startswith(said))

    window.key("ctrl+z")
    window.wait("history", lambda found: found[1] == 1)
    window.quit(answer="Do not save")


def maps_of_a_planet(folder):
    """Write a map of the demo and what it is compared with, and return their paths."""
    paths = []
    for make in (planet_map, reference_map):
        paths.append(folder / f"{make.__name__}.ecsv")
        paths[-1].write_bytes(make(np.random.default_rng(1)).content)
    return paths
