"""The end of a payment: the receipt, or why nothing was paid, until it is closed."""

from __future__ import annotations

from urllib.parse import quote

from emulator.apps.pay.visit import NOTHING_TO_CONFIRM, Visit, heard
from emulator.core.events import AppClosed, GestureRecognized, HudShown, IntentRecognized, WearChanged
from emulator.sdk import Context
from emulator.services.pay.texts import words

RESULT_MS, WARNING_MS, AWAY_MS = 5_000, 8_000, 30_000
WARNINGS = frozenset({"own-pay-code", "two-codes", "disguised", "payee-not-resolved"})


async def thank(ctx: Context, visit: Visit) -> IntentRecognized | None:
    """Show the receipt; return the words that asked for another payment."""
    last = visit.last
    _show_result(ctx, visit, ("check", ctx.text("支付成功", "Paid"), ""), amount=f"¥{last['amount']}")
    ctx.say(ctx.text(f"支付成功，{last['amount']}元", f"Paid {last['amount']} yuan"))
    return await linger(ctx, visit, RESULT_MS)


async def refuse(ctx: Context, visit: Visit, reason: str) -> IntentRecognized | None:
    """Show why nothing was paid; return the words that asked for another payment."""
    if visit.again is not None:
        return visit.again
    said, last = words(reason), visit.last
    known = {"amount": last.get("amount", ""), "payee": last.get("payee", ""), "reason": last.get("reason", "")}
    title, advice = ctx.text(said.title_zh, said.title_en), ctx.text(said.advice_zh, said.advice_en).format(**known)
    if reason != "cancelled":  # whoever cancels looks on, or has put the display off
        ctx.light()
    phone = reason == "payee-not-resolved" and str(last.get("kind", "")).startswith("alipay-")
    icon = "cross" if reason == "cancelled" else "alert"
    _show_result(ctx, visit, (icon, title, advice), on_phone=phone)
    if reason != "not-worn":
        ctx.say(title)
    ms = AWAY_MS if reason == "not-worn" else WARNING_MS if reason in WARNINGS else RESULT_MS
    return await linger(ctx, visit, ms, on_phone=phone)


async def linger(ctx: Context, visit: Visit, ms: float, *, on_phone: bool = False) -> IntentRecognized | None:
    """Leave a result on the display until it is closed; a tap hands the code over where that is offered."""
    until_ms = ctx.uptime_ms + ms
    while True:
        match await heard(ctx, visit, until_ms):
            case None | GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed() | HudShown():
                break
            case GestureRecognized("temple", "tap") if on_phone:
                link = f"alipays://platformapi/startapp?saId=10000007&qrcode={quote(visit.text, safe='')}"
                ctx.hand_over("pay-on-phone", link=link)  # services.md, 2.1: Alipay confirms it there
                break
            case GestureRecognized("temple", "tap"):
                break
            case WearChanged(worn=True):
                until_ms = ctx.uptime_ms + RESULT_MS
            case IntentRecognized(intent="pay.start") as again:
                return again
            case IntentRecognized(turn=turn):
                ctx.answer(ctx.text(*NOTHING_TO_CONFIRM), turn=turn, on_screen=False)
    return None


def _show_result(
    ctx: Context, visit: Visit, said: tuple[str, str, str], *, amount: str = "", on_phone: bool = False
) -> None:
    icon, title, advice = said
    visit.show(
        ctx,
        screen="pay-result",
        icon=icon,
        title=title,
        advice=advice,
        amount=amount,
        payee=str(visit.last.get("payee", "")),
        label=visit.label,
        hint_left=ctx.text("单击·在手机上付", "Tap · pay on the phone") if on_phone else "",
        hint_right=ctx.text("双击·关闭", "Double tap · close"),
    )


async def toast(ctx: Context, zh: str, en: str, label: str) -> None:
    """Show and say a line for some seconds."""
    ctx.light()
    ctx.show("pay-toast", "transient", text=ctx.text(zh, en), label=label)
    ctx.say(ctx.text(zh, en))
    await ctx.sleep(ms=RESULT_MS)
    ctx.hide("transient")
