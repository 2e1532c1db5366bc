"""A camera or a stream: one plain thread reads, whoever paints takes the newest frame.

The mailbox holds one frame; a slow reader gets fewer frames, never older ones. A camera that goes away is looked
for again after 0.25 s, then ever more rarely, up to every 5 s.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import numpy as np
import numpy.typing as npt

from emulator.world._cv import cv2

Frame = npt.NDArray[np.uint8]

CONNECTING, CONNECTED, LOST, CLOSED = "connecting", "connected", "lost, retrying", "closed"
FIRST_WAIT_S, LAST_WAIT_S = 0.25, 5.0
JOIN_S = 1.0
OPEN_MS, STALL_MS = 3_000, 800
CAMERA_PX, CAMERA_HZ = (1280, 720), 30


class Camera:
    """A camera that is looked for until it is there.

    Args:
        place: Number of a webcam, or the URL of a stream.
        on_ready: Called from the camera's thread when a frame or another status is there, at most once until the
            next ``frame_at``; it must return at once.
    """

    def __init__(self, place: int | str, on_ready: Callable[[], None] | None = None) -> None:
        self._place = place
        self._on_ready = on_ready or _nobody
        self._stop = Event()
        self._latest: Frame | None = None
        self._pending = False
        self._status = CONNECTING
        self._thread = Thread(target=self._read, name=f"camera {place}", daemon=True)
        self._thread.start()

    @property
    def live(self) -> bool:
        """Frames come by themselves."""
        return True

    @property
    def status(self) -> str:
        """``connecting``, ``connected``, ``lost, retrying`` or ``closed``."""
        return self._status

    def frame_at(self, t_ns: int) -> Frame | None:  # noqa: ARG002 - a camera knows only now
        """Return the newest frame, the last one while the camera is lost, None before the first."""
        self._pending = False  # before the mailbox is read, or a frame would wait there unannounced
        return self._latest

    def close(self) -> bool:
        """Stop the thread; False if it still waits for a stream to open, which ends it within 3 s more."""
        self._stop.set()
        self._thread.join(JOIN_S)
        self._status = CLOSED
        return not self._thread.is_alive()

    def _read(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stop.is_set():
            if self._read_until_lost():
                wait_s = FIRST_WAIT_S
            self._tell(LOST)
            self._stop.wait(wait_s)
            wait_s = min(2 * wait_s, LAST_WAIT_S)

    def _read_until_lost(self) -> bool:
        """Return whether any frame came."""
        capture = open_capture(self._place)
        came = False
        while not self._stop.is_set():
            there, frame = capture.read()  # blocks without the GIL; isOpened() would stay True after a failure
            if not there:
                break
            came, self._latest = True, frame
            self._status = CONNECTED
            self._announce()
        capture.release()
        return came

    def _tell(self, status: str) -> None:
        if status != self._status:
            self._status = status
            self._announce()

    def _announce(self) -> None:
        if not self._pending and not self._stop.is_set():
            self._pending = True
            self._on_ready()


def open_capture(place: int | str) -> Any:
    """Return a ``cv2.VideoCapture``, open or not: a webcam at 1280x720, or a stream that stalls no longer than 0.8 s."""
    if isinstance(place, int):
        capture = cv2.VideoCapture(place)
        if sys.platform == "linux":  # raw frames of 720p do not fit USB 2 at 30 Hz
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, CAMERA_PX[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, CAMERA_PX[1])
        capture.set(cv2.CAP_PROP_FPS, CAMERA_HZ)
        return capture
    if "://" not in place:
        return cv2.VideoCapture(place)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, STALL_MS]
    # frame threads would add 120 ms of latency
    return cv2.VideoCapture(place, cv2.CAP_FFMPEG, [*limits, cv2.CAP_PROP_N_THREADS, 1])


def answers(number: int) -> bool:
    """Return whether webcam ``number`` is there and gives a frame."""
    capture = cv2.VideoCapture(number)
    there = bool(capture.isOpened() and capture.read()[0])
    capture.release()
    return there


def _nobody() -> None:
    """Nobody waits for frames."""
