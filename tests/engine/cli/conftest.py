"""Fixtures for tests of the command line."""

import pytest

from engine.cli import main


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    """Keep the cache of whoever runs the tests out of them."""
    monkeypatch.setenv("FLUXKNOT_CACHE", "off")


@pytest.fixture
def fluxknot(capsys):
    """Return a function that runs a command: exit code, standard output, standard error."""

    def run(*words):
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as leaving:
            code = leaving.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
