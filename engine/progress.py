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
