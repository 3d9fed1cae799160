"""The values of an ASDF file, without running what it asks for.

Only plain values and arrays are read: inline, or from blocks that are not compressed or zlib.
Lengths are checked before memory is taken.
"""

import math
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.files.gate import MIB, GatedFile
from engine.files.notes import FileNotes, quoted
from engine.files.safe_yaml import MAX_YAML_BYTES, read_yaml

_BLOCK_MAGIC = b"\xd3BLK"
_BLOCK_HEADER = struct.Struct(">I4sQQQ16s")
_MAX_ARRAY_BYTES = 256 * MIB
_MAX_BLOCKS = 1000
_TYPES = {
    "float32": "f4", "float64": "f8", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Block:
    offset: int
    used: int
    size: int
    compression: bytes


@dataclass(frozen=True, eq=False, slots=True)
class AsdfTree:
    """The tree of an ASDF file.

    Attributes
    ----------
    tree : dict
        Plain values; arrays as they are described.
    gated : GatedFile
        The open file.
    blocks : tuple
        Where its binary blocks lie.
    notes : FileNotes
        Makes the sentences.
    """

    tree: dict[str, Any]
    gated: GatedFile
    blocks: tuple[_Block, ...]
    notes: FileNotes

    def array(self, node: Any, name: str) -> FloatArray:
        """Return an array of numbers as float64, inline or from a block.

        Raises
        ------
        FileError
            If it is no array, lies, or is too large.
        """
        if isinstance(node, dict) and "source" in node:
            return self._from_block(node, name)
        if isinstance(node, dict) and "data" in node:
            node = node["data"]
        try:
            return np.array(node, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.notes.refused(
                f"{quoted(name)} is no array of numbers.", "Fetch the file again."
            ) from error

    def _from_block(self, node: dict[str, Any], name: str) -> FloatArray:
        source, shape = node.get("source"), node.get("shape")
        code = _TYPES.get(str(node.get("datatype")))
        is_shape = isinstance(shape, list) and all(isinstance(n, int) and n > 0 for n in shape)
        if not (isinstance(source, int) and 0 <= source < len(self.blocks) and code and is_shape):
            raise self.notes.refused(
                f"The array {quoted(name)} is described in a way that is not read.",
                "Save it inline or in an uncompressed block of this file.",
            )
        order = "<" if node.get("byteorder") == "little" else ">"
        dtype = np.dtype(order + code)
        start, count = node.get("offset", 0), math.prod(shape or [])
        data = self._block_bytes(self.blocks[source], name)
        is_plain = isinstance(start, int) and start >= 0 and "strides" not in node
        if not is_plain or start + count * dtype.itemsize > len(data):
            raise self.notes.refused(
                f"The array {quoted(name)} is larger than its block.", "Fetch the file again."
            )
        values = np.frombuffer(data, dtype=dtype, count=count, offset=start)
        return values.reshape(shape).astype(np.float64)

    def _block_bytes(self, block: _Block, name: str) -> bytes:
        if max(block.size, block.used) > _MAX_ARRAY_BYTES:
            raise self.notes.refused(
                f"The array {quoted(name)} would unpack to {block.size // MIB} MiB.",
                "No table of aperture corrections is that large; fetch the file again.",
            )
        raw = self.gated.read(block.offset, block.used)
        if block.compression == b"\0\0\0\0":
            return raw
        if block.compression != b"zlib":
            raise self.notes.refused(
                f"The array {quoted(name)} is compressed with {quoted(block.compression)}.",
                "Save it without compression.",
            )
        try:
            unpacked = zlib.decompressobj().decompress(raw, block.size + 1)
        except zlib.error as error:
            raise self.notes.refused(
                f"The compressed array {quoted(name)} is damaged.", "Fetch the file again."
            ) from error
        if len(unpacked) != block.size:
            raise self.notes.refused(
                f"The compressed array {quoted(name)} does not have the size it promises.",
                "This is a bomb or damaged; fetch the file again.",
            )
        return unpacked


def read_asdf(gated: GatedFile, notes: FileNotes) -> AsdfTree:
    """Read the tree of an ASDF file and find its blocks.

    Raises
    ------
    FileError
        If the tree is damaged, too large, or asks for Python objects.
    """
    head = gated.read(0, 2 * MAX_YAML_BYTES)
    end = head.find(b"\n...")
    if end < 0 and len(head) < gated.content_size:
        raise notes.refused("The ASDF tree has no end or is too large.", "Fetch the file again.")
    text = (head if end < 0 else head[:end]).decode("utf-8", "replace")
    tree = read_yaml(text, notes)
    if not isinstance(tree, dict):
        raise notes.refused("The ASDF tree is damaged.", "Fetch the file again.")
    first = head.find(_BLOCK_MAGIC, max(end, 0))
    return AsdfTree(tree, gated, _blocks(gated, notes, first), notes)


def _blocks(gated: GatedFile, notes: FileNotes, start: int) -> tuple[_Block, ...]:
    blocks: list[_Block] = []
    while 0 <= start < gated.content_size and len(blocks) < _MAX_BLOCKS:
        head = gated.read(start, 6 + _BLOCK_HEADER.size)
        if not head.startswith(_BLOCK_MAGIC) or len(head) < 6 + _BLOCK_HEADER.size:
            break
        _flags, compression, allocated, used, size, _sum = _BLOCK_HEADER.unpack(head[6:])
        offset = start + 6 + int.from_bytes(head[4:6], "big")
        if offset + used > gated.content_size:
            raise notes.refused(
                "The ASDF file is truncated, or its blocks lie about their size.",
                "Fetch it again.",
            )
        blocks.append(_Block(offset, used, size, compression))
        start = offset + allocated
    return tuple(blocks)
