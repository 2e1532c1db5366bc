"""Measures the cores of one processor: their power into the ledger, what ran into the log.

Slices are told packed, on a fixed grid of virtual time, so that equal windows pack to equal text. A running job is
cut at the grid: a reader never waits longer than ``WINDOW_NS`` to see it. Windows in which nothing but the
processor's own periodic load ran are twice as long.
"""

from __future__ import annotations

from emulator.core.events import SlicesRan
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.units import MS
from emulator.devices.ledger import Account, Ledger, to_nw
from emulator.devices.processors.job import Core, Job
from emulator.devices.processors.slices import pack

WINDOW_NS = 250 * MS
IDLE_WINDOW_NS = 2 * WINDOW_NS
_REMEMBERED = 64


class Meter:
    """Told by a scheduler of each switch of a core."""

    def __init__(self, kernel: Kernel, log: EventLog | None, ledger: Ledger, processor: str, core_mw: float) -> None:
        self._kernel, self._log, self._ledger = kernel, log, ledger
        self._processor = processor
        self.core_nw = to_nw(core_mw)
        self._cores: list[Core] = []
        self._armed = False
        self._foreground = False
        self._packed: dict[str, str] = {}
        self._tasks: dict[tuple[str, ...], tuple[str, ...]] = {}

    def measure(self, cores: list[Core]) -> None:
        """Watch ``cores`` from now on."""
        self._cores = cores

    def account(self, owner: str) -> Account:
        """Return the account that pays for this processor when it works for ``owner``."""
        return self._ledger.account(self._processor, owner)

    def switch(self, core: Core, before: Job | None, after: Job | None) -> None:
        """Book that ``core`` leaves ``before`` and takes ``after`` now; either may be ``None`` for idle."""
        now_ns = self._kernel.now_ns
        paid = None if before is None else before.account
        pays = None if after is None else after.account
        if before is not None and core.since_ns != now_ns:
            core.slices.append((core.since_ns, now_ns, before.name))
        core.since_ns = now_ns
        if paid is not pays:
            if pays is None:
                paid.add(-self.core_nw)  # type: ignore[union-attr]  # not both are None
            elif paid is None:
                pays.add(self.core_nw)
            else:
                paid.hand_over(pays, self.core_nw)
        if after is not None:
            if not after.background:
                self._foreground = True
            if not self._armed:
                self._arm()

    def set_core_mw(self, core_mw: float) -> None:
        """Book ``core_mw`` for each busy core from now on."""
        change_nw = to_nw(core_mw) - self.core_nw
        self.core_nw += change_nw
        for core in self._cores:
            if core.job is not None and core.job.account is not None and change_nw:
                core.job.account.add(change_nw)

    def flush(self) -> None:
        """Tell of all slices so far; those that are running are cut here."""
        now_ns = self._kernel.now_ns
        for core in self._cores:
            if core.job is not None and core.since_ns != now_ns:
                core.slices.append((core.since_ns, now_ns, core.job.name))
                core.since_ns = now_ns
            if core.slices:
                slices, core.slices = core.slices, []
                if self._log is not None:
                    self._log.emit(self._event(core.number, slices), self._processor)
        self._foreground = any(core.job is not None and not core.job.background for core in self._cores)

    def _arm(self) -> None:
        self._armed = True
        self._kernel.post((self._kernel.now_ns // WINDOW_NS + 1) * WINDOW_NS, self._grid)

    def _grid(self) -> None:
        self._armed = False
        if self._foreground or not self._kernel.now_ns % IDLE_WINDOW_NS:
            self.flush()
        if any(core.slices or core.job is not None for core in self._cores):
            self._arm()

    def _event(self, core: int, slices: list[tuple[int, int, str]]) -> SlicesRan:
        tasks, data = pack(slices)
        if len(self._packed) > _REMEMBERED:
            self._packed.clear()
        # the periodic load repeats: equal windows share one text in memory
        data = self._packed.setdefault(data, data)
        tasks = self._tasks.setdefault(tasks, tasks)
        return SlicesRan(self._processor, core, slices[0][0], len(slices), tasks, data)
