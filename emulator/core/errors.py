"""Exceptions a user of the emulator can meet.

* EmulatorError            expected; the CLI prints the message and exits with 2, or 1 where noted
  * UsageError             the command line or a setting makes no sense
  * FileError              a file cannot be read or written; starts with ``path`` or ``path:line:column``
    * ProfileError         a device profile is missing, malformed or inconsistent
    * HudError             a HUD document is malformed
    * FlowFileError        a flow file is malformed
    * LogError             a log cannot be read or replayed
    * SceneError           a camera, video or still cannot be opened
    * FontError            the bundled font is missing or unreadable
    * MapError             a map is unknown, damaged or cannot be written
  * CapabilityError        the device has not got what was asked for
  * ExpectationError       a flow step did not come true in time (exit 1)
  * EngineError            a voice engine or its weights cannot be used
  * RouteError             no road is near, or no way leads there (exit 1)
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class EmulatorError(Exception):
    """Base class of all expected failures."""


class UsageError(EmulatorError):
    """The command line or a setting makes no sense."""


class FileError(EmulatorError):
    """A file cannot be read or written; the message starts with the place."""


class ProfileError(FileError):
    """A device profile is missing, malformed or inconsistent."""


class HudError(FileError):
    """A HUD document is malformed."""


class FlowFileError(FileError):
    """A flow file is malformed."""


class LogError(FileError):
    """A log cannot be read or replayed."""


class SceneError(FileError):
    """A camera, video or still cannot be opened."""


class FontError(FileError):
    """The bundled font is missing or unreadable."""


class MapError(FileError):
    """A map is unknown, damaged or cannot be written."""


class CapabilityError(EmulatorError):
    """The device has not got what was asked for."""


class ExpectationError(EmulatorError):
    """A flow step did not come true within its time."""


class EngineError(EmulatorError):
    """A voice engine or its weights cannot be used."""


class RouteError(EmulatorError):
    """No road is near a position, or no way leads there."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` or the list of known words.

    >>> nearest("tapp", ["tap", "swipe"])
    "; did you mean 'tap'?"
    >>> nearest("zzz", ["tap", "swipe"])
    '; known: swipe, tap'
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(names)}"


def quoted(text: str, most: int = 40) -> str:
    """Return ``text`` in quotes for a message: the beginning of it and an ellipsis where it is longer than ``most``.

    >>> quoted("tapp"), quoted("ab" * 9, most=4)
    ("'tapp'", "'abab…'")
    """
    return repr(text if len(text) <= most else text[:most] + "…")
