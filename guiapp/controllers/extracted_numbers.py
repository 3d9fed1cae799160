"""Numbers of spectra as they were extracted: in their own unit, before any calibration."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.model.table import Column, ResultTable, in_row_units
from guiapp.views.segment_curve import SegmentCurve

EXTRACTED_SAID = (
    "Medians of each band; ± is statistical, of one sample. Nothing is calibrated here: choose "
    "“Calibrated” above the plot."
)


def extracted_table(curves: Sequence[SegmentCurve]) -> ResultTable:
    """Return a row for each band that is drawn: its level and its error, in the unit it has."""
    units = [one.unit for one in curves]
    columns = [
        Column("band", "", np.array([one.band or "–" for one in curves]), "Band"),
        in_row_units("flux", units, [_median(one.flux) for one in curves], "Median"),
        in_row_units("±", units, [_median(one.error) for one in curves], "Median error"),
    ]
    if len(set(units)) > 1:
        columns.append(Column("unit", "", np.array(units), "Unit of the row"))
    return ResultTable("Spectra as extracted", tuple(columns))


def _median(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
