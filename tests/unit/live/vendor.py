"""A server on 127.0.0.1 that answers as a function tells it and keeps what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """What came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Given:
    """What goes out; ``parts`` one by one, after the head, and ``length`` other than theirs breaks the answer off."""

    parts: Iterable[bytes] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Vendor:
    """A server that runs: its address, and all it was asked so far. ``gone`` is set at its end."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(answer: Callable[[Asked, Vendor], Given], tls: SSLContext | None = None) -> Iterator[Vendor]:
    """Serve on a free port of this machine, by HTTPS if there is a context."""
    vendor = Vendor()

    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each part would wait for the other side's word

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            asked = Asked(self.command, parts.path, query, self.headers, body)
            vendor.asked.append(asked)
            given = answer(asked, vendor)
            self.close_connection = True
            try:
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                if isinstance(given.parts, tuple):
                    self.send_header("Content-Length", str(given.length or sum(map(len, given.parts))))
                self.send_header("Connection", "close")
                self.end_headers()
                for part in given.parts:
                    self.wfile.write(part)
                    self.wfile.flush()
            except OSError:
                pass  # who asked has gone

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who shakes no hands may go
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    vendor.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    try:
        yield vendor
    finally:
        vendor.gone.set()
        server.shutdown()
        thread.join()
        server.server_close()
