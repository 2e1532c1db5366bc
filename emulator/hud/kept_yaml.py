"""Kept YAML: what the shipped HUD documents say, remembered from the last start, as parsing them takes 0.2 seconds.

Only the tree of values and places is kept, as data: every start still reads the files and builds its screens from the
tree, so mistakes are told with the same words and places. Texts are known by their digest. The file is one of its own
per user, is believed only if its own digest is right, and is replaced whole; where it cannot be written all is as before.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from platformdirs import user_cache_dir

from emulator.core import yaml
from emulator.core.errors import HudError
from emulator.core.yaml import Node, read_yaml

NAME = "huds.json"


class KeptYaml:
    """The trees of one folder of documents, by the digest of their text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _load(file)
        self._told = frozenset(self._known)
        self._used: dict[str, Any] = {}
        self._reader = _digest(
            version("ruamel.yaml").encode(), *(Path(p).read_bytes() for p in (yaml.__file__, __file__))
        )

    def read(self, text: str, path: Path) -> Node:
        """Return what ``read_yaml`` returns.

        Raises:
            HudError: As ``read_yaml`` does.
        """
        key = _digest(self._reader.encode(), text.encode())
        if key in self._known:
            self._used[key] = self._known[key]
            return _unpacked(self._known[key], str(path))
        node = read_yaml(text, path, HudError)
        self._known[key] = self._used[key] = _packed(node)
        return node

    def keep(self) -> None:
        """Write what was read, and forget what was not, if that is not what the file says already."""
        if self._used.keys() == self._told or str(self._file).startswith("~"):  # of a user without a home
            return
        data = msgspec.json.encode(self._used)
        part = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_digest(data).encode() + b"\n" + data)
            part.replace(self._file)


def kept_file() -> Path:
    """Return the file of this user: in his cache folder, or in ``GLASSES_DATA`` where that is set."""
    root = os.environ.get("GLASSES_DATA")
    return (Path(root) / "cache" if root else Path(user_cache_dir("glasses-emulator", appauthor=False))) / NAME


def _load(file: Path) -> dict[str, Any]:
    """Return what the file says; nothing if it is not there or not whole."""
    try:
        told, _, data = file.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if told != _digest(data).encode():
        return {}
    found: dict[str, Any] = msgspec.json.decode(data)
    return found


def _digest(*parts: bytes) -> str:
    mixed = blake2b(digest_size=16)
    for part in parts:
        mixed.update(len(part).to_bytes(8, "little") + part)
    return mixed.hexdigest()


def _packed(node: Node) -> list[Any]:
    """Return line, column and value; for a list also its items, for a mapping its keys, their places and values."""
    if isinstance(node.value, tuple):
        return [node.line, node.column, None, [_packed(item) for item in node.value]]
    if isinstance(node.value, dict):
        keys = [[key, node.keys[key].line, node.keys[key].column, _packed(node.value[key])] for key in node.value]
        return [node.line, node.column, None, None, keys]
    return [node.line, node.column, node.value]


def _unpacked(tree: list[Any], path: str) -> Node:
    line, column, value, *more = tree
    if not more:
        return Node(value, path, line, column, HudError)
    if len(more) == 1:
        return Node(tuple([_unpacked(item, path) for item in more[0]]), path, line, column, HudError)
    keys = {key: Node(key, path, at, where, HudError) for key, at, where, _ in more[1]}
    values = {key: _unpacked(item, path) for key, _, _, item in more[1]}
    return Node(values, path, line, column, HudError, keys)
