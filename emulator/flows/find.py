"""Find flow files by path, folder or the name of one that ships."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from emulator.core.assets import asset
from emulator.core.errors import UsageError, nearest

SUFFIX = ".flow.yaml"


def find_flows(names: Iterable[str]) -> list[Path]:
    """Return the flow files meant: a file, all ``*.flow.yaml`` of a folder, or a shipped flow by its name.

    Raises:
        UsageError: If there is nothing of that name.
    """
    return [path for name in names for path in _find(name)]


def shipped_flows() -> list[Path]:
    """Return the flows that ship, by name."""
    return sorted(asset("flows").glob(f"*{SUFFIX}"))


def _find(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        found = sorted(path.glob(f"*{SUFFIX}"))
        if not found:
            raise UsageError(f"{path}: no *{SUFFIX} in this folder")
        return found
    known = {flow.name.removesuffix(SUFFIX): flow for flow in shipped_flows()}
    if path.exists() or path.name != name or name.endswith(".yaml"):
        return [path]
    if name not in known:
        raise UsageError(f"no flow {name!r}{nearest(name, known)}")
    return [known[name]]
