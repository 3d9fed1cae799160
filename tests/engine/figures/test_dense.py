"""Tests of engine.figures.dense."""

import numpy as np
import pytest

from engine.figures import render_figure
from engine.model.provenance import Provenance


def draw(figure):
    axes = figure.subplots()
    wave = np.linspace(5.0, 6.0, 900)
    ripple = np.random.default_rng(1).normal(size=wave.size)
    axes.errorbar(wave, ripple, 0.1, fmt="o", label="many samples")
    axes.errorbar([5.2, 5.6], [0.0, 1.0], 0.3, fmt="s", label="two points")
    axes.set_xlabel("Wavelength (µm)")
    axes.legend()


@pytest.fixture
def drawings():
    return {
        dense: render_figure(draw, "svg", provenance=Provenance("1"), dense=dense).decode()
        for dense in ("as drawn", "pixels")
    }


def test_dense_samples_become_a_picture_and_text_stays_text(drawings):
    small = drawings["pixels"]

    assert len(small) < 0.6 * len(drawings["as drawn"])
    assert "<image" in small
    assert small.count("<text") == drawings["as drawn"].count("<text")
    for text in ("Wavelength (µm)", "many samples", "two points"):
        assert text in small


def test_few_points_with_their_errors_stay_lines(drawings):
    assert "<image" not in drawings["as drawn"]
    # A tick each at x and y, symbols of two points and of the legend: not 900.
    assert 4 < drawings["pixels"].count("<use") < 60
    assert drawings["as drawn"].count("<use") > 900
