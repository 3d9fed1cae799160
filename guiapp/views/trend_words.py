"""What the view of trends says in words."""

import numpy as np

from engine.arrays import FloatArray
from engine.compare.trend_results import FactorTrends
from guiapp.look import number_text

_WITHIN = 0.05  # of a sigma: what rounds to it


def point_text(trends: FactorTrends, row: int) -> str:
    """Return one observation in one line: star, class, program, date, factor, why flagged."""
    table = trends.table
    value = float(table.factor[row])
    away = (value - trends.all.mean) / trends.all.rms if trends.all.rms > 0 else float("nan")
    parts = [
        table.stars[row],
        table.classes[row],
        table.notes[row],
        f"C {number_text(value, float(table.error[row]))}",
        f"{abs(away):.1f} σ {'above' if away > 0 else 'below'}" if abs(away) > _WITHIN else "",
        f"left out: {table.reasons[row]}" if table.reasons[row] else "",
        f"flagged: {table.flags[row]}" if table.flags[row] else "",
    ]
    return "   ".join(part for part in parts if part)


def versus_text(trends: FactorTrends, other: FloatArray, label: str) -> str:
    """Return how the factors compare with those of another version, in a few words."""
    if not label:
        return ""
    if not other.size:
        return f"vs. {label}"
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (trends.table.factor / other)[trends.table.used]
    ratio = ratio[np.isfinite(ratio)]
    if not ratio.size:
        return f"vs. {label}: nothing in common"
    spread = float(np.std(ratio, ddof=1)) if ratio.size > 1 else float("nan")
    return f"this / {label}: {number_text(float(ratio.mean()), max(spread, 1e-4))}"


def findings_text(trends: FactorTrends) -> str:
    """Return what is to be reported, in one line."""
    found = []
    for one in trends.reported:
        parameter = trends.table.parameter(one.parameter)
        label = one.parameter if parameter is None else parameter.label.lower()
        found.append(f"depends on {label} ({one.significance:.1f} σ)")
    found += [
        f"{one.first} − {one.second} {_percent(trends, one.difference, one.error)} "
        f"({one.significance:.1f} σ)"
        for one in trends.differences
        if one.is_reported
    ]
    found += [
        f"{one.name} off by {_percent(trends, one.offset, one.offset_error)}"
        for one in trends.subsets
        if one.is_reported
    ]
    if found:
        return "; ".join(found)
    return f"No trend in {trends.n_tried} parameters."


def _percent(trends: FactorTrends, value: float, error: float) -> str:
    level = abs(trends.all.mean)
    return f"{number_text(100 * value / level, 100 * error / level)} %"
