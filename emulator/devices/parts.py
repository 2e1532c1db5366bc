"""Parts that are on while somebody holds them: camera, microphones, speaker, radios."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.core.errors import CapabilityError, nearest
from emulator.core.events import HoldChanged, PowerChanged
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog, Record
from emulator.core.profile import Profile
from emulator.devices.ledger import Ledger
from emulator.devices.work import Hold

BT_IDLE, LISTENING = "bt-idle", "listening"
SYSTEM = "system"


def part_powers_mw(profile: Profile) -> dict[str, float]:
    """Return what each part that the device has draws while it is held, in mW."""
    audio, radio, camera = profile.audio, profile.radio, profile.camera
    powers = {"bt": radio.bt_mw, "stream": audio.stream_mw}
    if camera is not None:
        powers |= {"camera": camera.active_mw, "video": camera.video_mw}
    if audio.mics > 0:
        powers["mics"] = audio.mics_mw
    if audio.speakers > 0:
        powers["speaker"] = audio.speaker_mw
    if radio.wifi:
        powers["wifi"] = radio.wifi_mw
    return powers


def always_mw(profile: Profile) -> dict[str, float]:
    """Return what is on as long as the device is, in mW."""
    found = {BT_IDLE: profile.radio.bt_idle_mw, LISTENING: profile.audio.listening_mw}
    return {name: mw for name, mw in found.items() if mw}


class Parts:
    """Counts holds per part and owner; a held part draws its power once, split evenly over its owners."""

    def __init__(self, kernel: Kernel, log: EventLog, ledger: Ledger, profile: Profile) -> None:
        self._kernel, self._log, self._ledger = kernel, log, ledger
        self._powers_mw = part_powers_mw(profile)
        self._always_mw = always_mw(profile)
        self._counts: dict[str, dict[str, int]] = {}
        self._denied: frozenset[str] = frozenset()
        self._on = True
        self._keep_always()
        log.subscribe(self._on_power, PowerChanged)

    def hold(self, component: str, owner: str) -> Hold:
        """Keep ``component`` on for ``owner`` until the hold is released.

        While the device is off, or too hot for it, the hold is already released.

        Raises:
            CapabilityError: If the device has no such part.
        """
        if component not in self._powers_mw:
            raise CapabilityError(f"this device has no {component!r}{nearest(component, self._powers_mw)}")
        owners = self._counts.setdefault(component, {})
        hold = Hold(lambda: self._count(owners, component, owner, -1))
        if self._on and component not in self._denied:
            self._count(owners, component, owner, 1)
        else:
            hold = Hold(lambda: None)
            hold.release()
        return hold

    def held(self, component: str) -> dict[str, int]:
        """Return how often each owner holds ``component``."""
        return dict(self._counts.get(component, {}))

    def release_all(self) -> None:
        """Switch every part off, as at power-off; holds that are still out do nothing from now on."""
        self.drop(self._counts.keys())
        self._on = False
        self._keep_always()

    def _keep_always(self) -> None:
        for component, mw in self._always_mw.items():
            self._ledger.set(component, SYSTEM, mw if self._on else 0.0)

    def drop(self, components: Iterable[str]) -> None:
        """Switch ``components`` off; holds of them that are still out do nothing from now on."""
        for component in [name for name in self._counts if name in set(components)]:
            for owner in self._counts.pop(component):
                self._ledger.set(component, owner, 0.0)
                self._log.emit(HoldChanged(component, owner, 0), "parts")

    def deny(self, components: Iterable[str]) -> None:
        """Keep ``components`` off, and no others, until told otherwise."""
        self._denied = frozenset(components)
        self.drop(self._denied)

    def _count(self, owners: dict[str, int], component: str, owner: str, change: int) -> None:
        if owners is not self._counts.get(component):  # taken before it was switched off
            return
        count = owners.get(owner, 0) + change
        owners[owner] = count
        if count == 0:
            del owners[owner]
            self._ledger.set(component, owner, 0.0)
        self._share(component, owners)
        self._log.emit(HoldChanged(component, owner, count), "parts")

    def _share(self, component: str, owners: dict[str, int]) -> None:
        for owner in owners:
            self._ledger.set(component, owner, self._powers_mw[component] / len(owners))

    def _on_power(self, record: Record) -> None:
        if isinstance(record.event, PowerChanged) and record.event.state != "off" and not self._on:
            self._on = True
            self._keep_always()
