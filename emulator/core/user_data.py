"""Where the user's things are kept: maps, wallet, trips, prices."""

from __future__ import annotations

import os
from pathlib import Path

from emulator.core.errors import UsageError

APP = "glasses-emulator"
VARIABLE = "GLASSES_DATA"


def user_data(given: str = "") -> Path:
    """Return the folder: ``given``, or what ``GLASSES_DATA`` names, or the system's for this user. It may not exist yet."""
    from platformdirs import user_data_dir  # not for those who only ask for help

    return Path(given or os.environ.get(VARIABLE) or user_data_dir(APP, appauthor=False)).expanduser()


def user_folder(given: str) -> Path | None:
    """Return the folder that the command line names, or None if it names none.

    Raises:
        UsageError: If it is a file.
    """
    if not given:
        return None
    folder = Path(given).expanduser()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{given}: --data names a folder, and this is a file")
    return folder
