"""How much of the light each subarray sees: what is decided about it, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from engine.imaging.published_factors import published_throughputs

RatioKind = Literal["dedicated", "average"]
REFERENCE = "SUB256"  #: what Fig. 5 is relative to
FULL = "FULL"  #: what D_SA is relative to
ORDER = ("FULL", "BRIGHTSKY", "SUB256", "SUB128", "SUB64")
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class SubarrayParams:
    """What the user decides about subarrays.

    Attributes
    ----------
    together_days : float
        Observations of one star in one filter within so many days are a dedicated pair. Unit: d.
    used_despite : tuple of str
        Stars that are left out elsewhere, and used here in the bluer filters.
    despite_below_um : float
        Pivot wavelength up to which they are. Unit: um.
    adopted : tuple of (str, float)
        Throughputs relative to SUB256 that the user adopted; others are those of Table 7.
    """

    together_days: float = 3.0
    used_despite: tuple[str, ...] = ("HD 180609",)
    despite_below_um: float = 13.0
    adopted: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SubarrayRatio:
    """One point of Fig. 5: a subarray over SUB256 in one filter.

    Attributes
    ----------
    kind : {"dedicated", "average"}
        Of one star observed back to back, or of the mean factors of all stars.
    filter_name, subarray : str
        Where it was measured.
    star : str
        Of a dedicated pair; ``""``: all stars.
    ratio, error : float
        Flux over that in SUB256, and one standard deviation. NaN: three observations or fewer.
    n_used, n_reference : int
        Observations in this subarray and in SUB256.
    """

    kind: RatioKind
    filter_name: str
    subarray: str
    star: str
    ratio: float
    error: float
    n_used: int
    n_reference: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """What is known about one subarray.

    Attributes
    ----------
    subarray : str
        ``"SUB64"``.
    adopted_relative : float
        Relative to SUB256: the star of Fig. 5.
    adopted : float
        D_SA: the same relative to FULL.
    is_own : bool
        Whether the user adopted it; else it is that of Table 7.
    fitted_relative, fitted_relative_error : float
        From all observations together, relative to SUB256. NaN: not known.
    fitted, fitted_error : float
        The same relative to FULL.
    n_used, n_stars : int
        Observations and stars in this subarray.
    """

    subarray: str
    adopted_relative: float
    adopted: float
    is_own: bool
    fitted_relative: float = _NAN
    fitted_relative_error: float = _NAN
    fitted: float = _NAN
    fitted_error: float = _NAN
    n_used: int = 0
    n_stars: int = 0


@dataclass(frozen=True, slots=True)
class Subarrays:
    """The throughputs of all subarrays.

    Attributes
    ----------
    throughputs : tuple of Throughput
        From the largest subarray to the smallest.
    ratios : tuple of SubarrayRatio
        What they rest on.
    star_scatter, color_scatter : float
        Relative standard deviation of the stars, and of one star from filter to filter.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    throughputs: tuple[Throughput, ...]
    ratios: tuple[SubarrayRatio, ...]
    star_scatter: float = _NAN
    color_scatter: float = _NAN
    messages: tuple[str, ...] = ()

    def of(self, subarray: str) -> Throughput | None:
        """Return what is known about a subarray, or `None`."""
        return next((one for one in self.throughputs if one.subarray == subarray), None)


def adopted_relative(params: SubarrayParams) -> dict[str, float]:
    """Return the adopted throughputs relative to SUB256: the user's, else those of Table 7."""
    published = published_throughputs()
    relative = {name: value / published[REFERENCE] for name, value in published.items()}
    return {**relative, **dict(params.adopted), REFERENCE: 1.0}


def adopted_throughputs(params: SubarrayParams) -> Mapping[str, float]:
    """Return D_SA: the adopted throughputs relative to FULL (Gordon+2025, Sec. 3.3).

    Notes
    -----
    What is adopted is relative to SUB256, and divided by the value adopted for FULL.
    """
    relative = adopted_relative(params)
    return MappingProxyType({name: value / relative[FULL] for name, value in relative.items()})


def with_adopted(
    params: SubarrayParams, subarray: str, relative: float
) -> tuple[tuple[str, float], ...]:
    """Return the adopted values with another one for ``subarray``, relative to SUB256."""
    return tuple(sorted({**dict(params.adopted), subarray: relative}.items()))
