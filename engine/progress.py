"""How long work reports where it is, and learns that it should stop."""

from typing import Protocol


class Progress(Protocol):
    """Called by the engine between steps of long work."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report ``done`` of ``total`` steps; raise `engine.errors.Cancelled` to stop the work."""


class Silent:
    """The progress of scripts and tests: says nothing, never stops."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Do nothing."""


SILENT = Silent()


class Part:
    """The progress of one of several parts: keeps the count of the whole, passes on the notes.

    Parameters
    ----------
    whole : Progress
        Where the whole work reports.
    done, total : int
        Where the whole work stands while this part runs.
    """

    def __init__(self, whole: Progress, done: int, total: int) -> None:
        self._whole = whole
        self._done = done
        self._total = total

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report where the whole work stands; this is also where it is stopped."""
        self._whole.step(self._done, self._total, note)


class Counting:
    """Passes reports on and remembers the last: what is done on the way keeps its count.

    Parameters
    ----------
    whole : Progress
        Where the work reports.
    """

    def __init__(self, whole: Progress) -> None:
        self._whole = whole
        self._done = 0
        self._total = 0

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report where the work stands; this is also where it is stopped."""
        self._done, self._total = done, total
        self._whole.step(done, total, note)

    @property
    def below(self) -> Progress:
        """The progress of what the work needs: with its own counts until the work has some."""
        return Part(self._whole, self._done, self._total) if self._total else self._whole


class Stretch:
    """The progress of a stretch of the whole: while its own steps go on, so does the whole.

    Parameters
    ----------
    whole : Progress
        Where the whole work reports.
    start, end, total : int
        Where the whole work stands when the stretch begins and when it ends, and all of it.
    """

    def __init__(self, whole: Progress, start: int, end: int, total: int) -> None:
        self._whole = whole
        self._start, self._end, self._total = start, end, total

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report where the whole work stands; this is also where it is stopped."""
        share = min(max(done, 0) / total, 1.0) if total > 0 else 0.0
        at = self._start + int(share * (self._end - self._start))
        self._whole.step(at, self._total, note)
