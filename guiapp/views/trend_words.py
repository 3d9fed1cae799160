"""What the view of trends says in words."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.compare.factor_table import Parameter
from engine.compare.repeatability import DAYS_PER_YEAR
from engine.compare.trend_results import Difference, FactorTrends, Trend
from engine.counting import counted
from guiapp.look import number_text
from guiapp.views.trend_groups import CLASS_NAMES

_WITHIN = 0.05  # of a sigma: what rounds to it
_NO_SPREAD = 1e-6  # of ratios: what rounding may make
_FREE = 4.5  # degrees of freedom above which an error is nearly that of a normal distribution


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
    mean, error = round(float(ratio.mean()), 6), spread if spread > _NO_SPREAD else None
    return f"this / {label}: {number_text(mean, error)}"


_COUNTED = "few stars and all tries counted"
#: What the σ of findings are, where there is room to say it.
SIGMAS = "The σ count all that was tried, and how few stars an error rests on."


def findings_text(trends: FactorTrends) -> str:
    """Return what is significant, with numbers; and what it is no trend with."""
    found = [f"The factor {change_text(trends, one)}." for one in trends.reported]
    above = [one for one in trends.differences if one.is_reported]
    for name in dict.fromkeys(_higher(one)[0] for one in above):
        others = " and ".join(
            f"{_away(trends, abs(one.difference), one.error)} above {class_title(_higher(one)[1])} "
            f"({_sigmas(one.significance)})"
            for one in above
            if _higher(one)[0] == name
        )
        found.append(f"{_capital(class_title(name))} lie {others}.")
    found += [
        f"The subset “{one.name}” lies {_away(trends, abs(one.offset), one.offset_error)} "
        f"{'above' if one.offset > 0 else 'below'} all others ({_sigmas(one.significance)})."
        for one in trends.subsets
        if one.is_reported
    ]
    without = [_label(trends, one) for one in trends.trends if not (one.is_reported or one.reason)]
    if without:
        found.append(f"No significant trend with {_listed(without)}.")
    said = " ".join(found) or "There are too few stars to seek a trend."
    # Once is enough, and short enough to be seen: value over error is more.
    return said.replace("\N{NO-BREAK SPACE}σ)", f"\N{NO-BREAK SPACE}σ, {_COUNTED})", 1)


def change_text(trends: FactorTrends, trend: Trend) -> str:
    """Return how the factor goes with one parameter: change, error, range and significance."""
    label, amount = _label(trends, trend), _amount(trends, trend)
    said = f"changes with {label} by {amount}" if amount else f"differs with {label}"
    return f"{said} ({_sigmas(trend.significance)})"


def _amount(trends: FactorTrends, trend: Trend) -> str:
    """Return the change a year with a date, else that over the range which was observed."""
    parameter = trends.table.parameter(trend.parameter)
    if parameter is None or not np.isfinite(trend.slope):
        return ""
    x = parameter.x[trends.table.used & np.isfinite(parameter.x)]
    span, where = _span(parameter, float(x.min()), float(x.max()))
    return f"{_signed(trends, span * trend.slope, span * trend.slope_error)} {where}"


def summary_lines(trends: FactorTrends, chance: float) -> tuple[str, ...]:
    """Return every number behind the findings, a line each, and what is called significant.

    ``chance`` is the limit below which something is reported.
    """
    lines = [
        f"{_capital(class_title(one.name))}: mean {number_text(one.mean, one.error)}"
        + (f", scatter {100 * one.rms:.2f} %" if np.isfinite(one.rms) else "")
        + f", {counted(one.n_stars, 'star')}."
        for one in (*trends.classes, *trends.subsets)
        if one.n_used
    ]
    for pair in trends.differences:
        high, low = _higher(pair)
        away = _away(trends, abs(pair.difference), pair.error)
        lines.append(
            f"{_capital(class_title(high))} over {class_title(low)}: {away}, "
            f"{_judged(pair.significance, is_reported=pair.is_reported)}."
        )
    lines += [_trend_line(trends, one) for one in trends.trends]
    if trends.n_tried:
        lines.append(
            "The σ are less than the value over its error: they count that an error from few stars "
            f"is uncertain itself (Student's t), and that {counted(trends.n_tried, 'parameter')} "
            "and all pairs of classes were tried. Significant is what chance makes in less than "
            f"{100 * chance:g} % of cases."
        )
    return tuple(lines)


def _trend_line(trends: FactorTrends, trend: Trend) -> str:
    label = _capital(_label(trends, trend))
    if trend.reason:
        return f"{label}: {trend.reason}"
    amount = _amount(trends, trend) or "differences between categories"
    alone = f"{_sigmas(trend.single_significance)} by itself"
    if trend.freedom < _FREE:
        free = counted(max(round(trend.freedom), 1), "degree")
        alone += f": the error rests on {free} of freedom"
    if not np.isfinite(trend.chance):
        return f"{label}: {amount}, {alone}; not counted among those tried."
    judged = _judged(trend.significance, is_reported=trend.is_reported)
    return f"{label}: {amount}, {judged} ({alone})."


def _span(parameter: Parameter, low: float, high: float) -> tuple[float, str]:
    """Return over which stretch of a parameter a change is said, and that in words."""
    if parameter.unit == "MJD":
        return DAYS_PER_YEAR, "per year"
    if parameter.scale == "log":
        ends = [number_text(float(f"{10.0**x:.2g}")) for x in (low, high)]
    else:
        ends = [number_text(float(f"{x:.3g}")) for x in (low, high)]
    unit = f" {parameter.unit}" if parameter.unit else ""
    return high - low, f"from {ends[0]} to {ends[1]}{unit}"


def _label(trends: FactorTrends, trend: Trend) -> str:
    parameter = trends.table.parameter(trend.parameter)
    label = trend.parameter if parameter is None else parameter.label
    return label if label.isupper() else label[:1].lower() + label[1:]


def class_title(name: str) -> str:
    """Return a class in the plural, a subset as it is named."""
    return CLASS_NAMES.get(name, name)


def _higher(pair: Difference) -> tuple[str, str]:
    """Return the class with the larger factor, and the other one."""
    return (pair.first, pair.second) if pair.difference > 0 else (pair.second, pair.first)


def _judged(significance: float, *, is_reported: bool) -> str:
    return f"{_sigmas(significance)}: {'significant' if is_reported else 'not significant'}"


def _sigmas(significance: float) -> str:
    # What belongs together is not parted at the end of a line.
    sigmas = f"{significance:.1f}\N{NO-BREAK SPACE}σ"
    return sigmas if np.isfinite(significance) else "no significance"


def _signed(trends: FactorTrends, value: float, error: float) -> str:
    said = _away(trends, value, error)
    return said if value < 0 else f"+{said}"


def _away(trends: FactorTrends, value: float, error: float) -> str:
    level = abs(trends.all.mean)
    return f"{number_text(100 * value / level, 100 * error / level)} %"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
