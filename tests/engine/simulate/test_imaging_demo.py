"""Tests of engine.simulate.imaging_demo."""

import json

from engine.simulate.demo import TRUTH_NAME
from engine.simulate.imaging_demo import TABLE_NAME, make_imaging_demo


def test_the_demo_holds_the_table_and_its_truth_last():
    files = list(make_imaging_demo(7))
    truth = json.loads(files[-1].content)
    rows = files[0].content.decode().splitlines()

    assert (files[0].name, files[0].role) == (TABLE_NAME, "table")
    assert (files[-1].name, files[-1].role) == (TRUTH_NAME, "truth")
    assert len(truth["observations"]) == sum(not one.startswith("#") for one in rows) - 1
    assert round(truth["filters"]["F560W"]["aperture_correction"], 4) == 1.4355  # SPEC, I1
    assert truth["disk"]["star"] == "HD 180609"


def test_the_same_seed_gives_the_same_files():
    first = [(one.name, one.content) for one in make_imaging_demo(7)]
    second = [(one.name, one.content) for one in make_imaging_demo(7, size="full")]

    assert first[0] == second[0]
    assert [name for name, _ in first] == [name for name, _ in second]
