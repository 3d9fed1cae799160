"""The factor of each band of a source that makes its levels meet, and its error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.errors import DataError
from engine.model.bands import bands

StitchRule = Literal["significant jumps", "every junction"]


@dataclass(frozen=True, slots=True)
class LevelStep:
    """What one junction says of the levels of its bands.

    Attributes
    ----------
    ratio, error : float
        Right over left. NaN: no number.
    significance : float
        How far the ratio is from 1. Unit: sigma.
    is_jump : bool
        Whether that is a jump.
    """

    ratio: float
    error: float
    significance: float
    is_jump: bool


@dataclass(frozen=True, slots=True)
class StitchScales:
    """Factors of all bands of a source.

    Attributes
    ----------
    scales : tuple of (str, float)
        Factor of each band; 1 for the anchor, NaN beyond a junction without a number.
    errors : tuple of (str, float)
        One standard deviation of each factor; 0 where nothing was measured into it.
    left : tuple of (str, str)
        Junctions that were measured and left at 1, and why in one clause.
    anchor : str
        The band that keeps its level.
    """

    scales: tuple[tuple[str, float], ...] = ()
    errors: tuple[tuple[str, float], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    anchor: str = ""


def chain_scales(
    present: Sequence[str], steps: Mapping[str, LevelStep], *, anchor: str, rule: StitchRule
) -> StitchScales:
    """Chain the steps between neighboring bands into one factor a band.

    Parameters
    ----------
    present : sequence of str
        Bands that were observed, in order of wavelength.
    steps : mapping of str to LevelStep
        By junction, all eleven.
    anchor : str
        Band that keeps its level; ``""``: the one in the middle.
    rule : {"significant jumps", "every junction"}
        Which steps are taken out.

    Returns
    -------
    StitchScales
        Factors, errors, and the junctions that were left at 1.

    Raises
    ------
    DataError
        If the anchor was not observed.

    Notes
    -----
    From the anchor outward a factor is divided (to the red) or multiplied (to the blue) by the
    ratio of each step that is taken out. The errors of these steps are of different samples:
    relative errors add in quadrature, and all samples of a band share the sum. A step that is left
    at 1 changes nothing and adds no error.
    """
    if not present:
        return StitchScales()
    anchor = anchor_of(present, anchor)
    if anchor not in present:
        raise DataError(
            f"The anchor {anchor} was not observed.", hint=f"Choose one of {', '.join(present)}."
        )
    order = [band.name for band in bands()]
    known = {anchor: (1.0, 0.0)}  # factor, relative variance
    at = order.index(anchor)
    for left, right in zip(order[at:-1], order[at + 1 :], strict=True):
        ratio, variance = _taken_out(steps[f"{left}|{right}"], rule)
        known[right] = known[left][0] / ratio, known[left][1] + variance
    for left, right in zip(order[:at][::-1], order[1 : at + 1][::-1], strict=True):
        ratio, variance = _taken_out(steps[f"{left}|{right}"], rule)
        known[left] = known[right][0] * ratio, known[right][1] + variance
    return StitchScales(
        scales=tuple((band, known[band][0]) for band in present),
        errors=tuple((band, known[band][0] * float(np.sqrt(known[band][1]))) for band in present),
        left=tuple((name, _why_left(one)) for name, one in steps.items() if _is_left(one, rule)),
        anchor=anchor,
    )


def anchor_of(present: Sequence[str], anchor: str) -> str:
    """Return the band whose level a stitched spectrum keeps.

    Parameters
    ----------
    present : sequence of str
        Bands that were observed, in order of wavelength, one or more.
    anchor : str
        The user's choice; ``""``: none.

    Returns
    -------
    str
        The choice, else the band in the middle.
    """
    return anchor or present[len(present) // 2]


def _is_left(step: LevelStep, rule: StitchRule) -> bool:
    return bool(np.isfinite(step.ratio)) and not step.is_jump and rule == "significant jumps"


def _taken_out(step: LevelStep, rule: StitchRule) -> tuple[float, float]:
    """Return the ratio that is taken out at a junction, and the variance that comes with it."""
    if _is_left(step, rule):
        return 1.0, 0.0
    return step.ratio, (step.error / step.ratio) ** 2


def _why_left(step: LevelStep) -> str:
    decimals = 4
    if step.error > 0:
        decimals = min(max(1 - int(np.floor(np.log10(step.error))), 0), 6)
    return (
        f"{step.ratio:.{decimals}f} ± {step.error:.{decimals}f} is no jump beyond 3 σ "
        f"({step.significance:.1f} σ)"
    )
