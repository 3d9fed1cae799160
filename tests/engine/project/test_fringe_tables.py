"""Tests of engine.project.fringe_tables."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.model.identity import Identity
from engine.mrs.residual_fringes import correct_residual_fringes
from engine.project.fringe_tables import fringe_summary, sinusoid_table
from tests.helpers.fringes import fringed_spectrum, spectrum_of

IDENTITY = Identity(target="10 Lac", program="1524", observation="16", band="3A")


@pytest.fixture
def result(rng):
    return correct_residual_fringes(fringed_spectrum("3A", rng)[0])


def test_each_sinusoid_has_its_row(result):
    table = sinusoid_table([(IDENTITY, result)])

    assert list(table.column("family").values) == ["detector"] * 2 + ["dichroic"] * 2
    assert_allclose(table.column("period").values * table.column("frequency").values, 1.0)
    found = np.concatenate([fit.amplitude for fit in result.families])
    assert_allclose(table.column("amplitude").values, 100.0 * found)
    assert set(table.column("band").values) == {"3A"}


def test_a_spectrum_without_fringes_gives_no_row_but_a_line_in_the_summary(rng):
    calm = correct_residual_fringes(fringed_spectrum("1A", rng, amplitude=0.0)[0])

    assert sinusoid_table([(IDENTITY, calm)]).column("period").values.size == 0
    summary = fringe_summary([(IDENTITY, calm)])
    assert summary.column("outcome").values[0] == "no fringes"
    assert summary.column("largest_removed").values[0] == 0.0


def test_the_summary_compares_before_and_after(result, rng):
    short = correct_residual_fringes(spectrum_of(np.linspace(5, 5.01, 9), np.ones(9), band="1A"))

    summary = fringe_summary([(IDENTITY, result), (IDENTITY, short)])

    before, after = (summary.column(f"scatter_{one}").values for one in ("before", "after"))
    assert before[0] == pytest.approx(100.0 * result.scatter_before)
    assert after[0] < before[0]
    assert np.isnan(before[1])
    assert list(summary.column("n_sinusoids").values) == [4, 0]
    assert "Fewer than 25" in summary.column("remarks").values[1]
