"""Why a file cannot be read or written, and what mends it."""

from __future__ import annotations

import errno

REMEDIES = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "name a file in it",
    errno.EACCES: "choose one you may use, or change its rights",
    errno.EPERM: "choose one you may use, or change its rights",
    errno.EEXIST: "a file stands in the way of the folder",
    errno.EROFS: "choose a folder that can be written",
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "its link leads back to itself",
}


def why(error: OSError | UnicodeError) -> str:
    """Return what the system says, without the path, and the remedy.

    >>> why(FileNotFoundError(errno.ENOENT, "No such file or directory", "x.toml"))
    'No such file or directory; check the path'
    """
    if isinstance(error, UnicodeError):
        return "not text in UTF-8; is it the right file?"
    said = error.strerror or str(error) or type(error).__name__
    remedy = REMEDIES.get(error.errno or 0)
    return f"{said}; {remedy}" if remedy else said
