"""Values of flow files, with their units, read from nodes that know their place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from emulator.core.errors import nearest, quoted
from emulator.core.units import MS, duration_ns, split_quantity
from emulator.core.why import why
from emulator.core.yaml import Node, describe
from emulator.session.admit import AIR_C

J_PER_MWH = 3.6
ENERGY_MWH = {"mWh": 1.0, "Wh": 1000.0, "uWh": 1e-3, "J": 1 / J_PER_MWH, "mJ": 1e-3 / J_PER_MWH}


def written(node: Node, what: str) -> str:
    """Return a text that says something."""
    text = node.text(what)
    if not text.strip():
        node.fail(f"{what}: expected some words, got {text!r}")
    return text


def duration(node: Node, what: str) -> int:
    """Return nanoseconds of ``1.5s``; the unit must be there and time must not run backwards."""
    if not isinstance(node.value, str):
        node.fail(f"{what}: expected a duration such as 1.5s or 200ms, got {describe(node)}")
    try:
        span_ns = duration_ns(node.value)
    except ValueError as error:
        node.fail(f"{what}: {error}")
    if span_ns < 0:
        node.fail(f"{what}: expected a duration from 0, got {node.value!r}")
    return span_ns


def span_ms(node: Node, what: str) -> int:
    """Return a duration in whole milliseconds, at least one."""
    span_ns = duration(node, what)
    if span_ns < MS:
        node.fail(f"{what}: expected at least 1ms, got {node.plain!r}")
    return span_ns // MS


def share(node: Node, what: str) -> float:
    """Return ``62%`` or ``0.62`` as 0.62; must be in [0, 1]."""
    number = number_or_share(node, what)
    if not 0 <= number <= 1:
        node.fail(f"{what}: expected 0% to 100%, got {node.plain!r}")
    return number


def number_or_share(node: Node, what: str) -> float:
    """Return a bare number, or a percentage as a fraction."""
    number, unit = _quantity(node, what)
    if unit not in ("", "%"):
        node.fail(f"{what}: expected a number or a percentage, got {node.plain!r}")
    return number / 100 if unit == "%" else number


def lux(node: Node, what: str) -> float:
    """Return ``20000lux`` or ``20000``; not negative."""
    number, unit = _quantity(node, what)
    if unit not in ("", "lux") or number < 0:
        node.fail(f"{what}: expected a light such as 400lux, got {node.plain!r}")
    return number


def celsius(node: Node, what: str) -> float:
    """Return ``31 °C`` or ``31C``; the unit must be there, and the air such as somebody wears glasses in."""
    number, unit = _quantity(node, what)
    if unit != "C":
        node.fail(f"{what}: expected a temperature such as 31 °C, got {node.plain!r}")
    if not AIR_C[0] <= number <= AIR_C[1]:
        node.fail(f"{what}: expected {AIR_C[0]:g} to {AIR_C[1]:g} °C, got {node.plain!r}")
    return number


def energy_mwh(node: Node, what: str) -> float:
    """Return ``120mJ``, ``0.2mWh`` in mWh; the unit must be there; not negative."""
    number, unit = _quantity(node, what)
    if unit not in ENERGY_MWH or number < 0:
        node.fail(f"{what}: expected an energy such as 0.2mWh or 120mJ, got {node.plain!r}")
    return number * ENERGY_MWH[unit]


def decibels(node: Node, what: str) -> float:
    """Return ``5dB``; the unit must be there."""
    number, unit = _quantity(node, what)
    if unit != "dB":
        node.fail(f"{what}: expected a level such as 5dB, got {node.plain!r}")
    return number


def number(node: Node, what: str) -> float:
    """Return a bare number."""
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        node.fail(f"{what}: expected a bare number, got {describe(node)}")
    return float(node.value)


def count(node: Node, what: str, low: int = 0, high: int | None = None) -> int:
    """Return a whole number from ``low``, to ``high`` where that is given."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high is not None and value > high):
        most = "" if high is None else f" to {high}"
        node.fail(f"{what}: expected a whole number from {low}{most}, got {describe(node)}")
    return value


def flag(node: Node, what: str) -> bool:
    """Return true or false."""
    if not isinstance(node.value, bool):
        node.fail(f"{what}: expected true or false, got {describe(node)}")
    return node.value


def word(node: Node, what: str, known: Iterable[str]) -> str:
    """Return one of the words ``known``; an unquoted true or false is explained."""
    if isinstance(node.value, bool):
        node.fail(f"{what}: expected one of {', '.join(known)}, got {describe(node)}; quote it")
    return node.one_of(what, known)


def setting(node: Node) -> Any:
    """Return the value of a device setting: a percentage becomes a fraction, the rest stays."""
    if isinstance(node.value, str) and node.value.endswith("%"):
        return number_or_share(node, "setting")
    return node.plain


def beside(node: Node, name: str, what: str) -> Path:
    """Return a file beside the flow; it must be there."""
    path = Path(node.path).parent / name
    try:
        there = path.is_file()
    except OSError as error:  # a name that no file can have
        node.fail(f"{what}: {quoted(name)}: {why(error)}")
    if not there:
        node.fail(f"{what}: there is no file {path}")
    return path


def only_key(node: Node, what: str, known: Iterable[str]) -> str:
    """Return which one of the alternatives ``known`` the mapping has."""
    names = tuple(known)
    found = [key for key in node.mapping(what) if key in names]
    if len(found) != 1:
        node.fail(f"{what}: expected exactly one of {', '.join(names)}")
    return found[0]


def check_known(node: Node, name: str, what: str, known: Iterable[str]) -> str:
    """Return ``name`` if it is known; else fail at ``node`` with the nearest one."""
    names = tuple(known)
    if name not in names:
        node.fail(f"unknown {what} {name!r}{nearest(name, names)}")
    return name


def _quantity(node: Node, what: str) -> tuple[float, str]:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float | str):
        node.fail(f"{what}: expected a number, got {describe(node)}")
    try:
        return split_quantity(str(node.value).replace("°", ""))
    except ValueError as error:
        node.fail(f"{what}: {error}")
