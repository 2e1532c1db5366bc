"""What a wearer says in passing, in both languages, over all apps that ship: each sentence finds its app and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import Glasses, Say
from emulator.core.actions import EndSpeech, StartSpeech, Transcribe
from emulator.core.events import AnswerGiven, AppClosed, DisplaySlept, NoteSaved
from tests.unit.apps.test_pay_words import intent

SAID = """
volume.up: 调高音量 | 音量大一点 | 声音再大一点 | 大声点 | volume up | turn up the volume | louder
volume.down: 调低音量 | 声音小一点 | 小声一点 | turn the volume down | quieter
volume.set: 音量调到百分之五十 | 音量五十 | 音量最大 | set the volume to 50 percent | volume fifty
volume.mute: 静音 | 关掉声音 | mute
volume.unmute: 取消静音 | unmute
brightness.up: 调高亮度 | 调亮一点 | 亮度再高一点 | 屏幕亮一点 | turn up the brightness | brighter
brightness.down: 调低亮度 | 暗一点 | dimmer
brightness.set: 屏幕亮度调到五十 | 亮度调到最亮 | brightness to eighty
camera.photo: 拍照 | 拍个照 | 拍张照片 | 照一张 | take a picture
camera.video: 录像 | 拍视频 | record a video
camera.stop: 停止录像 | 别拍了 | stop the video
camera.open: 打开相机 | open camera
music.open: 打开音乐 | 打开歌词
music.close: 关闭歌词 | hide the lyrics
music.play: 来首歌 | 听歌 | 放一首歌 | play some music
music.next: 下一首 | 切歌 | skip
call.make: 给桃桃打个电话 | 打电话给妈妈 | call mom
call.answer: 接听 | 接电话 | accept the call
call.end: 挂掉电话 | 拒绝 | decline
reminder.add: 二十分钟后叫我 | 设置一个五分钟的倒计时 | 倒计时三十秒 | 定一个明天早上七点的闹钟 | 明早八点叫我起床 | 三点提醒我开会
reminder.add: remind me in ten minutes to stretch | set a timer for five minutes | five minute timer | wake me up at seven
memo.add: 记一下买牛奶 | 记个备忘录买牛奶 | note buy milk
notes.list: 备忘录 | 我的备忘 | 打开日程 | my notes
launcher.home: 退出 | 夸克退出 | 夸克同学，退出 | 回到桌面 | go home | exit
launcher.sleep: 息屏 | 关闭屏幕 | screen off
navigation.go: 附近有什么餐厅 | 周围有没有地铁口 | 去火车站 | restaurants nearby | take me to the nearest cafe
navigation.next: 下一步怎么走 | 再说一遍 | what's next | repeat
navigation.again: 重新规划 | 换一条路线 | reroute
navigation.map: 显示地图 | show the map
navigation.mode: 换成骑车 | by bike
navigation.left: 还有多远 | how far
navigation.stop: 退出导航 | stop navigation
pay.start: 扫一扫 | 扫码支付 | 付二十块吧 | open alipay
trip.list: 打开行程 | my trips
trip.next: 我几点的飞机 | 高铁几点 | 航班准点吗 | 查航班 | 下一班火车 | 酒店在哪 | flight status | is my flight on time | my train
trip.delay: 航班晚点两小时 | MF8596延误40分钟 | my flight is delayed two hours | my train is running 20 minutes late
trip.boards: 什么时候登机 | 几点检票 | when do i board
trip.leave: 我几点出发 | when should i leave
trip.gate: 登机口在哪 | 检票口 | which gate is my flight
trip.seat: 我的座位 | 航班座位号是多少 | what's my seat
shopping.price: 多少钱 | 这个贵不贵 | 这瓶可乐多少钱 | 查一下价格 | how much is this
brightness.auto: 打开自动亮度 | 亮度改成自动
brightness.manual: 关闭自动亮度 | turn off auto brightness
settings.language: 切换到英语 | 说中文 | switch to chinese
settings.idle: 熄屏时间改成三十秒 | screen off after one minute
settings.head-up: 打开抬头亮屏 | 关闭抬头唤醒 | turn off head-up wake
status.hello: 你好 | good morning
status.thanks: 谢谢 | thank you
status.help: 帮助 | 你能做什么 | help
status.time: 现在几点 | what time is it
"""
SAID_BY = [
    (words.strip(), name)
    for line in SAID.strip().splitlines()
    for name, all_words in [line.split(": ", 1)]
    for words in all_words.split("|")
]


@pytest.mark.parametrize(("words", "name"), SAID_BY, ids=[words for words, _ in SAID_BY])
def test_a_sentence_finds_its_app(words, name):
    assert intent(words) == name


def in_the_manual():
    page = (Path(__file__).parents[3] / "docs" / "voice.md").read_text("utf-8")
    rows = page.split("## What to say")[1].split("##")[0].split("|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    return [words.strip() for row in rows for cell in row.split("|")[2:4] for words in cell.split(",")]


def test_all_that_the_manual_says_is_understood():
    sentences = in_the_manual()
    assert len(sentences) > 100
    assert [words for words in sentences if intent(words) is None] == []


@pytest.mark.parametrize(
    "words",
    [
        "你可以叫我小明",
        "温度高一点",
        "what do you call this",
        "我退出了群聊",
        "备忘录是什么",
        "大声公是什么",
        "五点的太阳",
        "a good timer",
    ],
)
def test_a_sentence_that_only_sounds_like_it_finds_none(words):
    assert intent(words) is None


def said(glasses, words, seconds=3.0):
    glasses.do(Say(words))
    glasses.run_for(seconds=seconds)


@pytest.mark.parametrize(
    ("opening", "seen"),
    [("打开设置", "自动熄屏"), ("打开备忘", "还没有备忘"), ("打开导航", "步行"), ("打开音乐", "没有在播放")],
)
def test_by_voice_every_app_is_left_as_by_three_taps(opening, seen):
    with Glasses() as worn:
        worn.run_for(seconds=1)
        said(worn, opening)
        assert seen in worn.visible_text
        said(worn, "夸克退出")
        assert "单击·打开" in worn.visible_text
        assert worn.events(AppClosed)


@pytest.mark.parametrize(
    ("words", "key", "value"),
    [
        ("切换到英语", "language", "en"),
        ("熄屏时间改成一分钟", "idle_off_s", 60),
        ("熄屏时间改成二十秒", "idle_off_s", 10),  # there is no such value
        ("关闭抬头亮屏", "head_up_wake", False),
        ("关闭自动亮度", "auto_brightness", False),
    ],
)
def test_settings_are_changed_by_voice(words, key, value):
    with Glasses() as worn:
        worn.run_for(seconds=1)
        said(worn, words)
        assert worn.device.settings[key] == value


def test_a_wake_phrase_alone_begins_to_listen():
    with Glasses() as worn:
        worn.run_for(seconds=1)
        said(worn, "夸克同学")
        assert "请说话" in worn.visible_text
        worn.do(StartSpeech())
        worn.do(EndSpeech(800))
        worn.do(Transcribe("现在几点", "zh", "test", 300))
        worn.run_for(seconds=3)
        assert "9点41分" in worn.events(AnswerGiven)[-1].text


def test_the_display_goes_off_when_told(tmp_path):
    with Glasses(data=tmp_path) as worn:
        worn.run_for(seconds=1)
        said(worn, "息屏")
        assert worn.events(DisplaySlept)[-1].cause == "voice"
        assert worn.visible_text == ""


def test_what_was_muted_comes_back_as_loud_as_it_was():
    with Glasses() as worn:
        worn.run_for(seconds=1)
        said(worn, "音量调到百分之七十")
        said(worn, "静音")
        assert worn.device.settings["volume"] == 0.0
        said(worn, "取消静音")
        assert worn.device.settings["volume"] == 0.7


@pytest.mark.parametrize(
    ("language", "words", "text", "due"),
    [
        ("zh", "五分钟倒计时", "时间到", "2026-11-24T09:46"),
        ("zh", "明早八点叫我起床", "起床", "2026-11-25T08:00"),
        ("en", "set a timer for five minutes", "Time is up", "2026-11-24T09:46"),
        ("en", "wake me up at seven", "Time is up", "2026-11-25T07:00"),
        ("en", "remind me in ten minutes to stretch", "stretch", "2026-11-24T09:51"),
    ],
)
def test_timers_and_alarms_are_reminders(language, words, text, due):
    with Glasses(language=language, start_time="2026-11-24T09:41:00+08:00") as worn:
        worn.run_for(seconds=1)
        said(worn, words)
        (saved,) = worn.events(NoteSaved)
        assert (saved.kind, saved.text) == ("reminder", text)
        assert saved.due.startswith(due)
