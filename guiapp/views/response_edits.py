"""What a person can do to a response fit, as values: views say it, controllers carry it out.

Breakpoints are named by their wavelength, because a view shows those of the result while the
parameters may leave them to the program.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.mrs.star_response import HeldValue

SAME_UM = 1e-7  #: wavelengths closer than this are the same breakpoint

Scope = Literal["point", "star", "wavelength"]
SCOPES: tuple[Scope, ...] = ("point", "star", "wavelength")
Side = Literal["low", "high"]


@dataclass(frozen=True, slots=True)
class MoveBreakpoint:
    """Move the breakpoint at ``from_um`` to ``to_um``; a held value moves with it."""

    from_um: float
    to_um: float


@dataclass(frozen=True, slots=True)
class MoveHeldValue:
    """Move the held value at ``from_um``, and its breakpoint, to (``to_um``, ``value``)."""

    from_um: float
    to_um: float
    value: float


@dataclass(frozen=True, slots=True)
class HoldValue:
    """Make the curve pass ``value`` at ``wave_um``."""

    wave_um: float
    value: float


@dataclass(frozen=True, slots=True)
class ReleaseValue:
    """Give the held value at ``wave_um`` back to the fit."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class ReleaseValues:
    """Give the held values at several wavelengths back to the fit."""

    wave_um: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MoveOntoSamples:
    """Hold the values at several wavelengths where the curve lies without held values."""

    wave_um: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AddBreakpoint:
    """Add a breakpoint; the shape of the curve stays as far as the fit allows."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class AddBreakpointAtMedian:
    """Add a breakpoint held at the local median of the samples."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class MoveBreakpointToMedian:
    """Hold the breakpoint at ``wave_um`` at the local median of the samples."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class RemoveBreakpoint:
    """Remove the breakpoint at ``wave_um`` and what is held there."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class AddMask:
    """Leave a range out of the fit."""

    low_um: float
    high_um: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChangeMask:
    """Give mask number ``index`` other limits or another name."""

    index: int
    low_um: float
    high_um: float
    name: str


@dataclass(frozen=True, slots=True)
class RemoveMasks:
    """Take a range out of all masks; a range of no width removes the masks that hold it."""

    low_um: float
    high_um: float


@dataclass(frozen=True, slots=True)
class ExcludeSample:
    """Leave a sample out: it alone, its star, or its wavelength in all stars."""

    index: int
    scope: Scope = "point"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IncludeSample:
    """Bring an excluded sample back."""

    index: int
    scope: Scope = "point"


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Give a sample another weight than 1."""

    index: int
    weight: float


@dataclass(frozen=True, slots=True)
class SetCutoff:
    """End the vector at ``wave_um`` on one side; `None`: where the data end."""

    side: Side
    wave_um: float | None


@dataclass(frozen=True, slots=True)
class AddBreak:
    """Let the curve jump at ``wave_um``."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class RemoveBreak:
    """Join the curve at ``wave_um`` again."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class AddSampleRange:
    """Fit only samples in this range, and in those added before."""

    low_um: float
    high_um: float


@dataclass(frozen=True, slots=True)
class DropSampleRange:
    """Forget the sample range that holds ``wave_um``."""

    wave_um: float


@dataclass(frozen=True, slots=True)
class UseAllSamples:
    """Fit in the whole range again."""


@dataclass(frozen=True, slots=True)
class ArrangeBreakpoints:
    """Put all breakpoints somewhere else at once."""

    how: Literal["propose", "double", "halve", "even", "reset"]


@dataclass(frozen=True, slots=True)
class AddPatch:
    """Replace a range of the vector; ``donor`` ``""``: by interpolation."""

    low_um: float
    high_um: float
    donor: str = ""
    scaling: Literal["constant", "linear"] = "linear"


@dataclass(frozen=True, slots=True)
class ChangePatch:
    """Give patch number ``index`` another range, donor or scaling."""

    index: int
    low_um: float
    high_um: float
    donor: str
    scaling: Literal["constant", "linear"]


@dataclass(frozen=True, slots=True)
class RemovePatch:
    """Take patch number ``index`` away."""

    index: int


ResponseEdit = (
    MoveBreakpoint
    | MoveHeldValue
    | HoldValue
    | ReleaseValue
    | ReleaseValues
    | MoveOntoSamples
    | AddBreakpoint
    | AddBreakpointAtMedian
    | MoveBreakpointToMedian
    | RemoveBreakpoint
    | AddMask
    | ChangeMask
    | RemoveMasks
    | ExcludeSample
    | IncludeSample
    | SetWeight
    | SetCutoff
    | AddBreak
    | RemoveBreak
    | AddSampleRange
    | DropSampleRange
    | UseAllSamples
    | ArrangeBreakpoints
    | AddPatch
    | ChangePatch
    | RemovePatch
)


def place_after(edit: ResponseEdit) -> float | None:
    """Return where the breakpoint that ``edit`` is about would be; `None` when it is about none."""
    if isinstance(edit, MoveBreakpoint | MoveHeldValue):
        return edit.to_um
    return edit.wave_um if isinstance(edit, HoldValue) else None


def added_place(edit: ResponseEdit) -> float | None:
    """Return where ``edit`` adds a breakpoint; `None` when it adds none, or many."""
    return edit.wave_um if isinstance(edit, AddBreakpoint | AddBreakpointAtMedian) else None


def moved_place(at_um: float, edit: ResponseEdit) -> float:
    """Return where the breakpoint at ``at_um`` would be after ``edit``."""
    if isinstance(edit, MoveBreakpoint | MoveHeldValue) and abs(at_um - edit.from_um) < SAME_UM:
        return edit.to_um
    return at_um


def held_after(points: Iterable[HeldValue], edit: ResponseEdit) -> dict[float, float]:
    """Return the held values, by wavelength, as they would be after ``edit``."""
    held = {point.wave_um: point.value for point in points}
    if isinstance(edit, MoveBreakpoint | MoveHeldValue):
        for at in [at for at in held if abs(at - edit.from_um) < SAME_UM]:
            value = held.pop(at)
            held[edit.to_um] = edit.value if isinstance(edit, MoveHeldValue) else value
    elif isinstance(edit, HoldValue):
        held = {at: value for at, value in held.items() if abs(at - edit.wave_um) >= SAME_UM}
        held[edit.wave_um] = edit.value
    return held
