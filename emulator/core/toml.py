"""What every reader of TOML needs: refusing keys that nobody takes, and the place of a syntax error."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from emulator.core.errors import nearest


def refuse_unknown(prefix: str, data: Any, value: Any) -> None:
    """Refuse keys of ``data`` that no field of ``value`` takes: a typo must not fall back to a default in silence.

    Raises:
        ValueError: Names the key after ``prefix``, and the nearest known one.
    """
    if isinstance(data, list) and isinstance(value, tuple):
        for number, (inner, item) in enumerate(zip(data, value, strict=True)):
            refuse_unknown(f"{prefix}{number}.", inner, item)
    if not isinstance(data, dict):
        return
    known = list(value) if isinstance(value, dict) else [f.name for f in fields(value)]
    for key, inner in data.items():
        if key not in known:
            raise ValueError(f"unknown key `{prefix}{key}`{nearest(key, known)}")
        refuse_unknown(f"{prefix}{key}.", inner, value[key] if isinstance(value, dict) else getattr(value, key))


def place_of(path: Path, error: tomllib.TOMLDecodeError) -> str:
    """Return ``path:line:column`` of a syntax error, or the path alone."""
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if line is None:  # Python 3.13 and older tell it in the text only: "... (at line 3, column 5)"
        words = str(error).rstrip(")").replace(",", "").split()
        if "line" in words and "column" in words:
            line, column = words[words.index("line") + 1], words[words.index("column") + 1]
    return f"{path}:{line}:{column}" if line is not None else str(path)
