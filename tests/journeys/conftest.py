"""A display, a home, and data for the journeys."""

import pytest

from tests.helpers.cubes_and_model import write_cubes_and_model
from tests.helpers.xvfb import Display, need_display_programs
from tests.journeys.window import RealWindow


@pytest.fixture(scope="session")
def cubes_and_model(tmp_path_factory):
    """Write the cubes 4A, 4B and 4C of a simulated 16 Cyg B, and its model; return the paths."""
    return write_cubes_and_model(tmp_path_factory.mktemp("stars"))


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
        window.kill()
    for window in opened:
        assert "Traceback" not in window.complaints()
