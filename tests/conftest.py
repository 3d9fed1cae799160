"""Fixtures for all tests."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def rng():
    """Return a random generator with a fixed seed, fresh for each test."""
    return np.random.default_rng(20250113)


def _real_data_folder():
    return Path(os.environ.get("FLUXKNOT_DATA", _CHECKOUT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def real_data():
    """Return a function from a relative path to a real file; skips, saying so, without it."""
    folder = _real_data_folder()

    def path_of(relative):
        path = folder / relative
        if not path.exists():
            pytest.skip(f"no real data: {relative} is not in FLUXKNOT_DATA")
        return path

    return path_of
