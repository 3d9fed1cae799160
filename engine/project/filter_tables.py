"""Tables of the comparison of spectra with photometry."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.compare.filter_photometry import FilterComparison
from engine.model.table import Column, ResultTable

_Rows = Sequence[tuple[str, FilterComparison]]
_SIGMA = "One standard deviation"


def filter_table(rows: _Rows) -> ResultTable:
    """Return one row a filter and stage: mean ratio, scatter, how many stars."""
    found = [(stage, one) for stage, comparison in rows for one in comparison.filters]
    filters = [one for _, one in found]
    return ResultTable(
        "Spectra over photometry",
        (
            _text("stage", (stage for stage, _ in found), "Spectra compared"),
            _text("filter", (one.filter for one in filters)),
            _text("instrument", (one.instrument for one in filters)),
            _number("pivot_um", (one.pivot_um for one in filters), "Pivot wavelength", "um"),
            _number("ratio", (one.mean for one in filters), "Sigma-clipped mean"),
            _number("ratio_error", (one.mean_error for one in filters), "rms over root n"),
            _number("rms", (one.rms for one in filters), "Scatter of stars, N - 1"),
            _count("n_stars", (one.n_used for one in filters), "Stars in the mean"),
            _count("n_all", (len(one.stars) for one in filters), "Stars in the table"),
            _text("remarks", (one.reason for one in filters), "Why there is no number"),
        ),
    )


def star_ratio_table(rows: _Rows) -> ResultTable:
    """Return one row a star, filter and stage."""
    found = [
        (stage, star)
        for stage, comparison in rows
        for one in comparison.filters
        for star in one.stars
    ]
    stars = [star for _, star in found]
    return ResultTable(
        "Spectra over photometry, star by star",
        (
            _text("stage", (stage for stage, _ in found), "Spectra compared"),
            _text("filter", (one.filter for one in stars)),
            _text("star", (one.star for one in stars)),
            _number("ratio", (one.ratio for one in stars), "Synthetic over measured"),
            _number("ratio_error", (one.error for one in stars), _SIGMA),
            _number("synthetic_jy", (one.synthetic_jy for one in stars), "From the spectrum", "Jy"),
            _number("synthetic_error_jy", (one.synthetic_error_jy for one in stars), _SIGMA, "Jy"),
            _number("measured_jy", (one.measured_jy for one in stars), "By the imager", "Jy"),
            _number("measured_error_jy", (one.measured_error_jy for one in stars), _SIGMA, "Jy"),
            _number("coverage", (one.coverage for one in stars), "Part of the bandpass, photons"),
            _count("n_spectra", (len(one.sources) for one in stars), "Observations averaged"),
            _text("left_out", (one.reason for one in stars), "Why it takes no part"),
        ),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _number(name: str, values: Iterable[float], description: str, unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
