"""Tests of engine.numerics.breakpoints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FitError
from engine.numerics.breakpoints import add, double, even, halve

LIMITS = (5.0, 7.0)
points = st.lists(st.floats(5.001, 6.999), max_size=20, unique=True).map(
    lambda values: tuple(sorted(values))
)


def test_even_breakpoints_divide_the_range_into_equal_parts():
    assert even(LIMITS, 3) == pytest.approx((5.5, 6.0, 6.5))
    assert even(LIMITS, 0) == ()


def test_a_negative_count_is_refused():
    with pytest.raises(FitError, match="-1 breakpoints"):
        even(LIMITS, -1)


def test_a_breakpoint_is_added_in_order_and_only_once():
    assert add((5.5, 6.5), 6.0) == (5.5, 6.0, 6.5)
    assert add((5.5, 6.5), 6.5) == (5.5, 6.5)


@given(points)
def test_halving_undoes_doubling(before):
    doubled = double(before, LIMITS)

    assert len(doubled) == 2 * len(before) + 1
    assert halve(doubled) == before


@given(points)
def test_halving_keeps_half(before):
    assert len(halve(before)) == len(before) // 2
