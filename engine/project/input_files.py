"""Input files known by their hashes, wherever they lie and whatever they are called now."""

from collections.abc import Iterable
from pathlib import Path

from engine.errors import FileError
from engine.files import find_files
from engine.files.gate import hash_gated


class InputFiles:
    """Finds files by their SHA-256; each is hashed once, and only when it is needed.

    Parameters
    ----------
    paths : iterable of path-like
        Files, or folders with files. What cannot be read is passed over.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._unread = iter(find_files(paths))
        self._places: dict[str, Path] = {}

    def place(self, sha256: str) -> Path | None:
        """Return where the file with this hash lies; `None`: it is not among them."""
        while sha256 not in self._places:
            path = next(self._unread, None)
            if path is None:
                return None
            try:
                self._places.setdefault(hash_gated(path), path.absolute())
            except FileError:
                continue
        return self._places[sha256]
