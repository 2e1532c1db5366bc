"""A camera on the network: MJPEG over HTTP with a number stamped into each frame; it can be unplugged and plugged in."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import perf_counter

import numpy as np

from emulator.world._cv import cv2

GREY = 90  # of every pixel but the stamp
NUMBERS = 64


class MjpegCamera:
    """Streams ``size_px`` at ``rate_hz`` until it is unplugged."""

    def __init__(self, port: int = 0, size_px: tuple[int, int] = (1280, 720), rate_hz: float = 30.0) -> None:
        self._gone = Event()
        self._rate_hz = rate_hz
        self._pictures = [coded(number, size_px) for number in range(NUMBERS)]
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera._stream(self)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.port: int = self._http.server_address[1]
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def scene(self) -> str:
        """Its name for ``--scene``."""
        return f"camera:http://127.0.0.1:{self.port}/cam.mjpg"

    def unplug(self) -> None:
        """End the streams and listen no more."""
        if not self._gone.is_set():
            self._gone.set()
            self._http.shutdown()
            self._http.server_close()

    def _stream(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        handler.end_headers()
        number, due_s = 0, perf_counter()
        while not self._gone.wait(max(0.0, due_s - perf_counter())):
            due_s += 1 / self._rate_hz
            picture = self._pictures[number % NUMBERS]
            number += 1
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
            try:
                handler.wfile.write(head + picture + b"\r\n")
            except OSError:
                return


def coded(number: int, size_px: tuple[int, int]) -> bytes:
    """Return a JPEG of grey noise, as a camera's, with ``number`` large in its lower left corner."""
    width, height = size_px
    noise = np.random.default_rng(number).normal(GREY, 6, (height, width, 1))
    picture = np.repeat(noise.clip(0, 255).astype(np.uint8), 3, axis=2)
    cv2.putText(picture, str(number), (width // 20, height - height // 10), 0, 3.0, (255, 255, 255), 6)
    return bytes(cv2.imencode(".jpg", picture)[1])
