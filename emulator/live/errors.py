"""How a service can fail.

* EmulatorError
  * ServiceError         a service did not give what was asked for; ``kind`` names the reason
    * AuthError          the other side does not know us, or may not serve us: ``auth``
    * QuotaError         too many calls: ``quota``
    * NetworkError       no answer, or none that can be used: ``network``
    * NotFoundError      there is no such thing: ``not-found``
    * RejectedError      refused for a reason: ``rejected``
    * NotServedError     the live half leaves this one to the offline half; nothing is wrong
    * BrokenError        the offline half has a bug: ``broken``
"""

from __future__ import annotations

from pathlib import PurePath
from traceback import extract_tb
from typing import ClassVar

from emulator.core.errors import EmulatorError


class ServiceError(EmulatorError):
    """A service did not give what was asked for.

    Attributes:
        kind: What ``service.failed`` calls it.
        code: The reason as the protocol names it, or "".
        body: What the server sent with it. It may hold anything, so it is read and never shown.
        lasting: Whether asking again at once is of no use.
    """

    kind: ClassVar[str] = "rejected"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.body, self.lasting = b"", False


class AuthError(ServiceError):
    """The other side does not know us, may not serve us, or its signature is not its own."""

    kind = "auth"


class QuotaError(ServiceError):
    """Too many calls: of this minute, of this day."""

    kind = "quota"


class NetworkError(ServiceError):
    """No answer, or none that can be used.

    Attributes:
        unknown: Whether what was asked may have been done; then ask for it, never send it again.
    """

    kind = "network"

    def __init__(self, message: str, code: str = "", *, unknown: bool = False) -> None:
        super().__init__(message, code)
        self.unknown = unknown


class NotFoundError(ServiceError):
    """There is no such thing."""

    kind = "not-found"


class RejectedError(ServiceError):
    """Refused for a reason."""

    kind = "rejected"


class NotServedError(ServiceError):
    """The live half leaves this one to the offline half: it is computed better, or lies where the vendor serves nobody."""

    kind = "not-served"


class BrokenError(ServiceError):
    """The offline half has a bug. The message is for the wearer.

    Attributes:
        bug: Its type and place, for the developer.
    """

    kind = "broken"

    def __init__(self, message: str, bug: str) -> None:
        super().__init__(message)
        self.bug = bug


def bug_of(error: BaseException) -> str:
    """Return type and place of an error nobody expected. Its text may hold a secret."""
    places = extract_tb(error.__traceback__)
    at = f" at {PurePath(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    kind = type(error)
    return f"{kind.__name__ if kind.__module__ == 'builtins' else f'{kind.__module__}.{kind.__name__}'}{at}"


def broken(error: BaseException) -> NetworkError:
    """Return what a bug in a live half is told as: no answer that can be used."""
    return NetworkError(f"the service broke: {bug_of(error)}", "broken", unknown=True)
