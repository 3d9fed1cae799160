"""Encircled energies of filters, one above the other (Gordon+2025, Fig. 2)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import color
from engine.imaging.encircled_energy import EncircledEnergies
from engine.imaging.light_model import nominal_wave_um

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OFFSET = 0.1  # from one filter to the next, as in the paper
_SHORTEST, _LONGEST = 5.0, 27.0
_MAP = "viridis"


def draw_energies(
    figure: "Figure", energies: Sequence[EncircledEnergies], *, title: str = ""
) -> None:
    """Draw the curves of all observations, filter over filter, with their radii.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    energies : sequence of EncircledEnergies
        From short to long wavelengths; each is drawn 0.1 above the one before.
    title : str
        What stands above.
    """
    import matplotlib as mpl  # noqa: PLC0415  (slow to import)

    axes = figure.subplots()
    ramp = mpl.colormaps[_MAP]
    for place, one in enumerate(energies):
        wave = nominal_wave_um(one.filter)
        share = 0.5 if np.isnan(wave) else (wave - _SHORTEST) / (_LONGEST - _SHORTEST)
        hue = ramp(float(np.clip(0.9 * share, 0.0, 0.9)))
        up = _OFFSET * place
        axes.plot(one.radius_px, one.model + up, color=color("dim"), lw=0.6, ls="--")
        for curve in one.observed:
            axes.plot(one.radius_px, curve.energy + up, color=hue, lw=0.7)
        axes.errorbar(
            one.part_radius_px, one.parts + up, xerr=np.nan_to_num(one.part_error_px), fmt="o",
            ms=2.2, color=color("text"), ecolor=color("text"), elinewidth=0.8, zorder=5,
        )  # fmt: skip
        if one.observed:
            axes.axvline(one.join_px, color=color("accent"), lw=0.4, alpha=0.5)
        end = float(one.energy[-1] + up)
        axes.annotate(
            plain(one.filter), (float(one.radius_px[-1]), end), xytext=(3, 0),
            textcoords="offset points", va="center", color=hue,
        )  # fmt: skip
    axes.set_xlabel("Radius (px)")
    offset = f" + {_OFFSET:g} a filter" if len(energies) > 1 else ""
    axes.set_ylabel(f"Encircled energy{offset}")
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    if title:
        axes.set_title(plain(title), loc="left")
