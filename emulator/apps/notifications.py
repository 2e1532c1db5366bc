"""Notifications of the phone: a pill on top; tap opens the card, double tap ignores it (device.md, F13)."""

from __future__ import annotations

from emulator.core.actions import Notify
from emulator.core.ear import Ear
from emulator.core.events import Event, GestureRecognized, NotificationShown
from emulator.sdk import Context, Manifest, Work

MANIFEST = Manifest(
    title="Notifications",
    title_zh="通知",
    needs=frozenset({"display"}),
    works=(Work("notification", "notifications", mcu_ms=18.0, ap_ms=45.0, deadline_ms=400.0),),  # simulation.md, 2.2
)
PILL_MS = 6_000
CARD_MS = 12_000


async def run(ctx: Context) -> None:
    """Show one notification after the other; those that come meanwhile wait."""
    ear = ctx.hear(Notify)
    while True:
        note = await ear.next()
        if note is None or not (ctx.lit or ctx.setting("notifications_with_screen_off")):
            continue
        await ctx.work("notification")
        await show_pill(ctx, note)


async def show_pill(ctx: Context, note: Notify) -> None:
    """Show the pill until it is opened, ignored or six seconds have passed."""
    gestures = ctx.hear(GestureRecognized)
    ctx.light()
    ctx.take_focus("temple", "media")
    ctx.show(
        "notification",
        layer="transient",
        **content(note),
        hint_left=ctx.text("单击·展开", "Tap · open"),
        hint_right=ctx.text("双击·忽略", "Double tap · ignore"),
    )
    ctx.emit(NotificationShown(note.app, note.title, note.text))
    if await answer_to(gestures, PILL_MS) == "tap":
        keep = ctx.keep_lit()
        ctx.show(
            "notification-card",
            layer="transient",
            **content(note),
            hint_left=ctx.text("捏按两下·关闭", "Squeeze twice · close"),
            hint_right=ctx.text("双击·关闭", "Double tap · close"),
        )
        await answer_to(gestures, CARD_MS)
        keep.release()
    gestures.close()
    ctx.leave_focus()
    ctx.hide("transient")


def content(note: Notify) -> dict[str, str]:
    """Return the bindings of pill and card."""
    return {"app": note.app, "title": note.title, "text": note.text}


async def answer_to(gestures: Ear[GestureRecognized], for_ms: int) -> str:
    """Return ``tap``, or ``away`` for a double tap, two squeezes or none in time."""
    while True:
        event: Event | None = await gestures.next(timeout_ms=for_ms)
        match event:
            case GestureRecognized("temple", "tap"):
                return "tap"
            case (
                None
                | GestureRecognized("temple", "double-tap" | "triple-tap")
                | GestureRecognized("media", "squeeze-twice")
            ):
                return "away"
