"""Factors of stars and classes with two choices of models, and vectors after over before."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.mrs.model_choice import ModelComparison, StarChange
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = {"hot": "o", "A": "s", "G": "^"}


def draw_model_choice(figure: "Figure", comparison: ModelComparison) -> None:
    """Draw each star before (open) and after (filled), class means, and ratios of vectors.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    comparison : ModelComparison
        Stars that are left out are crossed.
    """
    top, bottom = figure.subplots(2, 1, height_ratios=(1.4, 1.0))
    _draw_stars(top, comparison)
    _draw_ratios(bottom, comparison)
    top.set_title(f"Models now, against {plain(comparison.baseline)}", loc="left")
    put_legend(figure, top)
    put_legend(figure, bottom)
    figure.align_ylabels()


def _draw_stars(axes: "Axes", comparison: ModelComparison) -> None:
    stars = ordered_stars(comparison)
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    for x, one in enumerate(stars):
        hue = _class_color(one.star_class)
        marker = "x" if one.excluded else _MARKERS.get(one.star_class, "D")
        before, after = 100.0 * (one.before - 1.0), 100.0 * (one.after - 1.0)
        axes.plot([x, x], [before, after], color=hue, lw=0.8)
        axes.plot([x], [before], marker=marker, markerfacecolor="none", color=hue, ls="none")
        axes.errorbar([x], [after], [100.0 * one.error], marker=marker, color=hue, ls="none")
    _draw_classes(axes, comparison, stars)
    axes.set_xticks(range(len(stars)), [plain(one.star) for one in stars], rotation=35, ha="right")
    axes.set_ylabel("Star / final vector − 1 (%)")


def ordered_stars(comparison: ModelComparison) -> Sequence[StarChange]:
    """Return the stars class by class."""
    order = [one.name for one in comparison.classes]
    rank = {name: at for at, name in enumerate(order)}
    return sorted(comparison.stars, key=lambda one: rank.get(one.star_class, len(order)))


def _class_color(name: str) -> str:
    return str(read_toml("colors.toml")["classes"][name])


def _draw_classes(axes: "Axes", comparison: ModelComparison, stars: Sequence[StarChange]) -> None:
    styles = (("before", "--", "mean of a class before"), ("after", "-", "and after"))
    for name, line, label in styles:
        for at, one in enumerate(comparison.classes):
            places = [x for x, star in enumerate(stars) if star.star_class == one.name]
            level = 100.0 * (getattr(one, name) - 1.0)
            axes.plot(
                [min(places) - 0.35, max(places) + 0.35], [level, level], ls=line, lw=1.4,
                color=_class_color(one.name), label=label if at == 0 else None,
            )  # fmt: skip


def _draw_ratios(axes: "Axes", comparison: ModelComparison) -> None:
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    seen: set[str] = set()
    for one in comparison.bands:
        percent = 100.0 * (one.ratio - 1.0)
        name = one.source or "final vector"
        axes.plot(
            one.wave_um, percent, lw=1.6 if not one.source else 0.7,
            color=color("text") if not one.source else band_color(one.band),
            label=None if name in seen or (one.source and len(seen) > 1) else plain(name),
        )  # fmt: skip
        seen.add(name)
    if not np.any([np.isfinite(one.level) for one in comparison.bands]):
        axes.set_yticks([])
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel("After / before − 1 (%)")
