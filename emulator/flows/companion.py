"""Steps of the companion phone and of the wall clock, one public function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emulator.core.actions import PhoneSent, SetClock
from emulator.core.discovery import discover
from emulator.core.errors import EmulatorError, UsageError
from emulator.core.moment import parse_moment
from emulator.core.yaml import Node
from emulator.flows import values
from emulator.flows.play import Doing, Play
from emulator.flows.typed import check_all
from emulator.services.travel.offline import home_zone
from emulator.services.travel.reading import read_file
from emulator.services.travel.store import Store

Act = Callable[[Play], Doing]


def phone(node: Node) -> Act:
    """``phone: {kind: ride, data: {plate: 浙ADV462, minutes: 2}}``: the phone tells the glasses something."""
    value = node.mapping("phone", ("kind", "data"))
    if "kind" not in value:
        node.fail("phone: 'kind' is missing")
    known = _phone_kinds()
    kind = values.check_known(value["kind"], value["kind"].text("kind"), "kind of phone", known)
    action = PhoneSent(kind, check_all(value.get("data", replace(node, value={})), known[kind], f"data of {kind}"))

    def act(play: Play) -> Doing:
        yield from play.do(action)

    return act


def trips(node: Node) -> Act:
    """``trips: flight.txt`` or ``trips: [a.ics, b.pkpass]``, beside the flow: the phone imports them and says so."""
    nodes = node.value if isinstance(node.value, tuple) else (node,)
    if not nodes:
        node.fail("trips: expected a file beside the flow, or a list of them")
    paths = [(one, values.beside(one, one.text("trips"), "trips")) for one in nodes]

    def act(play: Play) -> Doing:
        now = play.glasses.device.now()
        try:
            found = [trip for _, path in paths for trip in read_file(path, now, home_zone(now))]
            with Store(play.glasses.surroundings.data) as store:
                store.put(found, now)
        except EmulatorError as error:
            node.fail(str(error))
        yield from play.do(PhoneSent("trips", {}))

    return act


def clock(node: Node) -> Act:
    """``clock: "2026-11-28T18:40:00+08:00"``: the wall clock jumps; quote it."""
    text = node.text("clock")
    try:
        parse_moment(text, "clock")
    except UsageError as error:
        node.fail(str(error))
    action = SetClock(text)

    def act(play: Play) -> Doing:
        yield from play.do(action)

    return act


def _phone_kinds() -> dict[str, type]:
    """Return what some app hears from the phone: its kind and the ``TypedDict`` of its data."""
    manifests = discover("emulator.apps", "MANIFEST").values()
    return {kind: data for manifest in manifests for kind, data in manifest.phone.items()}
