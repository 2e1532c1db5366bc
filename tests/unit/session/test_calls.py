"""Service calls of a session: which half answers, when, what the log has, and how it ends."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np
import pytest

from emulator import Glasses, Say, replay
from emulator.core.actions import Reply
from emulator.core.errors import FileError
from emulator.core.events import AppCrashed, ServiceFailed
from emulator.live.breaker import FAILURES
from emulator.live.bridge import Bridge
from emulator.live.errors import NetworkError, NotFoundError, NotServedError, QuotaError, RejectedError
from emulator.live.http import Http
from emulator.services.service import Here, Secret, Service
from emulator.session.calls import BROKEN, Calls


@dataclass(frozen=True)
class Where:
    """Ask where ``thing`` is."""

    thing: str


class Desk:
    """A service whose halves do as they are told, and what they were asked."""

    def __init__(self) -> None:
        self.outcome: dict[str, Any] | Exception = {"at": "vendor"}
        self.computed: dict[str, Any] | Exception = {"at": "home"}
        self.threads: list[str] = []
        self.seen: list[Any] = []
        self.go = threading.Event()
        self.go.set()
        self.service = Service(
            "Desk", "桌子", (Where,), self.offline, live=self.live, live_requests=(Where,),
            secrets=(Secret("desk-key", "Key", "密钥"), Secret("desk-hint", "Hint", "提示", optional=True)),
        )  # fmt: skip

    def offline(self, request: Where, here: Here) -> dict[str, Any]:
        self.threads.append(threading.current_thread().name)
        self.go.wait(5)
        if request.thing == "store":
            store = here.opened("store", lambda: closing(sqlite3.connect(here.data / "things.db")))
            return {"at": store.execute("select 'home'").fetchone()[0]}
        if request.thing == "view":
            self.seen.append(here.frame())
        return result(self.computed)

    async def live(self, request: Where, here: Here, http: Http, secrets: Mapping[str, str]) -> dict[str, Any]:
        del request, here, http
        await asyncio.sleep(0)
        self.seen.append(dict(secrets))
        return result(self.outcome)


def result(outcome: dict[str, Any] | Exception) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("GLASSES_DESK_KEY", "desk-key-0123456789")
    return Desk()


@pytest.fixture
def worn() -> Iterator[Glasses]:
    """A pair with no app on it."""
    before = set(threading.enumerate())
    with Glasses(apps=()) as worn:
        yield worn
    assert set(threading.enumerate()) <= before


def calls_of(worn: Glasses, service: Service, *, live: bool = True) -> Calls:
    """Give the pair one more service."""
    worn.calls.add("desk", service)
    worn.calls.live = live
    return worn.calls


def answer(worn: Glasses, thing: str = "pen") -> dict[str, Any]:
    """Ask the desk and return what it says."""
    future = worn.calls.call(Where(thing), "test")
    worn.run_for(seconds=1)
    assert future.done
    value: dict[str, Any] = worn.events(Reply)[-1].reply | {"engine": worn.events(Reply)[-1].engine}
    return value


def test_a_live_half_gets_its_secrets_by_name(worn: Glasses, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GLASSES_DESK_HINT", "blue")
    calls_of(worn, desk.service)
    assert answer(worn) == {"at": "vendor", "engine": "live"}
    assert desk.seen == [{"desk-key": "desk-key-0123456789", "desk-hint": "blue"}]


def test_what_the_live_half_leaves_the_offline_half_answers_and_nothing_failed(worn: Glasses, desk: Desk):
    calls = calls_of(worn, desk.service)
    desk.outcome = NotServedError("not here")
    for _ in range(FAILURES + 1):
        assert answer(worn) == {"at": "home", "engine": "offline"}
    assert worn.events(ServiceFailed) == []
    assert calls.health("desk").state == "closed"


def test_where_every_secret_is_optional_one_of_them_is_needed(
    worn: Glasses, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    calls = calls_of(worn, replace(desk.service, secrets=(Secret("desk-hint", "Hint", "提示", optional=True),)))
    assert (answer(worn)["at"], calls.health("desk").state) == ("home", "unset")
    monkeypatch.setenv("GLASSES_DESK_HINT", "blue")
    calls.reread()
    assert (answer(worn)["at"], calls.health("desk").state) == ("vendor", "closed")


@pytest.mark.parametrize("kind", [QuotaError, NetworkError])
def test_where_the_vendor_cannot_answer_the_offline_half_does(worn: Glasses, desk: Desk, kind: type[Exception]):
    calls_of(worn, desk.service)
    desk.outcome = kind("no use, key desk-key-0123456789")
    reply = answer(worn)
    assert (reply["at"], reply["engine"], reply["fallback"]["reason"]) == ("home", "offline", "no use, key •••")
    assert [event.kind for event in worn.events(ServiceFailed)] == [reply["fallback"]["kind"]]


def test_a_vendor_that_sends_the_key_back_does_not_get_it_into_the_log(worn: Glasses, desk: Desk):
    calls_of(worn, desk.service)
    desk.outcome = {"at": "vendor", "debug": [{"sent": "key=desk-key-0123456789"}]}
    assert answer(worn)["debug"] == [{"sent": "key=•••"}]
    assert "desk-key-0123456789" not in worn.log.to_jsonl()


@pytest.mark.parametrize("kind", [NotFoundError, RejectedError])
def test_a_true_no_is_the_answer(worn: Glasses, desk: Desk, kind: type[Exception]):
    calls = calls_of(worn, desk.service)
    desk.outcome = kind("no pen", "404")
    for _ in range(FAILURES + 1):
        reply = answer(worn)
        assert (reply["engine"], reply["reason"], reply["code"]) == ("live", "no pen", "404")
    assert calls.health("desk").state == "closed"
    assert desk.threads == []


def test_after_three_failures_nobody_asks_until_there_is_another_key(
    worn: Glasses, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    calls = calls_of(worn, desk.service)
    desk.outcome = NetworkError("down")
    for _ in range(FAILURES + 2):
        assert answer(worn)["at"] == "home"
    assert len(desk.seen) == FAILURES
    assert (calls.health("desk").state, calls.health("desk").reason, calls.half("desk")) == ("open", "down", "offline")
    desk.outcome = {"at": "vendor"}
    calls.reread()
    assert calls.health("desk").state == "open"
    monkeypatch.setenv("GLASSES_DESK_KEY", "another-key-0123456789")
    calls.reread()
    assert answer(worn)["engine"] == "live"
    assert (calls.health("desk").state, calls.health("desk").reason) == ("closed", "")


def test_a_connector_that_says_nothing_at_all_is_given_up(worn: Glasses, desk: Desk):
    go = threading.Event()

    async def stuck(*_: Any) -> dict[str, Any]:
        go.wait(5)  # blocks the whole loop, as no connector should
        return {}

    calls_of(worn, replace(desk.service, live=stuck)).bridge = Bridge(longest_s=0.1)
    reply = answer(worn)
    assert (reply["at"], reply["fallback"]["kind"]) == ("home", "network")
    go.set()


def test_both_halves_failing_is_told_as_one_error_and_both_reasons(worn: Glasses, desk: Desk):
    calls_of(worn, desk.service)
    desk.outcome, desk.computed = NetworkError("down"), NotFoundError("no pen at home")
    reply = answer(worn)
    assert (reply["error"], reply["fallback"]["kind"]) == ("not-found", "network")
    assert [event.kind for event in worn.events(ServiceFailed)] == ["network", "not-found"]


def test_a_bug_in_the_live_half_does_not_end_the_session(worn: Glasses, desk: Desk):
    calls_of(worn, desk.service)
    desk.outcome = ZeroDivisionError("desk-key-0123456789")
    assert answer(worn)["fallback"]["reason"].startswith("the service broke: ZeroDivisionError at test_calls.py:")
    desk.outcome = {"picture": object()}
    assert "TypeError" in answer(worn)["fallback"]["reason"]


def test_a_bug_in_the_half_that_stands_in_does_not_end_the_session(worn: Glasses, desk: Desk):
    calls_of(worn, desk.service)
    desk.outcome, desk.computed = NetworkError("down"), ZeroDivisionError()
    reply = answer(worn)
    assert (reply["error"], reply["fallback"]["kind"]) == ("broken", "network")
    assert reply["bug"].startswith("ZeroDivisionError at test_calls.py:")


@pytest.mark.parametrize("paced", [False, True])
def test_a_bug_in_an_offline_half_is_an_error_for_who_asked_and_a_crash_for_the_developer(
    worn: Glasses, desk: Desk, paced: bool
):
    calls_of(worn, desk.service, live=False).paced = paced
    desk.computed = ZeroDivisionError("a key, 0123456789")
    reply = answer(worn)
    assert (reply["error"], reply["reason"], reply["engine"]) == ("broken", BROKEN["zh"], "offline")
    assert [event.kind for event in worn.events(ServiceFailed)] == ["broken"]
    (crash,) = worn.events(AppCrashed)
    assert (crash.app, re.sub(r"\d+", "N", crash.error)) == (
        "desk", "the offline half of the service: ZeroDivisionError at test_calls.py:N",
    )  # fmt: skip
    assert "0123456789" not in worn.log.to_jsonl()


ODD = np.zeros((0, 0, 3), np.uint8)  # a frame without a pixel: nothing that looks at pictures expects it


def test_an_app_goes_on_after_a_bug_in_a_service_and_a_replay_has_it_all():
    with Glasses(apps=("shopping",)) as worn:
        worn.surroundings.look = lambda: ODD
        for _ in range(2):
            worn.do(Say("这是什么"))
            worn.run_for(seconds=3)
            assert "识别失败" in worn.visible_text
    assert [crash.error.split(" at ")[0] for crash in worn.events(AppCrashed)] == [
        "the offline half of the service: cv2.error"
    ] * 2
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_a_payment_ends_calmly_where_the_scanner_has_a_bug():
    with Glasses(apps=("launcher", "pay")) as worn:
        worn.surroundings.look = lambda: ODD
        worn.do(Say("扫码支付"))
        worn.run_for(seconds=3)
        assert "支付没有完成\n服务出了故障" in worn.visible_text
    assert {crash.app for crash in worn.events(AppCrashed)} == {"looking"}
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_an_offline_reply_comes_after_its_latency(worn: Glasses, desk: Desk):
    calls_of(worn, replace(desk.service, latency_ms=300, engine="sandbox"), live=False)
    future = worn.calls.call(Where("pen"), "test")
    worn.run_for(ms=299)
    assert not future.done
    worn.run_for(ms=1)
    assert future.done
    assert worn.events(Reply)[-1].engine == "sandbox"


def test_stores_are_opened_used_and_closed_in_one_thread(worn: Glasses, desk: Desk):
    """SQLite would refuse it in another thread, at the end too."""
    calls = calls_of(worn, replace(desk.service, slow=True), live=False)
    data = worn.surroundings.data
    assert answer(worn, "store")["at"] == "home"
    calls.paced = True
    future = calls.call(Where("store"), "test")
    for _ in range(500):
        worn.run_for(ms=10)
        if future.done:
            break
        sleep(0.005)
    assert future.done
    assert set(desk.threads) == {"services"}
    worn.close()
    assert not data.exists()


def test_a_slow_half_of_a_paced_session_computes_aside_with_the_view_of_then(worn: Glasses, desk: Desk):
    calls = calls_of(worn, replace(desk.service, slow=True), live=False)
    views = iter(["then", "later"])
    worn.surroundings.look = lambda: next(views)  # type: ignore[assignment, return-value]
    calls.paced = True
    desk.go.clear()
    future = calls.call(Where("view"), "test")
    worn.run_for(ms=500)
    assert not future.done
    desk.go.set()
    for _ in range(500):
        worn.run_for(ms=1)
        if future.done:
            break
        sleep(0.005)
    assert future.done
    assert desk.seen == ["then"]
    assert worn.events(Reply)[-1].latency_ms >= 500


def test_a_half_that_will_not_end_does_not_keep_the_session(desk: Desk):
    worn = Glasses(apps=())
    calls = calls_of(worn, replace(desk.service, slow=True), live=False)
    calls.paced = True
    desk.go.clear()
    calls.call(Where("pen"), "test")
    began_s = perf_counter()
    worn.close()
    assert perf_counter() - began_s < 1.5
    desk.go.set()
    for thread in threading.enumerate():
        if thread.name == "services":
            thread.join(5)


def test_without_a_folder_for_its_store_an_app_goes_on_and_a_replay_has_it_all(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with Glasses(apps=("notes",), data=tmp_path / "file" / "data") as worn:
        for _ in range(2):
            worn.do(Say("记一下买牛奶"))
            worn.run_for(seconds=2)
            assert "没能记下来" in worn.visible_text
    assert {(event.kind, event.service) for event in worn.events(ServiceFailed)} == {("rejected", "travel")}
    assert worn.events(AppCrashed) == []
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with Glasses(apps=(), data=tmp_path / "file" / "data") as worn, pytest.raises(FileError, match="no folder"):
        worn.surroundings.here()
