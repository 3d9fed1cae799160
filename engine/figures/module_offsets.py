"""Offsets on the sky, in the plane of both patches, and array by array (Ma+2023, Figs. 5, 6)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.figures.labels import plain
from engine.figures.palette import color
from engine.model.nircam import ARRAYS
from engine.nircam.matching import EpochPair
from engine.nircam.module_offsets import LIMITS_MAG, ArrayOffset, ModuleOffsets
from engine.nircam.sky_axis import SkyAxis, field_center

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Symbols of the filters, in the order in which filters come; the last ones repeat.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_REACH_MAG = 0.07
_SHADES = ("accent", "wrong", "ok", "care")  # of versions of the calibration, the last one first


def draw_module_offsets(figure: "Figure", offsets: ModuleOffsets) -> None:
    """Draw a map of the sky for each filter, then the plane and the arrays.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    offsets : ModuleOffsets
        The maps show the first epochs between which the field turned, and the last calibration.
    """
    pairs = shown_pairs(offsets.matches.pairs)
    upper, lower = figure.subfigures(2, 1, squeeze=False).ravel()
    _draw_maps(upper, pairs)
    left, right = lower.subplots(1, 2)
    draw_plane(left, offsets.arrays)
    draw_arrays(right, offsets.arrays)
    contexts = _contexts(offsets.arrays)
    if len(contexts) > 1:
        for name, shade in zip(contexts, _SHADES, strict=False):
            left.plot([], [], "s", color=color(shade), ms=4.0, label=plain(name))
        left.legend(frameon=False, fontsize="small", loc="lower left")


def shown_pairs(pairs: Sequence[EpochPair]) -> list[EpochPair]:
    """Return one pair of epochs for each filter: turned, the first, of the last calibration."""
    chosen: dict[str, EpochPair] = {}
    for one in pairs:
        other = chosen.get(one.filter)
        if other is None or _rank(one) > _rank(other):
            chosen[one.filter] = one
    return list(chosen.values())


def _rank(pair: EpochPair) -> tuple[bool, str]:
    return pair.turn != "same", pair.calibration


def _draw_maps(figure: "Figure", pairs: Sequence[EpochPair]) -> None:
    columns = min(2, len(pairs))
    panels = figure.subplots(
        -(-len(pairs) // columns), columns, squeeze=False, sharex=True, sharey=True
    )
    for axes, pair in zip(panels.ravel(), pairs, strict=False):
        axis = SkyAxis(*(pair.center_deg or field_center(pair)), 0.0)
        east, north = axis.offsets(pair.ra_deg, pair.dec_deg)
        shown = axes.scatter(
            east[pair.used], north[pair.used], c=pair.delta[pair.used], s=9.0, lw=0.0,
            cmap="RdBu_r", vmin=-_REACH_MAG, vmax=_REACH_MAG,
        )  # fmt: skip
        axes.set_label(pair.title)
        axes.set_aspect("equal")
        axes.set_title(plain(pair.title), loc="left", fontsize="small")
    for axes in panels.ravel()[len(pairs) :]:
        axes.set_axis_off()
    panels[0, 0].invert_xaxis()  # shared by all panels
    figure.supxlabel("East (arcmin)", fontsize="small")
    figure.supylabel("North (arcmin)", fontsize="small")
    figure.colorbar(
        shown, ax=panels, fraction=0.03, aspect=40, label="m(second epoch) − m(first) (mag)"
    )


def draw_plane(axes: "Axes", arrays: Sequence[ArrayOffset], *, shade: str = "") -> None:
    """Draw both patches of each array against each other, with the boxes of 0.02 and 0.05 mag."""
    for limit, alpha in zip(LIMITS_MAG[::-1], (0.05, 0.08), strict=True):
        axes.fill_between([-limit, limit], -limit, limit, color=color("text"), alpha=alpha, lw=0)
    axes.plot([-1, 1], [1, -1], color=color("text"), lw=0.7)
    for one in arrays:
        if not (one.p.n and one.q.n):
            continue
        axes.errorbar(
            one.p.median, one.q.median, one.q.mad, one.p.mad, lw=0.5, ms=4.0,
            marker=marker_of(one.filter, arrays), color=color(shade or _shade(one, arrays)),
            mfc="none" if one.left_out or one.remark else None,
        )  # fmt: skip
    axes.set_label("patches")
    axes.set_xlim(-_REACH_MAG, _REACH_MAG)
    axes.set_ylim(-_REACH_MAG, _REACH_MAG)
    axes.set_aspect("equal")
    axes.set_xlabel("Δp: B first, then A (mag)")
    axes.set_ylabel("Δq: A first, then B (mag)")


def draw_arrays(
    axes: "Axes", arrays: Sequence[ArrayOffset], *, shade: str = "", is_named: bool = True
) -> None:
    """Draw the offset of patch p of each array, filters beside each other."""
    for limit, alpha in zip(LIMITS_MAG[::-1], (0.05, 0.08), strict=True):
        axes.axhspan(-limit, limit, color=color("text"), alpha=alpha, lw=0)
    axes.axhline(0.0, color=color("dim"), lw=0.7)
    names = filters_of(arrays)
    for one in arrays:
        if not one.p.n:
            continue
        place = ARRAYS.index(one.array) + 0.16 * (names.index(one.filter) - (len(names) - 1) / 2)
        axes.errorbar(
            place, one.p.median, one.p.mad, lw=0.5, ms=4.0,
            marker=marker_of(one.filter, arrays), color=color(shade or _shade(one, arrays)),
            mfc="none" if one.left_out or one.remark else None,
        )  # fmt: skip
    for name in names if is_named else ():
        axes.plot([], [], marker_of(name, arrays), color=color("dim"), label=plain(name), ms=4.0)
    axes.set_label("arrays")
    axes.set_xticks(range(len(ARRAYS)), ARRAYS)
    axes.set_xlim(-0.5, len(ARRAYS) - 0.5)
    axes.set_ylim(-_REACH_MAG, _REACH_MAG)
    axes.set_xlabel("Array")
    axes.set_ylabel("Δp (mag)")
    if is_named:
        axes.legend(frameon=False, fontsize="small", ncols=2)


def filters_of(arrays: Sequence[ArrayOffset]) -> list[str]:
    """Return the names of the filters in order."""
    return sorted({one.filter for one in arrays})


def marker_of(name: str, arrays: Sequence[ArrayOffset]) -> str:
    """Return the symbol of a filter."""
    return MARKERS[filters_of(arrays).index(name) % len(MARKERS)]


def _contexts(arrays: Sequence[ArrayOffset]) -> list[str]:
    """Return the versions of the calibration, the last one first."""
    return sorted({one.calibration for one in arrays}, reverse=True)


def _shade(one: ArrayOffset, arrays: Sequence[ArrayOffset]) -> str:
    contexts = _contexts(arrays)
    return _SHADES[contexts.index(one.calibration) % len(_SHADES)]
