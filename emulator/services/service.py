"""What a service is: one module of ``emulator/services`` that exports ``SERVICE``, and what its halves are handed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from emulator.live.http import Http
from emulator.maps.fix import Fix

T = TypeVar("T")
Frame = npt.NDArray[np.uint8]
OFFLINE_MS = 240  # virtual latency of an offline answer: a small computer beside the glasses, assumed


class Opened(Protocol):
    """Things that stay open for a whole session, by name."""

    def __call__(self, name: str, make: Callable[[], AbstractContextManager[T]], /) -> T:
        """Return what is open under ``name``; the first call opens it, the end of the session closes it."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a half is handed besides the request.

    Attributes:
        now: Local time on the glasses, with its offset.
        language: Of the glasses: ``zh`` or ``en``.
        data: Folder of the user's stores; a new and empty one in sessions that name none.
        fix: Where the glasses are; None as long as nothing measures it.
        t_ns: Virtual time.
        frame: What the camera sees now, with what is held before it: shape (h, w, 3), uint8, BGR; None if nothing.
        opened: What stays open for the session.
    """

    now: datetime
    language: str
    data: Path
    fix: Fix | None
    t_ns: int
    frame: Callable[[], Frame | None]
    opened: Opened


@dataclass(frozen=True, slots=True)
class Secret:
    """Something a live half must be given.

    Attributes:
        name: Entry in the keyring, and ``GLASSES_<NAME>`` in the environment (``live/secrets.py``).
        title: What the settings page calls it.
        title_zh: The same in Chinese.
        hidden: Whether it must not be shown; a host or a model's name may be.
        optional: Whether the live half does without.
    """

    name: str
    title: str
    title_zh: str
    hidden: bool = True
    optional: bool = False


Live = Callable[[Any, Here, Http, Mapping[str, str]], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Service:
    """A service and its two halves.

    Attributes:
        title: English name.
        title_zh: Chinese name.
        requests: Types of what may be asked: frozen dataclasses.
        offline: Computes the answer. Raises ``ServiceError``.
        engine: What the offline half is called: ``offline`` or, where it plays with money, ``sandbox``.
        latency_ms: Virtual time until the offline answer is there.
        local: Whether the glasses compute it themselves; no radio is held then.
        slow: Whether the offline half may take more than 50 ms of wall time; the window computes it in a thread.
        live: Speaks the vendor's protocol: ``(request, here, http, secrets by name)``. Raises ``ServiceError``, and
            ``NotServedError`` for what it leaves to the offline half.
        live_requests: Those of ``requests`` that it answers.
        secrets: What it needs.
        check: Asks the vendor something harmless and returns a line on what came back. Raises ``ServiceError``.
    """

    title: str
    title_zh: str
    requests: tuple[type[Any], ...]
    offline: Callable[[Any, Here], dict[str, Any]]
    engine: str = "offline"
    latency_ms: int = OFFLINE_MS
    local: bool = False
    slow: bool = False
    live: Live | None = None
    live_requests: tuple[type[Any], ...] = ()
    secrets: tuple[Secret, ...] = ()
    check: Callable[[Http, Mapping[str, str]], Awaitable[str]] | None = None

    def capabilities(self, known: Collection[str]) -> dict[str, str]:
        """Return who answers each request, by its name, where the secrets named in ``known`` are set."""
        given = not self.secrets or any(secret.name in known for secret in self.secrets)
        ready = self.live is not None and given and not self.missing(known)
        return {
            kind.__name__: "live" if ready and kind in self.live_requests else self.engine for kind in self.requests
        }

    def missing(self, known: Collection[str]) -> list[str]:
        """Return the names of the secrets that the live half cannot do without."""
        return [secret.name for secret in self.secrets if not secret.optional and secret.name not in known]
