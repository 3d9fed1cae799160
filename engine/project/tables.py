"""Tables of results, as they are shown, copied and exported."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.compare.junction_judgments import judgment
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.identity import Identity
from engine.model.table import Column, ResultTable, in_row_units
from engine.model.vector import FACTOR_UNITS
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.mrs.extraction import Extraction
from engine.mrs.held_values import HeldCheck
from engine.mrs.response_edits import SAME_UM
from engine.mrs.star_response import StarResponse

_INDEPENDENT = (
    "Independent samples of which the error is the scatter; none: it is that of the samples' own "
    "errors, or nothing was measured"
)
_SIGMA = (
    "In sigma: the probability of so large a jump by chance. Less than jump over error where that "
    "is the scatter of fewer than 31 independent samples (Student's t)"
)


def junction_table(sources: Sequence[tuple[str, SourceJunctions]]) -> ResultTable:
    """Return one row a junction: (stage, what was measured) in, all eleven junctions out."""
    rows = [(stage, one, measure) for stage, one in sources for measure in one.measures]
    units = [measure.unit for *_, measure in rows]
    return ResultTable(
        "Junctions between neighboring bands",
        (
            _text("source", (one.source for _, one, _ in rows), "Target, program and observation"),
            _text("stage", (stage for stage, _, _ in rows), "Spectra compared"),
            _text("junction", (m.junction for *_, m in rows), "Left and right band"),
            _number("low_um", "um", (m.limits_um[0] for *_, m in rows), "Range compared"),
            _number("high_um", "um", (m.limits_um[1] for *_, m in rows), "Range compared"),
            _count("n_used", (int(m.used.sum()) for *_, m in rows), "Samples behind the ratio"),
            _number("n_independent", "", (_independent(m) for *_, m in rows), _INDEPENDENT),
            _number("ratio", "", (m.ratio for *_, m in rows), "Right over left"),
            _number("ratio_error", "", (m.ratio_error for *_, m in rows), "One sigma"),
            in_row_units("difference", units, (m.difference for *_, m in rows), "Right minus left"),
            in_row_units(
                "difference_error", units, (m.difference_error for *_, m in rows), "One sigma"
            ),
            _text("unit", (m.unit for *_, m in rows), "Unit of the difference"),
            _number("significance", "", (m.significance for *_, m in rows), _SIGMA),
            _text("verdict", (judgment(m) for *_, m in rows), ""),
            _text("reason", (m.by_construction or m.reason for *_, m in rows), "Why, in words"),
        ),
    )


def _independent(measure: JunctionMeasure) -> float:
    """Return the independent samples to one decimal; NaN where there is no number of them."""
    is_known = np.isfinite(measure.difference) and np.isfinite(measure.n_independent)
    return round(measure.n_independent, 1) if is_known else float("nan")


def breakpoint_places(response: StarResponse) -> FloatArray:
    """Return the breakpoints and the held values that lie on none, in order. Unit: um."""
    points = response.breakpoints_um
    lonely = [
        one.wave_um for one in response.held if not np.any(np.abs(points - one.wave_um) < SAME_UM)
    ]
    return np.sort(np.concatenate([points, lonely]))


def breakpoint_table(responses: Sequence[tuple[Identity, StarResponse]]) -> ResultTable:
    """Return one row a breakpoint: position, factor, errors; what is held there and how far off."""
    rows = [
        (identity, response, float(at))
        for identity, response in responses
        for at in breakpoint_places(response)
    ]

    def there(values: str) -> list[float]:
        return [_nearest(r.wave_um, getattr(r, values), at) for _, r, at in rows]

    units = [FACTOR_UNITS[response.kind] for _, response, _ in rows]
    held = [_held_at(response, at) for _, response, at in rows]
    return ResultTable(
        "Breakpoints of the responses",
        (
            *_identity_columns([identity for identity, *_ in rows]),
            _number("wave_um", "um", (at for *_, at in rows), "Breakpoint, or held value"),
            in_row_units("factor", units, (_curve_at(r, at) for _, r, at in rows), "Curve there"),
            in_row_units("stat_error", units, there("stat_error"), "Statistical error, one sigma"),
            in_row_units("sys_error", units, there("sys_error"), "Systematic error, one sigma"),
            _text("unit", units, "Unit of the factor; empty: model over observed"),
            _text("kind", (r.kind for _, r, _ in rows), "What the factor is"),
            _text(
                "held",
                (_held_word(one) for one in held),
                "Whether the value is held by hand, and lies off the samples around it",
            ),
            _number(
                "held_off_percent",
                "percent",
                (np.nan if one is None else 100.0 * one.deviation for one in held),
                "Held value over the curve without held values, minus 1",
            ),
            _number(
                "held_off_sigma",
                "",
                (np.nan if one is None else one.sigma for one in held),
                "The same in standard deviations",
            ),
        ),
    )


def _held_at(response: StarResponse, at_um: float) -> HeldCheck | None:
    return next((one for one in response.held if abs(one.wave_um - at_um) < SAME_UM), None)


def _held_word(check: HeldCheck | None) -> str:
    if check is None:
        return ""
    return "off the samples" if check.is_off else "held"


def _curve_at(response: StarResponse, at_um: float) -> float:
    """Return the curve at a breakpoint, or the value that is held at ``at_um``."""
    found = np.flatnonzero(np.abs(response.breakpoints_um - at_um) < SAME_UM)
    if found.size:
        return float(response.breakpoint_values[found[0]])
    held = _held_at(response, at_um)
    return np.nan if held is None else held.value


def response_summary(responses: Sequence[tuple[Identity, StarResponse]]) -> ResultTable:
    """Return one row a response: level, scatter, samples used."""
    fits = [response for _, response in responses]
    units = [FACTOR_UNITS[response.kind] for response in fits]
    return ResultTable(
        "Responses",
        (
            *_identity_columns([identity for identity, _ in responses]),
            _text("kind", (r.kind for r in fits), "What the factor is"),
            _text("fitted_in", (r.fitted_in for r in fits), "Space of the fit"),
            in_row_units(
                "median_factor", units, (_median(r.vector) for r in fits), "Median of the curve"
            ),
            in_row_units(
                "median_stat_error", units, (_median(r.stat_error) for r in fits), "One sigma"
            ),
            in_row_units(
                "median_sys_error", units, (_median(r.sys_error) for r in fits), "One sigma"
            ),
            _text("unit", units, "Unit of the factor; empty: model over observed"),
            _number("scatter", "", (r.scatter for r in fits), "Relative, about the curve"),
            _count("n_used", (r.n_used for r in fits), "Samples in the last fit"),
            _count("n_samples", (r.n_samples for r in fits), "Samples inside the cut-offs"),
            _count("n_breakpoints", (r.breakpoints_um.size for r in fits), ""),
            _text("remarks", (" ".join(r.messages) for r in fits), ""),
        ),
    )


def extraction_summary(extractions: Sequence[tuple[Identity, Extraction]]) -> ResultTable:
    """Return one row an extraction: center, coverage, systematic spreads."""
    done = [extraction for _, extraction in extractions]
    units = [extraction.spectrum.unit for extraction in done]
    return ResultTable(
        "Extractions",
        (
            *_identity_columns([identity for identity, _ in extractions]),
            _text("unit", units, "Unit of the spectrum"),
            _number("center_x", "pix", (e.center_pixel[0] for e in done), "Counted from 0"),
            _number("center_y", "pix", (e.center_pixel[1] for e in done), "Counted from 0"),
            _text("center_source", (e.center_source for e in done), "How it was found"),
            in_row_units(
                "median_flux", units, (_median(e.spectrum.flux) for e in done), "Over the planes"
            ),
            in_row_units(
                "median_flux_error",
                units,
                (_median(e.spectrum.error) for e in done),
                "Of one plane, one sigma: median over the planes",
            ),
            _number(
                "median_covered",
                "",
                (_median(e.covered_fraction) for e in done),
                "Of the aperture, over the planes",
            ),
            _number("annulus_spread", "", (_median(e.annulus_spread) for e in done), "Relative"),
            _number("aperture_spread", "", (_median(e.aperture_spread) for e in done), "Relative"),
            _number("centroid_spread", "", (_median(e.centroid_spread) for e in done), "Relative"),
            _count(
                "n_background_limited",
                (int(e.background_limited.sum()) for e in done),
                "Planes that the choice of the annulus moves by more than 5 %",
            ),
            _text("remarks", (" ".join(e.messages) for e in done), ""),
        ),
    )


def calibration_summary(spectra: Sequence[tuple[Identity, CalibratedSpectrum]]) -> ResultTable:
    """Return one row a calibrated spectrum: level and agreement with the model."""
    done = [one for _, one in spectra]
    return ResultTable(
        "Calibrated spectra",
        (
            *_identity_columns([identity for identity, _ in spectra]),
            _number("median_flux_jy", "Jy", (_median(c.spectrum.flux) for c in done), "Of samples"),
            _number(
                "median_error_jy",
                "Jy",
                (_median(c.spectrum.error) for c in done),
                "Statistical, of one sample, one sigma",
            ),
            _number(
                "median_sys_error_jy",
                "Jy",
                (_median(c.sys_error) for c in done),
                "Systematic, one sigma",
            ),
            *(
                _number(
                    f"median_sys_{name.replace(' ', '_')}_jy",
                    "Jy",
                    (_median(dict(c.sys_terms).get(name, np.zeros(0))) for c in done),
                    "Its part in the systematic error, one sigma; nan: not measured, or none",
                )
                for name in dict.fromkeys(name for c in done for name, _ in c.sys_terms)
            ),
            _number("median_ratio", "", (_median(c.ratio) for c in done), "Calibrated over model"),
            _number(
                "median_ratio_error",
                "",
                (_ratio_error(c) for c in done),
                "Statistical, of one sample, one sigma",
            ),
            _text("remarks", (" ".join(c.messages) for c in done), ""),
        ),
    )


def _ratio_error(one: CalibratedSpectrum) -> float:
    """Return the median error of calibrated over model, statistical."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _median(np.abs(one.spectrum.error / one.model_jy))


def _identity_columns(identities: Sequence[Identity]) -> tuple[Column, ...]:
    return (
        _text("target", (one.target for one in identities), ""),
        _text("program", (one.program for one in identities), ""),
        _text("observation", (one.observation for one in identities), ""),
        _text("band", (one.band for one in identities), ""),
        _number(
            "mjd", "d", (np.nan if one.mjd is None else one.mjd for one in identities), "Mid-time"
        ),
    )


def _text(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)


def _median(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else np.nan


def _nearest(wave_um: np.ndarray, values: np.ndarray, at_um: float) -> float:
    return float(values[int(np.argmin(np.abs(wave_um - at_um)))])
