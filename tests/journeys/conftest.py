"""A display, a home, and data for the journeys."""

import contextlib

import numpy as np
import pytest

from engine.model.bands import band_named
from engine.simulate.fits_products import model_bytes
from engine.simulate.instrument import draw_instrument
from engine.simulate.observations import star_cube
from engine.simulate.program import standard_stars
from tests.helpers.xvfb import Display, need_display_programs
from tests.journeys.window import RealWindow

STAR = "16 Cyg B"


@pytest.fixture(scope="session")
def cubes_and_model(tmp_path_factory):
    """Write the cubes 4A, 4B and 4C of a simulated 16 Cyg B, and its model; return the paths."""
    folder = tmp_path_factory.mktemp("stars")
    exposure = next(one for one in standard_stars() if one.star == STAR)
    instrument = draw_instrument(np.random.default_rng(1))
    paths = []
    for number, name in enumerate(("4A", "4B", "4C")):
        cube = star_cube(instrument, exposure, band_named(name), np.random.default_rng(number))
        paths.append(folder / f"16cygb_{name.lower()}_s3d.fits.gz")
        paths[-1].write_bytes(cube.content)
    paths.append(folder / "16cygb_simulated_001.fits")
    paths[-1].write_bytes(model_bytes(exposure, filename=paths[-1].name))
    return paths


@pytest.fixture
def display(tmp_path):
    """Return a display of 1280 × 720 pixels, the smallest that the window promises to fit."""
    need_display_programs()
    display = Display(tmp_path, size=(1280, 720))
    yield display
    display.close()


@pytest.fixture
def open_window(display, tmp_path):
    """Return a function that starts the program; all are ended after the test."""
    opened = []

    def start(*arguments):
        opened.append(RealWindow(display, tmp_path / "home", *arguments))
        return opened[-1]

    yield start
    for window in opened:
        with contextlib.suppress(ValueError):
            window.kill()
