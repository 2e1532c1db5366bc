"""Live positions: a thread reads a receiver or gpsd and hands every fix on. It comes back after a lost connection.

The thread is outside the simulation: whoever starts it puts its fixes into the log as actions, with the session's time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from emulator.core.errors import EngineError, UsageError, nearest
from emulator.maps.fix import Fix
from emulator.maps.gpsd import PORT, WATCH, Reports
from emulator.maps.gpx import read_gpx
from emulator.maps.nmea import Receiver, Sentences, read_nmea

CONNECT_S, READ_S = 3.0, 0.5  # a read that takes longer looks whether to stop
RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0)  # waits before the next try
CHUNK = 4_096
KINDS = ("gpx", "nmea", "tcp", "serial", "gpsd")


class Wire(Protocol):
    """Something that gives bytes: ``b""`` at the end, None while there are none."""

    def read(self) -> bytes | None:
        """Wait half a second at most for bytes."""

    def close(self) -> None:
        """Give it back."""


class Feed:
    """A thread that reads one source until it is stopped.

    Args:
        open_wire: Connects; may raise OSError, which is told and tried again.
        parse: Makes a fresh parser for a new connection: bytes in, fixes out.
        on_fix: Called in the thread.
        on_state: Called in the thread with one line on every change: connected, lost, why.
    """

    def __init__(
        self,
        open_wire: Callable[[], Wire],
        parse: Callable[[], Callable[[bytes], list[Fix]]],
        on_fix: Callable[[Fix], None],
        on_state: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._open, self._parse, self._on_fix, self._on_state = open_wire, parse, on_fix, on_state
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="position", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the thread; no fix comes after that."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(CONNECT_S + 2 * READ_S)

    def _run(self) -> None:
        failed = 0
        while not self._stop.is_set():
            try:
                wire = self._open()
            except OSError as error:
                self._on_state(f"no connection ({error.strerror or error})")
                self._stop.wait(RETRY_S[min(failed, len(RETRY_S) - 1)])
                failed += 1
                continue
            self._on_state("connected")
            try:
                failed = 0 if self._read(wire) else failed + 1
            except OSError as error:
                self._on_state(f"connection lost ({error.strerror or error})")
                failed += 1
            finally:
                wire.close()
            if not self._stop.is_set():
                self._stop.wait(RETRY_S[min(failed, len(RETRY_S) - 1)])

    def _read(self, wire: Wire) -> bool:
        """Read until the end; return whether there was any fix."""
        parse, any_fix = self._parse(), False
        while not self._stop.is_set():
            data = wire.read()
            if data == b"":
                self._on_state("connection lost (the other side closed it)")
                break
            for fix in parse(data) if data else ():
                any_fix = True
                if not self._stop.is_set():
                    self._on_fix(fix)
        return any_fix


class _Socket:
    def __init__(self, host: str, port: int, greeting: bytes = b"") -> None:
        self._socket = socket.create_connection((host, port), CONNECT_S)
        self._socket.settimeout(READ_S)
        if greeting:
            self._socket.sendall(greeting)

    def read(self) -> bytes | None:
        try:
            return self._socket.recv(CHUNK)
        except TimeoutError:
            return None

    def close(self) -> None:
        self._socket.close()


class _Serial:
    def __init__(self, device: str, baud: int) -> None:
        self._port = import_module("serial").Serial(device, baud, timeout=READ_S)  # its error is an OSError

    def read(self) -> bytes | None:
        data: bytes = self._port.read(max(1, min(self._port.in_waiting, CHUNK)))
        return data or None

    def close(self) -> None:
        self._port.close()


def recorded(source: str) -> list[Fix] | None:
    """Return the fixes of ``"gpx:FILE"`` or ``"nmea:FILE"``, or None if ``source`` is a live one.

    Raises:
        FileError: If the file cannot be read.
        UsageError: If there is no such kind of source.
    """
    kind, rest = _split(source)
    readers = {"gpx": read_gpx, "nmea": read_nmea}
    return readers[kind](Path(rest)) if kind in readers else None


def live_feed(source: str, on_fix: Callable[[Fix], None], on_state: Callable[[str], None] = lambda _: None) -> Feed:
    """Return the feed of a live source, not yet started.

    Sources are ``tcp:HOST:PORT`` (NMEA), ``serial:DEVICE[@BAUD]`` (NMEA, 9600 if not said) and ``gpsd:[HOST[:PORT]]``.

    Raises:
        EngineError: If a serial port is wanted and ``pyserial`` is not installed.
        UsageError: If there is no such kind of source, or it is malformed.
    """
    kind, rest = _split(source)
    if kind == "gpsd":
        host, port = _address(source, rest or "127.0.0.1", PORT)
        return Feed(lambda: _Socket(host, port, WATCH), lambda: Reports().feed, on_fix, on_state)
    if kind == "tcp":
        host, port = _address(source, rest, None)
        return Feed(lambda: _Socket(host, port), _nmea, on_fix, on_state)
    if kind == "serial":
        device, _, baud = rest.partition("@")
        if not device or (baud and not baud.isdecimal()):
            raise UsageError(f"{source!r}: a serial port is serial:DEVICE or serial:DEVICE@BAUD")
        try:
            import_module("serial")
        except ImportError:
            raise EngineError("reading a serial port needs pyserial: pip install pyserial") from None
        return Feed(lambda: _Serial(device, int(baud or 9600)), _nmea, on_fix, on_state)
    raise UsageError(f"{source!r} is a file, not a live source")


def _nmea() -> Callable[[bytes], list[Fix]]:
    sentences = Sentences()
    receiver = Receiver()

    def parse(data: bytes) -> list[Fix]:
        nonlocal receiver
        found = []
        for body in sentences.feed(data):
            receiver, fix = receiver.hear(body)
            found += [fix] if fix else []
        return found

    return parse


def _split(source: str) -> tuple[str, str]:
    kind, colon, rest = source.partition(":")
    if not colon or kind not in KINDS:
        raise UsageError(f"no source of positions {source!r}{nearest(kind, KINDS)}, as in gpx:FILE or gpsd:")
    return kind, rest


def _address(source: str, text: str, usual: int | None) -> tuple[str, int]:
    host, colon, port = text.rpartition(":") if ":" in text else (text, "", "")
    if not colon and usual is not None:
        return text, usual
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise UsageError(f"{source!r}: say HOST:PORT, such as 127.0.0.1:2947")
    return host.strip("[]"), int(port)
