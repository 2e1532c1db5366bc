"""The mailbox: a serial line between the processors, one direction each way, with a FIFO at the far end.

A message leaves when the line is free and the FIFO has room, takes its bytes at the line's baud, raises an
interrupt, and is taken as soon as the receiver is awake. A message to a sleeping ap wakes it. The far end's hardware
acknowledges each message; one that is lost on the line is sent again after a time-out, with its number, and holds up
those behind it, so that the order is kept. After the last try it is given up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from emulator.core.events import MessageLost, MessageReceived, MessageSent
from emulator.core.kernel import Kernel
from emulator.core.log import EventLog
from emulator.core.profile import Mailbox as Line
from emulator.core.units import MS

BITS_PER_BYTE = 10  # start, eight data, stop
SOURCE = "mailbox"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: ``what`` for ``owner``; ``taken`` is called at the receiver, ``given_up`` at the sender."""

    what: str
    owner: str
    size_bytes: int
    taken: Callable[[], None]
    given_up: Callable[[], None] = lambda: None


WhenAwake = Callable[[str, str, Callable[[], None]], None]
"""Calls back as soon as the receiver is awake, waking it if need be: (owner, cause, callback)."""


class Direction:
    """One way of the mailbox, from ``sender`` to ``receiver``.

    Attributes:
        loses: Asked for each transmission whether it is lost on the line.
    """

    def __init__(
        self, kernel: Kernel, log: EventLog, line: Line, ends: tuple[str, str], numbers: count[int], take: WhenAwake
    ) -> None:
        """Make the way between ``ends`` (sender, receiver); ``take`` says when the receiver can take a message."""
        self._kernel, self._log, self._line = kernel, log, line
        self._sender, self._receiver = ends
        self._numbers, self._when_awake = numbers, take
        self._waiting: deque[Message] = deque()
        self._sending = False
        self._in_fifo = 0
        self._epoch = 0
        self.loses: Callable[[], bool] = lambda: False

    def send(self, message: Message) -> None:
        """Queue ``message``; it leaves when line and FIFO allow."""
        self._waiting.append(message)
        self._try_send()

    def clear(self) -> None:
        """Drop everything that has not been taken: one end lost power."""
        self._epoch += 1
        self._waiting.clear()
        self._sending, self._in_fifo = False, 0

    def _try_send(self) -> None:
        if self._sending or not self._waiting or self._in_fifo >= self._line.fifo:
            return
        message = self._waiting.popleft()
        self._sending = True
        self._in_fifo += 1
        self._transmit(message, next(self._numbers), 1, self._kernel.now_ns)

    def _transmit(self, message: Message, number: int, attempt: int, first_ns: int) -> None:
        """Put ``message`` on the line, for the ``attempt``-th time since ``first_ns``."""
        epoch = self._epoch
        self._log.emit(
            MessageSent(number, self._sender, self._receiver, message.size_bytes, message.what, message.owner), SOURCE
        )
        end_ns = self._kernel.now_ns + round(message.size_bytes * BITS_PER_BYTE / self._line.baud * 1e9)
        if self.loses():
            end_ns += round(self._line.timeout_ms * MS)
            self._kernel.post(end_ns, lambda: self._miss(message, number, attempt, first_ns, epoch))
        else:
            self._kernel.post(end_ns, lambda: self._arrive(message, number, first_ns, epoch))

    def _miss(self, message: Message, number: int, attempt: int, first_ns: int, epoch: int) -> None:
        """No acknowledgement has come: try again, or give up."""
        if epoch != self._epoch:
            return
        gave_up = attempt > self._line.retries
        ends = (self._sender, self._receiver)
        self._log.emit(MessageLost(number, *ends, message.what, message.owner, attempt, gave_up), SOURCE)
        if not gave_up:
            self._transmit(message, number, attempt + 1, first_ns)
            return
        self._sending = False
        self._in_fifo -= 1
        message.given_up()
        self._try_send()

    def _arrive(self, message: Message, number: int, sent_ns: int, epoch: int) -> None:
        if epoch != self._epoch:
            return
        self._sending = False

        def interrupt() -> None:
            irq_ns = round(self._line.irq_us * 1_000)
            self._kernel.post(self._kernel.now_ns + irq_ns, lambda: self._take(message, number, sent_ns, epoch))

        self._when_awake(message.owner, f"message {message.what}", interrupt)
        self._try_send()

    def _take(self, message: Message, number: int, sent_ns: int, epoch: int) -> None:
        if epoch != self._epoch:
            return
        self._in_fifo -= 1
        latency_us = (self._kernel.now_ns - sent_ns) / 1_000
        self._log.emit(MessageReceived(number, self._receiver, latency_us), SOURCE)
        message.taken()
        self._try_send()


class Mailbox:
    """Both directions between mcu and ap; message numbers are unique over both."""

    def __init__(self, kernel: Kernel, log: EventLog, line: Line, ap_when_awake: WhenAwake) -> None:
        numbers = count(1)
        self.to_ap = Direction(kernel, log, line, ("mcu", "ap"), numbers, ap_when_awake)
        self.to_mcu = Direction(kernel, log, line, ("ap", "mcu"), numbers, _at_once)

    def lose(self, loses: Callable[[], bool]) -> None:
        """Ask ``loses`` from now on whether a transmission is lost, either way."""
        self.to_ap.loses = self.to_mcu.loses = loses

    def clear(self) -> None:
        """Drop everything under way."""
        self.to_ap.clear()
        self.to_mcu.clear()


def _at_once(owner: str, cause: str, callback: Callable[[], None]) -> None:  # noqa: ARG001  the mcu never sleeps deeply
    callback()
