"""When to ask for another route: one request at a time; the old route stays; after two failures the map's own router."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

PATIENCE = 2  # failures of the live service


@dataclass(frozen=True, slots=True)
class Reroute:
    """Where the search for another route stands.

    >>> first = Reroute().asked()
    >>> first.may_ask, first.failed().failed().half, first.failed().found().half
    (False, 'offline', 'live')
    """

    in_flight: bool = False
    failures: int = 0

    @property
    def may_ask(self) -> bool:
        """Say whether no request is out."""
        return not self.in_flight

    @property
    def half(self) -> Literal["live", "offline"]:
        """Return which half of the service to ask."""
        return "live" if self.failures < PATIENCE else "offline"

    def asked(self) -> Reroute:
        """Return the state once a request is out."""
        return replace(self, in_flight=True)

    def failed(self) -> Reroute:
        """Return the state after a request that failed."""
        return Reroute(False, self.failures + 1)

    def found(self) -> Reroute:
        """Return the state once there is a new route."""
        return Reroute()
