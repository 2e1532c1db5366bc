"""A screen for the real window: Xvfb, whose pixels are a file that we map, with a keyboard and a mouse that we move.

The keys and the mouse go through the XTest extension, so a program cannot tell them from real ones.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

SIZE_PX = (1680, 1050)
HEADER_WORDS = 25  # of an XWD file, big-endian uint32
SHIFTED = {"question": "slash"}
LEFT_BUTTON = 1


def installed() -> bool:
    """Say whether there is all that a screen needs."""
    return shutil.which("Xvfb") is not None and shutil.which("xdotool") is not None  # xdotool brings libXtst


class ClientMessage(ctypes.Structure):
    """X's XClientMessageEvent, as long as an XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    )


class Screen:
    """An X server of its own; the framebuffer lies in ``folder``."""

    def __init__(self, folder: Path, size_px: tuple[int, int] = SIZE_PX) -> None:
        self.size_px = size_px
        reader, writer = os.pipe()
        geometry = f"{size_px[0]}x{size_px[1]}x24"
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", geometry, "-fbdir", folder, "-nolisten", "tcp"],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as number:
            self.display = f":{number.readline().strip()}"
        with (folder / "Xvfb_screen0").open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(f">{HEADER_WORDS}I", self._memory[: 4 * HEADER_WORDS])
        self._start, self._stride = head[0] + 12 * head[19], head[12]
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._x11.XInternAtom.restype = ctypes.c_ulong
        self._client = ctypes.c_void_p(self._x11.XOpenDisplay(self.display.encode()))

    def stop(self) -> None:
        """End the X server."""
        self._x11.XCloseDisplay(self._client)
        self._memory.close()
        self._server.terminate()
        self._server.wait(10)

    def pixels(self, left: int = 0, top: int = 0, width: int = 0, height: int = 0) -> Pixels:
        """Return a copy of a part of what is on the screen now: shape (height, width, 3), BGR."""
        full = np.frombuffer(self._memory, np.uint8, self._stride * self.size_px[1], self._start)
        rows = full.reshape(self.size_px[1], self._stride)
        bottom, right = top + (height or self.size_px[1]), left + (width or self.size_px[0])
        part = rows[top:bottom, 4 * left : 4 * min(right, self.size_px[0])].copy()
        return part.reshape(len(part), -1, 4)[..., :3]

    def key_down(self, name: str) -> None:
        """Press the key with X's ``name``: ``Right``, ``space``, ``c``."""
        self._key(name, down=True)

    def key_up(self, name: str) -> None:
        """Let the key go."""
        self._key(name, down=False)

    def tap(self, name: str) -> None:
        """Press a key and let it go; ``question`` takes Shift along."""
        if name in SHIFTED:
            self._key("Shift_L", down=True)
        self._key(SHIFTED.get(name, name), down=True)
        self._key(SHIFTED.get(name, name), down=False)
        if name in SHIFTED:
            self._key("Shift_L", down=False)

    def type(self, text: str) -> None:
        """Type lower-case letters, digits and blanks."""
        for letter in text:
            self.tap("space" if letter == " " else letter)

    def move(self, x: int, y: int) -> None:
        """Put the pointer at ``x``, ``y``."""
        self._xtst.XTestFakeMotionEvent(self._client, -1, x, y, 0)
        self._x11.XFlush(self._client)

    def click(self, x: int, y: int) -> None:
        """Click with the left button at ``x``, ``y``."""
        self.move(x, y)
        for down in (1, 0):
            self._xtst.XTestFakeButtonEvent(self._client, LEFT_BUTTON, down, 0)
        self._x11.XFlush(self._client)

    def windows(self, pid: int) -> list[int]:
        """Return the visible windows of process ``pid``."""
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(pid)],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,  # 1: none
        )
        return [int(line) for line in found.stdout.split()]

    def quit_windows(self, pid: int) -> None:
        """Ask the windows of process ``pid`` to close, as a window manager does at a click on the cross."""
        for window in self.windows(pid):
            event = ClientMessage(
                type=33,
                send_event=1,
                window=window,
                message_type=self._atom("WM_PROTOCOLS"),
                format=32,
                data=(ctypes.c_long * 5)(self._atom("WM_DELETE_WINDOW"), 0, 0, 0, 0),
            )
            self._x11.XSendEvent(self._client, ctypes.c_ulong(window), 0, 0, ctypes.byref(event))
        self._x11.XFlush(self._client)

    def _atom(self, name: str) -> int:
        return int(self._x11.XInternAtom(self._client, name.encode(), 0))

    def _key(self, name: str, *, down: bool) -> None:
        symbol = self._x11.XStringToKeysym(name.encode())
        assert symbol, f"X knows no key {name!r}"
        code: Any = self._x11.XKeysymToKeycode(self._client, ctypes.c_ulong(symbol))
        self._xtst.XTestFakeKeyEvent(self._client, code, int(down), 0)
        self._x11.XFlush(self._client)
