"""Tables of the signal-to-noise ratio told in four ways: visits, and wavelength bins."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.compare.noise_bins import median_error
from engine.compare.signal_to_noise import BandSnr, StarSnr, VisitSnr
from engine.model.table import Column, ResultTable

_Rows = Sequence[tuple[str, StarSnr]]
_STATED = "From ERR: stated, not measured, so without an error of its own"
_EXPECTED = "Expected: computed for a flux, not measured, so without an error of its own"


def snr_table(stars: _Rows) -> ResultTable:
    """Return one row a visit and band: medians over the band, and whether ERR is right."""
    rows = _visits(stars)
    visits = [visit for *_, visit in rows]
    return ResultTable(
        "Signal-to-noise ratio in four ways",
        (
            *_labels(rows),
            _number("snr_visits", (_median(band.by_visits) for *_, band, _ in rows), "All visits"),
            _number(
                "snr_visits_error",
                (median_error(b.by_visits, b.by_visits_error) for *_, b, _ in rows),
                "One sigma",
            ),
            _number("snr_spline", (_median(one.by_spline) for one in visits), "About a spline"),
            _number(
                "snr_spline_error",
                (median_error(one.by_spline, one.by_spline_error) for one in visits),
                "One sigma",
            ),
            _number("snr_stated", (_median(one.stated) for one in visits), _STATED),
            _number("snr_calculator", (_median(b.calculator) for *_, b, _ in rows), _EXPECTED),
            _number("err_over_noise", (one.factor for one in visits), "Stated over measured"),
            _number("err_over_noise_error", (one.factor_error for one in visits), "One sigma"),
            _text("basis", (one.basis for one in visits), "Which noise that is"),
            _text("verdict", (one.verdict for one in visits), "On ERR"),
            _number("correlation", (one.correlation for one in visits), "Of neighboring samples"),
            _text("remarks", (one.reason for one in visits), "Why it is not compared"),
        ),
    )


def snr_bin_table(stars: _Rows) -> ResultTable:
    """Return one row a visit and wavelength bin: the four ratios and their errors."""
    rows = [
        (stage, star, band, visit, i)
        for stage, star, band, visit in _visits(stars)
        for i in range(band.wave_um.size)
    ]
    return ResultTable(
        "Signal-to-noise ratio over wavelength",
        (
            *_labels([row[:4] for row in rows]),
            _number("wave_um", (b.wave_um[i] for *_, b, _, i in rows), "Middle of the bin", "um"),
            _number("snr_visits", (b.by_visits[i] for *_, b, _, i in rows), "All visits"),
            _number("snr_visits_error", (b.by_visits_error[i] for *_, b, _, i in rows), "1 sigma"),
            _number("snr_own", (v.by_visits[i] for *_, v, i in rows), "This one beside others"),
            _number("snr_own_error", (v.by_visits_error[i] for *_, v, i in rows), "1 sigma"),
            _number("snr_spline", (v.by_spline[i] for *_, v, i in rows), "About a spline"),
            _number("snr_spline_error", (v.by_spline_error[i] for *_, v, i in rows), "1 sigma"),
            _number("snr_stated", (v.stated[i] for *_, v, i in rows), _STATED),
            _number("snr_calculator", (b.calculator[i] for *_, b, _, i in rows), _EXPECTED),
        ),
    )


def _visits(stars: _Rows) -> list[tuple[str, StarSnr, BandSnr, VisitSnr]]:
    return [
        (stage, star, band, visit)
        for stage, star in stars
        for band in star.bands
        for visit in band.visits
    ]


def _labels(rows: Sequence[tuple[str, StarSnr, BandSnr, VisitSnr]]) -> tuple[Column, ...]:
    return (
        _text("star", (star.star for _, star, *_ in rows)),
        _text("stage", (stage for stage, *_ in rows), "Spectra compared"),
        _text("band", (band.band for *_, band, _ in rows)),
        _text("visit", (visit.source for *_, visit in rows), "Target, program, observation"),
        _text("date", (visit.date for *_, visit in rows)),
    )


def _median(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else float("nan")


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str, unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
