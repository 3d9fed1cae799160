"""Tables of photom references and of their versions."""

from collections.abc import Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.photom_reference import MadeReference
from engine.mrs.reference_versions import ReferenceVersions


def reference_table(rows: Sequence[tuple[object, MadeReference]]) -> ResultTable:
    """Return one row a band: what its half of the frame was filled with."""
    halves = [(made, half) for _, made in rows for half in made.halves]
    return ResultTable(
        "Photom references",
        (
            _text("frame", [made.reference.frame for made, _ in halves]),
            _text("band", [half.band for _, half in halves]),
            _text("base", [made.base for made, _ in halves], "New, or what was updated"),
            _count("n_pixels", [half.n_pixels for _, half in halves], "With a factor"),
            _count("n_beyond", [half.n_beyond for _, half in halves], "Beyond the vector"),
            _number("photmjsr", "MJy s / (DN sr)", [_middle(made) for made, _ in halves]),
            _text("loss_tables", [" ".join(made.reference.losses) for made, _ in halves]),
            _text("remarks", [" ".join(made.messages) for made, _ in halves]),
        ),
    )


def version_table(rows: Sequence[tuple[object, ReferenceVersions]]) -> ResultTable:
    """Return one row a version, band and bin of wavelength."""
    bins = [
        (one, curve, i)
        for _, one in rows
        for curve in one.curves
        for i in range(curve.wave_um.size)
    ]
    return ResultTable(
        "Versions of photom references",
        (
            _text("frame", [one.frame for one, _, _ in bins]),
            _text("band", [curve.band for _, curve, _ in bins]),
            _text("version", [curve.name for _, curve, _ in bins]),
            _text("baseline", [dict(one.versions)[one.baseline] for one, _, _ in bins]),
            _number("wave_um", "um", [curve.wave_um[i] for _, curve, i in bins]),
            _number("factor", "MJy s / (DN sr)", [curve.factor[i] for _, curve, i in bins]),
            _number("ratio", "", [curve.ratio[i] for _, curve, i in bins], "Over the baseline"),
            _number("scatter", "", [curve.scatter[i] for _, curve, i in bins], "Of the ratio"),
            _number("loss", "", [curve.loss[i] for _, curve, i in bins], "Rate over day zero"),
            _number("loss_mjd", "d", [one.mjd for one, _, _ in bins], "Day of the loss"),
            _text("loss_form", [curve.form for _, curve, _ in bins]),
        ),
    )


def _middle(made: MadeReference) -> float:
    value = made.reference.conversion_mjy_sr
    return float("nan") if value is None else value


def _text(name: str, values: Sequence[str], description: str = "") -> Column:
    return Column(name, "", np.array(values, dtype=np.str_), description)


def _number(name: str, unit: str, values: Sequence[float], description: str = "") -> Column:
    return Column(name, unit, np.array(values, dtype=np.float64), description)


def _count(name: str, values: Sequence[int], description: str) -> Column:
    return Column(name, "", np.array(values, dtype=np.int64), description)
