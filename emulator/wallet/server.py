"""The gateway's socket: 127.0.0.1 only, behind a path that has to be known, closed to web pages.

A page in a browser can send forms to a port of this machine; it cannot know the token, cannot leave out ``Origin``, and
after a DNS trick its ``Host`` is not ours.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from emulator.wallet.loopback import HOST

MOST_BYTES = 65_536
_FIELDS = 64
Answer = Callable[[dict[str, str]], str]


class GatewayServer(ThreadingHTTPServer):
    """Serves an answer at ``url`` from ``start`` to ``close``."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Answer, port: int = 0) -> None:
        """Bind to ``port`` of 127.0.0.1, 0 for any that is free."""
        super().__init__((HOST, port), _Exchange)
        self.answer = answer
        self.path = f"/{secrets.token_urlsafe(24)}/gateway.do"
        self.host = f"{HOST}:{self.server_address[1]}"
        self.url = f"http://{self.host}{self.path}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="wallet gateway", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that went away: a trace would show the token."""

    def close(self) -> None:
        """Stop to serve and free the port."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()


class _Exchange(BaseHTTPRequestHandler):
    server: GatewayServer
    server_version = "glasses-sandbox"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        size = self.headers.get("Content-Length", "")
        if not (size.isascii() and size.isdigit()):
            self._end(HTTPStatus.LENGTH_REQUIRED)
        elif int(size) > MOST_BYTES:
            self._end(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._serve(self.rfile.read(int(size)).decode("utf-8", "replace"))

    def _serve(self, body: str) -> None:
        path, _, query = self.path.partition("?")
        if self.headers.get_all("Host") != [self.server.host] or "Origin" in self.headers:
            self._end(HTTPStatus.FORBIDDEN)
        elif not hmac.compare_digest(path.encode(), self.server.path.encode()):
            self._end(HTTPStatus.NOT_FOUND)
        else:
            # The official client sends the common parameters in the address and biz_content in the body.
            params = _params(query, body)
            if params is None:
                self._end(HTTPStatus.BAD_REQUEST)
            else:
                self._end(HTTPStatus.OK, self.server.answer(params).encode())

    def _end(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing: the token is part of the request line."""


def _params(*parts: str) -> dict[str, str] | None:
    try:
        pairs = [pair for part in parts for pair in parse_qsl(part, True, max_num_fields=_FIELDS)]
    except ValueError:
        return None
    found = dict(pairs)
    return found if len(found) == len(set(pairs)) else None  # the same name with two values
