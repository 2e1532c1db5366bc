"""Where the files that ship are: ``assets/`` of the checkout, or the copy inside the wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from emulator.core.errors import FileError


@cache
def assets_dir() -> Path:
    """Return the folder of shipped assets.

    Raises:
        FileError: If neither the checkout's nor the wheel's folder is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_assets", package.parent / "assets"):
        if (folder / "profiles").is_dir():
            return folder
    raise FileError(f"{package}: no assets folder; reinstall glasses-emulator")


def asset(*parts: str) -> Path:
    """Return the path of one shipped file, which may not exist."""
    return assets_dir().joinpath(*parts)
