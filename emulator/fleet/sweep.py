"""Sweeps of a fleet: lists of devices, usages and numbers in a YAML or TOML file, and the cases they make together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from itertools import product
from pathlib import Path
from typing import Any

import msgspec

from emulator.core.bands import LEVELS, with_band
from emulator.core.errors import FileError, UsageError, nearest
from emulator.core.profile import Profile, load_profile, numbers
from emulator.core.toml import place_of
from emulator.core.why import why
from emulator.core.yaml import Node, read_yaml
from emulator.devices.policy import Policy
from emulator.devices.system import find_policy
from emulator.devices.usage import Usage, load_usage

LIMIT = 10_000  # most cases of one sweep
KEYS = ("profile", "usage", "band", "rate", "ambient_c", "pack_level", "capacity_mah", "numbers", "policy_options")
RANGES = {"rate": (0.0, 100.0), "ambient_c": (-20.0, 50.0), "pack_level": (0.01, 1.0), "capacity_mah": (1.0, 1e5)}
_KEY = re.compile(r"""^\s*(?P<key>"[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=\s*""")
_TABLE = re.compile(r"""^\s*\[(?P<table>[^\[\]]+)\]""")

Label = str | float


@dataclass(frozen=True, slots=True)
class Case:
    """One device, used in one way, under one policy.

    Attributes:
        number: Its place in the sweep.
        labels: What the sweep varies, and the policy.
        profile: The device, with band and numbers applied.
        usage: What is asked for.
        policy_id: Name of the policy.
        policy: The policy, with its options.
        rate: Multiplies how often everything is wanted.
        ambient_c: Temperature of the air.
        pack_level: Charge of the packs at first, in [0, 1].
    """

    number: int
    labels: dict[str, Label]
    profile: Profile
    usage: Usage
    policy_id: str
    policy: Policy
    rate: float = 1.0
    ambient_c: float = 25.0
    pack_level: float = 1.0


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a sweep and who complains about it."""

    value: Label
    fail: Callable[[str], Any]


def read_sweep(path: Path) -> dict[str, list[_Value]]:
    """Read a sweep: each key with its values, ``numbers`` and ``policy_options`` as ``numbers.KEY``.

    Raises:
        FileError: If it cannot be read or is not one; starts with ``path:line:column``.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: cannot read the sweep: {why(error)}") from error
    root = _toml_node(text, path) if path.suffix == ".toml" else read_yaml(text, path)
    found: dict[str, list[_Value]] = {}
    for key, node in root.mapping("sweep", KEYS).items():
        if key in ("numbers", "policy_options"):
            for name, inner in node.mapping(key).items():
                found[f"{key}.{name}"] = _values(inner, f"{key}.{name}")
        else:
            found[key] = _values(node, key)
    return found


def cases_of(
    sweep: dict[str, list[_Value]], policies: Sequence[str], profile: str = "quark_s1", usage: str = "reference"
) -> list[Case]:
    """Return every combination of the sweep's values and ``policies``.

    Args:
        sweep: From ``read_sweep``; empty for one device and usage.
        policies: Ids.
        profile: Device, if the sweep names none.
        usage: Usage, if the sweep names none.

    Raises:
        FileError: If a value makes no sense; starts with its place.
        UsageError: If there is no such policy, or there are too many cases.
    """
    chosen = {policy_id: find_policy(policy_id) for policy_id in policies}
    _check_options(sweep, chosen)
    keys = list(sweep)
    count = len(policies)
    for values in sweep.values():
        count *= len(values)
    if count > LIMIT:
        raise UsageError(f"expected at most {LIMIT} cases, got {count}")
    found: list[Case] = []
    for combined in product(*sweep.values()):
        picked = dict(zip(keys, combined, strict=True))
        device, used = _device(picked, profile), _usage(picked, usage)
        for policy_id, policy in chosen.items():
            own, labels = _with_options(policy, picked)
            told = {key: value.value for key, value in picked.items() if not key.startswith("policy_options.")}
            told = {"policy": policy_id, **told, **labels}
            if all(told != case.labels for case in found):  # a policy without an option takes part once
                settings = {key: float(told.get(key, default)) for key, default in _DEFAULTS.items()}
                found.append(Case(len(found), told, device, used, policy_id, own, **settings))
    return found


_DEFAULTS = {"rate": 1.0, "ambient_c": 25.0, "pack_level": 1.0}


