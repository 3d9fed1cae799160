"""Tests of engine.compare.junction_judgments."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.junction_judgments import judgment, shows_jump
from tests.helpers.figures import junction_measure


@pytest.mark.parametrize(
    ("ratio", "changes", "said"),
    [
        (1.026, {}, "jump"),
        (1.001, {}, "agrees"),
        (1.026, {"unit": "DN/s"}, "count rates: bands need not agree"),
        (1.026, {"by_construction": "Both by their own response."}, "own"),
        (0.99, {"ratio_error": 0.25, "significance": 0.04}, "cannot tell"),
        (np.nan, {"unit": "DN/s"}, "no overlap"),
    ],
)
def test_a_verdict_is_told_only_of_sides_that_have_to_agree(rng, ratio, changes, said):
    measure = replace(junction_measure(rng, "2A|2B", ratio=ratio), **changes)

    assert judgment(measure) == said
    assert shows_jump(measure) == (said == "jump")
