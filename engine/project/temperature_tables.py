"""Tables of brightness temperatures."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.compare.brightness_temperature import TemperatureMap
from engine.model.table import Column, ResultTable

_Rows = Sequence[tuple[object, TemperatureMap]]


def range_table(rows: _Rows) -> ResultTable:
    """Return one row a source and range: mean temperature, difference, what it means."""
    found = [(one, part) for _, one in rows for part in one.ranges]
    parts = [part for _, part in found]
    return ResultTable(
        "Brightness temperatures over ranges",
        (
            _text("source", [one.name for one, _ in found]),
            _text("reference", [one.reference for one, _ in found]),
            _number("low_um", [part.low_um for part in parts], "Of the range", "um"),
            _number("high_um", [part.high_um for part in parts], "Of the range", "um"),
            _number("temperature_k", [part.temperature_k for part in parts], "Mean", "K"),
            _number("difference_k", [part.difference_k for part in parts], "To reference", "K"),
            _number("flux_percent", [part.percent for part in parts], "Of the difference", "%"),
            Column("n_samples", "", np.array([part.n_samples for part in parts], dtype=np.int64)),
        ),
    )


def temperature_table(rows: _Rows) -> ResultTable:
    """Return one row a source, latitude and wavelength that has a temperature."""
    kept = [np.isfinite(one.temperature_k) for _, one in rows]

    def joined(name: str) -> FloatArray:
        parts = [getattr(one, name)[k] for (_, one), k in zip(rows, kept, strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def spread(name: str, axis: int) -> FloatArray:
        parts = []
        for (_, one), k in zip(rows, kept, strict=True):
            values = np.expand_dims(getattr(one, name), axis)
            parts.append(np.broadcast_to(values, one.temperature_k.shape)[k])
        return np.concatenate(parts) if parts else np.zeros(0)

    names = [one.name for (_, one), k in zip(rows, kept, strict=True) for _ in range(int(k.sum()))]
    return ResultTable(
        "Brightness temperatures",
        (
            _text("source", names),
            Column("latitude_deg", "deg", spread("latitude_deg", 1), "Empty: a spectrum"),
            Column("wave_um", "um", spread("wave_um", 0)),
            Column("temperature_k", "K", joined("temperature_k")),
            Column("temperature_error_k", "K", joined("error_k"), "One sigma"),
            Column("reference_k", "K", joined("reference_k")),
            Column("difference_k", "K", joined("difference_k"), "Measured minus reference"),
            Column("flux_percent", "%", joined("percent"), "What the difference means"),
        ),
    )


def _text(name: str, values: Sequence[str], description: str = "") -> Column:
    return Column(name, "", np.array(values, dtype=str), description)


def _number(name: str, values: Sequence[float], description: str, unit: str) -> Column:
    return Column(name, unit, np.array(values, dtype=float), description)
