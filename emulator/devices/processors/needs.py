"""Who needs the ap to be awake, who pays for it, and what its last wake took: the same for slices and for the fluid."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.core.kernel import Kernel
from emulator.core.profile import Processor
from emulator.core.units import MS, MWH_PER_MW_NS
from emulator.devices.gaps import Gaps


class Needs:
    """Reasons for the ap to be awake, counted by owner.

    Attributes:
        gaps: For how long nobody needed it, by who did before.
        hinted: Whether a hint woke it and nobody has needed it since.
    """

    def __init__(self, kernel: Kernel, spec: Processor) -> None:
        self._kernel, self._spec = kernel, spec
        self.gaps, self.hinted = Gaps(), False
        self._counts: dict[str, int] = {}
        self._asked_ns, self._awake_since_ns, self._woken_by = -1, 0, ""

    def __bool__(self) -> bool:
        return bool(self._counts)

    def add(self, owner: str) -> None:
        """Note that ``owner`` has a reason; once more for each reason."""
        self.gaps.end(self._kernel.now_ns)
        self.hinted = False
        self._counts[owner] = self._counts.get(owner, 0) + 1

    def drop(self, owner: str) -> None:
        """Note that one reason of ``owner`` is gone."""
        count = self._counts.get(owner, 0) - 1
        if count > 0:
            self._counts[owner] = count
        elif count == 0:
            del self._counts[owner]
            if not self._counts:
                self.gaps.begin(owner, self._kernel.now_ns)

    def lose(self, kept: Mapping[str, int]) -> None:
        """Forget everything but the reasons ``kept``: the power was cut."""
        self._counts = dict(kept)
        self._asked_ns, self._woken_by, self.hinted = -1, "", False
        self.gaps.forget()

    def payer(self, keeper: str) -> str:
        """Return who pays for it being awake: the keeper, unless it has no reason any more and another owner has."""
        return keeper if keeper in self._counts or not self._counts else next(iter(self._counts))

    def ask(self) -> None:
        """Note that it is to wake, unless it has been asked to since it was awake."""
        if self._asked_ns < self._awake_since_ns:
            self._asked_ns = self._kernel.now_ns

    def resumes(self, owner: str) -> None:
        """Note that it resumes, because of ``owner``."""
        self._woken_by = owner

    def wakes(self) -> None:
        """Note that it is awake from now on."""
        self._awake_since_ns = self._kernel.now_ns

    def waited_ns(self, since_ns: int) -> int:
        """Return how much of the time from ``since_ns`` until it was last woken it took to wake."""
        return max(0, self._awake_since_ns - max(since_ns, self._asked_ns))

    def claim_wake_mwh(self, owner: str) -> float:
        """Return the energy of the last resume if ``owner`` caused it and has not claimed it yet, else 0."""
        if self._woken_by != owner:
            return 0.0
        self._woken_by = ""
        return self._spec.resume_mw * self._spec.resume_ms * MS * MWH_PER_MW_NS
