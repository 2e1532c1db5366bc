"""HTTP for live halves: short waits, typed errors, hostile answers refused. Nothing that it tells holds a secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from emulator.live.errors import AuthError, NetworkError, NotFoundError, QuotaError, RejectedError
from emulator.live.secrets import redact

if TYPE_CHECKING:
    import httpx2

CONNECT_S, READ_S = 3.0, 8.0  # services.md, 7
MOST_BYTES = 4_000_000
TRIES = 3  # of a GET that failed on the way or met a busy server
PAUSES_S = (0.2, 0.8)  # between them, each varied by a half
BUSY = frozenset({429, 500, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Http:
    """One client for all services; open from ``async with`` to its end. Redirects are never followed."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or Random(0)
        self._open: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        import httpx2

        waits = httpx2.Timeout(READ_S, connect=CONNECT_S)
        self._open = httpx2.AsyncClient(timeout=waits, follow_redirects=False, trust_env=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            await self._open.aclose()

    async def get_json(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return the JSON at ``url``; a GET may be sent up to three times. Raises as ``get_bytes``."""
        return _json(url, await self._get(url, params, headers, MOST_BYTES))

    async def get_bytes(
        self, url: str, headers: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES
    ) -> bytes:
        """Return the body at ``url``.

        Raises:
            AuthError: For 401 and 403.
            QuotaError: For 429, after all tries.
            NotFoundError: For 404 and 410.
            RejectedError: For other 4xx, and for a body above ``most_bytes``.
            NetworkError: If no answer came, for a redirect and for 5xx.
        """
        return await self._get(url, None, headers, most_bytes)

    async def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> bytes:
        """Send ``form`` once and return the body. Raises as ``get_bytes``; a NetworkError may be ``unknown``."""
        return await self._send("POST", url, MOST_BYTES, data=dict(form), headers=dict(headers or {}))

    async def post_form_json(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
        """Send ``form`` once and return the JSON that comes back. Raises as ``post_form``."""
        return _json(url, await self.post_form(url, form, headers))

    async def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """Send ``body`` as JSON once and return the JSON that comes back. Raises as ``post_form``."""
        return _json(url, await self._send("POST", url, MOST_BYTES, json=body, headers=dict(headers or {})))

    async def _get(
        self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None, most_bytes: int
    ) -> bytes:
        for pause_s in PAUSES_S:
            try:
                return await self._send("GET", url, most_bytes, params=params, headers=dict(headers or {}))
            except (NetworkError, QuotaError) as error:
                if error.code == "redirect":
                    raise
            await asyncio.sleep(pause_s * self._random.uniform(0.5, 1.5))
        return await self._send("GET", url, most_bytes, params=params, headers=dict(headers or {}))

    async def _send(self, method: str, url: str, most_bytes: int, **how: Any) -> bytes:
        import httpx2

        client, host = self._client(), urlsplit(url).hostname or ""
        _check_scheme(url)
        try:
            async with client.stream(method, url, **how) as reply:
                body = bytearray()
                async for part in reply.aiter_bytes():
                    body += part
                    if len(body) > most_bytes:
                        raise RejectedError(f"{host}: the answer is above {most_bytes:,} bytes")
                _check_status(reply.status_code, host, bytes(body))
                return bytes(body)
        except httpx2.ConnectError as error:
            raise NetworkError(f"{host} cannot be reached: {redact(str(error))}") from None
        except httpx2.TimeoutException as error:
            connecting = isinstance(error, httpx2.ConnectTimeout)
            raise NetworkError(f"{host} did not answer in time", "timeout", unknown=not connecting) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NetworkError(f"{host}: {redact(str(error)) or type(error).__name__}", unknown=True) from None

    def _client(self) -> httpx2.AsyncClient:
        if self._open is None:
            raise RuntimeError("Http is used outside its 'async with'")
        return self._open


def _check_scheme(url: str) -> None:
    """Refuse what would cross the net in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise RejectedError(f"{parts.scheme}://{parts.hostname}: only https is spoken beyond this machine")


def _check_status(status: int, host: str, body: bytes) -> None:
    if 200 <= status < 300:
        return
    said = redact(body[:200].decode("utf-8", "replace").strip())
    line = f"{host} answers {status}" + (f": {said}" if said else "")
    if 300 <= status < 400:
        raise NetworkError(f"{host} sends us elsewhere ({status}); a captive portal?", "redirect")
    if status in (401, 403):
        raise AuthError(line, str(status))
    if status == 429:
        raise QuotaError(line, "429")
    if status in (404, 410):
        raise NotFoundError(line, str(status))
    if status in BUSY or status >= 500:
        raise NetworkError(line, str(status), unknown=True)
    raise RejectedError(line, str(status))


def _json(url: str, body: bytes) -> Any:
    host = urlsplit(url).hostname or ""
    try:
        return json.loads(body)
    except (UnicodeDecodeError, ValueError):
        page = body.lstrip()[:1] == b"<"
        why = "a web page in place of JSON; a captive portal?" if page else "no JSON, or only a part of it"
        raise NetworkError(f"{host} answers with {why}", "not-json", unknown=True) from None
