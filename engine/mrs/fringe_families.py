"""Families of residual fringes, and what the user decides about their correction."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.arrays import FloatArray
from engine.mrs.response_params import Mask
from engine.resources import read_toml

FamilyName = Literal["detector", "dichroic"]
FamilyChoice = Literal["automatic", "detector", "dichroic", "both"]
Application = Literal["off", "on"]
WhenCorrected = Literal["leave as it is", "correct again"]
RangeChoice = Literal["own and masks of the response", "own"]


@dataclass(frozen=True, slots=True)
class FringeFamily:
    """Fringes of one origin.

    Attributes
    ----------
    name : {"detector", "dichroic"}
        Where they arise.
    channels : tuple of int
        Channels of the MRS that show them.
    period_per_cm, half_range_per_cm : float
        Central period in wavenumber, and how far around it they are looked for. Unit: cm-1.
    most_sinusoids : int
        Most sinusoids that are taken for fringes.
    """

    name: FamilyName
    channels: tuple[int, ...]
    period_per_cm: float
    half_range_per_cm: float
    most_sinusoids: int

    @property
    def frequencies_cm(self) -> tuple[float, float]:
        """Lowest and highest frequency: cycles per cm-1. Unit: cm."""
        return (
            1.0 / (self.period_per_cm + self.half_range_per_cm),
            1.0 / (self.period_per_cm - self.half_range_per_cm),
        )


@dataclass(frozen=True, eq=False, slots=True)
class FamilyFit:
    """The sinusoids that were found in one family.

    Attributes
    ----------
    family : FringeFamily
        Where they were looked for.
    frequency_cm : ndarray, shape (k,)
        Cycles per cm-1, in the order they were found. Unit: cm.
    amplitude : ndarray, shape (k,)
        Relative to the continuum.
    evidence : ndarray, shape (k,)
        By how much each raised the logarithm (base 10) of the evidence.
    reason : str
        Why nothing could be looked for, or ``""``.
    tamed_um : tuple of (float, float)
        Ranges in which the sinusoids would beat beyond the largest amplitude: nothing was removed
        there. Unit: um.
    """

    family: FringeFamily
    frequency_cm: FloatArray
    amplitude: FloatArray
    evidence: FloatArray
    reason: str = ""
    tamed_um: tuple[tuple[float, float], ...] = ()

    @property
    def period_per_cm(self) -> FloatArray:
        """Periods in wavenumber, shape (k,). Unit: cm-1."""
        period: FloatArray = 1.0 / self.frequency_cm
        return period


@dataclass(frozen=True, slots=True)
class ResidualFringeParams:
    """What the user decides about the correction of residual fringes.

    Attributes
    ----------
    apply : {"off", "on"}
        Whether what follows in the chain uses the corrected spectrum.
    protected : tuple of Mask
        Ranges in which nothing is fitted and nothing is changed.
    ranges : {"own and masks of the response", "own"}
        Whether the masks of the response of the same observation are protected too.
    families : {"automatic", "detector", "dichroic", "both"}
        Which fringes are looked for; automatic: those that the channel is known to show.
    feature_sigma : float
        Samples that stand off the middle of the envelopes by more than this do not take part.
        Unit: standard deviations.
    max_amplitude : float
        Largest fringes that are believed, peak to peak, relative to the continuum.
    min_evidence : float
        What the logarithm (base 10) of the evidence must grow by for one more sinusoid.
    longest_um : float
        Beyond, nothing is fitted and nothing is changed. Unit: um.
    when_corrected : {"leave as it is", "correct again"}
        What is done with a spectrum whose header says that it was corrected before.
    """

    apply: Application = "off"
    protected: tuple[Mask, ...] = ()
    ranges: RangeChoice = "own and masks of the response"
    families: FamilyChoice = "automatic"
    feature_sigma: float = 5.0
    max_amplitude: float = 0.4
    min_evidence: float = 1.0
    longest_um: float = 27.6
    when_corrected: WhenCorrected = "leave as it is"


@cache
def fringe_families() -> tuple[FringeFamily, ...]:
    """Return the families in the order in which they are corrected."""
    return tuple(
        FringeFamily(**{**row, "channels": tuple(row["channels"])})
        for row in read_toml("residual_fringes.toml")["family"]
    )


def continuum_breakpoints() -> tuple[float, int]:
    """Return distance of the breakpoints of the continuum, in cm-1, and degree of its pieces."""
    table = read_toml("residual_fringes.toml")
    return float(table["continuum_spacing_per_cm"]), int(table["continuum_degree"])


def fewest_periods() -> float:
    """Return how many periods a spectrum must span for its fringes to be told from it."""
    return float(read_toml("residual_fringes.toml")["fewest_periods"])


def families_of(channel: int | None, choice: FamilyChoice) -> tuple[FringeFamily, ...]:
    """Return the families to look for.

    Parameters
    ----------
    channel : int or None
        1 to 4; `None`: not of a single band, whose fringes are not known.
    choice : str
        As `ResidualFringeParams.families`. Families that a channel does not show are never taken.
    """
    known = tuple(f for f in fringe_families() if channel is None or channel in f.channels)
    if choice == "automatic":
        return () if channel is None else known
    return known if choice == "both" else tuple(f for f in known if f.name == choice)
