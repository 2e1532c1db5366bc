"""What a parser says when it takes nothing from a file, and what all parsers do before they parse."""

from __future__ import annotations


class RefusedError(ValueError):
    """A file or text holds no trip, or too much to be one.

    Attributes:
        line: Where, from 1.
    """

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


class NoTripError(RefusedError):
    """A file is sound and says nothing about a trip."""


def check_size(data: bytes, most: int, what: str) -> None:
    """Refuse what is larger than ``what`` ever is, in bytes, before anything looks into it.

    >>> check_size(bytes(3_000_000), 2_000_000, "a calendar")
    Traceback (most recent call last):
    emulator.services.travel.refused.RefusedError: 3.0 MB; a calendar has 2 MB at most
    """
    if len(data) > most:
        raise RefusedError(f"{len(data) / 1e6:.1f} MB; {what} has {most / 1e6:.0f} MB at most")


def decode(data: bytes, otherwise: str) -> str:
    """Return the text of a file: in UTF-16 with its mark, in UTF-8, or else in the charset named.

    >>> decode("茶".encode("gb18030"), "gb18030")
    '茶'
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(otherwise, "replace")
