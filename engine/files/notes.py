"""Collects what the user should know about one file."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import FileError
from engine.files.loaded import Level, Message

MAX_CHARACTERS = 300  #: longest message
_LONGEST_QUOTE = 40
_SAME_KIND = 3  # messages of one wording that are shown before the rest is only counted


@dataclass(eq=False)
class FileNotes:
    """The messages about one file, in the order in which they came up.

    Attributes
    ----------
    path : Path
        The file; its name is put in front of each message.
    """

    path: Path
    _messages: dict[str, Level] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Keep a sentence on what was done."""
        self._keep("note", text)

    def warn(self, text: str) -> None:
        """Keep a sentence on what may be wrong."""
        self._keep("warning", text)

    def refused(self, what: str, hint: str) -> FileError:
        """Return the error to raise."""
        return FileError(self.path, clipped(what, 220), hint=clipped(hint, 120))

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was kept."""
        counts = tuple(
            Message("note", self._sentence(f"{extra} more like: {wording}"))
            for wording, count in self._seen.items()
            if (extra := count - _SAME_KIND) > 0
        )
        return tuple(Message(level, text) for text, level in self._messages.items()) + counts

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences alone, for `engine.model.identity.Origin`."""
        return tuple(self._messages)

    def _keep(self, level: Level, text: str) -> None:
        sentence = self._sentence(text)
        if sentence in self._messages:
            return
        wording = re.sub(r"[0-9.]+", "#", text)
        self._seen[wording] = self._seen.get(wording, 0) + 1
        if self._seen[wording] <= _SAME_KIND:
            self._messages[sentence] = level

    def _sentence(self, text: str) -> str:
        return clipped(FileError(self.path, text).what, MAX_CHARACTERS)


def clipped(text: str, length: int) -> str:
    """Return ``text`` on one line, printable, at most ``length`` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def quoted(value: object) -> str:
    """Return a value of a file in quotes, short and printable."""
    return f"'{clipped(str(value), _LONGEST_QUOTE)}'"
