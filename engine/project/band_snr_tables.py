"""The table of signal-to-noise ratios, star by band (Law+2025, Table 1)."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.band_snr import BandSnr, SourceSnr

_NAN = float("nan")


def band_snr_table(rows: Sequence[tuple[object, SourceSnr]]) -> ResultTable:
    """Return one row a source and band that was observed."""
    found = [(source, one) for _, source in rows for one in source.bands if one.id]
    return ResultTable(
        "Signal-to-noise ratio per wavelength element",
        (
            _text("star", (source.star for source, _ in found), ""),
            _text("source", (source.source for source, _ in found), "Target, program, observation"),
            _text("band", (one.band for _, one in found), ""),
            _number("snr", (one.snr for _, one in found), "1 / rms of spectrum / spline"),
            _number("snr_error", (one.snr_error for _, one in found), "One sigma"),
            _number("published", (one.published for _, one in found), "Law+2025, Table 1"),
            _number("over_published", (_over(one) for _, one in found), "Measured / published"),
            _text("published_as", (source.published_as for source, _ in found), "In Table 1"),
            _number("correlation", (one.correlation for _, one in found), "Of neighbors"),
            _number("correlation_error", (_error(one) for _, one in found), "For white noise"),
            _number("inflation", (_inflation(one) for _, one in found), "Of a mean's variance"),
            _count("n_used", (_n(one, "n_used") for _, one in found), "Elements"),
            _count("n_parameters", (_n(one, "n_parameters") for _, one in found), "Of the spline"),
            _text("remarks", (one.reason for _, one in found), "Why there is no number"),
        ),
    )


def star_by_band_table(rows: Sequence[tuple[object, SourceSnr]]) -> ResultTable:
    """Return one row a source and one column a band, as Table 1 is printed."""
    sources = [source for _, source in rows]
    bands = [one.band for one in sources[0].bands] if sources else []
    return ResultTable(
        "Signal-to-noise ratios, star by band",
        (
            _text("star", (one.star for one in sources), ""),
            _text("source", (one.source for one in sources), "Target, program, observation"),
            *(
                _number(f"snr_{name.lower()}", (one.bands[at].snr for one in sources), name)
                for at, name in enumerate(bands)
            ),
        ),
    )


def _over(one: BandSnr) -> float:
    return one.snr / one.published if one.published > 0 else _NAN


def _error(one: BandSnr) -> float:
    return _NAN if one.noise is None else one.noise.correlation_error


def _inflation(one: BandSnr) -> float:
    return _NAN if one.noise is None else one.noise.inflation


def _n(one: BandSnr, name: str) -> int:
    return 0 if one.noise is None else int(getattr(one.noise, name))


def _text(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
