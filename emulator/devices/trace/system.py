"""The dual system as slices: power states, what woke the ap, works, messages and holds.

A wake is an arrow: it starts at the message in the mailbox that asked for it, where the ap begins to resume, and ends
at the ap's first awake state.
"""

from __future__ import annotations

from typing import NamedTuple

from emulator.core.events import (
    Event,
    HoldChanged,
    MessageLost,
    MessageReceived,
    MessageSent,
    PowerChanged,
    ProcessorChanged,
    WorkFinished,
    WorkPlaced,
)
from emulator.devices.trace.packets import Args, Packets
from emulator.devices.trace.spans import Place, Spans
from emulator.devices.trace.tracks import SYSTEMS, Tracks

MESSAGE = "message "  # how the ap names a message as the cause of a wake
AWAKE = ("idle", "active")
DEAD = ("off", "crashed")


class _Wake(NamedTuple):
    flow: int
    track: int
    message: int


class DualSystem:
    """Turns what the processors tell into slices."""

    def __init__(self, packets: Packets, tracks: Tracks, spans: Spans) -> None:
        self._packets, self._tracks, self._spans = packets, tracks, spans
        self._under_way: dict[int, MessageSent] = {}
        self._wake: _Wake | None = None
        self._flows = 0

    def read(self, t_ns: int, event: Event) -> bool:
        """Write ``event``; return whether it was one of the dual system's."""
        match event:
            case ProcessorChanged():
                self._change(t_ns, event)
            case MessageSent():
                self._send(t_ns, event)
            case MessageReceived():
                self._receive(t_ns, event)
            case MessageLost():
                lost = {"lost": True, "attempt": event.attempt, "gave_up": event.gave_up}
                self._under_way.pop(event.number, None)
                self._close_message(t_ns, event.number, lost)
            case WorkPlaced():
                args = {"number": event.number, "reason": event.reason, "deadline_ms": event.deadline_ms}
                place = Place(event.processor, f"work on {event.processor}")
                self._spans.open(("work", event.number), t_ns, place, f"{event.owner}/{event.work}", args)
            case WorkFinished():
                args = {"wake_ms": event.wake_ms, "latency_ms": event.latency_ms, "energy_mwh": event.energy_mwh}
                self._spans.close(("work", event.number), t_ns, args | {"in_time": event.in_time})
            case HoldChanged():
                self._hold(t_ns, event)
            case PowerChanged("off"):
                self._spans.close_all(t_ns, "work")
                return False
            case _:
                return False
        return True

    def _change(self, t_ns: int, event: ProcessorChanged) -> None:
        name, args = event.processor, {"cause": event.cause, "owner": event.owner}
        key, place = ("state", name), Place(name, f"{SYSTEMS.get(name, name)}.power_state")
        wake = None
        if name == "ap":
            wake = self._end_wake(t_ns)
        if event.state in DEAD:
            self._lose_messages(t_ns)
        if wake is not None and event.state in AWAKE:
            self._spans.arrive(key, t_ns, place, event.state, args, wake.flow)
        else:
            self._spans.open(key, t_ns, place, event.state, args)
        if name == "ap" and event.state == "resuming":
            self._begin_wake(t_ns, event)

    # --- wakes ---

    def _begin_wake(self, t_ns: int, event: ProcessorChanged) -> None:
        self._flows += 1
        number = self._message_that_wakes(event)
        track = self._spans.track(("message", number)) or self._tracks.slices("ap", "android.wakes")
        self._wake = _Wake(self._flows, track, number)
        args = {"cause": event.cause, "owner": event.owner}
        self._packets.begin(track, t_ns, "wakes android", args, flow=self._flows)

    def _end_wake(self, t_ns: int) -> _Wake | None:
        """Close the slice of the wake under way, whether it came to its end or not."""
        wake, self._wake = self._wake, None
        if wake is not None:
            self._packets.end(wake.track, t_ns)
        return wake

    def _message_that_wakes(self, event: ProcessorChanged) -> int:
        """Return the number of the oldest message under way that is the cause of the wake, or -1."""
        for number, message in self._under_way.items():
            if (message.owner, MESSAGE + message.what) == (event.owner, event.cause) and message.receiver == "ap":
                return number
        return -1

    # --- mailbox ---

    def _send(self, t_ns: int, event: MessageSent) -> None:
        self._under_way[event.number] = event
        place = Place(event.sender, f"mailbox to {event.receiver}")
        args = {"number": event.number, "owner": event.owner, "size_bytes": event.size_bytes}
        self._spans.open(("message", event.number), t_ns, place, event.what, args)

    def _receive(self, t_ns: int, event: MessageReceived) -> None:
        self._under_way.pop(event.number, None)
        self._close_message(t_ns, event.number, {"latency_us": event.latency_us})

    def _close_message(self, t_ns: int, number: int, args: Args) -> None:
        if self._wake is not None and self._wake.message == number:
            self._end_wake(t_ns)  # its slice lies inside the message's
        self._spans.close(("message", number), t_ns, args)

    def _lose_messages(self, t_ns: int) -> None:
        """A processor that stops clears the mailbox."""
        for number in self._under_way:
            self._close_message(t_ns, number, {"lost": True})
        self._under_way.clear()

    # --- holds ---

    def _hold(self, t_ns: int, event: HoldChanged) -> None:
        key = ("hold", event.component, event.owner)
        if event.count == 0:
            self._spans.close(key, t_ns)
        elif self._spans.track(key) is None:
            self._spans.open(key, t_ns, Place("holds", f"hold {event.component}"), event.owner)
