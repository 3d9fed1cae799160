"""How the response of each filter falls with time, from repeated observations of stars."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence

import numpy as np

from engine.errors import DataError
from engine.imaging.filter_loss import filter_loss
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import (
    PublishedBand,
    published_bands,
    published_throughputs,
)
from engine.imaging.time_loss_results import FilterLoss, TimeLoss, TimeLossParams, no_points

_NAN = float("nan")
_DEFAULTS = TimeLossParams()


def measure_time_loss(
    table: ImagingTable,
    params: TimeLossParams = _DEFAULTS,
    *,
    throughputs: Mapping[str, float] | None = None,
    remembered: MutableMapping[object, FilterLoss] | None = None,
) -> TimeLoss:
    """Fit the loss of each imaging filter, and interpolate that of FND and the coronagraphs.

    Parameters
    ----------
    table : ImagingTable
        Observations of all filters; those left out say why.
    params : TimeLossParams, optional
        What the user decides.
    throughputs : mapping of str to float, optional
        D_SA by subarray, taken out of the factors first; those of Table 7 when not given.
    remembered : mutable mapping, optional
        Losses of the same table, parameters and throughputs with other rows left out: a filter in
        which nothing changed is not fitted again. Filled here.

    Returns
    -------
    TimeLoss
        A filter without a loss says why.

    Raises
    ------
    DataError
        If no filter has one.

    Notes
    -----
    ``C D_SA = A + B exp(-(t - 59720) / tau)`` (Gordon+2025, Sec. 3.1 and Eq. 4). For FND and the
    coronagraphs B / A and tau are interpolated linearly in the pivot wavelength.
    """
    throughputs = published_throughputs() if throughputs is None else throughputs
    bands = published_bands()
    present = [name for name in table.filter_names if name]
    problems = [
        (name, "It is no filter of the imager or its coronagraphs.")
        for name in present
        if name not in bands
    ]
    imaging = [bands[name] for name in present if name in bands and bands[name].kind == "imaging"]
    others = [bands[name] for name in present if name in bands and bands[name].kind != "imaging"]
    memory = {} if remembered is None else remembered

    def measured(band: PublishedBand) -> FilterLoss:
        own = table.of_filter(band.name)
        key = (band.name, own.reasons)
        if key not in memory:
            memory[key] = filter_loss(own, band, params, throughputs)
        return memory[key]

    fitted, said = _each(imaging, measured)
    problems += said
    if not fitted:
        first = f" {problems[0][0]}: {problems[0][1]}" if problems else ""
        raise DataError(
            f"No imaging filter has a loss with time.{first}",
            hint="Open observations of one star on several dates.",
        )
    between, said = _each(others, lambda one: _interpolated(one, fitted))
    filters = tuple(sorted([*fitted, *between], key=lambda one: one.pivot_um))
    return TimeLoss(filters, throughputs, (*problems, *said))


def _each(
    bands: Sequence[PublishedBand], measure: Callable[[PublishedBand], FilterLoss]
) -> tuple[list[FilterLoss], list[tuple[str, str]]]:
    """Return the losses that can be had, and why others cannot."""
    found, problems = [], []
    for band in bands:
        try:
            found.append(measure(band))
        except DataError as error:
            problems.append((band.name, error.sentence))
    return found, problems


def _interpolated(band: PublishedBand, fitted: Sequence[FilterLoss]) -> FilterLoss:
    known = [one for one in fitted if one.is_known]
    below = [one for one in known if one.pivot_um <= band.pivot_um]
    above = [one for one in known if one.pivot_um > band.pivot_um]
    if not below or not above:
        side = "below" if not below else "above"
        raise DataError(
            f"No imaging filter {side} {band.pivot_um:.2f} µm has a loss to interpolate from.",
            hint="Open observations of more imaging filters.",
        )
    low = max(below, key=lambda one: one.pivot_um)
    high = min(above, key=lambda one: one.pivot_um)
    share = (band.pivot_um - low.pivot_um) / (high.pivot_um - low.pivot_um)
    shares = np.array([1.0 - share, share])
    ratio = shares @ [low.amplitude_ratio, high.amplitude_ratio]
    errors = np.nan_to_num([low.amplitude_ratio_error, high.amplitude_ratio_error])
    # A fixed time constant has no known error: neither has what is interpolated from it.
    weighed = [(s, one.tau_error) for s, one in zip(shares, (low, high), strict=True) if s > 0.0]
    return FilterLoss(
        filter_name=band.name,
        pivot_um=band.pivot_um,
        source="interpolated",
        amplitude_ratio=float(ratio),
        amplitude_ratio_error=float(np.hypot(*(shares * errors))),
        tau_days=float(shares @ [low.tau_days, high.tau_days]),
        tau_error=float(np.hypot.reduce([s * error for s, error in weighed])),
        asymptote=_NAN,
        asymptote_error=_NAN,
        amplitude=_NAN,
        amplitude_error=_NAN,
        repeatability=_NAN,
        n_used=0,
        points=no_points(),
        messages=(f"Interpolated between {low.filter_name} and {high.filter_name}.",),
    )
