"""Where in a JSON or CSV file something stands, for messages: ``file:line:column``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r'[\[\]{}:,]|"(?:\\.|[^"\\])*"|[^\s\[\]{}:,"]+', re.DOTALL)
_CELL_END = re.compile(r"[,\n]")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a CSV file: what it says and where it begins, both from 1."""

    text: str
    line: int
    column: int


def json_place(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    r"""Return line and column, from 1, of the value at ``path`` in a JSON text that is right; of its parent if it lacks.

    >>> json_place('{"a": [1,\n  {"b": 2}]}', ("a", 1, "b"))
    (2, 9)
    >>> json_place('{"a": 1}', ("a", "zzz"))
    (1, 7)
    """
    wanted, best, at = tuple(path), 0, 0
    for place, offset in _values(text):
        if wanted[: len(place)] == place and len(place) >= best:
            best, at = len(place), offset
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def csv_rows(text: str) -> Iterator[list[Cell]]:
    r"""Yield the rows of a CSV text (RFC 4180: commas, quotes doubled), empty ones left out.

    Raises:
        ValueError: With ``(message, line, column)``, if a quote is not closed or letters follow a closed one.

    >>> [[(cell.text, cell.column) for cell in row] for row in csv_rows('a,"b,""c"\n')]
    [[('a', 1), ('b,"c', 3)]]
    """
    at, line, start, row = 0, 1, 0, list[Cell]()
    while at <= len(text):
        column, begun = at - start + 1, line
        if text.startswith('"', at):
            end = at + 1
            while (end := text.find('"', end)) >= 0 and text.startswith('"', end + 1):
                end += 2
            if end < 0:
                raise ValueError("the quote is not closed", line, column)
            cell, after = text[at + 1 : end].replace('""', '"'), end + 1
            line += cell.count("\n")
            start = text.rfind("\n", 0, end) + 1 if "\n" in cell else start
            if after < len(text) and text[after] not in ",\r\n":
                raise ValueError("after the closing quote comes neither a comma nor the end of the line", line, after)
        else:
            mark = _CELL_END.search(text, at)
            after = mark.start() if mark else len(text)
            cell = text[at:after].rstrip("\r")
        row.append(Cell(cell.strip(), begun, column))
        at = after + (2 if text.startswith("\r\n", after) else 1)
        if after >= len(text) or text[after] != ",":
            if any(cell.text for cell in row):
                yield row
            row, line, start = [], line + 1, at


def _values(text: str) -> Iterator[tuple[Path, int]]:
    """Yield the path and the offset of every value of a JSON text that is right."""
    stack: list[tuple[str, str | int]] = []  # the bracket, and the key or number of the value that comes
    key_next = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == ":":
            key_next = False
        elif mark == ",":
            bracket, last = stack[-1]
            key_next = bracket == "{"
            stack[-1] = (bracket, last + 1 if isinstance(last, int) else last)
        elif mark in "]}":
            stack.pop()
            key_next = False
        elif key_next and mark.startswith('"'):
            stack[-1] = ("{", str(json.loads(mark)))
        else:
            yield tuple(step for _, step in stack), token.start()
            if mark in "[{":
                stack.append((mark, 0 if mark == "[" else ""))
                key_next = mark == "{"
