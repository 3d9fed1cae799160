"""Tests of guiapp.views.junction_words."""

from dataclasses import replace

import pytest

from guiapp.views.junction_words import verdict_text
from tests.helpers.figures import junction_measure


@pytest.mark.parametrize(
    ("error", "verdict", "words"),
    [(0.004, "agrees", "agrees"), (0.12, "agrees", "cannot tell"), (0.05, "jump", "jump")],
)
def test_what_is_not_known_is_not_called_an_agreement(rng, error, verdict, words):
    one = replace(junction_measure(rng, "1A|1B"), ratio_error=error, verdict=verdict)

    assert f"σ: {words}   n" in verdict_text(one, "MUCOL/1-1")
    assert verdict_text(one, "MUCOL/1-1").startswith("μ Col/1-1, 1A|1B ")
