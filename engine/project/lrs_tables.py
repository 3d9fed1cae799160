"""Tables of the LRS: dropouts, nods, errors, usable ranges, backgrounds, periodic noise."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.lrs.dropouts import DropoutSearch
from engine.lrs.nods import NodComparison
from engine.lrs.periodic_noise import PeriodicNoise
from engine.lrs.slitless_background import SlitlessBackground
from engine.lrs.usable_range import UsableRange
from engine.model.identity import Identity
from engine.model.table import Column, ResultTable, in_row_units


def dropout_table(rows: Sequence[tuple[object, DropoutSearch]]) -> ResultTable:
    """Return one row a dropout: rows, wavelengths, what is lost, what the spectrum has there."""
    found = [(search, one) for _, search in rows for one in search.dropouts]
    return ResultTable(
        "Dropouts of LRS spectra",
        (
            _text("image", (search.name for search, _ in found), "Source and file"),
            _count("first_row", (one.first_row for _, one in found), "Counted from 0"),
            _count("last_row", (one.last_row for _, one in found), "Included"),
            _number("low_um", "um", (one.low_um for _, one in found), "Shortest wavelength"),
            _number("high_um", "um", (one.high_um for _, one in found), "Longest wavelength"),
            _count("n_pixels", (one.n_pixels for _, one in found), "Missing pixels of the trace"),
            _number(
                "lost", "", (round(one.lost, 3) for _, one in found), "Largest part of the light"
            ),
            _text("in_spectrum", (one.in_spectrum for _, one in found), "What x1d has there"),
            _text("repair", (search.repair for search, _ in found), "What was done"),
        ),
    )


def nod_table(rows: Sequence[tuple[object, NodComparison]]) -> ResultTable:
    """Return one row a ratio of nods: level, scatter, verdict."""
    found = [(nods, one) for _, nods in rows for one in nods.ratios]
    return ResultTable(
        "Nods of LRS spectra against each other",
        (
            _text("source", (nods.source for nods, _ in found), "Target, program, observation"),
            _text("nod", (one.label for _, one in found)),
            _text("reference", (one.reference for _, one in found), "Divided by"),
            _number("level", "", (one.level for _, one in found), "Weighted mean ratio"),
            _number("level_error", "", (one.level_error for _, one in found), "One sigma"),
            _number("chi2_per_freedom", "", (one.chi2_per_freedom for _, one in found), "Of bins"),
            _number("chance", "", (one.chance for _, one in found), "Of such a scatter"),
            _text("verdict", (one.verdict for _, one in found)),
        ),
    )


def error_table(rows: Sequence[tuple[object, NodComparison]]) -> ResultTable:
    """Return one row a spectrum and bin: measured and stated error."""
    found = [
        (nods, one, k) for _, nods in rows for one in nods.errors for k in range(one.level.size)
    ]
    return ResultTable(
        "Errors of LRS spectra, measured and stated",
        (
            _text("source", (nods.source for nods, *_ in found), "Target, program, observation"),
            _text("spectrum", (one.label for _, one, _ in found)),
            _number("low_um", "um", (one.edges_um[k] for _, one, k in found), "Edge of the bin"),
            _number(
                "high_um", "um", (one.edges_um[k + 1] for _, one, k in found), "Edge of the bin"
            ),
            _number("flux", "", (one.level[k] for _, one, k in found), "Median, unit of the file"),
            _number(
                "bootstrap",
                "",
                (one.bootstrap[k] for _, one, k in found),
                "Measured error, unit of the file",
            ),
            _number(
                "bootstrap_error",
                "",
                (one.bootstrap_error[k] for _, one, k in found),
                "Its spread, unit of the file",
            ),
            _number(
                "stated", "", (one.stated[k] for _, one, k in found), "From ERR, unit of the file"
            ),
            _number("factor", "", (one.factor for _, one, _ in found), "Stated over measured"),
            _number("factor_error", "", (one.factor_error for _, one, _ in found), "One sigma"),
            _text("verdict", (one.verdict for _, one, _ in found), "On the stated errors"),
        ),
    )


def usable_table(rows: Sequence[tuple[Identity, UsableRange]]) -> ResultTable:
    """Return one row a spectrum: its usable range and why it ends there."""
    return ResultTable(
        "Usable ranges of LRS spectra",
        (
            _text("source", (one.source_key for one, _ in rows), "Target, program, observation"),
            _text("exp_type", (one.exp_type for one, _ in rows)),
            _number("low_um", "um", (found.low_um for _, found in rows), "Blue limit"),
            _number("high_um", "um", (found.high_um for _, found in rows), "Red limit"),
            _text("color", ("red" if found.is_red else "blue" for _, found in rows)),
            _number("slope", "", (found.slope for _, found in rows), "d ln F / d ln wavelength"),
            _text(
                "reasons",
                ("; ".join(one.reason for one in found.unusable) for _, found in rows),
                "Of what is left out",
            ),
        ),
    )


def background_table(rows: Sequence[tuple[object, SlitlessBackground]]) -> ResultTable:
    """Return one row an integration: level of its background, and gradient across."""
    found = [(one, k) for _, one in rows for k in range(one.n_integrations)]
    units = [one.unit for one, _ in found]
    return ResultTable(
        "Backgrounds of slitless integrations",
        (
            _text("exposure", (one.name for one, _ in found), "Source and file"),
            _count("integration", (k + 1 for _, k in found)),
            in_row_units("level", units, (one.level[k] for one, k in found), "Median"),
            in_row_units("level_error", units, (o.level_error[k] for o, k in found), "One sigma"),
            in_row_units(
                "across_before", units, (o.across_before[k] for o, k in found), "Right - left"
            ),
            in_row_units(
                "across_after", units, (o.across_after[k] for o, k in found), "Right - left"
            ),
            _text("unit", units),
        ),
    )


def periodic_table(rows: Sequence[tuple[object, PeriodicNoise]]) -> ResultTable:
    """Return one row a known frequency of an exposure: amplitude and how sure it is."""
    found = [(noise, one) for _, noise in rows for one in noise.waves]
    units = [noise.unit for noise, _ in found]
    return ResultTable(
        "Periodic noise",
        (
            _text("exposure", (noise.name for noise, _ in found), "Source and file"),
            _text("source", (noise.source for noise, _ in found), "What it was looked for in"),
            _number("frequency", "Hz", (one.frequency_hz for _, one in found), "Known"),
            in_row_units(
                "amplitude", units, (one.amplitude for _, one in found), "Half of peak to peak"
            ),
            in_row_units("amplitude_error", units, (one.error for _, one in found), "One sigma"),
            _text("unit", units),
            _number("chance", "", (one.chance for _, one in found), "Of noise alone"),
            Column(
                "found", "", np.array([one.is_found for _, one in found], dtype=np.bool_), "Sure"
            ),
            _text("reason", (one.reason for _, one in found), "Why it cannot be told"),
        ),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _count(name: str, values: Iterable[int], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
