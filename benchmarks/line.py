"""One line of the table of benchmarks, and how a process of its own tells its lines."""

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module

MARK = "benchmark lines: "  #: stands before what another process reads
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured; NaN: not measured here, or no target.

    Attributes
    ----------
    what : str
        What took so long.
    ours : float
        What it took, in `unit`.
    unit : str
        ``"ms"``, ``"s"``, ``"MB"``; ``""`` for a number without.
    peer : str
        Who else does it.
    theirs : float
        What the peer took, in `unit`.
    times : float
        Target: `theirs` is at least so many times `ours`.
    share : float
        Target: `ours` is at most this share of `theirs`.
    most : float
        Target: `ours` is at most that, in `unit`.
    """

    what: str
    ours: float
    unit: str = "ms"
    peer: str = ""
    theirs: float = _NAN
    times: float = _NAN
    share: float = _NAN
    most: float = _NAN

    @property
    def verdict(self) -> str:
        """``"met"``, ``"missed"``; ``""`` without a target or without the peer."""
        pairs = (
            (self.times * self.ours, self.theirs),
            (self.ours, self.share * self.theirs),
            (self.ours, self.most),
        )
        known = [small <= large for small, large in pairs if not math.isnan(small + large)]
        if not known:
            return ""
        return "met" if all(known) else "missed"

    def cells(self) -> tuple[str, ...]:
        """Return what, ours, peer, theirs, ratio, target and verdict as text."""
        theirs = "not here" if self.peer and math.isnan(self.theirs) else self._amount(self.theirs)
        return (
            self.what,
            self._amount(self.ours),
            self.peer or "–",
            theirs,
            self._ratio(),
            self._target(),
            self.verdict or "–",
        )

    def _amount(self, value: float) -> str:
        if math.isnan(value):
            return "–"
        number = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return f"{number} {self.unit}".strip()

    def _ratio(self) -> str:
        if math.isnan(self.theirs):
            return "–"
        if math.isnan(self.share):
            return f"{self.theirs / self.ours:.1f}×"
        return f"{self.ours / self.theirs:.2f} of it"

    def _target(self) -> str:
        if not math.isnan(self.times):
            return f"≥ {self.times:g}×"
        if not math.isnan(self.share):
            return f"≤ {self.share:.2g} of it"
        return "–" if math.isnan(self.most) else f"≤ {self._amount(self.most)}"


def tell(module: str) -> None:
    """Print what ``lines`` of a module returns, for the process that started this one."""
    found: Iterable[Line] = import_module(f"benchmarks.{module}").lines(*sys.argv[1:])
    print(MARK + json.dumps([asdict(line) for line in found]))


def told(output: str) -> tuple[Line, ...]:
    """Return the lines in what a process printed; none if it told none."""
    for text in reversed(output.splitlines()):
        if text.startswith(MARK):
            return tuple(Line(**plain) for plain in json.loads(text.removeprefix(MARK)))
    return ()
