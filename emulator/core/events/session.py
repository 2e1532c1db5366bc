"""Events of the session itself."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.events.base import Event


@dataclass(frozen=True, slots=True)
class SessionStarted(Event, topic="session.started"):
    """The first record: all that a replay needs besides the actions.

    Attributes:
        profile: Profile id.
        policy: Placement policy id.
        seed: Session seed of all randomness.
        language: ``zh`` or ``en``.
        start_time: ISO 8601 local time at power-on, with offset.
        apps: Ids of the installed apps, in order.
        documents: Digest of the HUD documents.
        version: Version of the emulator.
        worn: Whether the glasses are worn at power-on.
        pack_levels: Level of each pack at power-on, in [0, 1].
        ambient_c: Air temperature.
        lux: Light on the scene.
    """

    profile: str
    policy: str
    seed: int
    language: str
    start_time: str
    apps: tuple[str, ...]
    documents: str
    version: str
    worn: bool
    pack_levels: tuple[float, ...]
    ambient_c: float
    lux: float
