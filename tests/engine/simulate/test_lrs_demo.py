"""Tests of engine.simulate.lrs_demo."""

import json

import pytest

from engine.simulate.demo import TRUTH_NAME
from engine.simulate.lrs_demo import make_lrs_demo


@pytest.fixture(scope="module")
def files():
    return list(make_lrs_demo(7))


def test_the_demo_is_small_and_holds_its_truth_last(files):
    truth = json.loads(files[-1].content)

    assert sum(len(one.content) for one in files) < 15e6
    assert (files[-1].name, files[-1].role) == (TRUTH_NAME, "truth")
    assert set(truth["products"]) == {one.name for one in files[:-1]}
    assert len(files) == 14


def test_the_truth_names_what_was_put_in(files):
    products = json.loads(files[-1].content)["products"]
    nods = [one for name, one in products.items() if "s2d" in name]

    assert [one["level"] for one in nods] == [1.0, 1.05, 1.0, 1.0]
    assert [len(one["dropout_rows"]) for one in nods] == [4, 2, 0, 1]
    ramp = next(one for name, one in products.items() if "ramp" in name)
    assert [wave["amplitude_dn"] for wave in ramp["waves"]] == [6.0, 2.0]


def test_the_same_seed_gives_the_same_files(files):
    again = list(make_lrs_demo(7, size="full"))

    assert [one.content for one in files[:-1]] == [one.content for one in again[:-1]]
