"""Paying by look: the PIN from the laptop, whose voice counts, what comes between, and that a replay pays nothing."""

from __future__ import annotations

import pytest

from emulator import Glasses, Say, Show
from emulator.core.actions import (
    EndSpeech,
    InjectFault,
    Locate,
    PhoneSent,
    SetClock,
    SetScene,
    StartSpeech,
    Transcribe,
    WakeHeard,
    Wear,
)
from emulator.core.events import HandedOver, HudShown, NavigationChanged, ServiceAsked, SpeechSpoken, TurnStarted
from emulator.session.replay import replay
from emulator.wallet.errors import RejectedError
from emulator.wallet.owner import Owner
from emulator.wallet.pins import Pins
from emulator.wallet.samples import sample_code
from emulator.wallet.sandbox import START_FEN
from emulator.wallet.store import Store

SHOP = "https://qr.alipay.com/fkxdeb0f45bd7ef7d4c2892"
PIN = "270146"


@pytest.fixture
def worn(tmp_path):
    with Glasses("quark_s1", apps=["launcher", "status", "pay", "notes"], data=tmp_path) as worn:
        worn.do(SetScene("black"))
        yield worn


def to_the_card(worn, words="支付20元", code=SHOP):
    worn.do(Say(words))
    worn.run_for(seconds=2)
    worn.do(Show("qr", code))
    assert worn.run_until(worn.now_ns + 4_000_000_000, lambda: asked(worn, "Challenge"))
    worn.run_for(ms=300)


def asked(worn, name):
    return any(event.request == name for event in worn.events(ServiceAsked))


def paid(worn):
    """Say whether the ledger says that something was paid: a screen is no proof."""
    with Store(worn_folder(worn) / "wallet.db").look() as db:
        return db.execute("SELECT COUNT(*) FROM transfer WHERE kind = 'pay'").fetchone()[0] > 0


def worn_folder(worn):
    return worn.calls._surroundings.data / "wallet"


def laptop(worn):
    """The PINs of the wallet, as the laptop sees them."""
    return Pins(Store(worn_folder(worn) / "wallet.db"), lambda: worn.device.now())


# The PIN


def test_a_large_amount_is_paid_after_the_pin_was_right_on_the_laptop(worn):
    worn.do(Say("扫码支付"))
    worn.run_for(seconds=2)
    laptop(worn).set(PIN)
    worn.do(Show("qr", sample_code("sample-3")))
    worn.run_for(seconds=2)
    assert "请在电脑上输入支付 PIN" in worn.visible_text
    handed = worn.events(HandedOver)[-1]
    assert (handed.kind, handed.data["amount"], set(handed.data)) == (
        "pay-pin",
        "300.00",
        {"attempt", "payee", "amount"},
    )
    with pytest.raises(RejectedError):
        laptop(worn).check("270147", handed.data["attempt"])
    worn.do(PhoneSent("pay-pin", {"state": "wrong"}))
    worn.run_for(ms=100)
    assert "PIN 不对" in worn.visible_text
    laptop(worn).check(PIN, handed.data["attempt"])
    worn.do(PhoneSent("pay-pin", {"state": "given"}))
    worn.run_for(seconds=7)
    assert not paid(worn)  # the PIN confirms nothing
    worn.do(Say("确认支付"))
    worn.run_for(seconds=9)
    assert paid(worn)
    assert PIN not in worn.log.to_jsonl()


def test_a_phone_that_only_says_the_pin_was_right_opens_nothing(worn):
    worn.do(Say("扫码支付"))
    worn.run_for(seconds=2)
    laptop(worn).set(PIN)
    worn.do(Show("qr", sample_code("sample-3")))
    worn.run_for(seconds=2)
    worn.do(PhoneSent("pay-pin", {"state": "given"}))
    worn.run_for(seconds=7)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=12)
    assert not paid(worn)


def test_a_locked_pin_has_its_screen(worn):
    worn.do(Say("扫码支付"))
    worn.run_for(seconds=2)
    pins = laptop(worn)
    pins.set(PIN)
    worn.do(Show("qr", sample_code("sample-3")))
    worn.run_for(seconds=2)
    for _ in range(3):
        with pytest.raises(RejectedError):
            pins.check("270147")
    worn.do(PhoneSent("pay-pin", {"state": "locked"}))
    worn.run_for(seconds=1)
    assert "PIN 已锁定" in worn.visible_text


# The ledger refuses, and the screen says so


def test_an_empty_wallet_has_its_screen(worn):
    worn.do(Say("支付20元"))
    worn.run_for(seconds=2)
    with Store(worn_folder(worn) / "wallet.db").change() as db:
        head = ("pay", "x", "x", "x", START_FEN, "A", "2026-01-01 00:00:00")
        row = db.execute("INSERT INTO transfer VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", head).lastrowid
        db.executemany(
            "INSERT INTO entry VALUES (?, ?, ?)", [(row, "wallet", -START_FEN), (row, "merchant:x", START_FEN)]
        )
    worn.do(Show("qr", SHOP))
    worn.run_for(seconds=2)
    assert "余额不足" in worn.visible_text


