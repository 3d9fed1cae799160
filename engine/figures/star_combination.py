"""Relative vectors of all stars, their mean and the polynomial (Law+2025, Fig. 9)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.model.stars import star_named
from engine.mrs.star_combination import StarCombination
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CLASSES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
_BEYOND = 0.5  # of the range of the compared samples, shown above and below it


def draw_star_combination(
    figure: "Figure", combination: StarCombination, *, title: str = ""
) -> None:
    """Draw the relative vectors above, what is left of the mean below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    combination : StarCombination
        Stars that are left out are dotted.
    title : str
        Written above.
    """
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _draw_stars(upper, combination)
    for one in combination.bands:
        low, high = one.mean - one.mean_error, one.mean + one.mean_error
        upper.fill_between(one.wave_um, low, high, color=color("text"), alpha=0.15, lw=0)
        upper.plot(one.wave_um, one.mean, color=color("text"), lw=1.2)
        upper.plot(one.wave_um, one.polynomial, color=color("accent"), lw=1.2, ls="--")
    upper.plot([], [], color=color("text"), lw=1.2, label="mean of the stars")
    upper.plot(
        [], [], color=color("accent"), ls="--", label=f"polynomial, order {combination.order}"
    )
    if any(one.excluded for one in combination.stars):
        upper.plot([], [], color=color("dim"), lw=0.8, ls=":", label="left out of the mean")
    upper.set_ylim(*_limits(combination))
    upper.set_ylabel(f"Vector / vector of {plain(combination.stars[0].star)}")
    put_legend(figure, upper)
    _draw_residuals(lower, combination)
    lower.set_xlabel("Wavelength (µm)")
    if title:
        upper.set_title(plain(title), loc="left")


def _draw_stars(axes: "Axes", combination: StarCombination) -> None:
    shades = read_toml("colors.toml")["classes"]
    named: set[str] = set()
    excluded = {one.source for one in combination.stars if one.excluded}
    for one in combination.relative:
        band = combination.band(one.band)
        assert band is not None
        star = star_named(one.star)
        kind = star.star_class if star is not None else "other"
        label = _CLASSES.get(kind, "other stars")
        axes.plot(
            band.wave_um, one.ratio, lw=0.6, alpha=0.7, color=shades.get(kind, color("dim")),
            ls=":" if one.source in excluded else "-", label="" if label in named else label,
        )  # fmt: skip
        named.add(label)


def _draw_residuals(axes: "Axes", combination: StarCombination) -> None:
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    for one in combination.bands:
        if not np.isfinite(one.residual):
            continue
        wave = one.wave_um[one.is_compared]
        middle, half = 0.5 * (wave[0] + wave[-1]), 0.5 * (wave[-1] - wave[0])
        axes.fill_between(
            [middle - half, middle + half],
            100 * (one.residual - one.scatter),
            100 * (one.residual + one.scatter),
            color=band_color(one.band), alpha=0.25, lw=0,
        )  # fmt: skip
        axes.errorbar(
            middle, 100 * one.residual, 100 * one.residual_error, half,
            color=band_color(one.band), marker="o", markersize=3, lw=0.8,
        )  # fmt: skip
    axes.set_ylabel("Star / final − 1 (%)")


def _limits(combination: StarCombination) -> tuple[float, float]:
    """Return limits that hold what is compared: beyond, faint stars run away."""
    shown = [
        one.ratio[band.is_compared]
        for one in combination.relative
        if (band := combination.band(one.band)) is not None
    ]
    values = np.concatenate(shown)
    low, high = np.nanpercentile(values, [0.5, 99.5])
    room = _BEYOND * (high - low) or 0.05
    return float(low - 0.5 * room), float(high + 0.5 * room)
