"""Tests of engine.compare.subsets."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.subsets import Subset, members_of
from engine.errors import DataError


@pytest.fixture
def table():
    return FactorTable(
        title="factors",
        unit="",
        ids=("a", "b", "c", "d"),
        stars=("10 Lac", "HD 2811", "HD 2811", "16 Cyg B"),
        classes=("hot", "A", "A", "G"),
        factor=frozen([1.03, 0.99, 1.0, np.nan]),
        error=frozen([0.01] * 4),
        reasons=("",) * 4,
        flags=("",) * 4,
        notes=("",) * 4,
        parameters=(
            Parameter("mjd", "Date", "MJD", frozen([59776.0, 59904.0, 60200.0, np.nan])),
            Parameter("subarray", "Subarray", texts=("FULL", "SUB64", "", "FULL")),
        ),
    )


@pytest.mark.parametrize(
    ("condition", "members"),
    [
        ("class = A", ("b", "c")),
        ("class = a and mjd < 60000", ("b",)),
        ("mjd < 2022-11", ("a",)),
        ("mjd >= 2023", ("c",)),
        ("mjd >= 2022-11-21", ("b", "c")),
        ('star != "HD 2811"', ("a", "d")),
        ("factor > 1.01", ("a",)),
        ("subarray = full AND factor<2", ("a",)),
        ("subarray != FULL", ("b",)),
    ],
)
def test_a_condition_picks_its_observations(table, condition, members):
    assert members_of(Subset("some", condition=condition), table) == members


def test_a_selection_keeps_its_observations_that_are_there(table):
    subset = Subset("two", members=("c", "gone", "a"))

    assert members_of(subset, table) == ("a", "c")
    assert subset.text == "3 observations"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("color = blue", "no column “color”"),
        ("mjd < yesterday", "“yesterday”"),
        ("A dwarfs", "cannot be read"),
        ("mjd < 2022-13", "“2022-13”"),
    ],
)
def test_a_condition_that_means_nothing_says_so(table, condition, said):
    with pytest.raises(DataError, match=said) as caught:
        members_of(Subset("bad", condition=condition), table)

    assert caught.value.hint
