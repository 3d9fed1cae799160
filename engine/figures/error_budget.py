"""Error budgets as stacked bars (Gordon+2025, Sec. 3.6)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.compare.error_budget import LABELS, TERMS, ErrorBudgets, median_budgets
from engine.figures.labels import plain
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_error_budgets(figure: "Figure", result: ErrorBudgets) -> None:
    """Draw one bar a band: the observation of median error, divided as its variances are.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : ErrorBudgets
        The table has each observation.
    """
    axes = figure.subplots()
    hues = read_toml("colors.toml")["budget"]
    shown = median_budgets(result)
    left = np.zeros(len(shown))
    rows = np.arange(len(shown))
    total = np.array([max(one.total_percent, 1e-12) for one in shown])
    for name in TERMS:
        percent = np.nan_to_num([one.term(name).percent for one in shown])
        share = percent**2 / total
        axes.barh(rows, share, left=left, color=hues[name], label=LABELS[name], height=0.7)
        left = left + share
    axes.set_yticks(rows, [plain(one.band or "no band") for one in shown])
    axes.invert_yaxis()
    axes.set_xlabel(f"Error of a {shown[0].source} (%), divided as the variances are")
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, frameon=False)
