"""Tests of guiapp.views.junction_words."""

from dataclasses import replace

import pytest

from engine.compare.junctions import SourceJunctions
from guiapp.views.junction_words import stitched_text, verdict_text
from tests.helpers.figures import junction_measure


@pytest.mark.parametrize(
    ("error", "verdict", "words"),
    [(0.004, "agrees", "agrees"), (0.12, "agrees", "cannot tell"), (0.05, "jump", "jump")],
)
def test_what_is_not_known_is_not_called_an_agreement(rng, error, verdict, words):
    one = replace(junction_measure(rng, "1A|1B"), ratio_error=error, verdict=verdict)

    assert f"   {words}, " in verdict_text(one, "MUCOL/1-1")
    assert verdict_text(one, "MUCOL/1-1").startswith("μ Col/1-1, 1A|1B ")


def test_the_stitched_spectrum_says_its_scales_with_errors_and_what_was_left_at_1():
    source = SourceJunctions(
        "MUCOL/1-1",
        (),
        (("4A", 1.0), ("4B", 0.9), ("4C", 0.9)),
        stitch_errors=(("4A", 0.0), ("4B", 0.012), ("4C", 0.012)),
        stitch_left=(("4B|4C", "0.717 ± 0.2 is no jump beyond 3 σ (1.1 σ)"),),
        stitch_anchor="4A",
    )

    said = stitched_text(source).replace("\N{NO-BREAK SPACE}", " ")

    assert "Level of 4A kept." in said
    assert "Times 4B–4C 0.900 ± 0.012." in said
    assert "No jump beyond 3 σ, left at 1: 4B|4C." in said
