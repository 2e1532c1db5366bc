"""Play a flow on a pair of glasses, inside its virtual time.

The flow hangs in the kernel's agenda like anything else from outside (``late``), so it plays in the same way and to
the same log whoever advances the time: a test that jumps, a film that goes frame by frame, or a window in real time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.core.errors import EmulatorError, ExpectationError
from emulator.core.events import Action, AppCrashed
from emulator.core.kernel import Timer
from emulator.core.log import Record
from emulator.core.units import S
from emulator.session.walk import Walk

if TYPE_CHECKING:
    from emulator.flows.flow import Flow, Step, Variant
    from emulator.session.glasses import Glasses

FAR_NS = 10**18  # every step ends by itself, so this is never reached


@dataclass(frozen=True, slots=True)
class Wait:
    """What a step asks for: go on at ``t_ns``, or sooner once ``holds`` is true at the end of an instant."""

    t_ns: int
    holds: Callable[[], bool] | None = None


Doing = Generator[Wait, bool, None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one run of a flow ended.

    Attributes:
        flow: The flow's name.
        path: Its file.
        chosen: Values of the sweep, as text, or "".
        error: Why it failed, starting with the place; None if it passed.
        t_ns: Virtual time at the end.
        steps: Number of steps that were done.
    """

    flow: str
    path: str
    chosen: str
    error: EmulatorError | None
    t_ns: int
    steps: int

    @property
    def passed(self) -> bool:
        """Say whether everything came true."""
        return self.error is None


class Play:
    """One run of a flow on ``glasses``; starts at once, goes on as the time does.

    Attributes:
        verdict: How it ended; None while it plays.
        step: The step that is being done.
        anchor_seq: Length of the log when the last acting step began: expectations see what came after.
        anchor_ns: When the last acting step was over: ``within`` counts from here.
        energy_mwh: The ledger when the last acting step began.
        walk: Where the positions come from.
    """

    def __init__(self, glasses: Glasses, flow: Flow, variant: Variant, *, update_golden: bool = False) -> None:
        self.glasses, self.flow, self.variant, self.update_golden = glasses, flow, variant, update_golden
        self.verdict: Verdict | None = None
        self.step: Step | None = None
        self.anchor_seq, self.anchor_ns = 0, 0
        self.energy_mwh: dict[str, dict[str, float]] = {}
        self.walk = Walk(glasses)
        self.crashes_allowed: list[Callable[[Record], bool]] = []
        self._done = 0
        self._wait: Wait | None = None
        self._timer: Timer | None = None
        self._checking = False
        self._steps = self._run()
        self._stop = glasses.log.subscribe(self._on_record)
        glasses.kernel.after(0, self._resume, late=True)

    @property
    def over(self) -> bool:
        """Say whether the flow has ended."""
        return self.verdict is not None

    @property
    def now_ns(self) -> int:
        """Virtual time."""
        return self.glasses.now_ns

    def do(self, action: Action) -> Doing:
        """Apply ``action`` now, and let the device do all it does at this instant before anything else comes.

        A replay drains the agenda before each action, so two of one instant must not follow one another directly.
        """
        self.glasses.do(action)
        yield Wait(self.now_ns)

    def since(self) -> list[Record]:
        """Return what happened since the last acting step began."""
        return self.glasses.log.records[self.anchor_seq :]

    def finish(self, limit_ns: int | None = None) -> Verdict:
        """Jump through time until the flow is over, or to ``limit_ns``; return how it ended.

        Raises:
            ExpectationError: If ``limit_ns`` came first.
        """
        if not self.over:
            self.glasses.run_until(FAR_NS if limit_ns is None else limit_ns, stop=lambda: self.over)
        if self.verdict is None:
            raise ExpectationError(f"{self.flow.path}: the flow was not over at {self.now_ns / S:.3f} s")
        return self.verdict

    def abandon(self) -> None:
        """Stop playing; the flow gets no verdict."""
        self._stop()
        self._steps.close()
        if self._timer is not None:
            self._timer.cancel()
        self._wait = None

    # --- inside ---

    def _run(self) -> Doing:
        for action in self.variant.given.actions:
            yield from self.do(action)
        for step in self.variant.steps:
            self.step = step
            if step.acting:
                self.anchor_seq = len(self.glasses.log.records)
                self.energy_mwh = self.glasses.energy_mwh()
            yield from step.act(self)
            if step.acting:
                self.anchor_ns = self.now_ns
            self._done += 1
        self._judge_crashes()

    def _judge_crashes(self) -> None:
        for record in self.glasses.log.records:
            if isinstance(record.event, AppCrashed) and not any(allowed(record) for allowed in self.crashes_allowed):
                crash = record.event
                raise ExpectationError(
                    f"{self.flow.path}: app {crash.app!r} crashed at {record.t_ns / S:.3f} s: {crash.error}"
                )

    def _resume(self, met: bool | None = None) -> None:
        self._wait = None
        if self._timer is not None:
            self._timer.cancel()
        try:
            wait = next(self._steps) if met is None else self._steps.send(met)
        except StopIteration:
            self._end(None)
        except EmulatorError as error:
            self._end(error)
        else:
            self._park(wait)

    def _park(self, wait: Wait) -> None:
        self._wait = wait
        kernel = self.glasses.kernel
        self._timer = kernel.at(max(wait.t_ns, kernel.now_ns), lambda: self._resume(self._holds()), late=True)
        self._look()

    def _look(self) -> None:
        """Ask whether the wait is met, at the end of this instant."""
        if self._wait is not None and self._wait.holds is not None and not self._checking:
            self._checking = True
            self.glasses.kernel.after(0, self._check, late=True)

    def _check(self) -> None:
        self._checking = False
        if self._holds():
            self._resume(True)

    def _holds(self) -> bool:
        return self._wait is not None and self._wait.holds is not None and self._wait.holds()

    def _on_record(self, _: Record) -> None:
        self._look()

    def _end(self, error: EmulatorError | None) -> None:
        self._stop()
        if error is not None and self.step is not None and not str(error).startswith(self.flow.path):
            error = type(error)(f"{self.step.node.place}: {error}")
        chosen = self.variant.label
        self.verdict = Verdict(self.flow.name, self.flow.path, chosen, error, self.now_ns, self._done)
