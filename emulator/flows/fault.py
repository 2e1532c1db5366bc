"""What the step ``fault`` says, as actions: ``fault: mcu-crash`` or ``fault: {message-loss: {count: 2}}``."""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.actions import InjectFault, RemovePack, SetAmbient, SetLevel
from emulator.core.events import Action
from emulator.core.yaml import Node
from emulator.flows import values

Actions = Callable[[tuple[str, ...]], list[Action]]
"""The actions for a device with these pack slots."""

PLAIN = ("mcu-crash", "ap-hang", "brown-out", "link-loss")
MOST_PER_HOUR = 3_600  # faults that the device takes
KINDS = (*PLAIN, "message-loss", "gauge-offset", "seeded", "pack-pulled", "hot-ambient", "low-battery")


def read_fault(node: Node) -> Actions:
    """Read the value of the step.

    Raises:
        FlowFileError: If the kind or what it takes is unknown.
    """
    if not isinstance(node.value, dict):
        kind = values.word(node, "fault", KINDS)
        if kind not in PLAIN:
            node.fail(f"fault: {kind} takes more; expected {{{kind}: ...}}")
        return _always(InjectFault(kind))
    mapping = node.mapping("fault", KINDS)
    kind = values.only_key(node, "fault", KINDS)
    return _READERS[kind](mapping[kind], kind)


def _plain(node: Node, kind: str) -> Actions:
    node.mapping(kind, ())
    return _always(InjectFault(kind))


def _link_loss(node: Node, kind: str) -> Actions:
    value = node.mapping(kind, ("for",))
    return _always(InjectFault(kind, for_ms=_span_ms(value["for"]) if "for" in value else 0))


def _message_loss(node: Node, kind: str) -> Actions:
    value = node.mapping(kind, ("count", "share", "for"))
    if set(value) not in ({"count"}, {"share", "for"}):
        node.fail("message-loss: expected {count: 2}, or {share: 30%, for: 5s}")
    return _always(
        InjectFault(
            kind,
            amount=_some(value["share"], "share") if "share" in value else 0.0,
            count=values.count(value["count"], "count", 1) if "count" in value else 0,
            for_ms=_span_ms(value["for"]) if "for" in value else 0,
        )
    )


def _gauge_offset(node: Node, kind: str) -> Actions:
    amount = values.number_or_share(node, kind)
    if not -1.0 <= amount <= 1.0:
        node.fail(f"gauge-offset: expected -100% to 100%, got {node.plain!r}")
    return _always(InjectFault(kind, amount=amount))


def _seeded(node: Node, kind: str) -> Actions:
    value = node.mapping(kind, ("per-hour", "for"))
    if set(value) != {"per-hour", "for"}:
        node.fail("seeded: expected {per-hour: 30, for: 10min}")
    per_hour = values.number(value["per-hour"], "per-hour")
    if not 0 < per_hour <= MOST_PER_HOUR:
        value["per-hour"].fail(f"per-hour: expected more than 0, at most {MOST_PER_HOUR}, got {per_hour:g}")
    return _always(InjectFault(kind, amount=per_hour, for_ms=_span_ms(value["for"])))


def _pack_pulled(node: Node, kind: str) -> Actions:
    return _always(RemovePack(node.text(kind)))


def _hot_ambient(node: Node, kind: str) -> Actions:
    return _always(SetAmbient(values.celsius(node, kind)))


def _low_battery(node: Node, kind: str) -> Actions:
    level = values.share(node, kind)
    return lambda slots: [SetLevel(slot, level) for slot in slots]


def _span_ms(node: Node) -> int:
    return values.span_ms(node, "for")


def _some(node: Node, what: str) -> float:
    share = values.share(node, what)
    if not share:
        node.fail(f"{what}: expected more than 0 %")
    return share


def _always(action: Action) -> Actions:
    return lambda _: [action]


_READERS: dict[str, Callable[[Node, str], Actions]] = {
    **dict.fromkeys(("mcu-crash", "ap-hang", "brown-out"), _plain),
    "link-loss": _link_loss,
    "message-loss": _message_loss,
    "gauge-offset": _gauge_offset,
    "seeded": _seeded,
    "pack-pulled": _pack_pulled,
    "hot-ambient": _hot_ambient,
    "low-battery": _low_battery,
}
