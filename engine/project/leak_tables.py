"""Tables of the 12.2 um leak: the curve, what it rests on, and what was subtracted."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.leak_curve import LeakFit
from engine.mrs.spectral_leak import LeakCorrection


def leak_table(rows: Sequence[tuple[Identity, LeakCorrection]]) -> ResultTable:
    """Return one row a spectrum of 3A: what was subtracted, or why nothing was."""
    done = [one for _, one in rows]
    return ResultTable(
        "Correction of the 12.2 µm leak",
        (
            *_identity_columns([identity for identity, _ in rows]),
            _text("outcome", (one.outcome for one in done), "What became of the spectrum"),
            _number("leak_peak", "%", (_peak(one) for one in done), "Of the flux in 3A there"),
            _number("leak_peak_error", "%", (_peak_error(one) for one in done), "One sigma"),
            _text("remarks", (" ".join(one.messages) for one in done), ""),
        ),
    )


def leak_fit_table(rows: Sequence[tuple[object, LeakFit]]) -> ResultTable:
    """Return one row a leak curve: its sources, its peak, its fit."""
    fits = [one for _, one in rows]
    return ResultTable(
        "Leak curve from a blue and a red source",
        (
            _text("blue", (one.blue for one in fits), "Source that shows the leak"),
            _text("red", (one.red for one in fits), "Source that does not"),
            _text("unit", (one.curve.unit for one in fits), "Of the signals"),
            _number("peak_um", "um", (one.peak[0] for one in fits), ""),
            _number("peak", "%", (100 * one.peak[1] for one in fits), "Of 1B"),
            _number("peak_error", "%", (100 * one.peak[2] for one in fits), "One sigma"),
            _number("blue_color", "", (one.color[0] for one in fits), "1B over 3A"),
            _number("red_color", "", (one.color[1] for one in fits), "1B over 3A"),
            _number("chi2", "", (one.chi2 for one in fits), ""),
            _count("freedom", (one.freedom for one in fits), ""),
            _count("n_used", (int(one.used.sum()) for one in fits), "Samples"),
            _text("remarks", (" ".join(one.messages) for one in fits), ""),
        ),
    )


def leak_curve_table(rows: Sequence[tuple[object, LeakFit]]) -> ResultTable:
    """Return one row a wavelength inside the window: fraction, error, and the single sample."""
    found = [
        (fit, int(i))
        for _, fit in rows
        for i in np.flatnonzero(
            (fit.curve.wave_um >= fit.window_um[0]) & (fit.curve.wave_um <= fit.window_um[1])
        )
    ]
    return ResultTable(
        "Fraction of 1B that leaks into 3A",
        (
            _number("wave_um", "um", (fit.curve.wave_um[i] for fit, i in found), "In 3A"),
            _number("fraction", "", (fit.curve.fraction[i] for fit, i in found), "Curve"),
            _number("fraction_error", "", (fit.curve.error[i] for fit, i in found), "One sigma"),
            _number("sample", "", (fit.sample[i] for fit, i in found), "By itself"),
            _number("sample_error", "", (fit.sample_error[i] for fit, i in found), "One sigma"),
            _count("used", (int(fit.used[i]) for fit, i in found), "1: in the fit"),
        ),
    )


def _peak(one: LeakCorrection) -> float:
    """Return the leak at its peak; NaN: none was measured."""
    return one.peak_percent if one.outcome == "corrected" else float("nan")


def _peak_error(one: LeakCorrection) -> float:
    if one.outcome != "corrected":
        return float("nan")
    at = int(np.argmax(np.abs(one.leak)))
    if not one.leak[at]:
        return 0.0
    return float(one.peak_percent * one.leak_error[at] / one.leak[at])


def _identity_columns(identities: Sequence[Identity]) -> tuple[Column, ...]:
    return tuple(
        _text(name, (getattr(one, name) for one in identities), "")
        for name in ("target", "program", "observation", "band")
    )


def _text(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
