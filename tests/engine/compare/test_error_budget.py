"""Error budgets: quadrature by hand, what counts for which source, and what is not known."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.error_budget import (
    BudgetParams,
    Known,
    Source,
    budget_of,
    make_budgets,
    median_budgets,
)
from engine.errors import DataError


def known(**changes: tuple[float, str]) -> Known:
    terms = {
        "pipeline": (0.15, "p"),
        "repeat": (0.27, "r"),
        "factor": (0.37, "f"),
        "aperture": (3.0, "a"),
    } | changes
    return Known("o1", "BD+60 1753 · F560W", "F560W", **terms)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("point source", 0.4820),  # sqrt(0.0225 + 0.0729 + 0.1369)
        ("star with a model", 2.0573),  # sqrt(0.2323 + 4)
        ("extended source", 3.0385),  # sqrt(0.2323 + 9)
    ],
)
def test_terms_add_in_quadrature(source: Source, expected: float) -> None:
    budget = budget_of(known(), source, model_percent=2.0)

    assert budget.total_percent == pytest.approx(expected, abs=5e-5)


def test_each_term_is_shown_with_its_origin() -> None:
    budget = budget_of(known(), "extended source", model_percent=2.0)

    assert [one.percent for one in budget.terms] == [0.15, 0.27, 0.37, 0.0, 3.0]
    assert [one.origin for one in budget.terms][:3] == ["p", "r", "f"]
    assert budget.term("model").origin == "no model takes part in the flux"
    assert budget.largest.name == "aperture"


def test_a_term_that_is_not_known_counts_as_none_and_is_told() -> None:
    found = make_budgets([known(repeat=(np.nan, "never")), known()], BudgetParams("point source"))

    assert found.budgets[0].total_percent == pytest.approx(np.hypot(0.15, 0.37))
    assert found.budgets[0].unknown == ("Repeatability",)
    assert found.messages == (
        "Repeatability: not known for 1 of 2 observations; it counts as none there.",
    )


def test_each_band_is_represented_by_its_median_observation() -> None:
    rows = [
        replace(known(pipeline=(percent, "p")), id=str(percent), band=band)
        for band, percent in (("F560W", 3.0), ("F560W", 1.0), ("F560W", 2.0), ("F770W", 5.0))
    ]

    medians = median_budgets(make_budgets(rows))

    assert [one.id for one in medians] == ["2.0", "5.0"]


def test_nothing_to_budget_is_refused() -> None:
    with pytest.raises(DataError, match="no observation"):
        make_budgets([])


def test_flag_of_an_observation_stays_with_its_budget():
    known = Known("o1", "C26202", "F560W", *[(1.0, "")] * 4, flag="6.1 σ below")

    [budget] = make_budgets((known,)).budgets

    assert budget.flag == "6.1 σ below"
