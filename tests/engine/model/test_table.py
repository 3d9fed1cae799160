"""Tests of engine.model.table and engine.model.provenance."""

import numpy as np
import pytest

from engine.model.provenance import Provenance
from engine.model.table import Column, ResultTable


def test_a_table_finds_its_columns_and_counts_its_rows():
    table = ResultTable("Levels", (Column("level", "Jy", np.array([1.0, 2.0, 3.0])),))

    assert len(table) == 3
    assert table.column("level").unit == "Jy"
    with pytest.raises(KeyError):
        table.column("width")


@pytest.mark.parametrize(
    "columns",
    [
        (),
        (Column("a", "", np.zeros(2)), Column("b", "", np.zeros(3))),
        (Column("a", "", np.zeros(2)), Column("a", "", np.zeros(2))),
        (Column("a", "", np.zeros((2, 2))),),
    ],
    ids=["none", "lengths differ", "one name twice", "two-dimensional"],
)
def test_columns_that_make_no_table_are_refused(columns):
    with pytest.raises(ValueError, match="Levels"):
        ResultTable("Levels", columns)


def test_provenance_names_the_program_and_its_version():
    assert Provenance("1.2.3").creator == "Fluxknot 1.2.3"
