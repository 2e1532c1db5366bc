"""Keeping a photo on the glasses for the seconds in which somebody may ask about it (device.md, F5)."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from emulator.services.service import Here, Service
from emulator.vision.photo import Photo


@dataclass(frozen=True, slots=True)
class KeepPhoto:
    """Keep what the camera sees now in place of what was kept."""


def offline(request: KeepPhoto, here: Here) -> dict[str, Any]:
    """Keep the frame; ``kept`` says whether there was one."""
    del request
    photo = here.opened("photo", lambda: nullcontext(Photo()))
    photo.frame = here.frame()
    return {"kept": photo.frame is not None}


SERVICE = Service("Photo", "照片", (KeepPhoto,), offline, latency_ms=1, local=True)
