"""What the processors did, folded from the log: lanes, states, wake reasons, messages, and why each work ran there."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from emulator.core.events import (
    MessageReceived,
    MessageSent,
    ProcessorChanged,
    SlicesRan,
    WorkFinished,
    WorkPlaced,
)
from emulator.core.log import Record
from emulator.core.profile import Profile
from emulator.devices.processors.slices import unpack
from emulator.ui.lanes import Lane, Span

KEEP = 4_000
LOOK_BACK_NS = 60_000_000_000


class State(NamedTuple):
    """A processor is in ``state`` from ``t_ns``."""

    t_ns: int
    state: str
    cause: str
    owner: str


class Crossing(NamedTuple):
    """A mailbox message: sent, and taken ``received_ns`` (0: under way)."""

    sent_ns: int
    received_ns: int
    sender: str
    receiver: str
    what: str
    owner: str
    size_bytes: int


class Placed(NamedTuple):
    """A work, where it was put and why; ``done`` once it is over."""

    t_ns: int
    event: WorkPlaced
    done: WorkFinished | None


class WorkHistory:
    """All that the swim-lanes show."""

    def __init__(self, profile: Profile) -> None:
        specs = profile.processors
        order = [name for name in ("ap", "mcu") if name in specs]
        self.lanes: dict[tuple[str, int], Lane] = {(p, c): Lane() for p in order for c in range(specs[p].cores)}
        self.states: dict[str, list[State]] = {p: [] for p in order}
        self.crossings: deque[Crossing] = deque(maxlen=KEEP)
        self._placed: dict[int, Placed] = {}
        self._under_way: dict[int, Crossing] = {}

    def read(self, record: Record) -> None:
        """Take in one record."""
        event = record.event
        match event:
            case SlicesRan():
                lane = self.lanes.get((event.processor, event.core))
                if lane is not None:
                    lane.add(unpack(event))
            case ProcessorChanged():
                states = self.states.setdefault(event.processor, [])
                states.append(State(record.t_ns, event.state, event.cause, event.owner))
                del states[: max(0, len(states) - KEEP)]
            case MessageSent():
                self._send(record.t_ns, event)
            case MessageReceived():
                self._receive(record.t_ns, event)
            case WorkPlaced():
                self._placed[event.number] = Placed(record.t_ns, event, None)
                if len(self._placed) > KEEP:
                    del self._placed[next(iter(self._placed))]
            case WorkFinished() if event.number in self._placed:
                self._placed[event.number] = self._placed[event.number]._replace(done=event)

    def placed(self, span: Span, processor: str) -> Placed | None:
        """Return the last work that ``span`` may be part of, placed on ``processor`` before it ended."""
        for found in reversed(self._placed.values()):
            same = f"{found.event.owner}/{found.event.work}" == span.task and found.event.processor == processor
            if same and span.start_ns - LOOK_BACK_NS <= found.t_ns <= span.end_ns:
                return found
        return None

    def state_at(self, processor: str, t_ns: int) -> State | None:
        """Return the state ``processor`` was in at ``t_ns``, as far as the log tells."""
        return next((state for state in reversed(self.states.get(processor, [])) if state.t_ns <= t_ns), None)

    def _send(self, t_ns: int, event: MessageSent) -> None:
        crossing = Crossing(t_ns, 0, event.sender, event.receiver, event.what, event.owner, event.size_bytes)
        self._under_way[event.number] = crossing

    def _receive(self, t_ns: int, event: MessageReceived) -> None:
        crossing = self._under_way.pop(event.number, None)
        if crossing is not None:
            self.crossings.append(crossing._replace(received_ns=t_ns))
