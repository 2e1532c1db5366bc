"""Write a file so that nobody ever sees half of it."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from emulator.core.errors import FileError
from emulator.core.why import why


@contextlib.contextmanager
def whole_file(path: Path, what: str) -> Iterator[BinaryIO]:
    """Give a file to write ``what`` to. It becomes ``path`` when all went well and leaves nothing behind otherwise.

    A device or a pipe (``/dev/stdout``) is written to as it is. Missing folders are made.

    Raises:
        FileError: If it cannot be written.
    """
    if not path.name:
        raise FileError(f"{path}: cannot write {what}: not the name of a file")
    stays = path.exists() and not path.is_file() and not path.is_dir()
    part = path if stays else path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
        if not stays:
            part.replace(path)
    except OSError as error:
        raise FileError(f"{path}: cannot write {what}: {why(error)}") from error
    finally:
        if not stays:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def check_place(path: Path, what: str) -> None:
    """Make the folder of ``path`` and see whether ``what`` can be written there, before there is anything to write.

    Raises:
        FileError: If it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not os.access(path if path.exists() and not path.is_file() else path.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise FileError(f"{path}: cannot write {what}: {why(error)}") from None
