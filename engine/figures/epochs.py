"""Offsets of positions between NIRCam epochs (Ma+2023, Fig. 3), and sources of images."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain, signed
from engine.figures.module_offsets import shown_pairs
from engine.figures.palette import color
from engine.model.nircam import detector_name
from engine.nircam.detection import DetectedSources
from engine.nircam.matching import EpochMatches, EpochPair

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BINS = 41
_MOST = 8  # panels
_REACH = 6.0  # median absolute deviations on both sides


def draw_epochs(figure: "Figure", matches: EpochMatches) -> None:
    """Draw one panel of histograms for each filter.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    matches : EpochMatches
        Shown are the first epochs between which the field turned, of the last calibration.
        Sources that are left out are not counted.
    """
    pairs = shown_pairs(matches.pairs)[:_MOST]
    columns = min(2, len(pairs))
    panels = figure.subplots(-(-len(pairs) // columns), columns, squeeze=False).ravel()
    for axes, pair in zip(panels, pairs, strict=False):
        _draw_pair(axes, pair)
    for axes in panels[len(pairs) :]:
        axes.set_axis_off()
    figure.supxlabel("Second position − first (mas)", fontsize="medium")
    figure.supylabel("Sources", fontsize="medium")


def _draw_pair(axes: "Axes", pair: EpochPair) -> None:
    shifts = {"RA": pair.shift("east"), "Dec": pair.shift("north")}
    reach = _REACH * max(max(abs(one.median_mas) / _REACH + one.mad_mas, 0.1)
                         for one in shifts.values())  # fmt: skip
    edges = np.linspace(-reach, reach, _BINS)
    for name, values, shade in (
        ("RA", pair.east_mas, "wrong"), ("Dec", pair.north_mas, "accent"),
    ):  # fmt: skip
        shift = shifts[name]
        label = f"{name} {signed(shift.median_mas, 1)} ± {shift.mad_mas:.1f}"
        axes.hist(
            values[pair.used],
            edges.tolist(),
            histtype="step",
            color=color(shade),
            lw=1.0,
            label=label,
        )
    axes.set_label(pair.title)
    axes.set_title(plain(pair.title), loc="left", fontsize="small")
    axes.legend(frameon=False, fontsize="small", loc="upper right")
    axes.set_xlim(-reach, reach)


def draw_image_sources(figure: "Figure", found: DetectedSources) -> None:
    """Draw magnitudes and their errors, one panel a filter.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    found : DetectedSources
        Sources without an error are not drawn.
    """
    names = sorted({one.filter for one in found.epochs})
    panels = figure.subplots(1, len(names), squeeze=False, sharey=True)[0]
    for axes, name in zip(panels, names, strict=True):
        for one in found.epochs:
            if one.filter == name:
                label = f"epoch {one.epoch}, {detector_name(one.module, one.array)}"
                axes.plot(one.mag, one.mag_error, ".", ms=3.0, label=plain(label))
        axes.set_yscale("log")
        axes.set_xlabel("Magnitude (AB)")
        axes.set_title(plain(name), loc="left")
        axes.legend(frameon=False, fontsize="small")
    panels[0].set_ylabel("Error (mag)")
