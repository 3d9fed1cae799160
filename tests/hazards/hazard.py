"""One file that may do harm, and what the program must say about it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Verdict = Literal["loads", "warns", "refused"]


@dataclass(frozen=True)
class Hazard:
    """A file made by code, with the verdict that is right and a word that must be said.

    Attributes
    ----------
    name : str
        Name of the file.
    verdict : {"loads", "warns", "refused"}
        What `engine.files.load` must do.
    word : str
        Must be part of the message, whatever the case; ``""`` for a file that loads.
    make : callable
        From a path to nothing: writes the file.
    """

    name: str
    verdict: Verdict
    word: str
    make: Callable[[Path], object]

    def write(self, folder: Path) -> Path:
        """Write the file into ``folder`` and return its path."""
        path = folder / self.name
        self.make(path)
        return path