def test_an_own_limit_is_kept(worn):
    worn.do(Say("支付20元"))
    worn.run_for(seconds=2)
    Owner(Store(worn_folder(worn) / "wallet.db"), lambda: worn.device.now()).limit("D", 1_999)
    worn.do(Show("qr", SHOP))
    worn.run_for(seconds=2)
    assert "超过今天的限额" in worn.visible_text


def test_a_wallet_that_cannot_be_opened_is_a_calm_screen(tmp_path):
    (tmp_path / "wallet").mkdir()
    (tmp_path / "wallet" / "wallet.db").write_text("not a database, but long enough to be taken for one" * 40)
    with Glasses("quark_s1", apps=["launcher", "status", "pay"], data=tmp_path) as worn:
        worn.do(Say("支付20元"))
        worn.run_for(seconds=3)
        assert "支付没有完成" in worn.visible_text


# Whose voice


def test_words_that_began_while_the_glasses_spoke_confirm_nothing(worn):
    to_the_card(worn)
    assert worn.device.voice.speaking
    worn.gesture("temple", "long-press")
    worn.do(StartSpeech())
    worn.run_for(ms=100)
    worn.do(EndSpeech(600))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=12)
    assert not asked(worn, "Confirm")


def test_who_calls_the_glasses_interrupts_them_and_is_heard(worn):
    to_the_card(worn)
    worn.do(WakeHeard("夸克同学", 0.9))
    worn.run_for(ms=400)
    assert not worn.device.voice.speaking
    worn.do(StartSpeech())
    worn.do(EndSpeech(600))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=10)
    assert paid(worn)


def test_payee_and_amount_are_read_out_before_anything_can_be_confirmed(worn):
    to_the_card(worn)
    spoken = worn.events(SpeechSpoken)[-1].text
    assert "沙箱小店" in spoken
    assert "20元" in spoken


@pytest.mark.parametrize("step", ["ResolveCode", "Challenge"])
@pytest.mark.parametrize("gap_ms", [0, 100, 200])
def test_words_from_before_the_card_confirm_nothing(worn, step, gap_ms):
    worn.do(Say("支付20元"))
    worn.run_for(seconds=2)
    worn.do(Show("qr", SHOP))
    assert worn.run_until(worn.now_ns + 4_000_000_000, lambda: asked(worn, step))
    worn.run_for(ms=gap_ms)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=12)
    assert asked(worn, "Challenge")
    assert not asked(worn, "Confirm")


def test_words_that_began_before_the_card_and_end_after_it_confirm_nothing(worn):
    worn.do(Say("支付20元"))
    worn.run_for(seconds=2)
    worn.do(Show("qr", SHOP))
    assert worn.run_until(worn.now_ns + 4_000_000_000, lambda: asked(worn, "Challenge"))
    worn.do(StartSpeech())
    worn.run_for(seconds=8)
    worn.do(EndSpeech(8_000))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=12)
    assert not asked(worn, "Confirm")


# What comes between


def test_another_screen_over_the_card_ends_the_payment(tmp_path):
    with Glasses("quark_s1", apps=["launcher", "status", "pay", "settings"], data=tmp_path) as worn:
        worn.do(SetScene("black"))
        to_the_card(worn)
        worn.run_for(seconds=6)
        worn.do(Say("打开设置"))
        worn.run_for(seconds=1)
        assert "已取消" in worn.visible_text
        worn.do(Say("确认支付"))
        worn.run_for(seconds=9)
        assert not asked(worn, "Confirm")


def test_a_way_that_goes_on_behind_does_not_cover_payee_and_amount(tmp_path):
    with Glasses("quark_s1", apps=["launcher", "status", "pay", "navigation"], data=tmp_path) as worn:
        worn.do(SetScene("black"))
        worn.do(Locate(60.1710, 24.9414, 3.0))
        for words in ("导航去Ateneum", "步行"):
            worn.do(Say(words))
            worn.run_for(seconds=2)
        for _ in range(2):
            worn.gesture("temple", "tap")
            worn.run_for(seconds=2)
        assert worn.events(NavigationChanged)[-1].state == "running"
        to_the_card(worn)
        for step in range(6):
            worn.do(Locate(60.1710 - step * 2e-5, 24.9414, 3.0, 1.4))
            worn.run_for(seconds=1)
            assert "¥20.00" in worn.visible_text
        shown = [event.app for event in worn.events(HudShown) if event.layer == "app"]
        assert shown[-2:] == ["navigation", "pay"]


