"""Which release of the emulator this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from emulator.core.user_data import APP

CHECKOUT = "0+checkout"


def release() -> str:
    """Return the version that is installed, or ``CHECKOUT`` where none is."""
    try:
        return version(APP)
    except PackageNotFoundError:
        return CHECKOUT
