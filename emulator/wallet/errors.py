"""What can go wrong in paying: the services' errors (``live/errors.py``), and one for the wallet's own files and callers."""

from __future__ import annotations

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError, ServiceError


class WalletError(ServiceError):
    """The store or a key file cannot be used, or a call makes no sense; nothing was paid."""


__all__ = ["AuthError", "NetworkError", "NotFoundError", "QuotaError", "RejectedError", "ServiceError", "WalletError"]
