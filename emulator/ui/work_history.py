"""What the processors did, folded from the log: lanes, states, wake reasons, messages, and why each work ran there."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from emulator.core.events import (
    ApHung,
    ApRecovered,
    MessageLost,
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
from emulator.ui.state_track import State, StateTrack

KEEP = 4_000
KEEP_CROSSINGS = 200_000
LOOK_BACK_NS = 60_000_000_000


class Crossing(NamedTuple):
    """A mailbox message: sent, and taken ``received_ns`` (0: under way)."""

    sent_ns: int
    received_ns: int
    sender: str
    receiver: str
    what: str
    owner: str
    size_bytes: int


class Loss(NamedTuple):
    """A mailbox message did not arrive."""

    t_ns: int
    event: MessageLost


class Placed(NamedTuple):
    """A work, where it was put and why; ``done`` once it is over."""

    t_ns: int
    event: WorkPlaced
    done: WorkFinished | None


class WorkHistory:
    """All that the swim-lanes show."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        specs = profile.processors
        order = [name for name in ("ap", "mcu") if name in specs]
        self.lanes: dict[tuple[str, int], Lane] = {(p, c): Lane() for p in order for c in range(specs[p].cores)}
        self.states: dict[str, StateTrack] = {p: StateTrack() for p in order}
        self.losses: list[Loss] = []
        self._hung = False
        self._crossings: list[Crossing] = []
        self._received_ns = array("q")
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
                self._change(record.t_ns, event)
            case ApHung():
                self._hang(record.t_ns, event.cause)
            case ApRecovered():
                self._hung = False
            case MessageLost():
                self.losses.append(Loss(record.t_ns, event))
                del self.losses[: max(0, len(self.losses) - KEEP)]
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
        track = self.states.get(processor)
        return track.at(t_ns) if track else None

    def crossings(self, since_ns: int, until_ns: int) -> list[Crossing]:
        """Return the messages that arrived from ``since_ns`` on and were sent by ``until_ns``, oldest first."""
        a = bisect_left(self._received_ns, since_ns)
        b = bisect_right(self._received_ns, until_ns)
        late = [c for c in self._crossings[b : b + 64] if c.sent_ns <= until_ns]
        return self._crossings[a:b] + late

    def crossing_times(self, since_ns: int, until_ns: int) -> npt.NDArray[np.int64]:
        """Return when the messages in sight arrived."""
        a, b = bisect_left(self._received_ns, since_ns), bisect_right(self._received_ns, until_ns)
        return np.frombuffer(self._received_ns, np.int64)[a:b].copy() if b > a else np.zeros(0, np.int64)

    def losses_in(self, since_ns: int, until_ns: int) -> list[Loss]:
        """Return the lost messages in sight."""
        return [loss for loss in self.losses if since_ns <= loss.t_ns <= until_ns]

    def _change(self, t_ns: int, event: ProcessorChanged) -> None:
        """Note a state; one that hangs looks busy to the device and is not."""
        if event.processor == "ap" and self._hung:
            if event.state in ("idle", "active"):
                return
            self._hung = False
        track = self.states.setdefault(event.processor, StateTrack())
        track.add(State(t_ns, event.state, event.cause, event.owner))

    def _hang(self, t_ns: int, cause: str) -> None:
        self._hung = True
        self.states.setdefault("ap", StateTrack()).add(State(t_ns, "hung", cause, "system"))

    def _send(self, t_ns: int, event: MessageSent) -> None:
        crossing = Crossing(t_ns, 0, event.sender, event.receiver, event.what, event.owner, event.size_bytes)
        self._under_way[event.number] = crossing

    def _receive(self, t_ns: int, event: MessageReceived) -> None:
        crossing = self._under_way.pop(event.number, None)
        if crossing is None:
            return
        self._crossings.append(crossing._replace(received_ns=t_ns))
        self._received_ns.append(t_ns)
        if len(self._crossings) > 2 * KEEP_CROSSINGS:
            del self._crossings[:KEEP_CROSSINGS], self._received_ns[:KEEP_CROSSINGS]
