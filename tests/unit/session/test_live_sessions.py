"""Sessions with a real service and a real server of its protocol: the log, its replay, time and the end."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from time import monotonic, perf_counter, sleep
from typing import Any

import pytest

from emulator import Glasses, Say
from emulator.core.actions import Reply
from emulator.core.events import AnswerGiven, ServiceFailed
from emulator.core.units import MS
from emulator.session.pump import Pump
from emulator.session.replay import replay
from tests.unit.live.vendor import Given, Vendor, serving
from tests.unit.services.qwen_server import KEY, QwenServer

QUESTION = "为什么天空是蓝色的"


@pytest.fixture
def qwen(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[QwenServer, Vendor]]:
    """A model server whose address and key are in the environment."""
    server = QwenServer()
    with serving(server) as vendor:
        monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{vendor.url}/v1")
        yield server, vendor


def asked(worn: Glasses, words: str = QUESTION) -> AnswerGiven:
    """Ask and return the answer."""
    worn.do(Say(words))
    worn.run_for(seconds=3)
    return worn.events(AnswerGiven)[-1]


def test_the_live_half_answers_and_the_log_replays_without_a_server(qwen: tuple[QwenServer, Vendor]):
    with Glasses(live=True, apps=()) as worn:
        answer = asked(worn)
    assert (answer.text, answer.engine) == ("你好，世界", "live")
    questions = len(qwen[1].asked)
    again = replay(worn.log.records)
    assert again.log.to_jsonl() == worn.log.to_jsonl()
    assert len(qwen[1].asked) == questions == 1


@pytest.mark.usefixtures("qwen")
def test_a_live_reply_takes_the_virtual_time_that_it_took():
    with Glasses(live=True, apps=()) as worn:
        asked(worn)
    topics = {record.event.topic: record for record in worn.log.records}
    reply = topics["call.replied"]
    assert isinstance(reply.event, Reply)
    assert reply.t_ns - topics["service.asked"].t_ns == reply.event.latency_ms * MS


def test_without_leave_or_without_a_key_nobody_is_asked(
    qwen: tuple[QwenServer, Vendor], monkeypatch: pytest.MonkeyPatch
):
    with Glasses(apps=()) as quiet:
        assert quiet.calls.health("qwen").state == "off"
        assert asked(quiet).engine == "offline"
    monkeypatch.delenv("GLASSES_QWEN_KEY")
    with Glasses(live=True, apps=()) as keyless:
        assert keyless.calls.health("qwen").state == "unset"
        assert asked(keyless).engine == "offline"
    assert qwen[1].asked == []


@pytest.mark.usefixtures("qwen")
def test_a_key_that_comes_later_is_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GLASSES_QWEN_KEY")
    with Glasses(live=True, apps=()) as worn:
        assert worn.calls.half("qwen") == "offline"
        monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
        worn.calls.reread()
        assert worn.calls.half("qwen") == "live"
        assert asked(worn).engine == "live"


@pytest.mark.usefixtures("qwen")
def test_a_wrong_key_lets_the_offline_half_answer_and_the_log_says_why(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GLASSES_QWEN_KEY", "sk-not-the-one")
    with Glasses(live=True, apps=()) as worn:
        answer = asked(worn)
        assert worn.calls.health("qwen").reason == worn.events(ServiceFailed)[0].reason
    assert answer.engine == "offline"
    failed = worn.events(ServiceFailed)
    assert [(event.service, event.kind) for event in failed] == [("qwen", "auth")]
    assert "qwen-key" in failed[0].reason
    assert "sk-not-the-one" not in worn.log.to_jsonl()
    assert worn.events(Reply)[0].reply["fallback"]["kind"] == "auth"
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_a_computed_answer_is_called_offline_although_the_live_half_is_there(qwen: tuple[QwenServer, Vendor]):
    with Glasses(live=True, apps=()) as worn:
        answer = asked(worn, "一百二十加八十等于多少")
    assert (answer.text, answer.engine) == ("等于200", "offline")
    assert qwen[1].asked == []


def test_a_paced_session_goes_on_while_it_waits(qwen: tuple[QwenServer, Vendor]):
    server, vendor = qwen
    go = threading.Event()

    def later(request: Any, of: Vendor) -> Given:
        go.wait(5)
        return server(request, of)

    with serving(later) as slow, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSES_QWEN_URL", f"{slow.url}/v1")
        with Glasses(live=True, apps=()) as worn:
            pump = Pump(worn)
            worn.do(Say(QUESTION))
            until(pump, lambda: bool(slow.asked))
            before_ns = worn.now_ns
            until(pump, lambda: worn.now_ns > before_ns + 100 * MS)
            assert not worn.events(Reply)
            go.set()
            until(pump, lambda: bool(worn.events(AnswerGiven)))
            assert worn.events(AnswerGiven)[-1].engine == "live"
            worn.close()
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()
    assert vendor.asked == []


@pytest.mark.usefixtures("qwen")
def test_at_full_speed_time_stands_for_a_reply_and_the_window_stays_alive(monkeypatch: pytest.MonkeyPatch):
    server, go = QwenServer(), threading.Event()

    def later(request: Any, of: Vendor) -> Given:
        go.wait(5)
        return server(request, of)

    with serving(later) as slow:
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{slow.url}/v1")
        with Glasses(apps=(), live=True) as worn:
            pump = Pump(worn, math.inf)
            worn.do(Say(QUESTION))
            until(pump, lambda: bool(slow.asked))
            stood_ns, began_s = worn.now_ns, perf_counter()
            pump.tick()
            assert perf_counter() - began_s < 0.5
            assert worn.now_ns == stood_ns
            go.set()
            until(pump, lambda: bool(worn.events(AnswerGiven)))
            assert worn.events(AnswerGiven)[-1].engine == "live"
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


@pytest.mark.usefixtures("qwen")
def test_a_session_ends_within_a_second_although_a_server_hangs(monkeypatch: pytest.MonkeyPatch):
    with serving(lambda _asked, vendor: Given((b"",) if vendor.gone.wait(30) else ())) as hanging:
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{hanging.url}/v1")
        worn = Glasses(live=True, apps=())
        pump = Pump(worn)
        worn.do(Say(QUESTION))
        until(pump, lambda: bool(hanging.asked))
        began_s = perf_counter()
        worn.close()
        assert perf_counter() - began_s < 1
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def until(pump: Pump, claim: Callable[[], bool], within_s: float = 5.0) -> None:
    """Let paced time go on until ``claim`` is true."""
    end_s = monotonic() + within_s
    while not claim():
        assert monotonic() < end_s
        pump.tick()
        sleep(0.005)


def test_waiting_for_a_server_that_hangs_ends_when_somebody_wants_it_to(monkeypatch: pytest.MonkeyPatch):
    def silent(_: Any, of: Vendor) -> Given:
        of.gone.wait(20)
        return Given()

    with serving(silent) as vendor:
        monkeypatch.setenv("GLASSES_QWEN_KEY", KEY)
        monkeypatch.setenv("GLASSES_QWEN_URL", f"{vendor.url}/v1")
        with Glasses(live=True, apps=()) as worn:
            worn.do(Say(QUESTION))
            began_s = monotonic()
            assert worn.run_until(60_000 * MS, stop=lambda: monotonic() - began_s > 0.3)
            assert monotonic() - began_s < 3
        vendor.gone.set()
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()
