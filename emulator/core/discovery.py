"""Find the members of a package: one file, one export, and third parties' entry points."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any

_installed = cache(entry_points)  # of all groups: read from the disk of every package, 8 ms


def discover(package: str, export: str) -> dict[str, Any]:
    """Map each module's stem to its attribute ``export``, in alphabetical order.

    Entry points of the group ``glasses.<last part of the package>`` (``glasses.apps``) name modules of the
    same shape; a stem that the package has itself wins.

    >>> "rtos_first" in discover("emulator.devices.policies", "POLICY")
    True
    """
    path = import_module(package).__path__
    modules = {m.name: f"{package}.{m.name}" for m in iter_modules(path) if not m.name.startswith("_")}
    foreign = {p.name: p.value for p in _installed().select(group=f"glasses.{package.rpartition('.')[2]}")}
    found: dict[str, Any] = {}
    for name, module in sorted((foreign | modules).items()):
        value = getattr(import_module(module), export, None)
        if value is not None:
            found[name] = value
    return found
