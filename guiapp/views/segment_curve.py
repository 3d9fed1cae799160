"""One band of a source as it is drawn, and its errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from guiapp.look.numbers import error_text
from guiapp.look.units import flux_factor

ErrorKind = Literal["statistical", "systematic"]
ERRORS: dict[ErrorKind, tuple[str, str, float]] = {  # name, what it is, opacity
    "statistical": ("± stat.", "Statistical error of one sample, one sigma: the band.", 0.25),
    "systematic": (
        "+ syst.",
        "Statistical and systematic error in quadrature, one sigma: the fainter, wider band.",
        0.12,
    ),
}


@dataclass(frozen=True, eq=False, slots=True)
class SegmentCurve:
    """One band of the source, ready to be drawn.

    Attributes
    ----------
    id : str
        Segment.
    band : str
        ``"4A"``, or ``""``.
    unit : str
        Unit of the values.
    wave_um, flux, error : ndarray, shape (n,)
        The spectrum; NaN is not drawn.
    model, ratio : ndarray, shape (n,)
        The model in the same unit, and what the lower panel shows; NaN where there is none.
    vector : str
        Whose vector it was calibrated with; ``""``: none.
    sys_error : ndarray, shape (n,), or None
        Systematic error in the same unit; `None`: it is not known at this stage.
    told_apart : str
        What tells it apart from others of its band, ``"cube"``; ``""``: it is the only one.
    file : str
        Name of the file.
    """

    id: str
    band: str
    unit: str
    wave_um: FloatArray
    flux: FloatArray
    error: FloatArray
    model: FloatArray
    ratio: FloatArray
    vector: str = ""
    sys_error: FloatArray | None = None
    told_apart: str = ""
    file: str = ""

    @property
    def name(self) -> str:
        """What it is called among the spectra of its source: ``"4A"``, ``"4A cube"``."""
        return f"{self.band or 'spectrum'} {self.told_apart}".rstrip()


def are_same(one: Sequence[SegmentCurve], other: Sequence[SegmentCurve]) -> bool:
    """Tell whether the same bands have the same values."""
    return len(one) == len(other) and all(
        (a.id, a.unit) == (b.id, b.unit) and np.array_equal(a.flux, b.flux, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


def factor_of(curve: SegmentCurve) -> FloatArray | float:
    """Return what the flux is multiplied by in the unit that is chosen."""
    return flux_factor(curve.unit, curve.wave_um)


def errors_of(curve: SegmentCurve) -> list[tuple[ErrorKind, FloatArray]]:
    """Return the errors that are known, the narrower one first."""
    if curve.sys_error is None:
        return [("statistical", curve.error)]
    return [
        ("statistical", curve.error),
        ("systematic", np.hypot(curve.error, curve.sys_error)),
    ]


def in_ratio(curve: SegmentCurve, error: FloatArray) -> FloatArray:
    """Return what an error of the flux is in the ratio, whichever of the two is divided by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = np.abs(curve.ratio * error / curve.flux)
    return found


def systematic_text(curve: SegmentCurve, index: int) -> str:
    """Return the systematic error of a sample in per cent: of its flux and of its ratio."""
    if curve.sys_error is None or not curve.sys_error[index] > 0.0:
        return ""
    percent = 100.0 * float(abs(curve.sys_error[index] / curve.flux[index]))
    return f"   systematic {error_text(percent)} %"