def test_a_replay_shows_the_same_and_asks_no_ledger(worn):
    to_the_card(worn)
    worn.run_for(seconds=6)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=12)
    worn.close()
    again = replay(worn.log.records)
    assert again.log.to_jsonl() == worn.log.to_jsonl()
    assert any(event.data.get("title") == "支付成功" for event in again.events(HudShown))


def test_two_sessions_that_pay_alike_have_the_same_log():
    def session():
        with Glasses("quark_s1", apps=["launcher", "status", "pay"]) as worn:
            worn.do(SetScene("black"))
            to_the_card(worn)
            worn.run_for(seconds=6)
            worn.do(Say("确认支付"))
            worn.run_for(seconds=9)
        return worn.log.to_jsonl()

    assert session() == session()


@pytest.mark.parametrize("year", [2025, 2027])
@pytest.mark.parametrize("confirmed", [False, True])
def test_a_clock_that_jumps_ends_the_payment_calmly(worn, year, confirmed):
    to_the_card(worn)
    worn.run_for(seconds=6)
    if confirmed:
        worn.do(Say("确认支付"))
        worn.run_for(seconds=2)
    worn.do(SetClock(worn.device.now().replace(year=year).isoformat()))
    assert worn.run_until(worn.now_ns + 70_000_000_000, lambda: "已超时" in worn.visible_text)
    assert not paid(worn)


@pytest.mark.parametrize("kind", ["mcu-crash", "ap-hang", "brown-out"])
def test_a_fault_in_the_time_to_cancel_pays_at_most_once(worn, kind):
    to_the_card(worn)
    worn.run_for(seconds=6)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=2)
    worn.do(InjectFault(kind))
    worn.run_for(seconds=30)
    with Store(worn_folder(worn) / "wallet.db").look() as db:
        assert db.execute("SELECT COUNT(*) FROM transfer WHERE kind = 'pay'").fetchone()[0] <= 1


def test_unbound_on_the_laptop_in_the_time_to_cancel_nothing_is_paid(worn):
    to_the_card(worn)
    worn.run_for(seconds=6)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=2)
    assert asked(worn, "Confirm")
    Owner(Store(worn_folder(worn) / "wallet.db"), lambda: worn.device.now()).bind(False)
    worn.run_for(seconds=9)
    assert "未绑定支付宝账号" in worn.visible_text
    assert not paid(worn)


def test_switched_off_in_the_time_to_cancel_nothing_is_paid(worn):
    to_the_card(worn)
    worn.run_for(seconds=6)
    worn.do(Say("确认支付"))
    worn.run_for(seconds=2)
    assert asked(worn, "Confirm")
    worn.gesture("power-key", "long")
    worn.run_for(seconds=30)
    assert worn.device.state == "off"
    assert not paid(worn)


def test_what_nobody_can_see_any_more_nobody_confirms(worn):
    to_the_card(worn)
    worn.run_for(ms=worn.gesture("power-key", "short"))
    worn.run_for(seconds=6)
    assert not worn.device.display.lit
    worn.do(Say("确认支付"))
    worn.run_for(seconds=10)
    assert not asked(worn, "Confirm")


def test_taken_off_and_on_again_the_old_card_is_gone(worn):
    to_the_card(worn)
    worn.do(Wear(False))
    worn.do(Wear(True))
    worn.run_for(seconds=1)
    assert "眼镜已摘下" in worn.visible_text
    worn.do(Say("确认支付"))
    worn.run_for(seconds=9)
    assert not paid(worn)


def test_the_card_hears_its_answer_without_a_wake_phrase_and_the_idle_glasses_do_not(worn):
    worn.do(Transcribe("现在几点", "zh", "any", 300))
    worn.run_for(seconds=1)
    assert worn.events(TurnStarted) == []
    to_the_card(worn)
    worn.run_for(seconds=6)
    turns = len(worn.events(TurnStarted))
    for elsewhere in ("现在几点", "拍照", "你好", "记一下，买牛奶", ""):  # said in the room, to somebody else
        worn.do(Transcribe(elsewhere, "zh", "any", 300))
        worn.run_for(seconds=1)
    assert len(worn.events(TurnStarted)) == turns
    worn.do(StartSpeech())
    worn.do(EndSpeech(600))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=10)
    assert worn.events(TurnStarted)[-1].cause == "awaited"
    assert paid(worn)
    turns = len(worn.events(TurnStarted))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=1)
    assert len(worn.events(TurnStarted)) == turns


def test_words_without_a_wake_phrase_that_began_in_the_glasses_own_confirm_nothing(worn):
    to_the_card(worn)
    assert worn.device.voice.speaking
    worn.do(StartSpeech())
    worn.run_for(seconds=6)
    worn.do(EndSpeech(6_000))
    worn.do(Transcribe("确认支付", "zh", "any", 300))
    worn.run_for(seconds=10)
    assert not asked(worn, "Confirm")
