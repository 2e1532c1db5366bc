"""What becomes of the dual system when a processor stops: watchdogs, taking over, coming back.

The mcu's watchdog line ends at Android, as with remoteproc: when it fires, Android is woken, takes over what wakes the
device, restarts the mcu and goes back to sleep when that is up. Android's own watchdog resets it.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.core.events import ApHung, ApRecovered, McuCrashed, McuRecovered, WakeSourcesMoved
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Profile
from emulator.core.units import MS, S
from emulator.devices.processors.android import Android
from emulator.devices.processors.rtos import Rtos
from emulator.devices.work import Hold

SOURCE, SYSTEM = "recovery", "system"


class Recovery:
    """Watches over both processors.

    Attributes:
        phase: Of the mcu: ``up``, ``down``, or ``taken-over`` while Android stands in for it.
    """

    def __init__(self, kernel: Kernel, log: EventLog, profile: Profile, mcu: Rtos | None, ap: Android | None) -> None:
        self._kernel, self._log, self._profile = kernel, log, profile
        self._mcu, self._ap = mcu, ap
        self.phase = "up"
        self._hold: Hold | None = None
        self._epoch = 0

    def crash_mcu(self, cause: str, go_on: Callable[[], None]) -> None:
        """Crash the mcu; ``go_on`` is called when Android has taken over and again when the mcu is back."""
        assert self._mcu
        self._epoch += 1
        epoch, since_ns, mcu = self._epoch, self._kernel.now_ns, self._mcu
        self.phase = "down"
        mcu.crash(cause)
        self._log.emit(McuCrashed(cause), SOURCE)

        def fire() -> None:
            if epoch == self._epoch:
                self._take_over(go_on)
                mcu.boot("watchdog", up)

        def up() -> None:
            self.phase = "up"
            if self._ap:
                self._log.emit(WakeSourcesMoved("mcu", "mcu up"), SOURCE)
            self._log.emit(McuRecovered((self._kernel.now_ns - since_ns) / MS), SOURCE)
            go_on()
            self._let_go()

        self._kernel.after(round(self._profile.processors["mcu"].watchdog_s * S), fire)

    def hang_ap(self, cause: str, reboot: Callable[[Callable[[], None]], None]) -> None:
        """Hang Android; its watchdog calls ``reboot`` with what to call when it is up again."""
        assert self._ap
        since_ns = self._kernel.now_ns

        def up() -> None:
            self._log.emit(ApRecovered((self._kernel.now_ns - since_ns) / MS), SOURCE)

        if not self._ap.hung and self._ap.state not in ("off", "booting"):
            self._log.emit(ApHung(cause), SOURCE)
            self._ap.hang(lambda: reboot(up))

    def forget(self) -> None:
        """The power is cut: nothing is to be recovered any more."""
        self._epoch += 1
        self.phase, self._hold = "up", None

    def _take_over(self, go_on: Callable[[], None]) -> None:
        if self._ap:
            self.phase = "taken-over"
            self._hold = self._ap.hold(SYSTEM, "mcu watchdog")
            self._log.emit(WakeSourcesMoved("ap", "mcu watchdog"), SOURCE)
            go_on()

    def _let_go(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()
