"""Protocol Buffers on the wire, as much of it as a trace needs: fields are appended to bytes, nothing is described.

Source:
    https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # wire types
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
_UINT64 = struct.Struct("<Q")


@lru_cache(maxsize=4_096)
def varint(number: int) -> bytes:
    """Return ``number`` in base 128, least group first; a negative one as 64-bit two's complement.

    >>> varint(300).hex(), len(varint(-1))
    ('ac02', 10)
    """
    number &= 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def integer(field: int, number: int) -> bytes:
    """Return a field of type ``int32``, ``int64``, ``uint32``, ``uint64``, ``bool`` or ``enum``."""
    return varint(field << 3 | _VARINT) + varint(number)


def double(field: int, number: float) -> bytes:
    """Return a field of type ``double``."""
    return varint(field << 3 | _FIXED64) + _DOUBLE.pack(number)


def single(field: int, number: float) -> bytes:
    """Return a field of type ``float``."""
    return varint(field << 3 | _FIXED32) + _FLOAT.pack(number)


def fixed64(field: int, number: int) -> bytes:
    """Return a field of type ``fixed64``."""
    return varint(field << 3 | _FIXED64) + _UINT64.pack(number)


def message(field: int, *parts: bytes) -> bytes:
    """Return a field that holds a message (its fields are ``parts``), or bytes."""
    body = b"".join(parts)
    return varint(field << 3 | _BYTES) + varint(len(body)) + body


def text(field: int, value: str) -> bytes:
    """Return a field of type ``string``."""
    return message(field, value.encode("utf-8", "replace"))


def packed(field: int, numbers: Iterable[int]) -> bytes:
    """Return a packed repeated field of varints."""
    return message(field, *map(varint, numbers))
