"""Looking for a code through the camera: one frame a request, two agreeing reads within a second make a sighting."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from emulator.services.service import Here, Service
from emulator.vision.code import Code
from emulator.vision.kinds import classify

LATENCY_MS = 40  # of one pass over a frame on a phone's processor, assumed
DARK = {"zh": "相机没有画面", "en": "The camera gives no picture"}
TRAVEL_FORMATS = frozenset({"Aztec", "PDF417"})  # IATA Resolution 792 puts boarding passes into these, and into QR
_BOARDING_PASS = re.compile(r"M[1-9][A-Z /]{20}")


@dataclass(frozen=True, slots=True)
class Look:
    """Search the camera's frame of now; ``again`` forgets what was seen before."""

    again: bool = False


def offline(request: Look, here: Here) -> dict[str, Any]:
    """Return ``state`` and its ``hint``; with a code its ``format``, ``kind``, ``fields``, ``problem`` and ``text``.

    ``state`` is one of ``vision.scanner.State``, or ``dark`` where the camera gives no picture. What a wallet's own code
    or a boarding pass says is private, so its text is "" here; ``Scanner.latest`` has it.
    """
    from emulator.vision.scanner import TEXTS, Scanner  # brings OpenCV, which most sessions never need

    scanner = here.opened("scanner", lambda: nullcontext(Scanner()))
    if request.again:
        scanner.forget()
    frame = here.frame()
    if frame is None:
        return {"state": "dark", "hint": DARK[here.language]}
    seen = scanner.look(frame, here.t_ns)
    found = {"state": seen.state, "hint": TEXTS[seen.state][here.language]}
    return found if seen.code is None else found | _told(seen.code)


def _told(code: Code) -> dict[str, Any]:
    told = classify(code.text)
    private = told.kind.use == "secret" or code.format in TRAVEL_FORMATS or _BOARDING_PASS.match(code.text)
    return {
        "format": code.format,
        "kind": told.kind.id,
        "use": told.kind.use,
        "fields": {} if private else told.fields,
        "problem": told.problem,
        "text": "" if private else code.text,
    }


SERVICE = Service("Scanner", "扫码", (Look,), offline, latency_ms=LATENCY_MS, local=True)