def with_numbers(profile: Profile, changes: dict[str, float]) -> Profile:
    """Return ``profile`` with some of its numbers changed, by key (``processors.ap.idle_mw``).

    Raises:
        ValueError: If there is no such number, or it cannot have that value.
    """
    data: dict[str, Any] = msgspec.to_builtins(profile)
    known = {key: number for key, number in numbers(profile).items() if isinstance(number, float | int)}
    for key, value in changes.items():
        if key not in known:
            raise ValueError(f"no number {key!r} in this profile{nearest(key, known)}")
        *way, name = key.split(".")
        part: Any = reduce(lambda inside, step: inside[int(step) if isinstance(inside, list) else step], way, data)
        part[name] = value
        if not value >= 0.0 and key != "battery.ocv_shift_v":
            raise ValueError(f"{key}: expected 0 or more, got {value:g}")
    return msgspec.convert(data, Profile, strict=False)


def _device(picked: dict[str, _Value], default: str) -> Profile:
    named = picked.get("profile")
    try:
        device = load_profile(str(named.value) if named else default)
    except FileError as error:
        if named:
            named.fail(str(error))
        raise
    band = picked.get("band")
    if band:
        if band.value not in LEVELS:
            band.fail(f"band: unknown value {band.value!r}{nearest(str(band.value), LEVELS)}")
        device = with_band(device, str(band.value))
    for key, value in picked.items():
        name = "battery.capacity_mah" if key == "capacity_mah" else key.partition(".")[2]
        if key == "capacity_mah" or key.startswith("numbers."):
            try:
                device = with_numbers(device, {name: _number(value, key)})
            except ValueError as error:
                value.fail(str(error))
    return device


def _usage(picked: dict[str, _Value], default: str) -> Usage:
    for key, (low, high) in RANGES.items():
        if key in picked and not low <= _number(picked[key], key) <= high:
            picked[key].fail(f"{key}: expected {low:g} to {high:g}, got {picked[key].value}")
    named = picked.get("usage")
    try:
        return load_usage(str(named.value) if named else default)
    except FileError as error:
        if named:
            named.fail(str(error))
        raise


def _number(value: _Value, key: str) -> float:
    if isinstance(value.value, str):
        value.fail(f"{key}: expected a number, got {value.value!r}")
    return float(value.value)


def _check_options(sweep: dict[str, list[_Value]], chosen: dict[str, Policy]) -> None:
    known = {field.name for policy in chosen.values() for field in fields(policy)}  # type: ignore[arg-type]
    for key, values in sweep.items():
        group, _, name = key.partition(".")
        if group == "policy_options" and name not in known:
            values[0].fail(f"none of {', '.join(chosen)} has an option {name!r}{nearest(name, known)}")


def _with_options(policy: Policy, picked: dict[str, _Value]) -> tuple[Policy, dict[str, Label]]:
    """Return ``policy`` with those options that it has, and these as labels."""
    own = {field.name: type(getattr(policy, field.name)) for field in fields(policy)}  # type: ignore[arg-type]
    options: dict[str, Any] = {}
    for key, value in picked.items():
        group, _, name = key.partition(".")
        if group == "policy_options" and name in own:
            options[name] = own[name](_number(value, name)) if own[name] in (int, float) else value.value
    if not options:
        return policy, {}
    return replace(policy, **options), {f"policy_options.{name}": value for name, value in options.items()}  # type: ignore[type-var]


def _values(node: Node, key: str) -> list[_Value]:
    items = node.value if isinstance(node.value, tuple) else (node,)
    if not items:
        node.fail(f"{key}: the list is empty")
    found = []
    for item in items:
        if isinstance(item.value, dict | tuple | bool) or item.value is None:
            item.fail(f"{key}: expected texts or numbers")
        value = float(item.value) if isinstance(item.value, int) else item.value
        found.append(_Value(value, item.fail))
    return found


def _toml_node(text: str, path: Path) -> Node:
    """Return a TOML document as nodes; a value stands where its key's line has it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{place_of(path, error)}: {error}") from error
    places: dict[tuple[str, ...], tuple[int, int, int]] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLE.match(line):
            table = (match["table"].strip().strip("\"'"),)
            places[table] = (number, match.start("table") + 1, match.start("table") + 1)
        elif match := _KEY.match(line):
            name = (*table, match["key"].strip("\"'"))
            places[name] = (number, match.start("key") + 1, match.end() + 1)
    return _placed(data, (), places, str(path))


def _placed(value: Any, name: tuple[str, ...], places: dict[tuple[str, ...], tuple[int, int, int]], path: str) -> Node:
    line, key_column, column = places.get(name, places.get(name[:-1], (1, 1, 1)))
    if isinstance(value, dict):
        inner = {key: _placed(item, (*name, key), places, path) for key, item in value.items()}
        keys = {}
        for key in value:
            at = places.get((*name, key), (line, key_column, column))
            keys[key] = Node(key, path, at[0], at[1])
        return Node(inner, path, line, column, keys=keys)
    if isinstance(value, list):
        return Node(tuple(_placed(item, name, places, path) for item in value), path, line, column)
    return Node(value, path, line, column)
