"""Run without a window: virtual time goes from frame to frame, and the view goes into files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.cli._interrupt import Interruptible
from emulator.core.errors import UsageError
from emulator.core.units import MS, S
from emulator.core.whole_file import check_place

if TYPE_CHECKING:
    from emulator.cli._film import Film
    from emulator.flows.play import Play
    from emulator.session.glasses import Glasses
    from emulator.ui.options import RunOptions

TAIL_NS = 500 * MS  # of the view after a flow is over
TELL_S = 0.5


@dataclass(slots=True)
class Progress:
    """One line on stderr for people who wait; silent in pipes and for the first second."""

    end_ns: int | None
    _next: float = field(default_factory=lambda: time.monotonic() + 1.0)
    _shown: bool = False

    def tell(self, t_ns: int) -> None:
        """Say how far it is."""
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            self._next = time.monotonic() + TELL_S
            self._shown = True
            whole = f" of {self.end_ns / S:.0f} s" if self.end_ns is not None else " s"
            print(f"\r{t_ns / S:6.1f}{whole} of virtual time ", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the line."""
        if self._shown:
            print(file=sys.stderr)


def run_offscreen(options: RunOptions) -> int:
    """Run as ``options`` ask, write the files, say where they are. Returns 1 if the flow failed.

    Whatever ends the run, interruption included, video and log are complete.

    Raises:
        EmulatorError: If an option makes no sense or a file cannot be read or written.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.for_ms is None and not options.flow:
        raise UsageError("off-screen, say how long: --for 20s, or what to play: --flow tour")
    for what, path in _outputs(options):
        check_place(Path(path), f"the {what}")
    glasses, play = make(options)
    with ExitStack() as files:
        if options.log:
            files.callback(glasses.save_log, options.log)
        files.callback(glasses.close)
        film = _film(options, glasses, files)
        advance(options, glasses, play, film)
    if film is not None and film.trouble:
        print(f"glasses: {film.trouble}; the last good picture stayed", file=sys.stderr)
    code = _tell(options, play)
    return code if code or film is None or not film.trouble else 2


def make(options: RunOptions) -> tuple[Glasses, Play | None]:
    """Return a new pair, and the flow that plays on it if one was asked for."""
    from emulator.flows.run import begin
    from emulator.hud.document import load_documents
    from emulator.session.glasses import Glasses
    from emulator.session.walk import Walk, stand_at
    from emulator.world.scene import parse_scene

    lux = parse_scene(options.scene).lux if options.lux is None and options.scene else options.lux
    wanted: dict[str, Any] = {"policy": options.policy, "language": options.language or None, "lux": lux}
    documents = load_documents(Path(options.documents)) if options.documents else None
    given = {key: value for key, value in wanted.items() if value is not None}
    given |= {"live": bool(options.live), "data": Path(options.data) if options.data else None}
    if not options.flow:
        glasses = Glasses(options.profile, documents=documents, seed=options.seed, **given)
        if options.position:
            glasses.do(stand_at(options.position))
        if options.follow:
            Walk(glasses).follow(options.follow)
        return glasses, None
    play = begin(options.flow, profile=options.profile, seed=options.seed, documents=documents, **given)
    return play.glasses, play


def advance(options: RunOptions, glasses: Glasses, play: Play | None, film: Film | None) -> None:
    """Go from frame to frame to the end, or to a signal.

    Raises:
        KeyboardInterrupt: After Ctrl-C.
        Terminated: After SIGTERM.
    """
    end_ns = None if options.for_ms is None else round(options.for_ms * MS)
    progress = Progress(end_ns)
    over = _ending(end_ns, play)
    number = 0
    with Interruptible() as interrupt:
        while not (over(glasses.now_ns) or interrupt.asked):
            number += 1
            t_ns = number * S // options.fps
            glasses.run_until(t_ns if end_ns is None else min(t_ns, end_ns))
            if film is not None:
                film.shoot()
            progress.tell(glasses.now_ns)
        progress.close()


def _ending(end_ns: int | None, play: Play | None) -> Callable[[int], bool]:
    """Return what says whether the run is over: at the time asked for, or a moment after the flow."""

    def over(t_ns: int) -> bool:
        if end_ns is not None:
            return t_ns >= end_ns
        return play is None or (play.verdict is not None and t_ns >= play.verdict.t_ns + TAIL_NS)

    return over


def _film(options: RunOptions, glasses: Glasses, files: ExitStack) -> Film | None:
    """Open the film, if one is asked for; ``files`` completes it, its last picture included."""
    if not (options.record or options.screenshot):
        return None
    from emulator.cli._film import Film

    film = Film(glasses, options.scene, options.fps, Path(options.record) if options.record else None)
    files.callback(film.close)
    if options.screenshot:
        files.callback(film.save_picture, Path(options.screenshot))
    return film


def _outputs(options: RunOptions) -> list[tuple[str, str]]:
    found = (("video", options.record), ("picture", options.screenshot), ("log", options.log))
    return [(what, path) for what, path in found if path]


def _tell(options: RunOptions, play: Play | None) -> int:
    from emulator.flows.report import line

    for what, path in _outputs(options):
        print(f"{what}: {Path(path).absolute()}")
    if play is None:
        return 0
    if play.verdict is None:
        verb = play.step.verb if play.step is not None else "nothing"
        print(f"the flow was not over: it was doing {verb!r}; without --for it plays to its end")
        return 0
    print(line(play.verdict))
    return 0 if play.verdict.passed else 1
