"""The legend of the response view: what there is to see, and how to hide it."""

import numpy as np

from engine.mrs.masked_samples import masked_counts
from engine.mrs.star_response import Mask, SampleState, StarResponse
from guiapp.plots.legend import LegendEntry
from guiapp.views.star_response_layers import STATE_STYLES, NamedCurve, ResponseLayers

_STATE_NAMES: dict[SampleState, tuple[str, str]] = {
    SampleState.USED: ("used", "Samples that the curve is fitted to."),
    SampleState.REJECTED: (
        "rejected",
        "Samples that stand too far off the curve. Small triangles mark those above or below.",
    ),
    SampleState.MASKED: (
        "masked",
        "Samples in a range that you masked, outside those that you chose, or in a line's window.",
    ),
    SampleState.EXCLUDED: ("excluded", "Samples that you left out; click one to bring it back."),
    SampleState.FLAGGED: ("flagged", "Samples that the data say not to use."),
    SampleState.OUTSIDE: ("outside", "Samples beyond the cut-offs."),
}


def legend_entries(
    result: StarResponse,
    color: str,
    previous: NamedCurve | None,
    others: tuple[NamedCurve, ...],
    masks: tuple[Mask, ...] = (),
    ranges: tuple[Mask, ...] = (),
) -> tuple[LegendEntry, ...]:
    """Return an entry for everything that is there to be drawn, and for nothing else.

    What the ``masks`` and ``ranges`` of the user leave out is told apart from the windows of lines.
    """
    entries = [
        LegendEntry("curve", "vector", "line", color, tip="The calibration vector."),
        LegendEntry(
            "statistical", "statistical", "solid band", color, tip="Statistical error of the curve."
        ),
    ]
    if np.isfinite(result.sys_error).any():
        terms = ", ".join(name for name, _ in result.sys_terms)
        tip = f"Statistical and systematic error in quadrature. Systematic: {terms}."
        entries.append(LegendEntry("systematic", "+ systematic", "hatched band", color, tip=tip))
    for state, (text, tip) in _STATE_NAMES.items():
        count = int(np.count_nonzero((result.state == state) & np.isfinite(result.ratio)))
        if count:
            style = STATE_STYLES[state]
            said = _masked_text(result, masks, ranges) if text == "masked" else f"{text} {count}"
            entries.append(LegendEntry(text, said, "points", style.color, style, tip))
    entries.append(
        LegendEntry("error bars", "± bars", "bars", "dim", tip="Errors of the samples, as bars.")
    )
    entries.append(
        LegendEntry(
            "error band", "± band", "solid band", "dim", shown=False,
            tip="Errors of the samples, as a band.",
        )
    )  # fmt: skip
    if others:
        entries.append(_others_entry(", ".join(other.name for other in others), len(others)))
    if previous is not None:
        entries.append(_previous_entry(previous.name))
    if result.unpatched.size:
        tip = "The curve as it was fitted, where it is patched."
        entries.append(LegendEntry("unpatched", "as fitted", "dotted", "dim", tip=tip))
    return tuple(entries)


def _masked_text(result: StarResponse, masks: tuple[Mask, ...], ranges: tuple[Mask, ...]) -> str:
    """Return how many samples masks leave out, how many ranges, and how many lines alone."""
    counts = masked_counts(result, masks, ranges)
    return ", ".join(f"{name} {count}" for name, count in counts)


def awaited_entries(
    previous: NamedCurve | None, others: tuple[NamedCurve, ...]
) -> tuple[LegendEntry, ...]:
    """Return the entries that the first edit, and the fits of other stars, will add."""
    awaited = () if others else (_others_entry("", 10),)
    return awaited if previous is not None else (*awaited, _previous_entry("previous"))


def _previous_entry(name: str) -> LegendEntry:
    tip = "The curve before the last change. Key c."
    return LegendEntry("previous", name, "dashed", "other", tip=tip)


def _others_entry(names: str, count: int) -> LegendEntry:
    return LegendEntry("others", f"other stars {count}", "line", "dim", tip=names, shown=False)


def show_entry(layers: ResponseLayers, name: str, *, shown: bool) -> None:
    """Show or hide what the legend entry ``name`` stands for."""
    single = {
        "curve": layers.curve,
        "statistical": layers.statistical,
        "systematic": layers.systematic,
        "error bars": layers.error_bars,
        "error band": layers.error_band,
        "previous": layers.previous,
        "unpatched": layers.unpatched,
    }
    if name in single:
        single[name].setVisible(shown)
    elif name == "others":
        for layer in layers.others:
            layer.setVisible(shown)
    else:
        kinds = {int(state) for state, (text, _) in _STATE_NAMES.items() if text == name}
        for points in (layers.samples, layers.lower_samples):
            hidden = points.hidden_kinds
            points.hide_kinds(frozenset(hidden - kinds if shown else hidden | kinds))
