"""HTTP to this machine and nowhere else: 127.0.0.1 by its digits, no proxy, no redirect."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from emulator.wallet.errors import WalletError

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and at most as much of the body as was asked for."""

    status: int
    body: bytes


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> Request | None:
        return None


def is_loopback(address: SplitResult) -> bool:
    """Say whether an address is plain HTTP on 127.0.0.1 with a port, and nothing that only looks like it.

    >>> is_loopback(urlsplit("http://127.0.0.1:8080/x")), is_loopback(urlsplit("http://127.0.0.1:1@example.com/"))
    (True, False)
    """
    try:
        return address.scheme == "http" and address.netloc == f"{HOST}:{address.port}" and bool(address.port)
    except ValueError:
        return False


def ask_loopback(request: Request, timeout_s: float, most_bytes: int) -> Answer:
    """Send a request and return the answer, also where its status is an error.

    Raises:
        WalletError: If it would leave this machine.
        OSError: If there is no answer.
        HTTPException: If it is not HTTP, or breaks off.
    """
    if not is_loopback(urlsplit(request.full_url)):
        raise WalletError(f"{request.full_url}: the sandbox (沙箱) speaks to http://{HOST}:PORT only", "not-loopback")
    try:
        with _opener().open(request, timeout=timeout_s) as reply:
            return Answer(reply.status, reply.read(most_bytes))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(most_bytes))


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _Stay())
