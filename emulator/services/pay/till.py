"""The sandbox (沙箱) of one session: opened at the first question, with the glasses' time and the nonces of its challenges."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from emulator.live.errors import ServiceError
from emulator.services.service import Here
from emulator.wallet.errors import WalletError
from emulator.wallet.samples import stock
from emulator.wallet.sandbox import Sandbox

NAME = "sandbox"


@dataclass(slots=True)
class Watch:
    """The time of day on the glasses, as of the last question."""

    at: datetime

    def __call__(self) -> datetime:
        """Return it."""
        return self.at


@dataclass(slots=True)
class Till:
    """What a session pays with.

    Attributes:
        box: Ledger, gateway and wallet.
        watch: Their clock.
        nonces: By attempt, of the challenges of this session: another session cannot confirm them.
    """

    box: Sandbox
    watch: Watch
    nonces: dict[int, str] = field(default_factory=dict)


def till(here: Here) -> Till:
    """Return the session's till, its clock set to now.

    Raises:
        WalletError: If keys or ledger cannot be used.
    """
    found: Till = here.opened(NAME, lambda: _open(here.data / "wallet", here.now))
    found.watch.at = here.now
    return found


@contextmanager
def _open(folder: Path, now: datetime) -> Iterator[Till]:
    watch = Watch(now)
    with Sandbox(folder, watch) as box:
        stock(box, now)
        yield Till(box, watch)


@contextmanager
def typed() -> Iterator[None]:
    """Let a full disk or a locked file be an error of the service.

    Raises:
        WalletError: If the store fails.
    """
    try:
        yield
    except ServiceError:
        raise
    except (OSError, sqlite3.Error) as error:
        raise WalletError(f"the wallet's file cannot be used: {error}", "store") from error
