"""Whether a value of a flow file can be what a type hint says, told with the value's place where it cannot."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from emulator.core.errors import nearest, quoted
from emulator.core.yaml import Node, describe

SCALARS: dict[Any, str] = {bool: "true or false", str: "text", int: "a number", float: "a number", NoneType: "null"}


def check(node: Node, hint: Any, what: str, *, shares: bool = False) -> None:
    """Fail at ``node`` unless a value of type ``hint`` can be equal to it.

    Args:
        node: A scalar, or a list or mapping, of which nothing is asked.
        hint: A type hint; ``Annotated[float, (low, high)]`` limits a number.
        what: Its name in messages.
        shares: Whether ``62%`` is a number too.
    """
    kinds = kinds_of(hint)
    if not any(_fits(node.value, kind, shares) for kind in kinds):
        words = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
        if words and isinstance(node.value, str):
            node.fail(f"{what}: unknown value {quoted(node.value)}{nearest(node.value, words)}")
        node.fail(f"{what}: expected {' or '.join(map(_told, kinds))}, got {describe(node)}")


def check_all(node: Node, kind: type, what: str) -> dict[str, Any]:
    """Return the mapping at ``node``, which must have the keys and values of the ``TypedDict`` ``kind``."""
    hints = get_type_hints(kind, include_extras=True)
    value = node.mapping(what, hints)
    for key, item in value.items():
        check(item, hints[key], key)
        if isinstance(item.value, str) and not item.value.strip():
            item.fail(f"{key}: expected some words, got {item.value!r}")
    needed: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    missing = sorted(needed - value.keys())
    if missing:
        node.fail(f"{what}: {missing[0]!r} is missing; it takes {', '.join(hints)}")
    return {key: item.plain for key, item in value.items()}


def kinds_of(hint: Any) -> tuple[Any, ...]:
    """Return the types of a union, or the one type.

    >>> kinds_of(float | None)
    (<class 'float'>, <class 'NoneType'>)
    """
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _fits(value: Any, kind: Any, shares: bool) -> bool:
    if get_origin(kind) is Annotated:
        inner, (low, high) = get_args(kind)
        return _fits(value, inner, shares) and low <= value <= high
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (int, float):
        share = shares and isinstance(value, str) and value.endswith("%") and _is_number(value[:-1])
        return share or (isinstance(value, int | float) and not isinstance(value, bool))
    return isinstance(value, kind) if kind in SCALARS else True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _told(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        inner, (low, high) = get_args(kind)
        return f"{_told(inner)} from {low:g} to {high:g}"
    return ", ".join(map(str, get_args(kind))) if get_origin(kind) is Literal else SCALARS.get(kind, "another value")
