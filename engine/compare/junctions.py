"""Discontinuities between neighboring bands (Law+2025, Sec. 8.1)."""

from dataclasses import dataclass
from typing import Literal

from engine.arrays import BoolArray, FloatArray

Verdict = Literal["agrees", "jump", "too few samples", "no overlap"]
LineTreatment = Literal["leave out lines", "keep lines"]


@dataclass(frozen=True, slots=True)
class JunctionLimits:
    """The range in which one junction is measured, when the user chose it.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    low_um, high_um : float
        Unit: um.
    """

    junction: str
    low_um: float
    high_um: float


@dataclass(frozen=True, slots=True)
class JunctionParams:
    """What the user decides about the measurement of junctions.

    Attributes
    ----------
    limits : tuple of JunctionLimits
        Ranges that differ from the whole valid overlap.
    lines : {"leave out lines", "keep lines"}
        Whether narrow features, which two bands sample differently, are left out of the ratio.
    min_samples : int
        Fewer common samples than this give no number.
    anchor : str
        Band whose level the stitched spectrum keeps; ``""``: the one in the middle.
    """

    limits: tuple[JunctionLimits, ...] = ()
    lines: LineTreatment = "leave out lines"
    min_samples: int = 3
    anchor: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class JunctionMeasure:
    """One junction of one source.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    limits_um : tuple of float
        Range compared. Unit: um.
    wave_um, left, right, left_error, right_error : ndarray, shape (m,)
        Both sides on one common grid. NaN: no measurement.
    used : ndarray of bool, shape (m,)
        Samples that the ratio rests on; the others hold a line or no measurement.
    ratio, ratio_error : float
        Right over left; NaN unless `verdict` is ``"agrees"`` or ``"jump"``. The error includes
        the scatter of the samples.
    difference, difference_error : float
        Right minus left, in `unit`.
    significance : float
        abs(ratio - 1) / ratio_error.
    verdict : str
        ``"jump"`` above 3 sigma.
    reason : str
        One sentence, for example why there is no number.
    unit : str
        Unit of both sides.
    """

    junction: str
    limits_um: tuple[float, float]
    wave_um: FloatArray
    left: FloatArray
    right: FloatArray
    left_error: FloatArray
    right_error: FloatArray
    used: BoolArray
    ratio: float
    ratio_error: float
    difference: float
    difference_error: float
    significance: float
    verdict: Verdict
    reason: str
    unit: str


@dataclass(frozen=True, eq=False, slots=True)
class SourceJunctions:
    """All junctions of one source.

    Attributes
    ----------
    source : str
        Name for tables and axes.
    measures : tuple of JunctionMeasure
        The eleven junctions in order of wavelength; those without both bands say so.
    stitch_scales : tuple of (str, float)
        Factor of each band that makes the levels meet at the anchor's; NaN where a junction in
        between has no number.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    source: str
    measures: tuple[JunctionMeasure, ...]
    stitch_scales: tuple[tuple[str, float], ...]
    messages: tuple[str, ...] = ()
