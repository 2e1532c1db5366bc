"""Always Android: the phone's way. Android never suspends and runs everything it can."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.devices.policy import Hint, View
from emulator.devices.work import Work


@dataclass(frozen=True, slots=True)
class AlwaysAndroid:
    """The upper bound of energy and the lower bound of wake latency."""

    def place(self, work: Work, view: View) -> str:
        """Return the ap if it can run ``work``, else the mcu."""
        return view.able(work)[-1]

    def timeout(self, view: View) -> int | None:  # noqa: ARG002  the same whatever the view
        """Return ``None``: Android stays awake."""
        return None

    def hint(self, hint: Hint, view: View) -> bool:  # noqa: ARG002  the same whatever the view
        """Say whether a first sign of work wakes Android: it is awake."""
        return False


POLICY = AlwaysAndroid()
