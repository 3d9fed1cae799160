"""Offsets between the modules of NIRCam, array by array (Ma+2023, Eqs. 1-8, Table 1, Fig. 6)."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray
from engine.errors import DataError
from engine.model.nircam import ARRAYS
from engine.nircam.matching import EpochMatches, EpochPair
from engine.numerics.robust import robust_scatter

_NAN = float("nan")
_MEDIAN_ERROR = 1.2533141373155001  # sqrt(pi / 2): error of a median over that of a mean
LIMITS_MAG = (0.02, 0.05)  #: the two boxes of Fig. 6


@dataclass(frozen=True, slots=True)
class OffsetParams:
    """What the user decides about the offsets.

    Attributes
    ----------
    fewest : int
        Sources that a patch of sky must have to be trusted.
    """

    fewest: int = 5


@dataclass(frozen=True, slots=True)
class PatchOffset:
    """Sources of one patch of sky: the median of m(second epoch) - m(first epoch).

    Attributes
    ----------
    n : int
        Sources in use.
    median, mad, error : float
        Median, median absolute deviation about it, and error of the median. Unit: mag. NaN: no
        source; the error needs two.
    """

    n: int
    median: float
    mad: float
    error: float


@dataclass(frozen=True, slots=True)
class ArrayOffset:
    """What the two patches that arrays of one id saw say.

    Attributes
    ----------
    filter, calibration, first, second, array : str
        As in `EpochPair`, and the id of the array.
    p, q : PatchOffset
        Seen by B first, then A; and by A first, then B.
    delta_ab, delta_ab_error : float
        m_A - m_B. Unit: mag. NaN: it cannot be told from the time term.
    time, time_error : float
        m(second) - m(first) that both patches share. Unit: mag. NaN: as above.
    left_out : str
        Why the user left the array out: its numbers are those of all of its sources; ``""``: it
        is used.
    remark : str
        What speaks against the numbers, or why there are none; ``""``: nothing.
    """

    filter: str
    calibration: str
    first: str
    second: str
    array: str
    p: PatchOffset
    q: PatchOffset
    delta_ab: float = _NAN
    delta_ab_error: float = _NAN
    time: float = _NAN
    time_error: float = _NAN
    left_out: str = ""
    remark: str = ""

    @property
    def is_trusted(self) -> bool:
        """Whether there is an offset and nothing speaks against it."""
        return not self.left_out and not self.remark and bool(np.isfinite(self.delta_ab))


@dataclass(frozen=True, eq=False, slots=True)
class ModuleOffsets:
    """What `measure_module_offsets` found.

    Attributes
    ----------
    matches : EpochMatches
        The sources behind it.
    arrays : tuple of ArrayOffset
        By pair of epochs, then by array.
    messages : tuple of str
        What the user should know.
    """

    matches: EpochMatches
    arrays: tuple[ArrayOffset, ...]
    messages: tuple[str, ...] = ()


def array_subject(filter_name: str, array: str) -> str:
    """Return what an array of one filter is called where it is left out."""
    return f"nircam.{filter_name}.{array}"


def measure_module_offsets(
    matches: EpochMatches, params: OffsetParams = OffsetParams()
) -> ModuleOffsets:
    """Measure median offsets in both patches of each array, and take them apart.

    Parameters
    ----------
    matches : EpochMatches
        Sources of every two epochs.
    params : OffsetParams, optional
        How many sources a patch must have.

    Returns
    -------
    ModuleOffsets
        Patches with fewer sources are given with a remark.

    Raises
    ------
    DataError
        If every source was left out.

    Notes
    -----
    Delta_AB = (Delta_p - Delta_q) / 2 and Delta_time = (Delta_p + Delta_q) / 2 (Ma+2023, Eqs. 7
    and 8). Epochs between which the field did not turn give only the time term.
    """
    if not any(pair.used.any() for pair in matches.pairs):
        raise DataError("Every source is left out.", hint="Bring some of them back.")
    arrays = tuple(
        _array_offset(pair, array, params)
        for pair in matches.pairs
        for array in ARRAYS
        if pair.of_array(array).any()
    )
    return ModuleOffsets(matches, arrays, _messages(arrays, matches))


def patch_offset(pair: EpochPair, where: BoolArray) -> PatchOffset:
    """Return the offset of the sources ``where``."""
    values = pair.delta[where]
    if not values.size:
        return PatchOffset(0, _NAN, _NAN, _NAN)
    median = float(np.median(values))
    error = _NAN
    if values.size > 1:
        error = _MEDIAN_ERROR * robust_scatter(values) / float(np.sqrt(values.size))
    return PatchOffset(values.size, median, float(np.median(np.abs(values - median))), error)


def _array_offset(pair: EpochPair, array: str, params: OffsetParams) -> ArrayOffset:
    here = pair.of_array(array)
    reasons = {one for one, inside in zip(pair.reasons, here, strict=True) if inside}
    left_out = next(iter(reasons)) if len(reasons) == 1 else ""
    if not left_out:  # of one that is left out whole, all sources show what it was
        here = here & pair.used
    p, q = (patch_offset(pair, here & one) for one in (pair.is_p, pair.is_q))
    names = (pair.filter, pair.calibration, pair.first, pair.second, array)
    if not ((pair.is_p | pair.is_q) & pair.of_array(array)).any():
        same = patch_offset(pair, here)
        return ArrayOffset(
            *names, p, q, time=same.median, time_error=same.error, left_out=left_out,
            remark="The same module saw both epochs: only the time term is measured.",
        )  # fmt: skip
    if not (p.n and q.n):
        seen, other = ("p", "q") if p.n else ("q", "p")
        return ArrayOffset(
            *names, p, q, left_out=left_out,
            remark=f"Patch {other} has no source: patch {seen} alone cannot separate both terms.",
        )  # fmt: skip
    error = 0.5 * float(np.hypot(p.error, q.error))
    return ArrayOffset(
        *names,
        p,
        q,
        delta_ab=0.5 * (p.median - q.median),
        delta_ab_error=error,
        time=0.5 * (p.median + q.median),
        time_error=error,
        left_out=left_out,
        remark=_too_few(p, q, params.fewest),
    )


def _too_few(p: PatchOffset, q: PatchOffset, fewest: int) -> str:
    name, patch = ("p", p) if p.n <= q.n else ("q", q)
    if patch.n >= fewest:
        return ""
    sources = "source" if patch.n == 1 else "sources"
    return f"Patch {name} has {patch.n} {sources}, {fewest} are needed."


def _messages(arrays: tuple[ArrayOffset, ...], matches: EpochMatches) -> tuple[str, ...]:
    said = [
        f"Array {one.array} in {one.filter}, epochs {one.first} and {one.second}: {one.remark}"
        for one in arrays
        if one.remark and np.isfinite(one.delta_ab + one.p.median + one.q.median)
    ]
    if all(pair.turn == "same" for pair in matches.pairs):
        said.append(
            "The field has the same orientation in all epochs: array and time terms cannot be "
            "separated. Open an epoch in which it is turned by 180°."
        )
    return (*matches.messages, *said)
