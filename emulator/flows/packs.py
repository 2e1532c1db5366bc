"""What the steps about packs and chargers say, as actions."""

from __future__ import annotations

from emulator.core.actions import ArrangePacks, Charge, InsertPack, RemovePack
from emulator.core.events import Action
from emulator.core.yaml import Node
from emulator.flows import values

CHARGERS = ("case", "clip", "none")
MODES = ("parallel", "sequential", "balanced")
OLDEST = 100  # times the resistance of a new cell: hardly any current flows
FRESH = ("level", "health", "resistance")


def read_pack(node: Node) -> tuple[str, Action]:
    """Read ``{remove: left}`` or ``{insert: left, level: 100%, health: 80%, resistance: 1.5}``: slot and action.

    Raises:
        FlowFileError: If a key or a value is wrong.
    """
    value = node.mapping("pack", ("remove", "insert", *FRESH))
    kind = values.only_key(node, "pack", ("remove", "insert"))
    slot = value[kind].text(kind)
    given = [key for key in FRESH if key in value]
    if kind == "remove":
        if given:
            value[given[0]].fail(f"{given[0]} belongs to insert")
        return slot, RemovePack(slot)
    shares = {key: values.share(value[key], key) for key in given if key != "resistance"}
    if shares.get("health", 1.0) <= 0:
        value["health"].fail("health: expected more than 0 %")
    resistance = values.number(value["resistance"], "resistance") if "resistance" in value else 1.0
    if not 1 <= resistance <= OLDEST:
        least = "at least 1" if resistance < 1 else f"at most {OLDEST}"
        value["resistance"].fail(f"resistance: expected a factor of {least}, got {resistance:g}")
    return slot, InsertPack(slot, shares.get("level", 1.0), shares.get("health", 1.0), resistance)


def read_charger(node: Node) -> Action:
    """Read ``case``, ``clip`` or ``none``.

    Raises:
        FlowFileError: If it is another word.
    """
    return Charge(values.word(node, "charge", CHARGERS))  # type: ignore[arg-type]  # one of the words


def read_mode(node: Node) -> Action:
    """Read ``parallel``, ``sequential`` or ``balanced``.

    Raises:
        FlowFileError: If it is another word.
    """
    return ArrangePacks(values.word(node, "packs", MODES))  # type: ignore[arg-type]  # one of the words
