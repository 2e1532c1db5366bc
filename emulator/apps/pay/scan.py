"""Scanning: the camera is held, six to seven frames a second are searched, and the code found is resolved."""

from __future__ import annotations

from typing import Any

from emulator.apps.pay.visit import Visit, trouble, wait
from emulator.core.events import LedChanged
from emulator.sdk import Context
from emulator.services.looking import Look
from emulator.services.pay import Refuse, ResolveCode

LOOK_EVERY_MS = 110  # and 40 ms of looking
SCAN_MS = 30_000  # nothing was read: assumed
TWO_MS = 1_200  # the scanner tells two for up to a second after turning from one code to another


async def scan(ctx: Context, visit: Visit) -> str:
    """Look for a code until payee and amount are known; return "" then, else why not."""
    camera = ctx.hold("camera")
    ctx.emit(LedChanged("right", "on"))
    try:
        await ctx.work("scan")
        seen = await look(ctx, visit)
    finally:
        camera.release()
        ctx.emit(LedChanged("right", "off"))
    if isinstance(seen, str):
        kind = "two" if seen == "two-codes" else ""
        visit.last = await ctx.call(Refuse(kind, seen)) if seen in ("two-codes", "time-out") else visit.last
        return seen
    if seen["use"] == "secret":  # its text never left the scanner
        visit.last = await ctx.call(Refuse(seen["kind"], "own-pay-code"))
        return trouble(visit.last)
    visit.text = str(seen["text"])
    visit.last = await ctx.call(ResolveCode(visit.text, visit.said_fen))
    visit.label = ctx.half(visit.last)
    return trouble(visit.last)


async def look(ctx: Context, visit: Visit) -> dict[str, Any] | str:
    """Return the code in view, or why there is none."""
    began_ms, two_ms, shown = ctx.uptime_ms, None, None
    seen = await ctx.call(Look(again=True))
    while True:
        if "error" in seen:
            visit.last = seen
            return trouble(seen)
        state = str(seen["state"])
        if state == "read":
            return dict(seen)
        two_ms = (two_ms or ctx.uptime_ms) if state == "two" else None
        if two_ms is not None and ctx.uptime_ms - two_ms > TWO_MS:
            return "two-codes"
        if ctx.uptime_ms - began_ms > SCAN_MS:
            return "time-out"
        hint = "" if state in ("searching", "reading") else str(seen["hint"])
        if hint != shown:
            shown = hint
            show_scan(ctx, visit, hint)
        stopped = await wait(ctx, visit, LOOK_EVERY_MS)
        if stopped:
            return stopped
        seen = await ctx.call(Look())


def show_scan(ctx: Context, visit: Visit, hint: str) -> None:
    """Show the reticle and what to point it at."""
    visit.show(
        ctx,
        screen="pay-scan",
        before=ctx.text("请对准", "Point at the"),
        what=ctx.text("支付宝收款码", "Alipay code"),
        after=ctx.text("开始支付", "to pay"),
        hint=hint,
        amount="" if visit.said_fen is None else f"¥{visit.said_fen // 100}.{visit.said_fen % 100:02d}",
        label=visit.label,
        hint_left="",
        hint_right=ctx.text("双击·取消", "Double tap · cancel"),
    )
