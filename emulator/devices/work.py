"""Work: a piece of computing with an owner, what became of it, and holds that keep something on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from emulator.core.profile import Profile
from emulator.core.units import MS

NEVER_NS = 1 << 62


@dataclass(frozen=True, slots=True)
class Work:
    """What a feature wants computed, and what it costs on either processor.

    Attributes:
        name: What it is, for example ``capture``.
        owner: App or feature that it is done and paid for.
        mcu_ms: Running time on the mcu; ``None`` if it cannot run there.
        ap_ms: Running time of each thread on the ap at top speed; ``None`` if it cannot run there.
        ap_threads: Number of threads on the ap.
        deadline_ms: Due after so many ms; 0 for none.
        size_bytes: What has to cross the mailbox to hand it over.
        nice: Weight on the ap, -20 (heaviest) to 19.
        background: Nobody waits for it: it keeps to the background's cores and is not boosted.
        awake_ms: How long the ap has to stay awake for what follows, if it runs there.
    """

    name: str
    owner: str
    mcu_ms: float | None = None
    ap_ms: float | None = None
    ap_threads: int = 1
    deadline_ms: float = 0.0
    size_bytes: int = 64
    nice: int = 0
    background: bool = False
    awake_ms: float = 0.0

    @property
    def deadline_ns(self) -> int:
        """Return the time it may take; practically endless without a deadline."""
        return round(self.deadline_ms * MS) if self.deadline_ms else NEVER_NS

    @property
    def label(self) -> str:
        """Return ``owner/name``, as slices show it."""
        return f"{self.owner}/{self.name}"


def fit(work: Work, profile: Profile) -> Work:
    """Return ``work`` as the device of ``profile`` can do it.

    A device with the mcu alone does there what another would do on its ap, in the same time: it leaves the heavy part
    to the phone (assumed; no such device says what runs where).
    """
    return replace(work, mcu_ms=work.ap_ms) if "ap" not in profile.processors and work.mcu_ms is None else work


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What became of a work.

    Attributes:
        number: Its number in the session.
        processor: Where it ran; "" if no processor of this device can run it.
        wake_ms: Part of the latency in which the ap was still waking.
        latency_ms: From the request to the end.
        energy_mwh: Busy cores, and the resume that it caused.
        in_time: Whether it met its deadline.
        finished: False if it was lost: the device was switched off, or nothing can run it.
    """

    number: int
    processor: str
    wake_ms: float
    latency_ms: float
    energy_mwh: float
    in_time: bool
    finished: bool = True


class Hold:
    """Keeps something on until released; releasing twice does no harm."""

    __slots__ = ("_release",)

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    @property
    def released(self) -> bool:
        """Say whether it is over."""
        return self._release is None

    def release(self) -> None:
        """Let go."""
        release, self._release = self._release, None
        if release is not None:
            release()
