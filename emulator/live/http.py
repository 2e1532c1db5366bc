"""HTTP for live halves: short waits, typed errors, hostile answers refused. Nothing that it tells holds a secret."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from random import Random
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError, ServiceError
from emulator.live.secrets import excerpt

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
CONNECT_S, READ_S = 3.0, 8.0  # services.md, 7
WHOLE_S = 15.0  # of one answer, however slowly it drips
MOST_BYTES = 4_000_000
PAUSES_S = (0.2, 0.8)  # before a GET is sent again, each varied by a half
BUDGET_S = 4.0  # of wall time; after it nothing is sent again
NOT_MODIFIED = 304
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Http:
    """One client for all services, in one event loop. Redirects are never followed."""

    def __init__(self, random: Random | None = None, *, read_s: float = READ_S, whole_s: float = WHOLE_S) -> None:
        """Make a client; it opens with the first request.

        Args:
            random: Varies the pauses between tries.
            read_s: How long a server may be silent.
            whole_s: How long one answer may take.
        """
        self._random = random or Random()
        self._read_s, self._whole_s = read_s, whole_s
        self._clients: dict[bool, httpx2.AsyncClient] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of all connections."""
        clients, self._clients, self._loop = list(self._clients.values()), {}, None
        for client in clients:
            await client.aclose()

    async def get_json(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return the JSON at ``url``; a GET may be sent up to three times. Raises as ``get_bytes``."""
        return _json(url, await self._get(url, params, headers, MOST_BYTES))

    async def get_json_once(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the JSON at ``url``, asked for once: for protocols that say in it whether to ask again."""
        return _json(url, await self._send("GET", url, MOST_BYTES, params=params))

    async def get_bytes(
        self, url: str, headers: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES
    ) -> bytes:
        """Return the body at ``url``.

        Raises:
            AuthError: For 401 and 403.
            QuotaError: For 429, after all tries.
            NotFoundError: For 404 and 410.
            RejectedError: For other 4xx, for a body above ``most_bytes``, and for what cannot be sent.
            NetworkError: If no answer came, for a redirect and for 5xx.
        """
        return await self._get(url, None, headers, most_bytes)

    async def get_changed(self, url: str, tag: str, most_bytes: int = MOST_BYTES) -> tuple[bytes | None, str]:
        """Return the body at ``url`` and what names this state of it; None if it is still the one named ``tag``.

        Names are entity tags or times of change (RFC 9110, 13); "" where the server gives none. Raises as ``get_bytes``.
        """
        heads: dict[str, str] = {}
        since = (
            {"if-modified-since" if tag[:1].isalpha() and not tag.startswith("W/") else "if-none-match": tag}
            if tag
            else {}
        )

        async def ask() -> bytes:
            return await self._send("GET", url, most_bytes, heads=heads, headers=since)

        body = await self.retried(ask)
        named = heads.get("etag") or heads.get("last-modified") or ""
        return (None, named or tag) if heads.get("status") == "304" else (body, named)

    async def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> bytes:
        """Send ``form`` once and return the body. Raises as ``get_bytes``; a NetworkError may be ``unknown``."""
        return await self._send("POST", url, MOST_BYTES, data=dict(form), headers=dict(headers or {}))

    async def post_form_json(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
        """Send ``form`` once and return the JSON that comes back. Raises as ``post_form``."""
        return _json(url, await self.post_form(url, form, headers))

    async def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """Send ``body`` as JSON once and return the JSON that comes back. Raises as ``post_form``."""
        return _json(url, await self._send("POST", url, MOST_BYTES, json=body, headers=dict(headers or {})))

    async def post_lines(
        self, url: str, body: Any, headers: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES
    ) -> AsyncGenerator[str, None]:
        """Send ``body`` as JSON once and yield the lines of the answer as they come. Raises as ``post_form``."""
        waiting = b""
        parts = self._parts("POST", url, most_bytes, json=body, headers=dict(headers or {}))
        async with aclosing(parts):
            async for part in parts:
                *lines, waiting = (waiting + part).split(b"\n")
                for line in lines:
                    yield line.decode("utf-8", "replace").rstrip("\r")
        if waiting:
            yield waiting.decode("utf-8", "replace").rstrip("\r")

    async def retried(
        self, ask: Callable[[], Awaitable[T]], of: tuple[type[ServiceError], ...] = (NetworkError, QuotaError)
    ) -> T:
        """Return what ``ask`` returns; after an error of kind ``of`` it is asked up to twice more, for 4 s at most."""
        began_s = perf_counter()
        for pause_s in PAUSES_S:
            try:
                return await ask()
            except of as error:
                if error.lasting or perf_counter() - began_s > BUDGET_S:
                    raise
            await asyncio.sleep(pause_s * self._random.uniform(0.5, 1.5))
        return await ask()

    async def _get(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None, most_bytes: int
    ) -> bytes:
        return await self.retried(
            lambda: self._send("GET", url, most_bytes, params=params, headers=dict(headers or {}))
        )

    async def _send(self, method: str, url: str, most_bytes: int, **how: Any) -> bytes:
        return b"".join([part async for part in self._parts(method, url, most_bytes, **how)])

    async def _parts(
        self, method: str, url: str, most_bytes: int, *, heads: dict[str, str] | None = None, **how: Any
    ) -> AsyncGenerator[bytes, None]:
        """Send one request and yield the body of a good answer piece by piece; who gives ``heads`` takes "unchanged" too."""
        host, count = urlsplit(url).hostname or "", 0
        _check_scheme(url)
        whole = asyncio.timeout(self._whole_s)
        async with _typed(host), whole, self._client(url).stream(method, url, **how) as reply:
            if heads is not None:
                heads.clear()
                heads |= {
                    "status": str(reply.status_code),
                    **{name.lower(): value for name, value in reply.headers.items()},
                }
                if reply.status_code == NOT_MODIFIED:
                    return
            bad = bytearray()
            async for part in reply.aiter_bytes():
                count += len(part)
                if count > most_bytes:
                    raise RejectedError(f"{host}: the answer is above {most_bytes:,} bytes", "too-large")
                if reply.is_success:
                    yield part
                else:
                    bad += part
            if not reply.is_success:
                raise _refusal(reply.status_code, host, bytes(bad))

    def _client(self, url: str) -> httpx2.AsyncClient:
        """Return the client for ``url``: to this machine without proxies and certificates."""
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise RuntimeError("this Http belongs to another event loop")
        self._loop = loop
        plain = urlsplit(url).scheme == "http"
        if plain not in self._clients:
            self._clients[plain] = self._open(plain)
        return self._clients[plain]

    def _open(self, plain: bool) -> httpx2.AsyncClient:
        import httpx2

        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below, it would tell whole addresses, keys included
        waits = httpx2.Timeout(self._read_s, connect=CONNECT_S)
        agent = {"user-agent": "glasses-emulator"}
        return httpx2.AsyncClient(
            timeout=waits, follow_redirects=False, trust_env=not plain, verify=not plain, headers=agent
        )


@asynccontextmanager
async def _typed(host: str) -> AsyncIterator[None]:
    """Turn what can go wrong on the way into errors of services. The client's own texts may hold what was sent."""
    import httpx2

    try:
        yield
    except httpx2.ConnectError as error:
        foreign = "CERTIFICATE" in str(error).upper()
        why = "shows a certificate that is not its own; a captive portal?" if foreign else "cannot be reached"
        raise NetworkError(f"{host} {why}", "unreachable") from None
    except httpx2.ConnectTimeout:
        raise NetworkError(f"{host} cannot be reached in time", "timeout") from None
    except (httpx2.TimeoutException, TimeoutError):
        raise NetworkError(f"{host} did not answer in time", "timeout", unknown=True) from None
    except (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError):
        raise RejectedError(f"{host}: a key or an address has signs that cannot be sent", "unsendable") from None
    except httpx2.HTTPError as error:
        raise NetworkError(f"{host} broke off ({type(error).__name__})", "broken-off", unknown=True) from None


def _check_scheme(url: str) -> None:
    """Refuse what would cross the net in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise RejectedError(f"{parts.scheme}://{parts.hostname}: only https is spoken beyond this machine", "in-the-clear")


def _refusal(status: int, host: str, body: bytes) -> ServiceError:
    """Return the error for an answer that is not 200."""
    said = "" if body.lstrip()[:1] == b"<" else excerpt(body[:2000].decode("utf-8", "replace"))
    line = f"{host} answers {status}" + (f": {said}" if said else "")
    error: ServiceError
    if 300 <= status < 400:
        error = NetworkError(f"{host} sends us elsewhere ({status}); a captive portal?", "redirect")
        error.lasting = True
    elif status in (401, 403):
        error = AuthError(line, str(status))
    elif status == 429:
        error = QuotaError(line, "429")
    elif status in (404, 410):
        error = NotFoundError(line, str(status))
    elif status >= 500:
        error = NetworkError(line, str(status), unknown=True)
    else:
        error = RejectedError(line, str(status))
    error.body = body
    return error


def _json(url: str, body: bytes) -> Any:
    host = urlsplit(url).hostname or ""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        page = body.lstrip()[:1] == b"<"
        why = "a web page in place of JSON; a captive portal?" if page else "no JSON, or only a part of it"
        told = NetworkError(f"{host} answers with {why}", "not-json", unknown=True)
        told.lasting = page
        raise told from None
