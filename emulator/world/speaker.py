"""The loudspeaker: plays PCM in blocks of 20 ms, so that it can be cut at any moment; silent where there is none."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

from emulator.world.audio import PORT_AUDIO, AudioError, PortAudio

BLOCK_MS = 20
READY, PLAYING = "ready", "playing"
IDLE_S = 10.0  # an idle stream is closed after so long: it costs power, and keeps the device from other programs


class Speaker:
    """Plays one piece of sound after the other on a thread of its own.

    ``played`` hears each block as it is handed to the device, silence included: what an echo canceller needs.
    It and ``changed`` run on threads of the speaker and must be quick.
    """

    def __init__(
        self,
        changed: Callable[[str], None] = lambda _status: None,
        played: Callable[[bytes, int], None] | None = None,
        port_audio: PortAudio = PORT_AUDIO,
    ) -> None:
        self.status = READY
        self._changed, self._played, self._port_audio = changed, played, port_audio
        self._wishes: queue.SimpleQueue[tuple[Iterable[bytes], int, Callable[[bool], None], int] | None] = (
            queue.SimpleQueue()
        )
        self._pcm = bytearray()
        self._lock = threading.Lock()
        self._empty = threading.Event()
        self._cut = 0
        self._stream: Any = None
        self._rate_hz = 0
        self._thread: threading.Thread | None = None

    def play(self, pcm: Iterable[bytes], rate_hz: int, done: Callable[[bool], None] = lambda _whole: None) -> None:
        """Play mono s16 ``pcm`` after what is playing; returns at once.

        Args:
            pcm: Chunks, consumed on the speaker's thread, for example those of a ``Tts``.
            rate_hz: Their sample rate.
            done: Told, on the speaker's thread, whether all of it was played (False: cut, or no loudspeaker).
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
            self._thread.start()
        self._wishes.put((pcm, rate_hz, done, self._cut))

    def stop(self) -> None:
        """Cut what is playing and what waits: silent after one block."""
        with self._lock:
            self._cut += 1
            self._pcm.clear()
            self._empty.set()

    def close(self) -> None:
        """Cut everything, end the thread and close the device, within a second."""
        self.stop()
        if self._thread is not None:
            self._wishes.put(None)
            self._thread.join(timeout=1.0)
            self._thread = None

    def _run(self) -> None:
        while True:
            try:
                wish = self._wishes.get(timeout=IDLE_S)
            except queue.Empty:
                self._release()
                continue
            if wish is None:
                self._release()
                return
            pcm, rate_hz, done, cut = wish
            whole = self._play(pcm, rate_hz, cut)
            if self.status == PLAYING:
                self._say(READY)
            done(whole)

    def _play(self, pcm: Iterable[bytes], rate_hz: int, cut: int) -> bool:
        try:
            if cut != self._cut or not self._open(rate_hz):
                return False
            for chunk in pcm:
                with self._lock:
                    if cut != self._cut:
                        return False
                    self._pcm += chunk
                    self._empty.clear()
                self._say(PLAYING)
            left_s = len(self._pcm) / 2 / rate_hz
            return self._empty.wait(left_s + 2.0) and cut == self._cut
        finally:
            close = getattr(pcm, "close", None)
            if close is not None:
                close()

    def _open(self, rate_hz: int) -> bool:
        if self._stream is not None and (self._rate_hz != rate_hz or not self._alive()):
            self._release()
        if self._stream is None:
            try:
                frames = rate_hz * BLOCK_MS // 1_000
                self._stream = self._port_audio.open_output(rate_hz, frames, self._fill)
                self._rate_hz = rate_hz
            except AudioError as error:
                self._say(str(error))
                return False
        return True

    def _alive(self) -> bool:
        try:
            return bool(self._stream.is_active())
        except OSError:
            return False

    def _fill(self, frames: int) -> bytes:
        with self._lock:
            block = bytes(self._pcm[: 2 * frames])
            del self._pcm[: 2 * frames]
            if not self._pcm:
                self._empty.set()
        block += bytes(2 * frames - len(block))
        if self._played is not None:
            self._played(block, self._rate_hz)
        return block

    def _release(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._port_audio.close(stream)

    def _say(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self._changed(status)
