"""PortAudio behind one lock: opened late and quietly, shared by microphone and speaker, scanned again on demand.

PortAudio reads the list of devices once, when it starts, and it starts once for the whole process: to see a new
device, every stream must be closed. So streams are opened here and nowhere else. Its start writes about a hundred lines
of ALSA and JACK noise to stderr (docs/voice.md); they are dropped, and so are its error texts, which name the wrong
side. Every failure becomes ``AudioError`` with one calm line.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NOT_INSTALLED = "PyAudio is not installed: apt-get install -y portaudio19-dev gcc, then pip install pyaudio"
Fill = Callable[[int], bytes]  # frames wanted -> their PCM
Take = Callable[[bytes], None]


class AudioError(Exception):
    """No sound, and why; the message is fit for the window. Never leaves ``emulator.world``."""


class PortAudio:
    """The process's one PortAudio and the streams on it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._library: Any = None
        self._streams: list[Any] = []

    @property
    def busy(self) -> bool:
        """Say whether a stream is open."""
        return bool(self._streams)

    def open_input(self, rate_hz: int, frames: int, take: Take) -> Any:
        """Open the default microphone, mono s16; ``take`` is called on PortAudio's thread and must be quick.

        Raises:
            AudioError: If there is none or it cannot be used.
        """
        return self._open(rate_hz, frames, input=True, stream_callback=_taking(take))

    def open_output(self, rate_hz: int, frames: int, fill: Fill) -> Any:
        """Open the default loudspeaker, mono s16; ``fill`` is called on PortAudio's thread and must be quick.

        Raises:
            AudioError: If there is none or it cannot be used.
        """
        return self._open(rate_hz, frames, output=True, stream_callback=_filling(fill))

    def close(self, stream: Any) -> None:
        """Close ``stream``; one that broke or was closed by ``rescan`` is closed without complaint."""
        with self._lock:
            if stream in self._streams:
                self._streams.remove(stream)
                with suppress(OSError):
                    stream.close()

    def rescan(self) -> None:
        """Close every stream and forget the list of devices; the next ``open`` reads it anew."""
        with self._lock:
            for stream in tuple(self._streams):
                self.close(stream)
            library, self._library = self._library, None
            if library is not None:
                library.terminate()

    def _open(self, rate_hz: int, frames: int, **how: Any) -> Any:
        side = "microphone" if "input" in how else "loudspeaker"
        with self._lock, quiet_stderr():
            library = self._start()
            try:
                find = (
                    library.get_default_input_device_info if "input" in how else library.get_default_output_device_info
                )
                find()
            except OSError as error:
                raise AudioError(f"no {side}") from error
            try:
                stream = library.open(rate_hz, 1, _INT16, frames_per_buffer=frames, **how)
            except (OSError, ValueError) as error:
                raise AudioError(f"the {side} cannot be used: {_reason(error)}") from error
            self._streams.append(stream)
            return stream

    def _start(self) -> Any:
        if self._library is None:
            os.environ.setdefault("JACK_NO_START_SERVER", "1")
            try:
                import pyaudio
            except ImportError as error:
                raise AudioError(NOT_INSTALLED) from error
            self._library = pyaudio.PyAudio()
        return self._library


PORT_AUDIO = PortAudio()
_INT16 = 8  # paInt16
_CONTINUE = 0  # paContinue


def device_mark() -> str:
    """Return text that changes when a sound device comes or goes; cheap enough to read twice a second."""
    marks = []
    with suppress(OSError):
        marks.append(Path("/proc/asound/cards").read_text())
    with suppress(OSError):
        marks.extend(sorted(os.listdir("/dev/snd")))
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    server = os.environ.get("PULSE_SERVER", "").removeprefix("unix:")
    sockets = (server, f"{runtime}/pulse/native", f"{runtime}/pipewire-0")
    marks += [path for path in sockets if path and os.path.exists(path)]
    return "\n".join(marks)


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Send what C libraries write to file descriptor 2 nowhere, for as long as it lasts."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _taking(take: Take) -> Callable[..., tuple[None, int]]:
    def called(data: bytes, _frames: int, _times: object, _flags: int) -> tuple[None, int]:
        take(data)
        return None, _CONTINUE

    return called


def _filling(fill: Fill) -> Callable[..., tuple[bytes, int]]:
    def called(_data: None, frames: int, _times: object, _flags: int) -> tuple[bytes, int]:
        return fill(frames), _CONTINUE

    return called


def _reason(error: Exception) -> str:
    text = str(error.args[-1] if error.args else error).lower()
    if "permission" in text or "not allowed" in text or "access" in text:
        return "permission refused; allow it in the system's privacy settings"
    if "busy" in text or "unavailable" in text:
        return "another program holds it"
    if "rate" in text:
        return "it cannot do this sample rate"
    return "it does not answer"
