"""Service calls: numbered requests go out, replies come back as actions.

The offline half of a service computes on the spot and its reply arrives after a stated latency of virtual time. In a
replay nothing is called: the logged replies resolve the requests by number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.core.actions import Reply
from emulator.core.discovery import discover
from emulator.core.events import Action, ServiceFailed
from emulator.core.kernel import Future
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.devices.device import Device

OFFLINE_MS = 240  # virtual latency of an offline answer: a small model on a phone beside the glasses, assumed


class Calls:
    """All service calls of one session."""

    def __init__(self, device: Device, do: Callable[[Action], None], *, answering: bool) -> None:
        self._device, self._do, self._answering = device, do, answering
        self._services = {request: name for name, request in discover("emulator.services", "REQUEST").items()}
        self._offline = discover("emulator.services", "offline")
        self._pending: dict[int, tuple[str, Future[dict[str, Any]]]] = {}
        self._count = 0
        self.asked: Callable[[int], None] = lambda _: None  # told the number of each request
        device.log.subscribe(self._on_reply, Reply)

    def call(self, request: Any, owner: str) -> Future[dict[str, Any]]:
        """Send ``request`` for ``owner``; resolves with the reply, or with ``{"error": kind, "reason": text}``."""
        service = self._services[type(request)]
        self._count += 1
        number, future = self._count, Future[dict[str, Any]]()
        self._pending[number] = (service, future)
        if self._device.profile.radio.wifi:
            radio = self._device.parts.hold("wifi", owner)
            future.add_waiter(radio.release)
        if self._answering:
            reply = Reply(number, "offline", OFFLINE_MS, self._offline[service](request, self._device.now()))
            self._device.kernel.after(OFFLINE_MS * MS, lambda: self._do(reply), late=True)
        self.asked(number)
        return future

    def close(self) -> None:
        """Forget what is still pending."""
        self._pending.clear()

    def _on_reply(self, record: Record) -> None:
        reply = record.event
        if isinstance(reply, Reply) and reply.call in self._pending:
            service, future = self._pending.pop(reply.call)
            if "error" in reply.reply:
                failed = ServiceFailed(service, str(reply.reply["error"]), str(reply.reply.get("reason", "")))
                self._device.log.emit(failed, service)
            future.set(reply.reply | {"engine": reply.engine})
