"""Tables of the comparison with another spectrograph."""

from collections.abc import Sequence

import numpy as np

from engine.compare.spectrograph_ratios import RangeMean, SpectrographComparison
from engine.model.table import Column, ResultTable, in_row_units

_Rows = Sequence[tuple[str, SpectrographComparison]]


def range_table(rows: _Rows) -> ResultTable:
    """Return one row a star, and one for all: means below and above the split."""
    found: list[tuple[str, str, str, str, RangeMean, RangeMean, str]] = []
    for stage, one in rows:
        found += [
            (stage, star.star, star.partner, star.source, star.short, star.long, star.reason)
            for star in one.stars
        ]
        found.append((stage, "all", "", "", one.short, one.long, ""))
    columns = [
        _text("stage", [row[0] for row in found], "Spectra compared"),
        _text("star", [row[1] for row in found]),
        _text("partner", [row[2] for row in found], "Coarser spectrum"),
        _text("source", [row[3] for row in found], "Target, program, observation"),
    ]
    for name, at in (("short", 4), ("long", 5)):
        ranges: list[RangeMean] = [row[at] for row in found]  # type: ignore[misc]
        columns += [
            _number(f"{name}_low_um", [one.low_um for one in ranges], "First sample", "um"),
            _number(f"{name}_high_um", [one.high_um for one in ranges], "Last sample", "um"),
            _number(f"{name}_ratio", [one.mean for one in ranges], "Mean ratio"),
            _number(f"{name}_error", [one.error for one in ranges], "rms over root n"),
            _number(f"{name}_rms", [one.rms for one in ranges], "Scatter, N - 1"),
            Column(
                f"{name}_n", "", np.array([one.n_samples for one in ranges], dtype=np.int64),
                "Samples; in the row of all: stars",
            ),
        ]  # fmt: skip
    columns.append(_text("left_out", [row[6] for row in found], "Why it takes no part"))
    return ResultTable("Spectra over those of another instrument", tuple(columns))


def ratio_table(rows: _Rows) -> ResultTable:
    """Return one row a sample of the coarser spectra."""
    stars = [(stage, star) for stage, one in rows for star in one.stars]
    sizes = [star.wave_um.size for _, star in stars]

    def repeated(values: list[str]) -> list[str]:
        return [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]

    def joined(name: str) -> list[float]:
        return [float(value) for _, star in stars for value in getattr(star, name)]

    units = repeated([star.unit for _, star in stars])
    return ResultTable(
        "Ratios to the spectra of another instrument",
        (
            _text("stage", repeated([stage for stage, _ in stars])),
            _text("star", repeated([star.star for _, star in stars])),
            _text("source", repeated([star.source for _, star in stars])),
            _text("unit", units, "Of both spectra"),
            _number("wave_um", joined("wave_um"), "Of the coarser spectrum", "um"),
            in_row_units("fine", units, joined("fine"), "Averaged over the bin"),
            in_row_units("coarse", units, joined("coarse"), "As it is in the file"),
            _number("ratio", joined("ratio"), "Fine over coarse"),
            _number("ratio_error", joined("error"), "One sigma"),
            Column(
                "is_used", "", np.array([bool(v) for _, s in stars for v in s.is_used]),
                "Whether a mean may rest on it",
            ),
        ),
    )  # fmt: skip


def _text(name: str, values: Sequence[str], description: str = "") -> Column:
    return Column(name, "", np.array(values, dtype=str), description)


def _number(name: str, values: Sequence[float], description: str, unit: str = "") -> Column:
    return Column(name, unit, np.array(values, dtype=float), description)
