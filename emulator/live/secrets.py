"""Keys of services: read from the environment or the system's keyring, never written anywhere else.

``amap-key`` is the variable ``GLASSES_AMAP_KEY``, or the entry ``amap-key`` of ``glasses-emulator`` in the keyring where
the extra ``keyring`` is installed. The environment wins.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Literal

from emulator.core.errors import CapabilityError, UsageError

SERVICE = "glasses-emulator"
HIDDEN = "•••"
Place = Literal["environment", "keyring"]
LEAST_LETTERS = 6  # a shorter value is no secret, and hiding it would hide half of every text
# names of URL parameters and headers whose values never reach a message; what follows a file's name is none
_TELLING = re.compile(
    r"(?i)(?!(?<=\.)key: )((?:\b[\w-]*(?:key|secret|token|password|passwd|authorization|auth_code)|(?<![a-z])(?:sign|sig|pin))"
    r"[\"']?\s*[=:]\s*[\"']?(?:bearer\s+)?|\bbearer\s+)"
    r"[^\s&\"',}]+"
)


def variable(name: str) -> str:
    """Return the environment variable of secret ``name``.

    >>> variable("amap-key")
    'GLASSES_AMAP_KEY'
    """
    return f"GLASSES_{name.upper().replace('-', '_')}"


def read_secret(name: str) -> str | None:
    """Return secret ``name``, or None where nobody has set it."""
    return _from_environment(name) or _from_keyring(name)


def place_of(name: str) -> Place | None:
    """Return where secret ``name`` is kept, or None where nobody has set it."""
    if _from_environment(name):
        return "environment"
    return "keyring" if _from_keyring(name) else None


def keep_secret(name: str, value: str) -> None:
    """Keep ``value`` as secret ``name`` in the keyring.

    Raises:
        UsageError: If ``value`` has signs that no header can carry.
        CapabilityError: If there is no keyring here, or it is locked.
    """
    value = value.strip()
    if not value or not (value.isascii() and value.isprintable()):
        raise UsageError("a key has letters, digits and signs of ASCII only; is it copied whole?")
    keyring = _needed(name)
    try:
        keyring.set_password(SERVICE, name, value)
    except keyring.errors.KeyringError as error:
        why = type(error).__name__  # its text may name what was to be kept
        raise CapabilityError(f"the keyring keeps nothing ({why}); set {variable(name)} instead") from None


def forget_secret(name: str) -> None:
    """Take secret ``name`` out of the keyring; nothing happens if it is not there.

    Raises:
        CapabilityError: If there is no keyring here, or it is locked.
    """
    keyring = _needed(name)
    try:
        keyring.delete_password(SERVICE, name)
    except keyring.errors.PasswordDeleteError:
        return
    except keyring.errors.KeyringError as error:
        raise CapabilityError(f"the keyring cannot be opened ({type(error).__name__})") from None


def keeps_secrets() -> bool:
    """Say whether there is a keyring to keep secrets in."""
    return _keyring() is not None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without ``secrets`` and without the values of parameters that are named like one.

    >>> redact("GET https://a.cn/v5?key=0123456789&q=tea")
    'GET https://a.cn/v5?key=•••&q=tea'
    >>> redact("Authorization: Bearer abc.def")
    'Authorization: Bearer •••'
    >>> redact("no cat sat-nav-123", ["sat-nav-123"])
    'no cat •••'
    >>> redact("data/trips.key: Permission denied")
    'data/trips.key: Permission denied'
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= LEAST_LETTERS:
            text = text.replace(secret, HIDDEN)
    return _TELLING.sub(rf"\1{HIDDEN}", text)


def excerpt(text: str, most: int = 200) -> str:
    """Return the beginning of a stranger's text, redacted and cut between words: half a key would be no longer known.

    >>> excerpt("no such key 0123456789", 18)
    'no such key…'
    """
    text = text.strip()
    if len(text) > most:
        head, blank, _ = text[: most + 1].rpartition(" ")
        text = f"{head}…" if blank else ""
    return redact(text)


def without(value: dict[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """Return JSON ``value`` with ``secrets`` hidden in all its texts: a server may send back what it was sent.

    >>> without({"said": ["key 0123456789 is used up"]}, ["0123456789"])
    {'said': ['key ••• is used up']}
    """
    known = [secret for secret in secrets if len(secret) >= LEAST_LETTERS]
    text = json.dumps(value, ensure_ascii=False) if known else ""
    if not any(json.dumps(secret)[1:-1] in text for secret in known):
        return value
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(json.dumps(secret)[1:-1], HIDDEN)
    clean: dict[str, Any] = json.loads(text)
    return clean


def _from_environment(name: str) -> str | None:
    return os.environ.get(variable(name), "").strip() or None


def _from_keyring(name: str) -> str | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        return (keyring.get_password(SERVICE, name) or "").strip() or None
    except keyring.errors.KeyringError:
        return None


def _keyring() -> Any:
    """Return the module, or None where it is missing or has nowhere to keep anything."""
    try:
        keyring = import_module("keyring")
        useless = tuple(import_module(f"keyring.backends.{name}").Keyring for name in ("fail", "null"))
    except ImportError:
        return None
    return None if isinstance(keyring.get_keyring(), useless) else keyring


def _needed(name: str) -> Any:
    keyring = _keyring()
    if keyring is None:
        raise CapabilityError(
            f"no keyring here: set {variable(name)} in the environment, or pip install 'glasses-emulator[keyring]'"
        )
    return keyring
