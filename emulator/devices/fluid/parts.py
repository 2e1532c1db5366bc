"""Parts as a fluid: what is on for whom, without a log.

A part of the profile draws once however many hold it, split evenly over their owners, as in ``devices/parts.py``. So
does the lit display; the light of several pictures adds up. What no profile lists adds up too.
"""

from __future__ import annotations

from emulator.core.profile import Profile
from emulator.devices.ledger import Ledger, to_nw
from emulator.devices.parts import SYSTEM, always_mw, part_powers_mw

DISPLAY = "display"


class FluidParts:
    """Counts who keeps which part on."""

    def __init__(self, ledger: Ledger, profile: Profile) -> None:
        self._ledger = ledger
        self._shared_nw = {name: to_nw(mw) for name, mw in part_powers_mw(profile).items()}
        if profile.display is not None:
            self._shared_nw[DISPLAY] = to_nw(profile.display.static_mw)
        self._holders: dict[str, dict[str, int]] = {}
        self._own_nw: dict[str, dict[str, int]] = {}
        self._booked_nw: dict[str, dict[str, int]] = {}
        self._shares: dict[str, float] = {}
        for component, mw in always_mw(profile).items():
            ledger.set(component, SYSTEM, mw)

    def switch(self, owner: str, component: str, mw: float, change: int) -> None:
        """Let ``owner`` keep ``component``, which draws ``mw`` for it, on once more (``change`` 1) or less (-1)."""
        holders, own_nw = self._holders.setdefault(component, {}), self._own_nw.setdefault(component, {})
        holders[owner] = holders.get(owner, 0) + change
        own_nw[owner] = own_nw.get(owner, 0) + change * (to_nw(mw) - self._shared_nw.get(component, 0))
        if not holders[owner]:
            del holders[owner], own_nw[owner]
        self._book(component)

    def limit(self, component: str, share: float) -> None:
        """Let ``component`` do only ``share`` of what it is asked for, in [0, 1]: heat. A display stays lit, dimmer."""
        if share != self._shares.get(component, 1.0):
            self._shares[component] = share
            self._book(component)

    def _book(self, component: str) -> None:
        """Draw what everyone has to pay for ``component`` now."""
        holders, own_nw = self._holders.get(component, {}), self._own_nw.get(component, {})
        share = self._shares.get(component, 1.0)
        booked = self._booked_nw.setdefault(component, {})
        shared_nw = self._shared_nw.get(component, 0)
        if component != DISPLAY:
            shared_nw = round(shared_nw * share)
        for owner in {**booked, **holders}:
            nw = shared_nw // len(holders) + round(own_nw[owner] * share) if owner in holders else 0
            change_nw = nw - booked.get(owner, 0)
            if change_nw:
                self._ledger.account(component, owner).add(change_nw)
                booked[owner] = nw
