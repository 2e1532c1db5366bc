"""What can go wrong in paying.

* EmulatorError
  * WalletError        the store or a key file cannot be used, or a call makes no sense
    * AuthError        the other side does not know us, or we do not trust it
    * QuotaError       too many calls
    * NetworkError     no answer, or none that can be used; ``unknown`` says whether it may have been done
    * NotFoundError    no such trade
    * RejectedError    refused for a reason; nothing was paid
"""

from __future__ import annotations

from emulator.core.errors import EmulatorError


class WalletError(EmulatorError):
    """The store or a key file cannot be used, or a call makes no sense.

    Attributes:
        code: The reason as the protocol names it, or "".
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class AuthError(WalletError):
    """The other side does not know us, or its signature is not its own."""


class QuotaError(WalletError):
    """Too many calls."""


class NetworkError(WalletError):
    """No answer, or none that can be used.

    Attributes:
        unknown: Whether what was asked may have been done; then ask for it (query), never send it again.
    """

    def __init__(self, message: str, code: str = "", *, unknown: bool = True) -> None:
        super().__init__(message, code)
        self.unknown = unknown


class NotFoundError(WalletError):
    """There is no such trade."""


class RejectedError(WalletError):
    """Refused for a reason; nothing was paid."""
