"""Service calls: numbered requests go out, replies come back as actions.

The offline half of a service computes, and its reply arrives after a stated latency of virtual time. A live half runs
on the bridge and its reply arrives as much later as it took. In a replay nothing is called: the logged replies resolve
the requests by number.

A session that jumps waits for what is under way before time goes on, so its log does not depend on how fast the machine
is; one that is paced (the window) goes on, and the reply comes when it is there. All offline halves of a session compute
in one thread, one after the other: what they open there they use there, and it is closed there.

An offline half that raises what nobody expected is told as a crash, by type and place, and its reply is an error: the app
goes on, and a replay has the reply.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import Future as Computing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from emulator.core.actions import Reply
from emulator.core.discovery import discover
from emulator.core.errors import FileError
from emulator.core.events import Action, AppCrashed, ServiceAsked, ServiceFailed
from emulator.core.kernel import Future
from emulator.core.log import Record
from emulator.core.units import MS
from emulator.devices.device import Device
from emulator.live.breaker import Breaker
from emulator.live.bridge import Bridge, Outcome
from emulator.live.errors import (
    BrokenError,
    NetworkError,
    NotFoundError,
    NotServedError,
    RejectedError,
    ServiceError,
    bug_of,
)
from emulator.live.secrets import read_secret, redact, without
from emulator.live.threads import Worker
from emulator.services.service import Here, Service
from emulator.session.surroundings import Surroundings

TRUE_ANSWERS = (NotFoundError, RejectedError)  # of a live half; whatever else fails, the offline half answers
SPARE = 1.25  # times the longest call: one that says nothing at all is given up then
END_S = 1.0
LOOK_S = 0.2  # between two looks whether waiting shall end
BROKEN = {"zh": "服务出了故障，请稍后再试", "en": "The service has a fault; please try again later"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is under way.

    Attributes:
        hidden: Values of the secrets that it is asked with; no text may have them.
    """

    number: int
    name: str
    service: Service
    value: Any
    here: Here
    asked_ns: int
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How the live half of a service is: ``off``, ``unset`` (a secret is missing), ``closed``, ``open`` or ``trying``."""

    state: str
    reason: str = ""
    code: str = ""


class Calls:
    """All service calls of one session.

    Attributes:
        services: Every service by its id.
        live: Whether live halves may be asked.
        bridge: Where they run.
        paced: Whether somebody lets virtual time follow wall time; then it never waits for a reply.
        blocks: Whether time that has to wait for a reply does so at once, or is let go on later by somebody.
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
        self._answering, self.live = answering, live
        self.services: dict[str, Service] = {}
        self._by_request: dict[type[Any], str] = {}
        for name, service in discover("emulator.services", "SERVICE").items():
            self.add(name, service)
        self._pending: dict[int, tuple[str, Future[dict[str, Any]]]] = {}
        self._under_way: dict[int, Request] = {}
        self._arrived: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._breakers: dict[str, Breaker] = {}
        self._reasons: dict[str, tuple[str, str]] = {}  # text and code of the last failure
        self._secrets: dict[str, Mapping[str, str] | None] = {}
        self.bridge, self._worker = Bridge(), Worker("services")
        self._count = 0
        self.paced, self.blocks = False, True
        self.asked: Callable[[int], None] = lambda _: None
        device.log.subscribe(self._on_reply, Reply)

    def add(self, name: str, service: Service) -> None:
        """Let ``service`` answer its requests in this session."""
        self.services[name] = service
        self._by_request |= dict.fromkeys(service.requests, name)

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
            self._begin(number, name, request)
        self.asked(number)
        return future

    # --- what is under way ---

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The numbers of the requests without a reply, in order."""
        return tuple(self._pending)

    @property
    def holding(self) -> bool:
        """Say whether virtual time has to wait for a reply."""
        return not self.paced and bool(self._under_way)

    def wait(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Wait in wall time for the next outcome and take it, or until ``stop`` is true: somebody pressed Ctrl-C."""
        spare_s = SPARE * self.bridge.longest_s
        for _ in range(max(1, round(spare_s / LOOK_S))):
            try:
                take = self._arrived.get(timeout=min(LOOK_S, spare_s))
            except queue.Empty:
                if stop():
                    return
            else:
                take()
                return
        if not self._worker.busy:
            for request in list(self._under_way.values()):
                self._take(request, NetworkError("no answer at all", "timeout", unknown=True), 0)

    def collect(self) -> None:
        """Take the outcomes that have arrived."""
        while not self._arrived.empty():
            self._arrived.get()()

    def close(self) -> None:
        """Forget what is pending and let go of the surroundings, within two seconds whatever the services do."""
        self._pending.clear()
        self._under_way.clear()
        self.bridge.close()
        if not self._worker.started:
            self._surroundings.close()
            return
        closing = self._worker.submit(self._surroundings.close)  # stores are closed where they were opened
        self._worker.close(END_S)
        if closing.done():
            closing.result()

    # --- how the live halves are ---

    def health(self, name: str) -> Health:
        """Return how the live half of service ``name`` is."""
        service = self.services[name]
        if service.live is None or not self.live:
            return Health("off")
        if self._secrets_of(name) is None:
            return Health("unset")
        return Health(self._breaker(name).state, *self._reasons.get(name, ("", "")))

    def is_local(self, name: str) -> bool:
        """Say whether the glasses compute service ``name`` themselves."""
        return name in self.services and self.services[name].local

    def half(self, name: str) -> str:
        """Return which half of service ``name`` answers next: ``live``, ``offline`` or ``sandbox``."""
        return "live" if self.health(name).state in ("closed", "trying") else self.services[name].engine

    def reread(self) -> None:
        """Look for the secrets anew; a live half that got other ones has another chance."""
        before, self._secrets = self._secrets, {}
        for name, secrets in before.items():
            if self._secrets_of(name) != secrets:
                self.mended(name)

    def mended(self, name: str) -> None:
        """Give the live half of service ``name`` another chance at once."""
        self._breakers.pop(name, None)
        self._reasons.pop(name, None)

    # --- asking ---

    def _begin(self, number: int, name: str, value: Any) -> None:
        """Ask as things are now; where there is no folder for the stores, that is the answer."""
        service, now_ns = self.services[name], self._device.kernel.now_ns
        try:
            here = self._surroundings.here()
        except FileError as error:
            told = _told(RejectedError(str(error), "store"), ())
            self._reply(number, now_ns, service.engine, service.latency_ms, told)
        else:
            self._ask(Request(number, name, service, value, here, now_ns))

    def _ask(self, request: Request) -> None:
        service = request.service
        goes = self.live and type(request.value) in service.live_requests
        secrets = self._secrets_of(request.name) if goes else None
        if secrets is None or service.live is None or not self._breaker(request.name).allows():
            self._compute(request)
            return
        hidden = tuple(secrets[secret.name] for secret in service.secrets if secret.hidden and secret.name in secrets)
        request = replace(self._as_asked(request), hidden=hidden)
        half = partial(service.live, request.value, request.here)
        self._under_way[request.number] = request
        self.bridge.ask(
            lambda http: half(http, secrets),
            lambda outcome, latency_ms: self._arrived.put(partial(self._take, request, outcome, latency_ms)),
        )

    def _compute(self, request: Request, after_ms: int = 0, fallback: Mapping[str, str] | None = None) -> None:
        """Let the offline half answer; while time is paced, a slow one does it aside."""
        aside = self.paced and (request.service.slow or self._worker.busy)
        request = self._as_asked(request) if aside else request
        self._under_way[request.number] = request
        computing = self._worker.submit(partial(request.service.offline, request.value, request.here))
        finish = partial(self._finish, request, after_ms, fallback, computing)
        if aside:
            computing.add_done_callback(lambda _: self._arrived.put(finish))
        else:
            finish()

    def _as_asked(self, request: Request) -> Request:
        """Let the request keep what the camera sees now, as time goes on before it is answered."""
        if not self.paced:
            return request
        frame = request.here.frame()
        return replace(request, here=replace(request.here, frame=lambda: frame))

    # --- answers ---

    def _take(self, request: Request, outcome: Outcome, latency_ms: int) -> None:
        """Let the outcome of a live half become a reply; where it failed on its way, the offline half answers."""
        if self._under_way.pop(request.number, None) is None:
            return
        breaker = self._breaker(request.name)
        if isinstance(outcome, NotServedError):
            breaker.left()
            self._compute(request, latency_ms)
            return
        if isinstance(outcome, ServiceError) and not isinstance(outcome, TRUE_ANSWERS):
            breaker.failed()
            reason = redact(str(outcome), request.hidden)
            self._reasons[request.name] = (reason, outcome.code)
            self._compute(request, latency_ms, {"kind": outcome.kind, "reason": reason})
            return
        breaker.worked()
        self._reasons.pop(request.name, None)
        self._reply(request.number, request.asked_ns, "live", latency_ms, _told(outcome, request.hidden))

    def _finish(
        self, request: Request, after_ms: int, fallback: Mapping[str, str] | None, computing: Computing[dict[str, Any]]
    ) -> None:
        """Let what the offline half computed become a reply."""
        if self._under_way.pop(request.number, None) is None:
            return
        value = _told(_outcome(computing, request.here.language), request.hidden)
        more = {"fallback": dict(fallback)} if fallback else {}
        latency_ms = after_ms + request.service.latency_ms
        self._reply(request.number, request.asked_ns, request.service.engine, latency_ms, value | more)

    def _reply(self, number: int, asked_ns: int, engine: str, latency_ms: int, value: dict[str, Any]) -> None:
        """Let the reply arrive so long after the request, or at once if that has passed."""
        kernel = self._device.kernel
        due_ns = max(kernel.now_ns, asked_ns + latency_ms * MS)
        reply = Reply(number, engine, max(latency_ms, (due_ns - asked_ns) // MS), value)
        kernel.at(due_ns, partial(self._do, reply), late=True)

    def _secrets_of(self, name: str) -> Mapping[str, str] | None:
        """Return the secrets of a service, or None if one that it needs, or each, is missing; looked for once."""
        if name not in self._secrets:
            service = self.services[name]
            found = {secret.name: read_secret(secret.name) for secret in service.secrets}
            lacks = any(found[secret.name] is None and not secret.optional for secret in service.secrets)
            known = {key: value for key, value in found.items() if value is not None}
            self._secrets[name] = None if lacks or (service.secrets and not known) else known
        return self._secrets[name]

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
        if reply.reply.get("error") == BrokenError.kind:
            crash = AppCrashed(service, f"the offline half of the service: {reply.reply.get('bug')}")
            self._device.log.emit(crash, service)
        future.set(reply.reply | {"engine": reply.engine})


def _outcome(computing: Computing[dict[str, Any]], language: str) -> Outcome:
    error = computing.exception()
    if error is None:
        return computing.result()
    return error if isinstance(error, ServiceError) else BrokenError(BROKEN[language], bug_of(error))


def _told(outcome: Outcome, hidden: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(outcome, ServiceError):
        return without(outcome, hidden)
    told = {"error": outcome.kind, "reason": redact(str(outcome), hidden)}
    if isinstance(outcome, BrokenError):
        return told | {"bug": outcome.bug}
    return told | ({"code": outcome.code} if outcome.code else {})
