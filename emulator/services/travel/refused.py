"""What a parser says when it takes nothing from a file."""

from __future__ import annotations


class RefusedError(ValueError):
    """A file or text holds no trip, or too much to be one.

    Attributes:
        line: Where, from 1.
    """

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line
