"""One file that may do harm, and what the program must say about it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LONGEST = 300  #: characters of a sentence
# What no sentence for people may hold: class names, internals, several lines.
NOT_FOR_PEOPLE = re.compile(r"Traceback|astropy|numpy|Error\b|Exception|0x[0-9a-f]{6}|\n")

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

    def says_what_is_wrong(self, path: Path, sentences: Iterable[str]) -> bool:
        """Tell whether the sentences name the file and the cause, in words for people.

        A session that opens may have trouble with the files that it names: they are named then.
        """
        sentences = tuple(sentences)
        opens_others = path.suffix == ".fluxknot" and self.verdict == "warns"
        name = r"[^ :]+: " if opens_others else re.escape(path.name[:20].replace("\n", "?"))
        return self.word in " ".join(sentences).lower() and all(
            re.match(name, one) and len(one) <= LONGEST and not NOT_FOR_PEOPLE.search(one)
            for one in sentences
        )
