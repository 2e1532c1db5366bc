"""The real program, ``glasses run``, in a process and a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic, perf_counter
from types import TracebackType
from typing import TypeVar

import numpy as np

from tests.gui.screen import Pixels, Screen

T = TypeVar("T")

LOOK_S = 0.005
NOBODY = Event()  # is never set: waiting for it gives the processor away between two looks
SPOKEN_CODE = 200
HUD_CODES = 40  # a HUD pixel differs by more than this from the ground around it
# The view in a window of 1600x1000 at its first start: inside the docks, below the header; without the badge.
VIEW = {"left": 352, "top": 90, "width": 890, "height": 600}
STRIP = {"left": 352, "top": 716, "width": 890, "height": 28}  # the captions below it


def wait_for(claim: Callable[[], T], what: str, within_s: float = 12.0) -> T:
    """Look until ``claim`` gives something true and return it; fail with ``what`` after ``within_s``."""
    end = monotonic() + within_s
    while not (found := claim()):
        assert monotonic() < end, f"not within {within_s:g} s: {what}"
        NOBODY.wait(LOOK_S)
    return found


@dataclass
class Ended:
    """How a run ended."""

    code: int
    took_s: float
    errors: str


class Program:
    """One run of the window on ``screen``; options go to ``glasses run``."""

    def __init__(self, screen: Screen, home: Path, *options: str | Path, voice: bool = False) -> None:
        self.screen, self.home = screen, home
        home.mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "QT_", "WAYLAND_"))}
        self._errors = (home / "stderr.txt").open("w+b")
        words = [*options] if voice else ["--no-voice", *options]
        self.started_s = perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "run", *words],
            env={**kept, "HOME": str(home), "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"},
            cwd=Path(__file__).parents[2],
            stdout=self._errors,
            stderr=self._errors,
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._errors.close()

    @property
    def errors(self) -> str:
        """What the program wrote to its terminal."""
        return (self.home / "stderr.txt").read_text("utf-8", "replace")

    def view(self) -> Pixels:
        """Return the pixels of the view, BGR."""
        return self.screen.pixels(**VIEW)

    def hud(self) -> Pixels:
        """Return where the HUD is lit on an even ground: shape (h, w), bool."""
        return lit(self.view())

    def speaks(self) -> bool:
        """Say whether the captions show what the glasses say: the only bright text there."""
        return int((self.screen.pixels(**STRIP).min(axis=2) > SPOKEN_CODE).sum()) > 40

    def wait_for_hud(self, least_px: int = 400) -> Pixels:
        """Wait until the HUD stands in the view and return where it is lit."""

        def shown() -> bool:
            assert self.process.poll() is None, self.errors
            return int(self.hud().sum()) >= least_px

        wait_for(shown, f"a HUD on the screen; {self.errors}")
        return self.hud()

    def interrupt(self) -> Ended:
        """Press Ctrl-C and wait for the end."""
        return self.end(lambda: self.process.send_signal(signal.SIGINT))

    def close(self) -> Ended:
        """Close the window and wait for the end."""
        return self.end(lambda: self.screen.quit_windows(self.process.pid))

    def end(self, how: Callable[[], object], within_s: float = 10.0) -> Ended:
        """Let ``how`` end the program and tell how that went."""
        how()
        begin = perf_counter()
        code = self.process.wait(within_s)
        return Ended(code, perf_counter() - begin, self.errors)


def lit(view: Pixels) -> Pixels:
    """Return which pixels differ clearly from the ground, the median colour; shape (h, w), bool."""
    ground = np.median(view.reshape(-1, 3)[::17], axis=0)
    return np.asarray(np.abs(view.astype(np.int16) - ground).max(axis=2) > HUD_CODES)
