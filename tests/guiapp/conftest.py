"""Fixtures for tests of the window."""

import pytest

from guiapp.jobs.runner import Runner
from guiapp.look import theme
from guiapp.settings.preferences import Preferences


@pytest.fixture
def runner(qapp):
    """Return a job runner; no job outlives its test."""
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture
def dressed(qapp):
    """Dress the application in the light theme, and put the theme back afterwards."""
    theme.choose("light")
    yield theme
    theme.choose("light")


@pytest.fixture
def preferences(qapp, tmp_path):
    """Return preferences that are kept in a file of this test."""
    return Preferences(tmp_path / "settings.json")
