"""The camera thread, through the real OpenCV and a real stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic

import numpy as np
import pytest

from emulator.world._cv import cv2
from emulator.world.camera import CLOSED, CONNECTED, LOST, Camera, answers

WAIT_S = 8.0


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


class Watch:
    """A camera with an event for its ``on_ready``: waiting without sleeping."""

    def __init__(self, url: str) -> None:
        self.calls = 0
        self._bell = Event()
        self.camera = Camera(url, self._ring)

    def _ring(self) -> None:
        self.calls += 1
        self._bell.set()

    def until(self, claim: Callable[[np.ndarray | None], bool]) -> None:
        """Take frames as they are announced until ``claim`` holds."""
        end = monotonic() + WAIT_S
        while not claim(self.camera.frame_at(0)):
            assert monotonic() < end, f"camera is {self.camera.status}"
            self._bell.wait(0.1)
            self._bell.clear()


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    server = MjpegServer()
    yield server
    if not server.gone.is_set():
        server.stop()


@pytest.fixture
def watch(server: MjpegServer) -> Iterator[Watch]:
    watch = Watch(server.url)
    yield watch
    watch.camera.close()


def test_frames_arrive_and_get_newer(watch: Watch):
    seen: list[int] = []

    def several(frame: np.ndarray | None) -> bool:
        if frame is not None and int(frame[60, 80, 0]) not in seen:
            seen.append(int(frame[60, 80, 0]))
        return len(seen) >= 4

    watch.until(several)
    assert seen == sorted(seen)
    assert watch.camera.status == CONNECTED
    assert watch.camera.live


def test_nobody_who_takes_means_one_announcement(server: MjpegServer):
    enough = Event()
    calls: list[int] = []

    def count() -> None:
        calls.append(1)
        enough.set()

    camera = Camera(server.url, count)
    assert enough.wait(WAIT_S)
    assert not Event().wait(0.3)
    assert len(calls) == 1
    assert camera.frame_at(0) is not None
    assert camera.close()


@pytest.mark.parametrize("mode", ["close", "stall"])
def test_a_lost_stream_keeps_its_last_frame_and_comes_back(server: MjpegServer, watch: Watch, mode: str):
    watch.until(lambda frame: frame is not None)
    server.mode = mode
    watch.until(lambda _: watch.camera.status == LOST)
    last = watch.camera.frame_at(0)
    assert last is not None
    server.mode = "stream"
    watch.until(lambda frame: watch.camera.status == CONNECTED and frame is not last)


def test_an_unplugged_camera_is_found_again_at_its_place(server: MjpegServer, watch: Watch):
    watch.until(lambda frame: frame is not None)
    server.stop()
    watch.until(lambda _: watch.camera.status == LOST)
    again = MjpegServer(server.port)
    try:
        watch.until(lambda _: watch.camera.status == CONNECTED)
    finally:
        again.stop()


@pytest.mark.parametrize("mode", ["stream", "close", "stall"])
def test_closing_ends_the_thread_within_a_second(server: MjpegServer, watch: Watch, mode: str):
    watch.until(lambda frame: frame is not None)
    server.mode = mode
    begin = monotonic()
    assert watch.camera.close()
    assert monotonic() - begin < 1.0
    assert watch.camera.status == CLOSED


def test_a_camera_that_is_not_there_is_no_error():
    watch = Watch("http://127.0.0.1:9/none.mjpg")
    watch.until(lambda _: watch.camera.status == LOST)
    assert watch.camera.frame_at(0) is None
    assert watch.camera.close()


def test_a_missing_webcam_does_not_answer_and_makes_no_noise(capfd: pytest.CaptureFixture[str]):
    assert not answers(63)
    assert capfd.readouterr().err == ""


def test_after_closing_nobody_is_called(watch: Watch):
    watch.until(lambda frame: frame is not None)
    watch.camera.close()
    watch.camera.frame_at(0)
    calls = watch.calls
    assert not Event().wait(0.2)
    assert watch.calls == calls


def test_importing_opencv_leaves_qt_alone():
    assert "cv2" in sys.modules
    assert not {"QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"} & set(os.environ)
