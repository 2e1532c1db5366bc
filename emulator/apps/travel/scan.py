"""Scanning a boarding pass: the camera is held, and whatever the pass says stays in the service."""

from __future__ import annotations

from datetime import date

from emulator.apps.travel.cards import show_note
from emulator.apps.travel.words import day_text, half
from emulator.core.ear import Ear
from emulator.core.events import AppClosed, Event, GestureRecognized, IntentRecognized, LedChanged
from emulator.sdk import Context
from emulator.services.travel import SeePass

LOOK_EVERY_MS = 110
SCAN_MS = 20_000  # nothing was read: assumed
HINTS = {
    "closer": ("请靠近一点", "Move closer"),
    "steady": ("看不清，请拿稳", "Unclear, hold still"),
    "two": ("画面里有两个码，请只对准一个", "Two codes in view, point at one"),
    "other": ("这不是登机牌", "That is no boarding pass"),
    "dark": ("相机没有画面", "The camera gives no picture"),
}


async def scan(ctx: Context, ear: Ear[Event]) -> Event | None:
    """Look for a boarding pass and keep it; return what else was asked for meanwhile."""
    if not (ctx.has("display") and ctx.has("camera")):
        return None
    ctx.light()
    ctx.open(ctx.app)
    keep, camera = ctx.keep_lit(), ctx.hold("camera")
    ctx.emit(LedChanged("right", "on"))
    try:
        found = await _look(ctx, ear)
    finally:
        camera.release()
        ctx.emit(LedChanged("right", "off"))
        keep.release()
        ctx.close()
    if isinstance(found, dict):
        day = found.get("day", "")
        when = day_text(ctx, date.fromisoformat(str(day))) if day else ""
        seat = ctx.text(f"座位 {found['seat']}", f"seat {found['seat']}") if found["seat"] else ""
        ends = ctx.text(f"{found['origin']} → {found['target']}", f"{found['origin']} to {found['target']}")
        ctx.say(ctx.text("登机牌已保存", "The boarding pass is kept"))
        return await show_note(
            ctx, ear, f"{found['number']} {ends}".strip(), " · ".join(part for part in (when, seat) if part),
            icon="check", status=ctx.text("登机牌已保存", "Boarding pass kept"), label=half(ctx, found),
        )  # fmt: skip
    return found


async def _look(ctx: Context, ear: Ear[Event]) -> dict[str, object] | Event | None:
    """Return the flight that was read, what else was asked for, or None."""
    began_ms, shown = ctx.uptime_ms, None
    seen = await ctx.call(SeePass(again=True))
    while ctx.uptime_ms - began_ms < SCAN_MS:
        if seen.get("state") == "read":
            return dict(seen)
        hint = ctx.text(*HINTS.get(str(seen.get("state")), ("", "")))
        if hint != shown:
            shown = hint
            ctx.show(
                "trip-scan",
                what=ctx.text("请对准登机牌上的码", "Point at the code of the boarding pass"),
                hint=hint,
                hint_left="",
                hint_right=ctx.text("双击·取消", "Double tap · cancel"),
            )
        match await ear.next(LOOK_EVERY_MS):
            case GestureRecognized("temple", "double-tap" | "triple-tap") | AppClosed():
                return None
            case IntentRecognized() as asked:
                return asked
        seen = await ctx.call(SeePass())
    ctx.say(ctx.text("没有看到登机牌", "No boarding pass was seen"))
    return None
