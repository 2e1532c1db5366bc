"""The sandbox's two key pairs, made at the first start and kept in the wallet's folder, readable by their owner only.

They sign sandbox money (沙箱) on this machine and are good for nothing else.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from emulator.wallet.errors import WalletError
from emulator.wallet.rsa2 import make_key, public_of


@dataclass(frozen=True, slots=True)
class Keys:
    """Private keys as PEM: the platform signs replies and notifications, the merchant's app signs requests."""

    platform: bytes
    app: bytes

    @property
    def platform_public(self) -> bytes:
        """What the merchant checks the platform's signatures by."""
        return public_of(self.platform)

    @property
    def app_public(self) -> bytes:
        """What the platform checks the app's signatures by."""
        return public_of(self.app)


def load_keys(folder: Path) -> Keys:
    """Return the keys of ``folder``; what is missing is made.

    Raises:
        WalletError: If a key cannot be read, is none, or is open to others.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Keys(_load(folder / "platform.pem"), _load(folder / "app.pem"))
    except OSError as error:
        raise WalletError(f"{folder}: {error.strerror or error}") from error


def _load(path: Path) -> bytes:
    if not path.exists():
        _keep(path, make_key())
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise WalletError(f"{path}: open to others; run: chmod 600 {path}", "open-key")
    pem = path.read_bytes()
    try:
        public_of(pem)
    except WalletError as error:
        raise WalletError(f"{path}: {error}", error.code) from error
    return pem


def _keep(path: Path, pem: bytes) -> None:
    # Written aside and renamed, so that no one reads half a key.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
