"""What is said of one junction, the same in the window, in figures and in tables."""

import numpy as np

from engine.compare.junctions import JunctionMeasure

RATE_UNIT = "DN/s"  #: of count rates, which differ by the throughput of two bands
RATES_NEED_NOT_AGREE = "count rates: bands need not agree"
OWN = "own"  #: both sides are calibrated with their own responses
_TELLS_NOTHING = 0.03  # an error of the ratio that hides the jumps that matter


def shows_jump(measure: JunctionMeasure) -> bool:
    """Tell whether a junction shows a jump of the calibration.

    Parameters
    ----------
    measure : JunctionMeasure
        One junction of one source.

    Returns
    -------
    bool
        It is beyond 3 sigma, and its sides had to agree: they are no count rates, and not both
        calibrated with their own responses.
    """
    return (
        measure.verdict == "jump"
        and bool(np.isfinite(measure.ratio))
        and not measure.by_construction
        and measure.unit != RATE_UNIT
    )


def judgment(measure: JunctionMeasure) -> str:
    """Return the verdict on a junction, or why there can be none.

    Parameters
    ----------
    measure : JunctionMeasure
        One junction of one source.

    Returns
    -------
    str
        The verdict; what is not known is not called an agreement, and where the sides need not
        agree, that is what is said.
    """
    if not np.isfinite(measure.difference):
        return measure.verdict
    if measure.by_construction:
        return OWN
    if measure.unit == RATE_UNIT:
        return RATES_NEED_NOT_AGREE
    if measure.verdict == "agrees" and measure.ratio_error > _TELLS_NOTHING:
        return "cannot tell"
    return measure.verdict
