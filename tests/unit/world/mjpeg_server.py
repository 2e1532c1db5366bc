"""A camera for tests: MJPEG over HTTP on 127.0.0.1, read by the real ``cv2.VideoCapture``."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import numpy as np

from emulator.world._cv import cv2


class MjpegServer:
    """Streams grey frames whose brightness counts up; ``mode`` is stream, close or stall."""

    def __init__(self, port: int = 0) -> None:
        self.mode = "stream"
        self.gone = Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.stream(self)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.port: int = self._http.server_address[1]
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cam.mjpg"

    def stream(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        handler.end_headers()
        number = 0
        while not self.gone.wait(1 / 60):
            if self.mode == "close":
                return
            if self.mode == "stall":
                continue
            number += 1
            picture = np.full((120, 160, 3), 16 + number % 200, np.uint8)
            coded = cv2.imencode(".jpg", picture)[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(coded)}\r\n\r\n".encode()
            try:
                handler.wfile.write(head + coded + b"\r\n")
            except OSError:
                return

    def stop(self) -> None:
        """Pull the plug: streams end and nobody listens any more."""
        self.gone.set()
        self._http.shutdown()
        self._http.server_close()
