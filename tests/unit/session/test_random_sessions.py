"""Anything at any time, on any device: no app crashes, nothing goes on for ever, and the session replays."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from emulator.core import actions as a
from emulator.core.assets import asset
from emulator.core.discovery import discover
from emulator.core.events import Action, AppCrashed, BrownedOut
from emulator.core.profile import load_profile, profile_ids
from emulator.devices.controls import gesture_actions
from emulator.session.glasses import Glasses
from emulator.session.replay import replay
from emulator.wallet.samples import sample_code

POLICIES = sorted(discover("emulator.devices.policies", "POLICY"))
WORDS = [
    "", "现在几点", "拍照", "记一下买牛奶", "一秒后提醒我喝水", "音量调到50", "三加四等于几", "打电话给妈妈", "停", "打开设置",
    "去附近的地铁口", "步行", "开车", "第一个", "开始导航", "还有多远", "结束导航", "navigate to the Ateneum", "cycling",
    "帮我支付20元", "确认支付", "取消", "pay 12 yuan", "confirm payment", "这个多少钱", "what is this", "我的航班", "下一程",
    "延误40分钟", "my next trip", "明天下午三点提醒我开会",
    "开始录音", "停止录音", "录像", "停止录像", "播放音乐", "下一首", "亮度调到20", "自动亮度", "what time is it", "stop",
    "take a photo", "夸克同学", "你好千问，还有多少电", "返回桌面", "看看我的备忘", "好" * 3_000, "😀\0\n\u2028\ud800",
]  # fmt: skip
GESTURES = {
    "temple": ["tap", "double-tap", "triple-tap", "long-press", "swipe-forward", "swipe-back"],
    "media": ["squeeze", "squeeze-twice", "squeeze-thrice", "squeeze-hold", "slide-forward", "slide-back"],
    "camera-key": ["touch", "short", "long"],
    "power-key": ["short", "long", "double"],
}
GAPS_MS = [0, 0, 1, 20, 300, 1_000, 6_000, 40_000]
CODES = [sample_code("sample-1"), "https://qr.alipay.com/fkx0", "wxp://f2f0", "283456789012345678", "你好"]
DESTINATION = {"name": "Ateneum", "lat_deg": 60.1703, "lon_deg": 24.9444}
Maker = Callable[[], Action]


def makers(rng: Random, slots: tuple[str, ...]) -> list[Maker]:
    """Return what makes each kind of action with random values."""
    pick, documents = rng.choice, sorted(asset("huds").glob("*.hud.yaml"))
    settings = {"idle_off_s": (5, 60), "brightness": (0.0, 1.0), "volume": (0.0, 1.0), "captions": (False, True),
                "language": ("zh", "en"), "head_up_wake": (False, True), "video_len_s": (15,)}  # fmt: skip

    def change() -> Action:
        key = pick(sorted(settings))
        return a.ChangeSetting(key, pick(settings[key]))

    def reload() -> Action:
        path = pick(documents)
        return a.ReloadHud(path.name.removesuffix(".hud.yaml"), path.read_text("utf-8"))

    return [
        *4 * [lambda: a.Say(pick(WORDS))],
        *2 * [change],
        lambda: a.Notify("钉钉", pick(["", "桃桃"]), pick(["", "三点", "长" * 500])),
        lambda: a.Ring("妈妈"),
        a.EndCall,
        a.AnswerCall,
        lambda: a.Wear(rng.random() < 0.5),
        lambda: a.MoveHead(pick(["up", "down", "nod", "shake"])),
        lambda: a.SetLight(pick([0.0, 10.0, 1e5])),
        lambda: a.SetAmbient(pick([-20.0, 60.0])),
        lambda: a.SetScene("black"),
        lambda: a.Locate(60.165 + 0.01 * rng.random(), 24.94 + 0.01 * rng.random(), pick([3.0, 40.0]), 1.4, 90.0),
        lambda: a.Locate(pick([31.23, -90.0]), pick([121.47, 180.0])),
        a.LosePosition,
        lambda: a.PhoneSent(
            pick(["destination", "trips", "pay-pin", "pay-account", "notes", "?"]),
            pick([{}, DESTINATION, {"state": "given"}]),
        ),
        lambda: a.SetClock(
            pick(["2026-11-25T07:00:00+08:00", "2026-11-24T09:41:00+02:00", "2020-02-29T23:59:59+00:00"])
        ),
        lambda: a.Show("qr", pick(CODES), "centre", pick([0, 2_000])),
        lambda: a.RemovePack(pick(slots)),
        lambda: a.InsertPack(pick(slots), rng.random()),
        lambda: a.SetLevel(pick(slots), pick([0.0, 0.01, 0.05, 1.0])),
        lambda: a.SwitchPolicy(pick(POLICIES)),
        reload,
        lambda: a.WakeHeard("夸克同学", 0.9),
        a.StartSpeech,
        lambda: a.EndSpeech(500),
        lambda: a.Transcribe(pick(WORDS), "zh", "hand", 300),
        lambda: a.FailSpeech("no words"),
        lambda: a.PlayTrack("夜曲", "某某", rng.random() < 0.5, "歌词"),
        lambda: a.Show("text", "出口", "left", 500),
        lambda: a.Press(pick(sorted(GESTURES)), pick(["light", "full"]), pick([1, 2])),
        lambda: a.Release(pick(sorted(GESTURES))),
        lambda: a.Move("temple", rng.uniform(-9, 9)),
    ]


def random_session(seed: int) -> Glasses:
    rng = Random(seed)
    name = "quark_s1" if seed % 2 else profile_ids()[seed // 2 % len(profile_ids())]
    profile = load_profile(name)
    slots = profile.battery.slots
    levels = tuple(rng.choice([0.0, 0.01, 0.06, 0.5, 1.0]) for _ in slots)
    worn = Glasses(name, seed=seed, pack_levels=levels, policy=rng.choice(POLICIES), worn=rng.random() < 0.8)
    gestures = [(control, way) for control in GESTURES if control in profile.controls for way in GESTURES[control]]
    made = makers(rng, slots)
    for _ in range(60):
        if rng.random() < 0.4:
            for offset_ms, action in gesture_actions(*rng.choice(gestures)):
                worn.run_for(ms=offset_ms)
                worn.do(action)
        else:
            worn.do(rng.choice(made)())
        worn.run_for(ms=rng.choice(GAPS_MS))
    worn.close()
    return worn


@pytest.mark.parametrize("seed", range(20))
def test_anything_at_any_time_crashes_no_app_and_replays(seed):
    worn = random_session(seed)
    assert worn.events(AppCrashed) == []
    assert replay(worn.log.records).log.to_jsonl() == worn.log.to_jsonl()


def test_what_a_reboot_cannot_mend_switches_off(glasses):
    """A video runs when the good pack is pulled; Android's reboot alone does not bring the draw below the limit."""
    worn = glasses(pack_levels=(1.0, 0.05))
    worn.gesture("camera-key", "long")
    worn.run_for(seconds=4)
    worn.do(a.RemovePack("left"))
    worn.run_for(seconds=2)
    assert [event.consequence for event in worn.events(BrownedOut)] == ["ap-reboot", "power-off"]
    assert worn.device.state == "off"
