"""Tables of the model of an asteroid."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.asteroid_model import AsteroidModel

_Rows = Sequence[tuple[object, AsteroidModel]]


def asteroid_table(rows: _Rows) -> ResultTable:
    """Return one row an asteroid: temperature, sunlight, the quality of the fit."""
    found = [one for _, one in rows]
    return ResultTable(
        "Models of asteroids",
        (
            _text("source", (one.source for one in found)),
            _number("temperature", "K", (one.temperature_k for one in found)),
            _number("temperature_error", "K", (one.temperature_error_k for one in found)),
            _number(
                "temperature_spread",
                "K",
                (one.temperature_spread_k for one in found),
                "When one band is left out",
            ),
            _number(
                "temperature_sys",
                "K",
                (one.temperature_sys_k for one in found),
                "From the systematic errors of the vectors",
            ),
            _number("reflected", "", (one.reflected for one in found), "Over thermal flux at 5 µm"),
            _number("reflected_error", "", (one.reflected_error for one in found), "One sigma"),
            _text("anchor", (one.anchor for one in found), "Band that keeps its level"),
            _number("fit_from", "um", (one.fit_range_um[0] for one in found)),
            _number("fit_to", "um", (one.fit_range_um[1] for one in found)),
            _number("chi2", "", (one.chi2 for one in found), "With the errors raised"),
            Column("freedom", "", np.array([one.freedom for one in found], dtype=np.int64), ""),
            _text("remarks", (" ".join(one.messages) for one in found)),
        ),
    )


def asteroid_band_table(rows: _Rows) -> ResultTable:
    """Return one row a band: its scale and how often it is correlated with the temperature."""
    found = [(one, band) for _, one in rows for band in one.bands]
    return ResultTable(
        "Bands of asteroids",
        (
            _text("source", (one.source for one, _ in found)),
            _text("band", (band.band for _, band in found)),
            _number("scale", "", (band.scale for _, band in found), "That meets the anchor band"),
            _number("scale_error", "", (band.scale_error for _, band in found), "One sigma"),
            _number("scale_sys", "", (band.scale_sys for _, band in found), "Of the vectors"),
            _number(
                "correlation",
                "",
                (_correlation(one, band.band) for one, band in found),
                "Of level and temperature",
            ),
            Column(
                "n_used",
                "",
                np.array([np.count_nonzero(band.is_used) for _, band in found], dtype=np.int64),
                "Samples of the fit",
            ),
            _number("raised", "", (band.raised for _, band in found), "Factor on the errors"),
        ),
    )


def _correlation(one: AsteroidModel, band: str) -> float:
    if band not in one.names:
        return float("nan")
    at = one.names.index(band)
    return float(one.covariance[0, at] / np.sqrt(one.covariance[0, 0] * one.covariance[at, at]))


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _number(name: str, unit: str, values: Iterable[float], description: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)
