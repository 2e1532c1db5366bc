"""Scans frames for the one code in view: two reads that agree within a second, and hints until then.

A pure state machine in the time of the frames: same frames and times, same sightings.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from emulator.core.units import MS
from emulator.vision.code import Code, Glimpse, side_px
from emulator.vision.passes import PASSES, QR, Pass, search, to_grey

State = Literal["searching", "closer", "steady", "reading", "two", "read"]

WINDOW_MS = 1_000
AGREEING = 2  # reads
CLOSER_BELOW_PX = 100.0  # narrower codes fail at a tilt of 35 degrees (docs/scan.md)
HINT_MS = 400  # a hint outlives the frames whose pass sees less

TEXTS: dict[State, dict[str, str]] = {
    "searching": {"zh": "请对准收款码", "en": "Point at the payment code"},
    "closer": {"zh": "请靠近一点", "en": "Move closer"},
    "steady": {"zh": "看不清，请拿稳", "en": "Unclear, hold still"},
    "reading": {"zh": "正在识别", "en": "Reading"},
    "two": {"zh": "画面里有两个码，请只对准一个", "en": "Two codes in view, point at one"},
    "read": {"zh": "已识别", "en": "Read"},
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the scanner makes of the frames so far.

    Attributes:
        state: ``read`` after two agreeing reads, ``two`` while reads of the last second differ.
        code: The code if ``read``, the latest one if ``reading``.
        searched_by: Name of the pass this frame was searched by.
    """

    state: State
    code: Code | None
    searched_by: str


class Scanner:
    """Takes frames in order of their time, one pass each; a pass that read stays for the next frame.

    Two codes are told while reads of the last second differ, even if no frame showed both: a pass may see one of them
    only. So whoever turns from one code to another is told ``two`` for up to a second.

    Args:
        formats: Which codes it looks for, by their names in zxing-cpp.
    """

    def __init__(self, formats: tuple[str, ...] = QR) -> None:
        self._formats = formats
        self._reads: deque[tuple[int, Code]] = deque()
        self._hint: tuple[int, State] | None = None
        self._last_ns: int | None = None
        self._turn = 0

    @property
    def latest(self) -> Code | None:
        """The code that was read last, if any was within a second of the last frame."""
        return self._reads[-1][1] if self._reads else None

    def forget(self) -> None:
        """Start anew."""
        self._reads.clear()
        self._hint, self._last_ns, self._turn = None, None, 0

    def look(self, frame: npt.NDArray[np.uint8], t_ns: int) -> Sighting:
        """Take one frame.

        Args:
            frame: Shape (h, w, 3) BGR or (h, w) grey, uint8.
            t_ns: When it was exposed. The same time again is the same frame, and no second read; an earlier one
                starts anew.
        """
        if self._last_ns is not None and t_ns < self._last_ns:
            self.forget()
        self._last_ns = t_ns
        grey = to_grey(frame)
        by = self._next_pass(grey)
        found = search(grey, by, self._formats)
        if not found.codes:
            self._turn += 1
        self._keep(found.codes, t_ns)
        self._note(found.glimpses, t_ns)
        state = self._state(t_ns)
        return Sighting(state, self._reads[-1][1] if state in ("read", "reading") else None, by.name)

    def _next_pass(self, grey: npt.NDArray[np.uint8]) -> Pass:
        fitting = [by for by in PASSES if by.fits(grey)]
        return fitting[self._turn % len(fitting)]

    def _keep(self, codes: tuple[Code, ...], t_ns: int) -> None:
        while self._reads and t_ns - self._reads[0][0] > WINDOW_MS * MS:
            self._reads.popleft()
        for code in codes:
            if not any(at == t_ns and code.same_as(one) for at, one in self._reads):
                self._reads.append((t_ns, code))

    def _note(self, glimpses: tuple[Glimpse, ...], t_ns: int) -> None:
        if glimpses:
            widest = max(side_px(one.corners) for one in glimpses)
            self._hint = (t_ns, "closer" if widest < CLOSER_BELOW_PX else "steady")

    def _state(self, t_ns: int) -> State:
        if self._reads:
            latest = self._reads[-1][1]
            if not all(code.same_as(latest) for _, code in self._reads):
                return "two"
            return "read" if len(self._reads) >= AGREEING else "reading"
        if self._hint and t_ns - self._hint[0] <= HINT_MS * MS:
            return self._hint[1]
        return "searching"
