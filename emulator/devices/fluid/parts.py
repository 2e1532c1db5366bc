"""Parts as a fluid: what is on for whom, without a log.

A part of the profile draws once however many hold it, split evenly over their owners, as in ``devices/parts.py``. So
does the lit display; the light of several pictures adds up. What no profile lists adds up too.
"""

from __future__ import annotations

from emulator.core.profile import Profile
from emulator.devices.ledger import Ledger, to_nw
from emulator.devices.parts import BT_IDLE, SYSTEM, part_powers_mw

DISPLAY = "display"


class FluidParts:
    """Counts who keeps which part on."""

    def __init__(self, ledger: Ledger, profile: Profile) -> None:
        self._ledger = ledger
        self._shared_nw = {name: to_nw(mw) for name, mw in part_powers_mw(profile).items()}
        if profile.display is not None:
            self._shared_nw[DISPLAY] = to_nw(profile.display.static_mw)
        self._holders: dict[str, dict[str, int]] = {}
        self._own_nw: dict[tuple[str, str], int] = {}
        ledger.set(BT_IDLE, SYSTEM, profile.radio.bt_idle_mw)
        self._on = True

    def switch(self, owner: str, component: str, mw: float, change: int) -> None:
        """Let ``owner`` keep ``component``, which draws ``mw`` for it, on once more (``change`` 1) or less (-1)."""
        if not self._on:
            return
        shared_nw = self._shared_nw.get(component, 0)
        self._book(component, owner, change * (to_nw(mw) - shared_nw))
        if not shared_nw:
            return
        holders = self._holders.setdefault(component, {})
        before = dict(holders)
        holders[owner] = holders.get(owner, 0) + change
        if not holders[owner]:
            del holders[owner]
        for name in {**before, **holders}:
            was_nw = shared_nw // len(before) if name in before else 0
            is_nw = shared_nw // len(holders) if name in holders else 0
            self._book(component, name, is_nw - was_nw)

    def off(self) -> None:
        """Switch everything off for good."""
        self._on = False
        for component, owners in self._ledger.power_mw().items():
            if component not in ("ap", "mcu"):
                for owner in owners:
                    self._ledger.set(component, owner, 0.0)

    def _book(self, component: str, owner: str, nw: int) -> None:
        if nw:
            self._ledger.account(component, owner).add(nw)
