"""Files damaged at random are refused with a sentence, or load; they never do anything else."""

import numpy as np
import pytest

from tests.hazards.damage import GOOD, damaged
from tests.hazards.trial import open_like_the_program


def survive(folder, name, seeds):
    """Load damaged copies of one file; anything but `FileError` fails the test."""
    content = GOOD[name]()
    path = folder / name
    for seed in seeds:
        path.write_bytes(damaged(content, np.random.default_rng(seed)))
        for sentence in open_like_the_program(path)[1]:
            assert len(sentence) <= 300, seed


@pytest.mark.parametrize("name", GOOD)
def test_damaged_files_never_raise_anything_but_a_sentence(name, tmp_path):
    survive(tmp_path, name, range(6))


@pytest.mark.parametrize("name", GOOD)
def test_the_files_before_the_damage_load(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(GOOD[name]())

    assert open_like_the_program(path)[0] != "refused"
