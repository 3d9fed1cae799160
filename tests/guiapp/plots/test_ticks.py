"""Tests of guiapp.plots.ticks."""

import math

import pytest

from guiapp.plots.ticks import nice_step, powers_of, tick_levels, tick_text


@pytest.mark.parametrize(
    ("span", "most", "step"), [(1.0, 5, 0.2), (1.1, 10, 0.2), (7.0, 8, 1.0), (3e-4, 4, 1e-4)]
)
def test_steps_are_one_two_or_five_times_a_power_of_ten(span, most, step):
    assert nice_step(span, most) == pytest.approx(step)


def test_linear_ticks_lie_inside_the_range_and_on_multiples():
    (step, labeled), (_, others) = tick_levels(5.61, 6.69, 6, "linear")

    assert step == pytest.approx(0.2)
    assert labeled == pytest.approx([5.8, 6.0, 6.2, 6.4, 6.6])
    assert not set(labeled) & set(others)
    assert all(5.61 <= v <= 6.69 for v in others)


def test_a_low_plot_has_three_labels_wherever_zero_lies():
    """A range just short of two ticks of 0.5 is not left with zero alone."""
    (step, labeled), _ = tick_levels(-0.48, 0.48, 2.1, "linear")

    assert step == pytest.approx(0.2)
    assert labeled == pytest.approx([-0.4, -0.2, 0.0, 0.2, 0.4])


def test_a_wide_log_axis_is_labeled_at_decades():
    (_, labeled), (_, others) = tick_levels(-3.2, 3.1, 7, "log")

    assert labeled == pytest.approx([-3, -2, -1, 0, 1, 2, 3])
    assert math.log10(0.2) in [pytest.approx(v) for v in others]


@pytest.mark.parametrize("most", [1.2, 1.9, 3.0])
@pytest.mark.parametrize("ends", [(-1.10, 2.85), (1.51, 2.98), (1.72, 5.29), (3.1, 4.05)])
def test_a_short_log_axis_has_two_labels_at_least(ends, most):
    (_, labeled), _ = tick_levels(*ends, most, "log")

    assert len(labeled) >= 2
    assert all(ends[0] <= one <= ends[1] for one in labeled)


def test_a_narrow_log_axis_is_labeled_in_between():
    (step, labeled), _ = tick_levels(math.log10(5.0), math.log10(28.0), 6, "log")

    assert step == pytest.approx(5.0)
    assert [10**v for v in labeled] == pytest.approx([5, 10, 15, 20, 25])


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (5.8, 0.2, "5.8"),
        (-0.05, 0.05, "−0.05"),
        (-1e-17, 0.05, "0"),
        (1500.0, 500.0, "1500"),
        (2.5e-6, 5e-7, "2.5×10⁻⁶"),
    ],
)
def test_labels_read_as_people_write_numbers(value, step, text):
    assert tick_text(value, step, "linear") == text


def test_whole_decades_far_from_one_are_powers():
    assert [tick_text(v, 0.0, "log") for v in (-6, -1, 0, 2, 6)] == [
        "10⁻⁶",
        "0.1",
        "1",
        "100",
        "10⁶",
    ]


def test_numbers_of_one_log_axis_are_written_alike():
    small, usual = [-5.0, -4.0, -3.0], [-2.0, 0.0, 2.0]

    assert [tick_text(v, 0.0, "log", powers_of(small, 0.0)) for v in small] == [
        "10⁻⁵", "10⁻⁴", "10⁻³",
    ]  # fmt: skip
    assert [tick_text(v, 0.0, "log", powers_of(usual, 0.0)) for v in usual] == ["0.01", "1", "100"]
    assert powers_of([-5.0, -4.5], 0.0) == "plain"


def test_a_range_of_nothing_has_no_ticks():
    assert tick_levels(1.0, 1.0, 5, "linear") == []
