"""The microphone: 20 ms frames of 16 kHz mono s16 PCM from PyAudio, for as long as there is one.

Never raises into the caller: what is wrong is one calm line in ``status``. A thread of its own opens the device, sees
that frames stop coming, and takes up a device that appears, within two seconds.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from emulator.world.audio import NOT_INSTALLED, PORT_AUDIO, AudioError, PortAudio, device_mark

RATE_HZ = 16_000
FRAME_SAMPLES = 320  # 20 ms; larger blocks hang on some virtual devices
LISTENING = "listening"
CLOSED = "closed"
SILENT_S = 1.0  # no frame for so long: the device is lost
FIRST_S = 3.0  # but the first one may take longer
LOOK_S = 0.25
RETRY_S = 5.0 if sys.platform == "linux" else 2.0  # even if ``device_mark`` saw no device come or go


class Microphone:
    """Captures from the default device and hands each frame on.

    ``take`` runs on PortAudio's thread: it may only put the frame into a queue.
    """

    def __init__(
        self,
        take: Callable[[bytes], None],
        changed: Callable[[str], None] = lambda _status: None,
        port_audio: PortAudio = PORT_AUDIO,
    ) -> None:
        self.status = CLOSED
        self._take, self._changed, self._port_audio = take, changed, port_audio
        self._stream: Any = None
        self._lost_s = 0.0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to capture; returns at once."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._watch, name="microphone", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Close the device and end the thread, within a second."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
            self._thread = None
        self._say(CLOSED)

    def _watch(self) -> None:
        mark, tried_s = "-", 0.0
        while not self._stopping.is_set():
            now_s = time.monotonic()
            if self._stream is not None and now_s > self._lost_s:
                self._drop()
                self._say("the microphone was lost")
                mark = "-"
            if self._stream is None:
                seen = device_mark()
                due = now_s - tried_s > RETRY_S and not self._port_audio.busy  # looking anew would cut who speaks
                if mark != seen or due:
                    mark, tried_s = seen, now_s
                    if not self._open():
                        return
            self._stopping.wait(LOOK_S)
        self._drop()

    def _open(self) -> bool:
        """Try to open the device; returns whether another try makes sense."""
        self._port_audio.rescan()
        try:
            self._lost_s = time.monotonic() + FIRST_S
            self._stream = self._port_audio.open_input(RATE_HZ, FRAME_SAMPLES, self._hear)
        except AudioError as error:
            self._say(str(error))
            return str(error) != NOT_INSTALLED
        self._say(LISTENING)
        return True

    def _hear(self, frame: bytes) -> None:
        self._lost_s = time.monotonic() + SILENT_S
        self._take(frame)

    def _drop(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._port_audio.close(stream)

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._changed(status)
