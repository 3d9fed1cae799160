"""The content of a file as a stream over the pieces it came in.

One long buffer would be grown and filled while no other thread may run; pieces are never moved,
and their bytes are copied while others run, so that a window goes on while a cube is read.
"""

import io
from bisect import bisect_right
from itertools import accumulate
from typing import Any

import numpy as np


class KeptPieces(io.RawIOBase):
    """Pieces of a content, one after the other; reading gives one piece at most at a time.

    Parameters
    ----------
    pieces : list of bytes
        None of them empty.
    """

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._starts = list(accumulate(map(len, pieces), initial=0))
        self._position = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read again from any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to ``offset`` bytes from the beginning, from here or from the end."""
        origins = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}
        self._position = max(origins[whence] + offset, 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the piece goes that is read; 0 at the end."""
        place = bisect_right(self._starts, self._position) - 1
        if place >= len(self._pieces):
            return 0
        first = self._position - self._starts[place]
        rest = np.frombuffer(self._pieces[place], dtype=np.uint8)[first:]
        target = np.frombuffer(buffer, dtype=np.uint8)[: rest.size]
        np.copyto(target, rest[: target.size])
        self._position += target.size
        return target.size
