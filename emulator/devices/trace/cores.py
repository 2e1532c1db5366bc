"""What ran on each core: the log's slices as the scheduler events of a kernel, one CPU a core.

cpu 0 and on are the mcu's cores, the ap's come after them. A thread is a task (``owner/work``) on one core, since the
log tells tasks but not which of a work's threads ran where. A task that goes on without a gap is not switched.
"""

from __future__ import annotations

from emulator.core.errors import nearest
from emulator.core.events import SlicesRan
from emulator.core.profile import Profile
from emulator.devices.processors.slices import unpack
from emulator.devices.trace.packets import Packets
from emulator.devices.trace.protobuf import integer, message, packed, text, varint
from emulator.devices.trace.tracks import PIDS, Tracks

FIRST_TID = 10_000
IDLE, IDLE_NAME = 0, "swapper"
PRIORITY = 120  # of a thread at nice 0; the log does not tell priorities
SLEEPING = 1  # TASK_INTERRUPTIBLE; the log does not tell a task that was pre-empted from one that is done

Switch = tuple[int, int, str]


class Cores:
    """Turns ``SlicesRan`` into scheduler events.

    Attributes:
        slices: How many slices it has read.
    """

    def __init__(self, packets: Packets, tracks: Tracks, profile: Profile | None) -> None:
        self._packets, self._tracks = packets, tracks
        mcu = profile.processors.get("mcu") if profile else None
        self._first_cpu = {"mcu": 0, "ap": mcu.cores if mcu else 1}
        self._running: dict[int, tuple[int, int]] = {}
        self._threads: dict[tuple[int, str], int] = {}
        self.slices = 0

    @property
    def cpus(self) -> int:
        """Return how many cores have run anything."""
        return len(self._running)

    def read(self, event: SlicesRan) -> None:
        """Write what ran.

        Raises:
            ValueError: If the slices are damaged, or of a processor that is not known.
        """
        if event.processor not in self._first_cpu:
            raise ValueError(f"unknown processor {event.processor!r}{nearest(event.processor, self._first_cpu)}")
        cpu = self._first_cpu[event.processor] + event.core
        if cpu not in self._running:
            self._tracks.process(event.processor)
            self._write(cpu, [(0, IDLE, IDLE_NAME)])  # a reader takes the first switch as the state before
            self._running[cpu] = (0, IDLE)
        end_ns, running = self._running[cpu]
        if event.since_ns < end_ns:
            raise ValueError(f"slices of {event.processor} core {event.core} overlap at {event.since_ns} ns")
        tids = {task: self._thread(event, cpu, task) for task in event.tasks}
        switches: list[Switch] = []
        for start_ns, until_ns, task in unpack(event):
            tid = tids[task]
            if start_ns > end_ns and running != IDLE:
                switches.append((end_ns, IDLE, IDLE_NAME))
                running = IDLE
            if tid != running:
                switches.append((start_ns, tid, task))
                running = tid
            end_ns = until_ns
        self.slices += event.count
        self._running[cpu] = (end_ns, running)
        if switches:
            self._write(cpu, switches)

    def finish(self) -> None:
        """Let the last slice of each core end."""
        for cpu, (end_ns, running) in self._running.items():
            if running != IDLE:
                self._write(cpu, [(end_ns, IDLE, IDLE_NAME)])

    def _thread(self, event: SlicesRan, cpu: int, task: str) -> int:
        tid = self._threads.get((cpu, task))
        if tid is None:
            tid = self._threads[cpu, task] = FIRST_TID + len(self._threads)
            thread = message(2, integer(1, tid), integer(3, PIDS[event.processor]), text(2, task))
            self._packets.write(event.since_ns, message(2, thread))
        return tid

    def _write(self, cpu: int, switches: list[Switch]) -> None:
        """Write ``switches`` (when, to which thread, its name) as one bundle of compact scheduler events."""
        names: dict[str, int] = {}
        times, tids, numbers = bytearray(), bytearray(), bytearray()
        before_ns = 0
        for t_ns, tid, name in switches:
            times += varint(t_ns - before_ns)
            tids += varint(tid)
            numbers += varint(names.setdefault(name, len(names)))
            before_ns = t_ns
        count = len(switches)
        table = b"".join(text(5, name) for name in names)
        states, priorities = packed(2, [SLEEPING] * count), packed(4, [PRIORITY] * count)
        compact = message(
            4, table, message(1, bytes(times)), states, message(3, bytes(tids)), priorities, message(6, bytes(numbers))
        )
        self._packets.write(before_ns, message(1, integer(1, cpu), compact))
