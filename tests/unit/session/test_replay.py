"""Replay repeats a session byte for byte, also when causes from outside tie with the device's own doing."""

import os
import subprocess
import sys
from random import Random

import pytest

from emulator import (
    AnswerCall,
    ChangeSetting,
    EndCall,
    Glasses,
    InsertPack,
    MoveHead,
    Notify,
    RemovePack,
    Ring,
    Say,
    SetLight,
    SwitchPolicy,
    Wear,
    replay,
)
from emulator.core.actions import Reply
from emulator.core.errors import LogError, UsageError
from emulator.devices.controls import gesture_actions

WORDS = ["现在几点", "拍照", "记一下买牛奶", "一秒后提醒我喝水", "音量调到50", "三加四等于几", "打电话给妈妈", "hmm"]
ACTIONS = [
    *(Say(words) for words in WORDS),
    Notify("钉钉", "桃桃", "三点开会"),
    Ring("妈妈"),
    EndCall(),
    AnswerCall(),
    Wear(False),
    Wear(True),
    MoveHead("up"),
    SetLight(30_000.0),
    RemovePack("left"),
    InsertPack("left", 0.5),
    SwitchPolicy("always_android"),
    SwitchPolicy("rtos_first"),
    ChangeSetting("language", "en"),
    ChangeSetting("language", "zh"),
]
GESTURES = [
    ("temple", "tap"),
    ("temple", "double-tap"),
    ("temple", "swipe-forward"),
    ("temple", "long-press"),
    ("media", "squeeze"),
    ("media", "squeeze-hold"),
    ("camera-key", "short"),
    ("camera-key", "long"),
    ("power-key", "short"),
    ("power-key", "long"),
]
GAPS_MS = [0, 0, 1, 40, 240, 280, 350, 1_000, 6_000]


def random_session(seed: int) -> Glasses:
    rng = Random(seed)
    worn = Glasses("quark_s1", seed=seed)
    for _ in range(25):
        if rng.random() < 0.5:
            worn.do(rng.choice(ACTIONS))
        else:
            for offset_ms, action in gesture_actions(*rng.choice(GESTURES)):
                worn.run_for(ms=offset_ms)
                worn.do(action)
        worn.run_for(ms=rng.choice(GAPS_MS))
    worn.close()
    return worn


@pytest.mark.parametrize("seed", range(50))
def test_random_session_replays_byte_for_byte(seed):
    worn = random_session(seed)
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_a_saved_log_replays_from_its_file(tmp_path):
    worn = random_session(7)
    worn.save_log(tmp_path / "session.jsonl")
    again = replay(tmp_path / "session.jsonl")
    assert again.log.to_jsonl() == (tmp_path / "session.jsonl").read_text("utf-8")


def test_log_does_not_depend_on_the_hash_seed():
    code = (
        "import hashlib; from tests.unit.session.test_replay import random_session;"
        "print(hashlib.sha256(random_session(3).log.to_jsonl().encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "123")
    }
    assert len(digests) == 1


def test_a_log_without_its_first_record_is_refused(tmp_path):
    worn = random_session(1)
    (tmp_path / "cut.jsonl").write_text("\n".join(worn.log.to_jsonl().splitlines()[1:]), "utf-8")
    with pytest.raises(LogError, match=r"cut\.jsonl:1:1: a log begins with session\.started"):
        replay(tmp_path / "cut.jsonl")


def test_replay_asks_no_service():
    worn = Glasses("quark_s1")
    worn.do(Say("三加四等于几"))
    worn.run_for(seconds=3)
    records = [record for record in worn.log.records if record.event.topic != "call.replied"]
    again = replay(records)
    assert "7" not in again.visible_text
    assert "7" in worn.visible_text


def test_an_action_that_is_due_as_the_session_ends_comes_before_the_last_words():
    worn = Glasses("quark_s1")
    worn.kernel.at(1_500_000_000, lambda: worn.do(SetLight(3.0)), late=True)
    worn.run_until(1_500_000_000, lambda: worn.now_ns == 1_500_000_000)
    worn.close()
    assert [type(record.event).__name__ for record in worn.log.records].index("SetLight") < len(worn.log.records) - 2
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_a_reply_that_no_service_gave_is_refused():
    with Glasses("quark_s1") as worn:
        worn.run_for(seconds=1)
        before = len(worn.log.records)
        with pytest.raises(UsageError, match="answer themselves"):
            worn.do(Reply(1, "sandbox", 0, {"payee": "somebody else"}))
        assert len(worn.log.records) == before
