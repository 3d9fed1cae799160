"""The content of a gzip file as a stream, unpacked while it is read.

The inflater of zlib looks at headers and checksums itself, so that a name of many mebibytes in a
header costs nothing. Empty members in endless number are refused.
"""

import io
import zlib
from typing import BinaryIO

_PIECE = 256 * 1024  # bytes that are read from the packed file at once
_GZIP_ONLY = 16 + zlib.MAX_WBITS  # zlib's way to ask for gzip with its checks
_MEMBERS, _BYTES_PER_MEMBER = 1000, 1024  # so many members of any size; more must hold something


class GzipStream(io.RawIOBase):
    """What a gzip file holds, all its members one after the other.

    Reading raises `zlib.error` for damage and `EOFError` for an end that comes too early.

    Parameters
    ----------
    packed : binary file
        The gzip file; its position belongs to the stream.
    """

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._begin()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read again from any place; backwards costs a new beginning."""
        return True

    def tell(self) -> int:
        """Return how many bytes were unpacked."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to ``offset`` bytes from the beginning."""
        if whence != io.SEEK_SET:
            raise OSError("a gzip stream is counted from its beginning")
        if offset < self._position:
            self._begin()
        while self._position < offset and self.unpack(offset - self._position):
            pass
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as one step goes; 0 at the end."""
        chunk = self.unpack(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _begin(self) -> None:
        self._packed.seek(0)
        self._inflater = zlib.decompressobj(_GZIP_ONLY)
        self._waiting = b""
        self._position, self._members = 0, 1

    def unpack(self, limit: int) -> bytes:
        """Return some bytes, ``limit`` at most; none at the end."""
        limit = min(limit, _PIECE)  # more is put together while no other thread may run
        while limit:
            if self._inflater.eof and not self._next_member():
                return b""
            chunk = self._inflater.decompress(self._waiting or self._piece(), limit)
            self._waiting = self._inflater.unconsumed_tail
            if chunk:
                self._position += len(chunk)
                return chunk
        return b""

    def _piece(self) -> bytes:
        piece = self._packed.read(_PIECE)
        if not piece:
            raise EOFError("the gzip file has no end")
        return piece

    def _next_member(self) -> bool:
        """Begin with the member that follows; zeros behind the last one fill up a block."""
        self._waiting = self._inflater.unused_data.lstrip(b"\0")
        while not self._waiting:
            piece = self._packed.read(_PIECE)
            if not piece:
                return False
            self._waiting = piece.lstrip(b"\0")
        self._members += 1
        if self._members > _MEMBERS + self._position // _BYTES_PER_MEMBER:
            raise zlib.error("more members than content")
        self._inflater = zlib.decompressobj(_GZIP_ONLY)
        return True
