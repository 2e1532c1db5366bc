"""Confirming: payee and amount are shown and read out, the wearer says yes, some seconds pass, it is paid."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from emulator.apps.pay.visit import Visit, heard, stops, trouble, wait
from emulator.core.actions import PhoneSent
from emulator.core.events import GestureRecognized, IntentRecognized, WordsAwaited
from emulator.sdk import Context
from emulator.services.pay import Cancel, Challenge, Confirm, Pay, Query

SETTLE_MS = 800  # a tap so soon after the card came was meant for something else
TICK_MS = 1_000
ASK_AGAIN_MS, ASKS = 2_000, 3
ANSWERS = ("pay.confirm", "pay.cancel")  # what the card hears without a wake phrase


class PinTold(TypedDict, total=False):
    """How the PIN went that was typed on the laptop, for which payment."""

    state: Literal["given", "wrong", "locked"]
    attempt: Annotated[int, (0, 1 << 53)]


async def confirm(ctx: Context, visit: Visit) -> str:
    """Show payee and amount until the wearer confirms, hold, and pay; return "" once it is paid."""
    visit.last = await ctx.call(Challenge(visit.last["attempt"]))
    ctx.emit(WordsAwaited(ctx.app, ANSWERS))
    mics = ctx.hold("mics") if ctx.has("microphone") else None
    try:
        return await _confirm(ctx, visit, trouble(visit.last))
    finally:
        ctx.emit(WordsAwaited(ctx.app, ()))
        if mics is not None:
            mics.release()


async def _confirm(ctx: Context, visit: Visit, reason: str) -> str:
    if not reason and visit.last["pin"] == "wanted":
        reason = await await_pin(ctx, visit)
    if not reason:
        reason = await await_yes(ctx, visit)
    if not reason:
        visit.last = await ctx.call(Confirm(visit.last["attempt"]))
        reason = trouble(visit.last) or ("" if visit.last["state"] == "held" else "failed")
    if not reason:
        reason = await hold(ctx, visit)
    if reason:
        await give_up(ctx, visit, reason)
        return reason
    return await settle(ctx, visit)


async def await_pin(ctx: Context, visit: Visit) -> str:
    """Wait for the PIN, which is typed and compared on the laptop only; return "" once it was right."""
    until_ms, line = ctx.uptime_ms + visit.last["left_ms"], ("请在电脑上输入支付 PIN", "Type the PIN on the laptop")
    ctx.hand_over("pay-pin", attempt=visit.last["attempt"], payee=visit.last["payee"], amount=visit.last["amount"])
    while True:
        show_card(ctx, visit, "pin", ctx.text(*line))
        match await heard(ctx, visit, until_ms):
            case PhoneSent(kind="pay-pin", data={"state": "given"}):
                return ""
            case PhoneSent(kind="pay-pin", data={"state": "locked"}):
                return "pin-locked"
            case PhoneSent(kind="pay-pin"):
                line = ("PIN 不对，请在电脑上重试", "Wrong PIN, try again on the laptop")
            case None:
                return "time-out"
            case event:
                if stopped := stops(ctx, visit, event):
                    return stopped


async def await_yes(ctx: Context, visit: Visit) -> str:
    """Read payee and amount out and wait for the phrase or a tap; return "" for it, else why it did not come."""
    if stopped := await wait(ctx, visit, 0):  # what was said before the card was there confirms nothing
        return stopped
    shown_ms, until_ms = ctx.uptime_ms, ctx.uptime_ms + visit.last["left_ms"]
    show_card(ctx, visit, "confirm")
    ctx.say(told(ctx, visit))
    visit.voice.early = True
    while True:
        match await heard(ctx, visit, until_ms):
            case IntentRecognized(intent="pay.confirm", turn=turn) if visit.voice.own or visit.voice.early:
                ctx.answer(ctx.text("请等我说完再确认", "Please confirm when I have finished"), turn=turn)
            case IntentRecognized(intent="pay.confirm", turn=turn):
                ctx.answer("", turn=turn, on_screen=False)
                return ""
            case GestureRecognized("temple", "tap"):
                if ctx.uptime_ms - shown_ms >= SETTLE_MS:
                    return ""
            case None:
                return "time-out"
            case event:
                if stopped := stops(ctx, visit, event):
                    return stopped


async def hold(ctx: Context, visit: Visit) -> str:
    """Wait out the time to cancel, counting down; return "" if nobody did."""
    total_ms = float(visit.last["left_ms"])
    until_ms = ctx.uptime_ms + total_ms
    while (left_ms := round(until_ms - ctx.uptime_ms)) > 0:
        seconds = -(-left_ms // 1_000)
        line = ctx.text(f"{seconds} 秒后支付，可说“取消”", f"Paying in {seconds} s - say “cancel” to stop")
        show_card(ctx, visit, "held", line, left=round(left_ms / total_ms, 2))
        stopped = await wait(ctx, visit, min(left_ms, (left_ms % TICK_MS) or TICK_MS))
        if stopped:
            return stopped
    return ""


async def settle(ctx: Context, visit: Visit) -> str:
    """Pay, and ask again where the outcome is not known; return "" once it is paid."""
    show_card(ctx, visit, "working", ctx.text("正在支付", "Paying"))
    await ctx.work("settle")
    attempt = visit.last["attempt"]
    reply = await ctx.call(Pay(attempt))
    for _ in range(ASKS):
        if "error" not in reply and reply["state"] != "unknown":
            break
        await ctx.sleep(ms=ASK_AGAIN_MS)
        reply = await ctx.call(Query(attempt))
    if "error" in reply:
        return "unknown"
    visit.last = reply
    if reply["state"] == "held":  # the wallet's clock went back
        await give_up(ctx, visit, "time-out")
        return "time-out"
    return "" if reply["state"] in ("paid", "receipt") else reply["reason"] or "unknown"


async def give_up(ctx: Context, visit: Visit, reason: str) -> None:
    """Have the wallet write down why nothing is paid, unless it did so itself."""
    if visit.last.get("state") in ("resolved", "challenged", "held"):
        visit.last = await ctx.call(Cancel(visit.last["attempt"], reason))


def told(ctx: Context, visit: Visit) -> str:
    """Return what is read out with the card: payee and amount, always."""
    payee, amount = visit.last["payee"], str(visit.last["amount"]).removesuffix(".00")
    if visit.last["first_time"]:
        return ctx.text(f"首次向{payee}付款，{amount}元，确认吗", f"First payment to {payee}: {amount} yuan?")
    return ctx.text(f"向{payee}支付{amount}元，确认吗", f"Pay {payee} {amount} yuan?")


def show_card(ctx: Context, visit: Visit, phase: str, line: str = "", left: float = 0.0) -> None:
    """Show payee and amount, and below them what is to be done."""
    first = bool(visit.last["first_time"]) and phase == "confirm"
    visit.show(
        ctx,
        screen="pay-card",
        phase=phase,
        payee=visit.last["payee"],
        subject=visit.last["subject"],
        amount=f"¥{visit.last['amount']}",
        banner=ctx.text("首次向此商家付款，请核对", "First payment to this payee") if first else "",
        say=ctx.text("请说", "Say"),
        yes=ctx.text("“确认支付”", "“confirm payment”"),
        no=ctx.text("“取消”", "“cancel”"),
        line=line,
        left=left,
        label=visit.label,
        hint_left=ctx.text("单击·确认支付", "Tap · confirm") if phase == "confirm" else "",
        hint_right="" if phase == "working" else ctx.text("双击·取消", "Double tap · cancel"),
        **{"or": ctx.text("或", "or")},
    )
