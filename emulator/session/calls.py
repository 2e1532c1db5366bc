"""Service calls: numbered requests go out, replies come back as actions.

The offline half of a service computes, and its reply arrives after a stated latency of virtual time. A live half runs
on the bridge and its reply arrives as much later as it took. In a replay nothing is called: the logged replies resolve
the requests by number.

A session that jumps waits for what is under way before time goes on, so its log does not depend on how fast the machine
is; one that is paced (the window) goes on, and the reply comes when it is there.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from emulator.core.actions import Reply
from emulator.core.discovery import discover
from emulator.core.events import Action, ServiceAsked, ServiceFailed
from emulator.core.kernel import Future
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.devices.device import Device
from emulator.live.breaker import Breaker
from emulator.live.bridge import Bridge, Outcome
from emulator.live.errors import NotFoundError, RejectedError, ServiceError
from emulator.live.secrets import read_secret, redact
from emulator.services.service import Here, Service
from emulator.session.surroundings import Surroundings

TRUE_ANSWERS = (NotFoundError, RejectedError)  # of a live half; whatever else fails, the offline half answers


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is under way."""

    number: int
    name: str
    service: Service
    value: Any
    here: Here
    asked_ns: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the live half of a service is: ``off``, ``unset`` (a secret is missing), ``closed``, ``open`` or ``trying``."""

    state: str
    reason: str = ""


class Calls:
    """All service calls of one session.

    Attributes:
        paced: Whether somebody lets virtual time follow wall time; then it never waits for a reply.
        asked: Told the number of each request.
    """

    def __init__(
        self,
        device: Device,
        do: Callable[[Action], None],
        surroundings: Surroundings,
        *,
        answering: bool,
        live: bool,
    ) -> None:
        self._device, self._do, self._surroundings = device, do, surroundings
        self._answering, self._live = answering, live
        self.services: dict[str, Service] = discover("emulator.services", "SERVICE")
        self._by_request = {kind: name for name, service in self.services.items() for kind in service.requests}
        self._pending: dict[int, tuple[str, Future[dict[str, Any]]]] = {}
        self._under_way: dict[int, Request] = {}
        self._arrived: queue.SimpleQueue[tuple[int, Outcome, int]] = queue.SimpleQueue()
        self._breakers: dict[str, Breaker] = {}
        self._reasons: dict[str, str] = {}
        self._bridge, self._worker = Bridge(), ThreadPoolExecutor(1, "service")
        self._count = 0
        self.paced = False
        self.asked: Callable[[int], None] = lambda _: None
        device.log.subscribe(self._on_reply, Reply)

    def call(self, request: Any, owner: str) -> Future[dict[str, Any]]:
        """Send ``request`` for ``owner``; resolves with the reply, or with ``{"error": kind, "reason": text}``."""
        name = self._by_request[type(request)]
        service = self.services[name]
        self._count += 1
        number, future = self._count, Future[dict[str, Any]]()
        self._pending[number] = (name, future)
        self._device.log.emit(ServiceAsked(number, name, type(request).__name__, owner), owner)
        if self._device.profile.radio.wifi and not service.local:
            radio = self._device.parts.hold("wifi", owner)
            future.add_waiter(radio.release)
        if self._answering:
            here = self._surroundings.here()
            self._ask(Request(number, name, service, request, here, self._device.kernel.now_ns))
        self.asked(number)
        return future

    # --- what is under way ---

    @property
    def holding(self) -> bool:
        """Say whether virtual time has to wait for a reply."""
        return not self.paced and bool(self._under_way)

    def wait(self) -> None:
        """Wait in wall time for the next outcome and take it."""
        self._take(*self._arrived.get())

    def collect(self) -> None:
        """Take the outcomes that have arrived."""
        while not self._arrived.empty():
            self._take(*self._arrived.get())

    def health(self, name: str) -> Health:
        """Return how the live half of service ``name`` is."""
        service = self.services[name]
        if service.live is None or not self._live:
            return Health("off")
        if self._secrets(service) is None:
            return Health("unset")
        return Health(self._breaker(name).state, self._reasons.get(name, ""))

    def close(self) -> None:
        """Forget what is still pending."""
        self._pending.clear()
        self._under_way.clear()
        self._bridge.close()
        self._worker.shutdown(wait=True, cancel_futures=True)

    # --- inside ---

    def _ask(self, request: Request) -> None:
        secrets = self._secrets(request.service) if self._goes_live(request) else None
        if secrets is not None and self._breaker(request.name).allows():
            self._under_way[request.number] = request
            live = request.service.live
            assert live is not None  # _goes_live
            self._bridge.ask(
                lambda http: live(request.value, request.here, http, secrets),
                lambda outcome, latency_ms: self._arrived.put((request.number, outcome, latency_ms)),
            )
        elif request.service.slow and self.paced:
            self._under_way[request.number] = request
            frame = request.here.frame()  # of now, and taken by the thread whose it is
            self._worker.submit(self._compute_aside, replace(request, here=replace(request.here, frame=lambda: frame)))
        else:
            self._reply(request, request.service.engine, request.service.latency_ms, _compute(request))

    def _goes_live(self, request: Request) -> bool:
        return self._live and type(request.value) in request.service.live_requests

    def _compute_aside(self, request: Request) -> None:
        try:
            outcome: Outcome = request.service.offline(request.value, request.here)
        except ServiceError as error:
            outcome = error
        self._arrived.put((request.number, outcome, -1))

    def _take(self, number: int, outcome: Outcome, latency_ms: int) -> None:
        """Let an outcome become a reply; where a live half failed on its way, the offline half answers."""
        request = self._under_way.pop(number, None)
        if request is None:
            return
        service = request.service
        if latency_ms < 0:
            self._reply(request, service.engine, service.latency_ms, _told(outcome))
            return
        failed = isinstance(outcome, ServiceError) and not isinstance(outcome, TRUE_ANSWERS)
        breaker = self._breaker(request.name)
        breaker.failed() if failed else breaker.worked()
        self._reasons[request.name] = redact(str(outcome)) if failed else ""
        if isinstance(outcome, ServiceError) and failed:
            fallback = {"kind": outcome.kind, "reason": redact(str(outcome))}
            value = _compute(request) | {"fallback": fallback}
            self._reply(request, service.engine, latency_ms + service.latency_ms, value)
        else:
            self._reply(request, "live", latency_ms, _told(outcome))

    def _reply(self, request: Request, engine: str, latency_ms: int, value: dict[str, Any]) -> None:
        """Let the reply arrive so long after the request, or at once if that has passed."""
        kernel = self._device.kernel
        due_ns = max(kernel.now_ns, request.asked_ns + latency_ms * MS)
        reply = Reply(request.number, engine, max(latency_ms, (due_ns - request.asked_ns) // MS), value)
        kernel.at(due_ns, partial(self._do, reply), late=True)

    def _secrets(self, service: Service) -> Mapping[str, str] | None:
        """Return the secrets of a service, or None if one that it needs is missing."""
        found = {secret.name: read_secret(secret.name) for secret in service.secrets}
        if any(found[secret.name] is None and not secret.optional for secret in service.secrets):
            return None
        return {name: value for name, value in found.items() if value is not None}

    def _breaker(self, name: str) -> Breaker:
        return self._breakers.setdefault(name, Breaker())

    def _on_reply(self, record: Record) -> None:
        reply = record.event
        if not isinstance(reply, Reply) or reply.call not in self._pending:
            return
        service, future = self._pending.pop(reply.call)
        fallback = reply.reply.get("fallback")
        if isinstance(fallback, dict):
            failed = ServiceFailed(service, str(fallback.get("kind")), str(fallback.get("reason", "")))
            self._device.log.emit(failed, service)
        if "error" in reply.reply:
            failed = ServiceFailed(service, str(reply.reply["error"]), str(reply.reply.get("reason", "")))
            self._device.log.emit(failed, service)
        future.set(reply.reply | {"engine": reply.engine})


def _compute(request: Request) -> dict[str, Any]:
    try:
        return request.service.offline(request.value, request.here)
    except ServiceError as error:
        return _told(error)


def _told(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, ServiceError):
        told = {"error": outcome.kind, "reason": redact(str(outcome))}
        return told | ({"code": outcome.code} if outcome.code else {})
    return outcome
