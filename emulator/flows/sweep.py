"""Sweeps: one flow, many runs. ``${name}`` in given and steps is replaced by each value in turn."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice, product

from emulator.core.errors import nearest
from emulator.core.units import MS, S, quantise, split_quantity
from emulator.core.yaml import Node, Scalar
from emulator.flows import values

LIMIT = 10_000  # most runs of one flow
_NAME = re.compile(r"\$\{([^}]*)\}")
_SPAN = ("from", "to", "step")


def sweep_values(node: Node | None) -> list[dict[str, Scalar]]:
    """Return the values of each run: the product over all names of ``sweep``; one empty run without it."""
    if node is None:
        return [{}]
    names = node.mapping("sweep")
    runs = [dict(zip(names, chosen, strict=True)) for chosen in product(*(_series(item) for item in names.values()))]
    if not 1 <= len(runs) <= LIMIT:
        node.fail(f"sweep: expected 1 to {LIMIT} runs, got {len(runs)}")
    return runs


def substitute(node: Node, chosen: dict[str, Scalar]) -> Node:
    """Return the tree with ``${name}`` replaced; a value that is nothing but ``${name}`` keeps the type."""
    if isinstance(node.value, dict):
        return replace(node, value={key: substitute(item, chosen) for key, item in node.value.items()})
    if isinstance(node.value, tuple):
        return replace(node, value=tuple(substitute(item, chosen) for item in node.value))
    if not isinstance(node.value, str) or "${" not in node.value:
        return node
    for found in _NAME.finditer(node.value):
        if found[1] not in chosen:
            node.fail(f"unknown name {found[1]!r} of a sweep{nearest(found[1], chosen)}")
    whole = _NAME.fullmatch(node.value)
    text = _NAME.sub(lambda found: str(chosen[found[1]]), node.value)
    return replace(node, value=chosen[whole[1]] if whole else text)


def _series(node: Node) -> list[Scalar]:
    if isinstance(node.value, tuple):
        return [_scalar(item) for item in node.value]
    span = node.mapping("sweep", _SPAN)
    for key in _SPAN:
        if key not in span:
            node.fail(f"sweep: {key!r} is missing; expected {{from: 0s, to: 1s, step: 10ms}} or a list")
    if isinstance(span["from"].value, int | float):
        return _numbers(span)
    return [_duration(t_ns) for t_ns in islice(_durations(span), LIMIT + 1)]


def _numbers(span: dict[str, Node]) -> list[Scalar]:
    first, last, step = (values.number_or_share(span[key], f"sweep {key}") for key in _SPAN)
    if step <= 0:
        span["step"].fail("sweep step: expected more than 0")
    series = [first + number * step for number in range(min(LIMIT, int((last - first) / step + 1e-9)) + 1)]
    whole = all(isinstance(node.value, int) for node in span.values())
    return [int(number) if whole else quantise(number) for number in series]


def _durations(span: dict[str, Node]) -> range:
    first, last, step = (values.duration(span[key], f"sweep {key}") for key in _SPAN)
    if step == 0:
        span["step"].fail("sweep step: expected more than 0")
    return range(first, last + 1, step)


def _duration(t_ns: int) -> str:
    """Return a duration as people write it.

    >>> _duration(1_500_000_000), _duration(20_000_000), _duration(1_500)
    ('1.5s', '20ms', '1500ns')
    """
    for unit, size in (("s", S), ("ms", MS)):
        text = f"{t_ns / size:.3f}".rstrip("0").rstrip(".")
        if t_ns >= size and round(float(split_quantity(text)[0]) * size) == t_ns:
            return text + unit
    return f"{t_ns}ns"


def _scalar(node: Node) -> Scalar:
    if isinstance(node.value, dict | tuple):
        node.fail("sweep: expected single values in the list")
    return node.value
