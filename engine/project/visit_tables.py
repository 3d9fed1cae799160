"""Tables of what repeated visits tell: repeatability and noise."""

from collections.abc import Sequence

import numpy as np

from engine.compare.repeatability import BandRepeatability, StarRepeatability, VisitLevel
from engine.compare.stochastic_noise import BandNoise, StarNoise
from engine.model.table import Column, ResultTable


def repeatability_table(stars: Sequence[tuple[str, StarRepeatability]]) -> ResultTable:
    """Return one row a band: (stage, what was measured) in, all twelve bands out."""
    rows = [(stage, star, one) for stage, star in stars for one in star.bands]
    bands = [one for *_, one in rows]
    return ResultTable(
        "Repeatability",
        (
            _text("star", [star.star for _, star, _ in rows]),
            _text("stage", [stage for stage, *_ in rows], "Spectra compared"),
            _text("band", [one.band for one in bands]),
            _count("n_visits", [one.n_used for one in bands], "Visits in the statistics"),
            _percent("scatter", [one.scatter for one in bands], "rms of the ratios, N - 1"),
            _percent("scatter_error", [one.scatter_error for one in bands], "One sigma"),
            _percent("noise", [one.noise for one in bands], "Part of it that is noise"),
            _percent("trend", [one.trend_per_year for one in bands], "Per year", "%/yr"),
            _percent("trend_error", [one.trend_error for one in bands], "One sigma", "%/yr"),
            _number("significance", [one.trend_significance for one in bands], "Of the trend"),
            _text("remarks", [one.reason for one in bands], "Why there is no number"),
        ),
    )


def visit_table(stars: Sequence[tuple[str, StarRepeatability]]) -> ResultTable:
    """Return one row a visit and band: level with error, and why a visit is left out."""
    rows: list[tuple[str, StarRepeatability, BandRepeatability, VisitLevel]] = [
        (stage, star, one, visit)
        for stage, star in stars
        for one in star.bands
        for visit in one.visits
    ]
    visits = [visit for *_, visit in rows]
    return ResultTable(
        "Levels of visits",
        (
            _text("star", [star.star for _, star, *_ in rows]),
            _text("stage", [stage for stage, *_ in rows], "Spectra compared"),
            _text("band", [one.band for *_, one, _ in rows]),
            _text("visit", [visit.source for visit in visits], "Target, program, observation"),
            _text("date", [visit.date for visit in visits]),
            _number("mjd", [visit.mjd for visit in visits], "Mid-time", "d"),
            _number("ratio", [visit.ratio for visit in visits], "Median of flux over the mean"),
            _number("ratio_error", [visit.ratio_error for visit in visits], "One sigma"),
            _count("n_samples", [visit.n_samples for visit in visits], "Behind the median"),
            _text("left_out", [visit.reason for visit in visits], "Why it is left out"),
        ),
    )


def noise_table(stars: Sequence[tuple[str, StarNoise]]) -> ResultTable:
    """Return one row a band: (stage, what was measured) in, all twelve bands out."""
    rows = [(stage, star, one) for stage, star in stars for one in star.bands]
    bands = [one for *_, one in rows]
    return ResultTable(
        "Stochastic noise",
        (
            _text("star", [star.star for _, star, _ in rows]),
            _text("stage", [stage for stage, *_ in rows], "Spectra compared"),
            _text("band", [one.band for one in bands]),
            _count("n_visits", [one.n_used for one in bands], "Visits in the statistics"),
            _percent("noise", [one.noise for one in bands], "rms of one visit, one element"),
            _percent("noise_error", [one.noise_error for one in bands], "One sigma"),
            _number("snr", [one.snr for one in bands], "1 / noise"),
            _number("err_over_noise", [_stated(one) for one in bands], "ERR over the noise"),
            _count("n_values", [one.n_values for one in bands], "Behind the rms"),
            _count("n_rejected", [one.n_rejected for one in bands], "Outliers"),
            _text("remarks", [one.reason for one in bands], "Why there is no number"),
        ),
    )


def _stated(one: BandNoise) -> float:
    """Return the median over the visits of stated error over noise; NaN without any."""
    ratios = [visit.stated / visit.noise for visit in one.visits if visit.noise > 0]
    known = [ratio for ratio in ratios if np.isfinite(ratio)]
    return float(np.median(known)) if known else float("nan")


def _text(name: str, values: Sequence[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Sequence[float], description: str, unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _percent(name: str, values: Sequence[float], description: str, unit: str = "%") -> Column:
    return Column(name, unit, 100.0 * np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Sequence[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
