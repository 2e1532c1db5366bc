"""YAML 1.2 with positions: one document of plain data, every value knows its line and column.

The one reader of flow files and HUD documents. Never PyYAML: it speaks YAML 1.1, where ``on`` is true and ``1:30``
is 90. Anchors, aliases and tags are refused, so that a stranger's file is data of bounded size and depth; keys are
strings and must not repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isinf
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from emulator.core.errors import FileError, nearest, quoted

DEPTH = 60  # deepest nesting that is read
DIGITS = 18  # most of a whole number: it fits 64 bits
_UNREADABLE = re.compile(
    "[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)  # as YAML 1.2 says
_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands.

    Attributes:
        value: A scalar, a tuple of nodes, or a dict of nodes.
        path: File it was read from.
        line: Line number from 1.
        column: Column number from 1.
        error: What ``fail`` raises.
        keys: For a mapping, where each key stands: a node of its name.
    """

    value: Scalar | tuple[Node, ...] | dict[str, Node]
    path: str
    line: int
    column: int
    error: type[FileError] = FileError
    keys: dict[str, Node] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """``path:line:column``."""
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def plain(self) -> Any:
        """The value without positions: scalars, lists and dicts."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain for node in self.value]
        return self.value

    def fail(self, message: str) -> NoReturn:
        """Raise the document's error with this place before ``message``."""
        raise self.error(f"{self.place}: {message}")

    def mapping(self, what: str, known: Iterable[str] | None = None) -> dict[str, Node]:
        """Return the value as a mapping; ``what`` names it in messages, ``known`` limits its keys."""
        if not isinstance(self.value, dict):
            self.fail(f"{what}: expected a mapping, got {describe(self)}")
        if known is not None:
            names = set(known)
            for key in self.value:
                if key not in names:
                    near = nearest(key, names) if names else "; it takes none"
                    self.keys[key].fail(f"unknown key {quoted(key)} in {what}{near}")
        return self.value

    def sequence(self, what: str) -> tuple[Node, ...]:
        """Return the value as a sequence."""
        if not isinstance(self.value, tuple):
            self.fail(f"{what}: expected a list, got {describe(self)}")
        return self.value

    def text(self, what: str) -> str:
        """Return the value as text; numbers and booleans are refused, they must be quoted."""
        if not isinstance(self.value, str):
            self.fail(f"{what}: expected text, got {describe(self)}; quote it")
        return self.value

    def one_of(self, what: str, known: Iterable[str]) -> str:
        """Return the value, which must be one of the words ``known``."""
        names = tuple(known)
        if self.value not in names:
            self.fail(f"{what}: unknown value {self.plain!r}{nearest(str(self.plain), names)}")
        return str(self.value)


def describe(node: Node) -> str:
    """Say in a few words what stands there."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, tuple):
        return "a list"
    return quoted(node.value) if isinstance(node.value, str) else "nothing" if node.value is None else repr(node.value)


def read_yaml(text: str, path: Path | str, error: type[FileError] = FileError) -> Node:
    r"""Parse one YAML 1.2 document.

    >>> node = read_yaml("wear: on\nwithin: [1.5s, 012]", "x.yaml")
    >>> node.plain
    {'wear': 'on', 'within': ['1.5s', 12]}
    >>> node.mapping("x")["within"].place
    'x.yaml:2:9'

    Args:
        text: The document.
        path: Its file, for messages.
        error: Raised for anything wrong with it, now and by the nodes' ``fail``.

    Raises:
        FileError: Or ``error``, if it is not YAML, or has duplicate keys, anchors, tags or more than one document.
    """
    wild = _UNREADABLE.search(text)
    if wild is not None:
        line, column = text.count("\n", 0, wild.start()) + 1, wild.start() - text.rfind("\n", 0, wild.start())
        raise error(f"{path}:{line}:{column}: character U+{ord(wild[0]):04X} is not allowed")
    try:
        return _Builder(YAML(typ="safe", pure=True).parse(text), str(path), error).document()
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise error(f"{place}: {wrong.problem or wrong.context}") from None
    except YAMLError as wrong:
        raise error(f"{path}: {' '.join(str(wrong).split())}") from None


class _Builder:
    """Builds nodes from the parser's events."""

    def __init__(self, events: Iterator[Event], path: str, error: type[FileError]) -> None:
        self._events, self._path, self._error = events, path, error

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                self._leaf(None, event).fail("expected one document, found another one")
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                root = self._node(event, 0)
            elif isinstance(event, DocumentEndEvent) and root is None:
                root = self._leaf(None, event)
        return root or Node(None, self._path, 1, 1, self._error)

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, AliasEvent) or event.anchor:
            self._leaf(None, event).fail("anchors and aliases are not allowed")
        if event.tag not in (None, "!"):
            self._leaf(None, event).fail("tags are not allowed; quote the value")
        if depth > DEPTH:
            self._leaf(None, event).fail(f"nested more than {DEPTH} deep")
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, depth)
        return self._scalar(event)

    def _scalar(self, event: Any) -> Node:
        text = self._text(event)
        try:
            return self._leaf(text if event.style else _resolve(text), event)
        except ValueError as wrong:
            self._leaf(None, event).fail(str(wrong))

    def _text(self, event: Any) -> str:
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            self._leaf(None, event).fail("half a surrogate pair is not text")
        return str(event.value)

    def _mapping(self, start: Event, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._leaf(None, event).fail("a key must be a word")
            key = self._leaf(self._text(event), event)
            if event.value in values:
                key.fail(f"duplicate key {event.value!r}; it stands in line {keys[event.value].line} already")
            values[event.value], keys[event.value] = self._node(next(self._events), depth + 1), key
        return self._leaf(values, start, keys)

    def _sequence(self, start: Event, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return self._leaf(tuple(items), start)

    def _leaf(self, value: Any, event: Event, keys: dict[str, Node] | None = None) -> Node:
        mark = event.start_mark
        return Node(value, self._path, mark.line + 1, mark.column + 1, self._error, keys or {})


def _resolve(text: str) -> Scalar:
    """Return what a plain scalar means by YAML 1.2's core schema, without octal, hex and infinity.

    Raises:
        ValueError: If it is a number of more than 18 digits, or too large for a float.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        if len(text.lstrip("+-0")) > DIGITS:
            raise ValueError(f"a number of more than {DIGITS} digits")
        return int(text)
    if _FLOAT.match(text):
        if isinf(number := float(text)):
            raise ValueError("a number that is too large")
        return number
    return text
