# SPDX-License-Identifier: GPL-3.0-or-later
"""The espeak-ng process: text in on stdin, PCM out on stdout. A program of its own, started by ``espeak.py``.

libespeak-ng is GPL-3, so it is loaded here and nowhere else: this one file, under GPL-3.0-or-later, shares nothing with
the emulator (Apache-2.0) but two pipes, and imports nothing of it. docs/voice.md, "Licence of espeak-ng", says what
follows for whoever distributes it.

In:  one JSON line a sentence, ``{"text": "...", "voice": "cmn", "wpm": 160}``.
Out: one 8-byte greeting, ``b"PCM " + rate`` (uint32 little-endian); then for each line chunks of mono s16 PCM, each
     behind its length (uint32 little-endian); length 0 ends the sentence.
"""

from __future__ import annotations

import ctypes
import json
import struct
import sys
from typing import BinaryIO

import espeakng_loader

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: sound goes to the callback before espeak_Synth returns
CHARS_UTF8 = 1
RATE = 1  # espeakRATE, words per minute
BUFFER_MS = 20  # small, so that the first chunk leaves at once


class Voice:
    """The library and the pipe it writes to."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz = int(self._library.espeak_Initialize(SYNCHRONOUS, BUFFER_MS, data, 0))
        shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int16), ctypes.c_int, ctypes.c_void_p)
        self._callback = shape(self._heard)  # kept: the library only holds the pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, wpm: int) -> None:
        """Write the sound of ``text`` and the end mark."""
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(RATE, wpm, 0)
        raw = text.encode()
        self._library.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, CHARS_UTF8, None, None)
        self._write(b"")

    def _heard(self, samples: ctypes._Pointer[ctypes.c_int16], count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._write(ctypes.string_at(samples, 2 * count))
        return 0

    def _write(self, chunk: bytes) -> None:
        self._out.write(struct.pack("<I", len(chunk)) + chunk)
        self._out.flush()


def main() -> int:
    """Speak each line of stdin until it closes; returns the exit code."""
    voice = Voice(sys.stdout.buffer)
    if voice.rate_hz <= 0:
        sys.stderr.write("espeak-ng does not start: its data are missing\n")
        return 1
    sys.stdout.buffer.write(b"PCM " + struct.pack("<I", voice.rate_hz))
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        wish = json.loads(line)
        voice.say(wish["text"], wish["voice"], wish["wpm"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
