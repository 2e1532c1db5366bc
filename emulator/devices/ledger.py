"""The energy ledger: every milliwatt is drawn by a component on behalf of an owner.

Power is piecewise constant. Inside, it is an integer number of nanowatts and time is integer nanoseconds, so energy
is an exact integer: the sum over owners *is* the total, and no order of changes can make them drift apart.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.kernel import Kernel

NW_PER_MW = 1_000_000
MWH_PER_NW_NS = 1.0 / 3.6e18  # 1 mWh = 3.6 J = 3.6e18 nW·ns


def to_nw(mw: float) -> int:
    """Return ``mw`` in whole nanowatts, what the ledger counts in."""
    return round(mw * NW_PER_MW)


class Account:
    """What one component draws for one owner; made by ``Ledger.account``."""

    __slots__ = ("_energy", "_kernel", "_ledger", "_since_ns", "nw")

    def __init__(self, ledger: Ledger, kernel: Kernel) -> None:
        self._ledger, self._kernel = ledger, kernel
        self._energy, self._since_ns = 0, kernel.now_ns
        self.nw = 0

    def add(self, nw: int) -> None:
        """Draw ``nw`` nanowatts more from now on, or less if negative."""
        now_ns = self._kernel.now_ns
        self._energy += self.nw * (now_ns - self._since_ns)
        self._since_ns = now_ns
        self.nw += nw
        ledger = self._ledger
        ledger.energy_nw_ns += ledger.total_nw * (now_ns - ledger.since_ns)
        ledger.since_ns = now_ns
        ledger.total_nw += nw
        if ledger.watched:
            ledger.tell()

    def hand_over(self, other: Account, nw: int) -> None:
        """Let ``other`` draw ``nw`` of this account's power from now on; the total stays as it is."""
        now_ns = self._kernel.now_ns
        self._energy += self.nw * (now_ns - self._since_ns)
        other._energy += other.nw * (now_ns - other._since_ns)
        self._since_ns = other._since_ns = now_ns
        self.nw -= nw
        other.nw += nw

    @property
    def energy_nw_ns(self) -> int:
        """Return the exact energy up to now."""
        return self._energy + self.nw * (self._kernel.now_ns - self._since_ns)


class Ledger:
    """Who draws how much, and what that has cost so far.

    Attributes:
        total_nw: What all draw now.
        energy_nw_ns, since_ns: What all have drawn up to the last change of the total, and when that was.

    >>> kernel = Kernel()
    >>> ledger = Ledger(kernel)
    >>> ledger.set("camera", "photo", 360.0)
    >>> _ = kernel.run_until(10_000_000_000)
    >>> ledger.energy_mwh()
    {'camera': {'photo': 1.0}}
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._accounts: dict[tuple[str, str], Account] = {}
        self._watchers: list[_Watcher] = []
        self.total_nw = self.energy_nw_ns = 0
        self.since_ns = kernel.now_ns
        self.watched = False

    @property
    def total_mw(self) -> float:
        """Return the power drawn now by all components."""
        return self.total_nw / NW_PER_MW

    def account(self, component: str, owner: str) -> Account:
        """Return the account of ``component`` for ``owner``; it is opened on first use."""
        found = self._accounts.get((component, owner))
        if found is None:
            found = self._accounts[component, owner] = Account(self, self._kernel)
        return found

    def set(self, component: str, owner: str, mw: float) -> None:
        """Let ``component`` draw ``mw`` milliwatts (>= 0) for ``owner`` from now on.

        Raises:
            ValueError: If ``mw`` is negative or not a number.
        """
        if not mw >= 0:
            raise ValueError(f"mw must be >= 0, got {mw}")
        account = self.account(component, owner)
        change_nw = to_nw(mw) - account.nw
        if change_nw:
            account.add(change_nw)

    def power_mw(self) -> dict[str, dict[str, float]]:
        """Return what is drawn now, ``{component: {owner: mW}}``, entries that are not zero."""
        found: dict[str, dict[str, float]] = {}
        for (component, owner), account in self._accounts.items():
            if account.nw:
                found.setdefault(component, {})[owner] = account.nw / NW_PER_MW
        return found

    def energy_mwh(self) -> dict[str, dict[str, float]]:
        """Return the energy up to now, ``{component: {owner: mWh}}``, entries that are not zero."""
        found: dict[str, dict[str, float]] = {}
        for (component, owner), account in self._accounts.items():
            energy = account.energy_nw_ns
            if energy:
                found.setdefault(component, {})[owner] = energy * MWH_PER_NW_NS
        return found

    def total_mwh(self) -> float:
        """Return the energy of all components and owners up to now."""
        return (self.energy_nw_ns + self.total_nw * (self._kernel.now_ns - self.since_ns)) * MWH_PER_NW_NS

    def watch(self, callback: Callable[[], None], least_mw: float = 0.0) -> None:
        """Call ``callback`` after each change of the total.

        Args:
            callback: What to call; it reads ``total_mw`` or ``energy_mwh()``.
            least_mw: Call only when the total is at least this far from where it was at the last call; slices of
                the processors change it hundreds of times a second.
        """
        self._watchers.append(_Watcher(callback, to_nw(least_mw), self.total_nw))
        self.watched = True

    def tell(self) -> None:
        """Tell the watchers of a change of the total; accounts call it."""
        total_nw = self.total_nw
        for watcher in self._watchers:
            if abs(total_nw - watcher.told_nw) >= watcher.least_nw:
                watcher.told_nw = total_nw
                watcher.callback()


class _Watcher:
    __slots__ = ("callback", "least_nw", "told_nw")

    def __init__(self, callback: Callable[[], None], least_nw: int, told_nw: int) -> None:
        self.callback, self.least_nw, self.told_nw = callback, least_nw, told_nw
