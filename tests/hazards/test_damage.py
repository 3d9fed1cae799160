"""Files damaged at random are refused with a sentence, or load; they never do anything else."""

import numpy as np
import pytest

from engine.errors import FileError
from engine.files import load
from tests.hazards.damage import GOOD, damaged


def survive(folder, name, seeds):
    """Load damaged copies of one file; anything but `FileError` fails the test."""
    content = GOOD[name]()
    path = folder / name
    for seed in seeds:
        path.write_bytes(damaged(content, np.random.default_rng(seed)))
        for sentence in sentences(path):
            assert len(sentence) <= 300, seed


def sentences(path):
    """Return what is said about a file; whatever loads holds something."""
    try:
        loaded = load(path)
    except FileError as error:
        return [error.sentence]
    assert loaded.kind == "session" or loaded.products
    return [message.text for message in loaded.messages]


@pytest.mark.parametrize("name", GOOD)
def test_damaged_files_never_raise_anything_but_a_sentence(name, tmp_path):
    survive(tmp_path, name, range(8))


@pytest.mark.rig
@pytest.mark.parametrize("name", GOOD)
def test_many_damaged_files_never_raise_anything_but_a_sentence(name, tmp_path):
    survive(tmp_path, name, range(1000, 1200))


@pytest.mark.parametrize("name", GOOD)
def test_the_files_before_the_damage_load(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(GOOD[name]())

    assert load(path).kind
