"""The first record of a session: every option with its default, checked once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from emulator.core.discovery import discover
from emulator.core.errors import UsageError, nearest
from emulator.core.events import SessionStarted
from emulator.core.moment import EXAMPLE, parse_moment
from emulator.core.profile import Profile
from emulator.core.release import release
from emulator.hud.document import HudDocument

DEFAULTS: dict[str, Any] = {
    "policy": "rtos_first",
    "seed": 0,
    "language": "zh",
    "start_time": EXAMPLE,
    "apps": None,
    "worn": True,
    "pack_levels": None,
    "ambient_c": 25.0,
    "lux": 400.0,
}


def session_start(
    profile_id: str, profile: Profile, documents: Mapping[str, HudDocument], options: Mapping[str, Any]
) -> SessionStarted:
    """Return the record that a session with these options starts with.

    Raises:
        UsageError: If an option, policy, app, language or time is unknown or out of range.
    """
    for name in options:
        if name not in DEFAULTS:
            raise UsageError(f"unknown option {name!r}{nearest(name, DEFAULTS)}")
    chosen = DEFAULTS | {k: v for k, v in options.items() if v is not None}
    levels = tuple(float(level) for level in chosen["pack_levels"] or [1.0] * len(profile.battery.slots))
    if len(levels) != len(profile.battery.slots) or not all(0 <= level <= 1 for level in levels):
        raise UsageError(f"pack_levels: expected {len(profile.battery.slots)} levels from 0 to 1, got {levels}")
    if chosen["language"] not in ("zh", "en"):
        raise UsageError(f"language: expected zh or en, got {chosen['language']!r}")
    start = SessionStarted(
        profile=profile_id,
        policy=_known("policy", chosen["policy"], discover("emulator.devices.policies", "POLICY")),
        seed=int(chosen["seed"]),
        language=chosen["language"],
        start_time=parse_moment(chosen["start_time"], "start_time").isoformat(),
        apps=_apps(chosen["apps"], profile),
        documents=digest(documents),
        version=release(),
        worn=bool(chosen["worn"]),
        pack_levels=levels,
        ambient_c=float(chosen["ambient_c"]),
        lux=float(chosen["lux"]),
    )
    return start.quantised()


def digest(documents: Mapping[str, HudDocument]) -> str:
    """Return a short digest of all documents' text, in order of their ids."""
    mixed = hashlib.blake2b(digest_size=8)
    for name in sorted(documents):
        mixed.update(f"{name}\0{documents[name].text}\0".encode())
    return mixed.hexdigest()


def _known(what: str, name: str, known: Mapping[str, Any]) -> str:
    plain = str(name).replace("-", "_")
    if plain not in known:
        raise UsageError(f"unknown {what} {name!r}{nearest(plain, known)}")
    return plain


def _apps(names: Any, profile: Profile) -> tuple[str, ...]:
    manifests = discover("emulator.apps", "MANIFEST")
    if names is None:
        fitting = [app for app, manifest in manifests.items() if manifest.needs <= profile.capabilities]
        return tuple(sorted(fitting, key=lambda app: (manifests[app].place, app)))
    return tuple(_known("app", app, manifests) for app in names)
