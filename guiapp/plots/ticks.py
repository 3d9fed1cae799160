"""Where the ticks of an axis lie and how their numbers read."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from guiapp.look.numbers import fixed_text
from guiapp.plots.pixels import Scale, from_axis

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = (1e-4, 1e5)  # outside, numbers are written with a power of ten
_FEWEST = 3  # labels, even where they stand a little close
_FEWEST_DECADES = 2  # labels on a log axis: one alone does not say how fast it runs
_NARROW_DECADES = 0.8  # a log axis that shows less than this has ticks like a linear one

Style = Literal["plain", "powers"]
TickLevels = list[tuple[float, list[float]]]


def nice_step(span: float, most: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that cuts ``span`` in ``most`` parts."""
    rough = span / max(most, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))


def multiples(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of ``step`` from ``low`` to ``high``."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(v) for v in np.arange(first, last + 1) * step]


def tick_levels(low: float, high: float, most: float, scale: Scale) -> TickLevels:
    """Return the labeled and the unlabeled ticks of an axis, in axis units.

    Parameters
    ----------
    low, high : float
        The range shown; log10 of the values on a log axis.
    most : float
        How many labels fit.
    scale : {"linear", "log"}
        How the axis is scaled.

    Returns
    -------
    list of (float, list of float)
        Two levels: distance of the ticks (of the values, on a log axis) and where they lie.
    """
    if not high > low:
        return []
    if scale == "linear":
        return _linear_levels(low, high, most)
    if high - low < _NARROW_DECADES:
        return [
            (step, [math.log10(v) for v in values if v > 0])
            for step, values in _linear_levels(10.0**low, 10.0**high, most)
        ]
    return _decade_levels(low, high, most)


def powers_of(values: Sequence[float], step: float) -> Style:
    """Return how the ticks of a log axis read: all as powers of ten, where one would be."""
    is_decade = step == 0 and all(abs(one - round(one)) < 1e-9 for one in values)
    far = any(not _PLAIN[0] <= 10.0**one < _PLAIN[1] for one in values)
    return "powers" if is_decade and far else "plain"


def tick_text(value: float, step: float, scale: Scale, style: Style = "plain") -> str:
    """Return the label of the tick at ``value`` (axis units) on an axis with ticks ``step`` apart.

    A ``step`` of 0 says that the ticks lie on a log axis of whole decades; ``"powers"`` writes
    those as powers of ten that would be plain numbers.
    """
    number = from_axis(value, scale)
    if number == 0 or abs(number) < step * 1e-9:
        return "0"
    size = math.floor(math.log10(abs(number)) + 1e-9)
    if style == "powers" or not _PLAIN[0] <= abs(number) < _PLAIN[1]:
        power = str(size).translate(_SUPERSCRIPTS)
        front = number / 10.0**size
        decimals = max(0, size - math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        if abs(front - 1) < 1e-9 and scale == "log":
            return f"10{power}"
        return f"{fixed_text(front, min(decimals, 6))}\N{MULTIPLICATION SIGN}10{power}"
    finest = step if step > 0 else 10.0**size
    return fixed_text(number, max(0, -math.floor(math.log10(finest) + 1e-9)))


def _linear_levels(low: float, high: float, most: float) -> TickLevels:
    steps = [nice_step(high - low, factor * most) for factor in (1.0, 2.0, 3.0)]
    enough = (step for step in steps if len(multiples(low, high, step)) >= _FEWEST)
    step = next(enough, steps[-1])
    leading = round(step / 10.0 ** math.floor(math.log10(step) + 1e-9))
    fine = step / (4 if leading == 2 else 5)
    labeled = multiples(low, high, step)
    others = [v for v in multiples(low, high, fine) if abs(v / step - round(v / step)) > 1e-6]
    return [(step, labeled), (fine, others)]


def _decade_levels(low: float, high: float, most: float) -> TickLevels:
    every = max(1, math.ceil((high - low) / max(most, 1.0)))
    whole = range(math.ceil(low), math.floor(high) + 1)
    while every > 1 and sum(one % every == 0 for one in whole) < _FEWEST_DECADES:
        every -= 1
    decades = range(math.floor(low), math.ceil(high) + 1)
    marks = {m: [d + math.log10(m) for d in decades] for m in range(1, 10)}
    inside = {m: [v for v in values if low <= v <= high] for m, values in marks.items()}
    wanted: tuple[int, ...] = (1,)
    for more in ((1, 3), (1, 2, 5)):
        is_bare = sum(len(inside[m]) for m in wanted) < _FEWEST_DECADES
        if every == 1 and (is_bare or len(more) * (high - low) <= most):
            wanted = more
    labeled = [v for m in wanted for v in inside[m] if m > 1 or round(v) % every == 0]
    others = [v for values in inside.values() for v in values if v not in labeled]
    return [(0.0, sorted(labeled)), (0.0, sorted(others))]
