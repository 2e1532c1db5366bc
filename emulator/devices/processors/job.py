"""What schedulers run: a job of a task, on a core."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from emulator.devices.ledger import Account

if TYPE_CHECKING:
    from emulator.devices.processors.mutex import Plan

NICE_0_WEIGHT = 1024

# Linux, kernel/sched/core.c, sched_prio_to_weight: index nice + 20; each step is about 1.25
_WEIGHTS = (
    88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
    9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
    1024, 820, 655, 526, 423, 335, 272, 215, 172, 137,
    110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
)  # fmt: skip


def nice_weight(nice: int) -> int:
    """Return the share weight of ``nice`` (-20 to 19), 1024 for 0."""
    return _WEIGHTS[nice + 20]


class Job:
    """A piece of running time.

    Attributes:
        name: ``owner/work``, as slices show it.
        account: Who pays for the core; ``None`` with the ledger off.
        left_ns: Running time that is left when it is not on a core.
        finished: Called when it is done.
        priority: For fixed priority: the lower number wins.
        weight: For fair sharing.
        background: Belongs to the processor's own periodic load; on the ap, may use the background's cores only.
        plan: Mutexes that it takes and leaves on the way (``mutex.py``); ``None`` for none.
        spent: Energy of its running time on the ap, in nW·ns.
        seq, v, deadline, picked: The schedulers' own: order of arrival; virtual time, deadline, that of the last pick.
    """

    __slots__ = (
        "account", "background", "deadline", "finished", "left_ns", "name", "picked", "plan", "priority", "seq",
        "spent", "v", "weight",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        left_ns: int,
        finished: Callable[[], None],
        *,
        account: Account | None = None,
        priority: int = 0,
        weight: int = NICE_0_WEIGHT,
    ) -> None:
        self.name, self.left_ns, self.finished = name, left_ns, finished
        self.account, self.priority, self.weight = account, priority, weight
        self.background = False
        self.plan: Plan | None = None
        self.seq = self.v = self.deadline = self.spent = 0
        self.picked = -1


class Core:
    """One core: what is on it since when, and when that will be over (-1 while idle)."""

    __slots__ = ("due", "end_ns", "job", "number", "rank", "since_ns", "slices")

    def __init__(self, number: int) -> None:
        self.number = number
        self.job: Job | None = None
        self.rank = 0
        self.since_ns = 0
        self.end_ns = -1
        self.due: Callable[[], None] = _nothing
        self.slices: list[tuple[int, int, str]] = []


class Scheduler(Protocol):
    """Runs jobs on cores. Two of them: ``Inheriting`` and ``FairShare``."""

    cores: list[Core]
    preemptions: int

    def add(self, job: Job) -> None:
        """Let ``job`` run until ``left_ns`` is used up."""

    def clear(self) -> list[Job]:
        """Drop all jobs, unfinished, and return them."""

    @property
    def busy(self) -> bool:
        """Say whether any core runs a job."""


def _nothing() -> None:
    pass
