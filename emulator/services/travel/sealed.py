"""Seals what must not lie open in a file: names, booking and ticket numbers, notes.

Fernet (``cryptography``) with a key in a file of its own that only the user may read. It protects a copy, a backup or a
bug report of the store; who can read the user's files can read the key.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from emulator.core.errors import FileError
from emulator.core.why import why

KEY_FILE = "trips.key"


class Seal:
    """Seals and opens values with the key of one folder; makes the key if there is none.

    Raises:
        FileError: If the key cannot be read or made, or is none.
    """

    def __init__(self, folder: Path) -> None:
        from cryptography.fernet import Fernet

        path = folder / KEY_FILE
        try:
            self._fernet = Fernet(_key(path))
        except OSError as error:
            raise FileError(f"{path}: {why(error)}") from None
        except ValueError:
            raise FileError(f"{path}: no key; without it names and bookings of the trips beside it are lost") from None

    def close(self, values: dict[str, Any]) -> bytes:
        """Return ``values`` sealed."""
        return self._fernet.encrypt(json.dumps(values, ensure_ascii=False).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """Return the values; none if they were sealed with another key."""
        from cryptography.fernet import InvalidToken

        try:
            values = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            return {}
        return values if isinstance(values, dict) else {}


def _key(path: Path) -> bytes:
    """Read the key, or make it; two programs that start at once agree on one."""
    from cryptography.fernet import Fernet

    if not path.exists():
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, Fernet.generate_key())
            os.fsync(file)
        finally:
            os.close(file)
        try:
            os.link(part, path)
        except FileExistsError:
            pass  # the other one was first
        except OSError:
            part.replace(path)  # a file system without links
        part.unlink(missing_ok=True)
    return path.read_bytes().strip()
